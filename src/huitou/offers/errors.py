"""What the pricing of a basket refuses."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class UnreadableRequest(HuitouError):
    """A value of the request or of an offer is not of the published shape."""

    code = "price_unreadable"
    message = N_("At {where} the request should hold {expected}.")
    next_step = N_("Compare the request with docs/schemas/price-request.json and correct this place.")


class UnknownField(HuitouError):
    """A field that the published shape does not have; taken silently, a condition would be lost."""

    code = "price_unknown_field"
    message = N_("At {where} stands a field that nobody reads: {name}.")
    next_step = N_("Correct its name or take it out; the fields are in docs/schemas/price-request.json.")


class BasketTooLarge(HuitouError):
    """More lines or pieces than a till sells at once."""

    code = "basket_too_large"
    message = N_("The basket has {found} {what}; {most} is the most.")
    next_step = N_("Check the scanned quantity, or price the goods in several baskets.")


class AmountOutOfRange(HuitouError):
    """A price, quantity or amount that cannot be meant."""

    code = "price_out_of_range"
    message = N_("At {where} stands {found}; it must lie between {least} and {most}.")
    next_step = N_("Correct the value. Goods that come back are a return and are not priced.")


class OfferRefused(HuitouError):
    """An offer contradicts itself."""

    code = "offer_refused"
    message = N_("The offer {offer} cannot hold: {trouble} at {where}.")
    next_step = N_("Correct the offer; docs/offers explains each kind and each code of the linter.")
