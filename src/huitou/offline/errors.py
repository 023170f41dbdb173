"""What a till without a server refuses, and what is wrong with a bundle."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class BundleUnreadable(HuitouError):
    """It is cut off, or was never a bundle."""

    code = "bundle_unreadable"
    message = N_("This is no whole bundle of a store.")
    next_step = N_("Fetch it again; where that repeats, look whether a proxy on the way cuts or changes answers.")
    status = 422


class BundleOfAnotherFormat(HuitouError):
    """Whole and signed, but written by another version of Huitou."""

    code = "bundle_of_another_format"
    message = N_("The bundle is written in format {found}, and this till reads format {reads}.")
    next_step = N_(
        "Where the server sends such a one, bring server and till to one version of Huitou. One that was kept here is "
        "fetched anew by itself as soon as the server answers."
    )
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


class BundleMissing(HuitouError):
    code = "bundle_missing"
    message = N_("The server does not answer, and this till has no bundle of its store yet.")
    next_step = N_(
        "Sell at shelf prices and record the sales later; connect the till once, so that it fetches its bundle."
    )
    status = 503


class BundleEnded(HuitouError):
    code = "bundle_ended"
    message = N_("This till has not reached the server since {made_at}: points and personal coupons rest.")
    next_step = N_("Go on selling without them; they are there again as soon as the server is.")
    status = 409


class CouponNotChecked(HuitouError):
    code = "coupon_not_checked"
    message = N_("The coupon {coupon} cannot be checked while the server is away.")
    next_step = N_("Let the customer keep it for another day, or take it off by hand as your shop allows.")
    status = 409


class ServerAway(HuitouError):
    code = "server_away"
    message = N_("The server does not answer, and this needs it.")
    next_step = N_("Go on selling: what was sold is sent by itself when the server is back. Ask this again then.")
    status = 503


class SaleNotHere(HuitouError):
    code = "sale_not_here"
    message = N_("While the server is away, only what went through this process in 30 days can come back.")
    next_step = N_("Keep the receipt and the goods' labels, and bring them back when the server is there again.")
    status = 503


class FoundByServerAlone(HuitouError):
    code = "found_by_server_alone"
    message = N_("While the server is away nobody is found by phone or name.")
    next_step = N_("Scan the member's card or the QR on their phone, or sell now and let them claim the receipt later.")
    status = 503


class CodeNeedsServer(HuitouError):
    code = "code_needs_server"
    message = N_("While the server is away the short member code cannot be checked.")
    next_step = N_("Scan the QR on the member's phone instead: it proves itself.")
    status = 503


class MemberNotHere(HuitouError):
    code = "member_not_here"
    message = N_("Nobody at home in this store is known by this, and the server is away.")
    next_step = N_("Sell without a member's prices, and put the card on the sale: its points come with the server.")
    status = 404


class TillFolderBusy(HuitouError):
    code = "till_folder_busy"
    message = N_("Another till process works in {folder} (process {process}).")
    next_step = N_("Use that one; or give this one a folder of its own with --folder.")
    status = 409


class TillFolderUnfit(HuitouError):
    code = "till_folder_unfit"
    message = N_("The folder {folder} cannot be used: {reason}")
    next_step = N_("Give a folder that this user may write with --folder. Nothing was lost.")
    status = 409


class TillDiskFull(HuitouError):
    code = "till_disk_full"
    message = N_("The disk of this till is full: the sale was not kept.")
    next_step = N_("Write the sale down by hand, make room on the disk of {folder}, and enter it again.")
    status = 507


class JournalBroken(HuitouError):
    code = "journal_broken"
    message = N_("Line {line} of {file} is not what this till wrote.")
    next_step = N_("Copy the file away as it is and call who looks after the till: the lines before it are sound.")
    status = 500


class OriginUnknown(HuitouError):
    code = "origin_unknown"
    message = N_("A page of {origin} may not use this till.")
    next_step = N_("Open the till's page on the server that this till belongs to.")
    status = 403


class TrustUnfit(HuitouError):
    code = "trust_unfit"
    message = N_("This is no key of an installation.")
    next_step = N_("Copy the 64 characters that `huitou offline-key` prints on the server.")
    status = 422
