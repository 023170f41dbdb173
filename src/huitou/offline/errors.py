"""What a till without a server refuses, and what is wrong with a bundle."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class BundleUnreadable(HuitouError):
    """It is cut off, or was never a bundle."""

    code = "bundle_unreadable"
    message = N_("This is no whole bundle of a store.")
    next_step = N_("Fetch it again; where that repeats, look whether a proxy on the way cuts or changes answers.")
    status = 422


class BundleTampered(HuitouError):
    """The signature is not over these bytes, or the rows on the disk are not those that were signed."""

    code = "bundle_tampered"
    message = N_("The bundle is not what the server signed: somebody or something changed it.")
    next_step = N_(
        "It was not used. The till fetches the whole bundle again; where that repeats, look who can change its folder."
    )
    status = 422


class BundleWrongKey(HuitouError):
    """Signed by another installation than the one that this till trusts."""

    code = "bundle_wrong_key"
    message = N_("The bundle is signed by another installation: its key is {found}, and this till trusts {trusted}.")
    next_step = N_(
        "Check the server's address. Where the installation has new keys, send what was sold, then start the till with "
        "--trust and the key that `huitou offline-key` prints on the server."
    )
    status = 422


class BundleOfAnotherStore(HuitouError):
    code = "bundle_of_another_store"
    message = N_("The bundle is of the store {found}, and this till sells in {store}.")
    next_step = N_("Give the till the key and the code of its own store.")
    status = 422


class BundleFromFuture(HuitouError):
    code = "bundle_from_future"
    message = N_("The bundle was made at {made_at}, which this till's clock has not reached: it says {now}.")
    next_step = N_("Set the clock of this machine. Until then no points and no personal coupons are offered.")
    status = 409


class BundleOlder(HuitouError):
    """An earlier answer, played again."""

    code = "bundle_older"
    message = N_("The bundle was made at {found}, before the one that this till has ({kept}).")
    next_step = N_("It was not used. Look who answers in the server's place.")
    status = 409
