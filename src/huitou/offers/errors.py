"""What the pricing of a basket refuses."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class UnreadableRequest(HuitouError):
    """A value of the request or of an offer is not of the published shape."""

    code = "price_unreadable"
    message = N_("At {where} stands what cannot be read.")
    next_step = N_("Compare the request with docs/schemas/price-request.json and correct this place.")

    def __init__(self, where: str, says: str, **facts: object) -> None:
        super().__init__(where=where, **facts)
        self.message = says  # type: ignore[misc]  # the sentence for this place


class UnknownField(HuitouError):
    """A field that the published shape does not have; taken silently, a condition would be lost."""

    code = "price_unknown_field"
    message = N_("At {where} stands a field that nobody reads: {name}.")
    next_step = N_("Correct its name or take it out; the fields are in docs/schemas/price-request.json.")


class TooManyEntries(HuitouError):
    """A list with more entries than a request holds; seen before any of them is read."""

    code = "price_too_many"
    message = N_("At {where} stand more than {most} entries.")
    next_step = N_("Send fewer of them; docs/offers/index.md says how large a request may be.")


class TooManyPieces(HuitouError):
    """More pieces than a till sells at once."""

    code = "basket_too_large"
    message = N_("The basket has {found} pieces; {most} is the most.")
    next_step = N_("Check the scanned quantities, or price the goods in several baskets.")


class AmountOutOfRange(HuitouError):
    """A price, quantity or amount that cannot be meant."""

    code = "price_out_of_range"
    message = N_("At {where} stands {found}; it must lie between {least} and {most}.")
    next_step = N_("Correct the value. Goods that come back are a return and are not priced.")


class NamedTwice(HuitouError):
    """Two coupons or earning rules of one id: one would count twice."""

    code = "price_named_twice"
    message = N_("At {where} the id {name} stands more than once.")
    next_step = N_("Send each once; coupons that are alike have ids of their own.")


class OfferRefused(HuitouError):
    """An offer contradicts itself. What is said, and its code, are those of the linter's finding."""

    code = "offer_refused"
    message = N_("The offer {offer} cannot hold: {trouble} at {where}.")
    next_step = N_("Correct the offer; docs/offers/linter.md explains each code.")

    def __init__(self, *, offer: str, trouble: str, where: str, says: str, next_step: str) -> None:
        super().__init__(offer=offer, trouble=trouble, where=where)
        self.code, self.message, self.next_step = trouble, says, next_step  # type: ignore[misc]
