"""The door of the room: compile a programme once, price a basket against it. Nothing is read or written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from huitou.offers.errors import OfferRefused
from huitou.offers.rules.answer import answer_of
from huitou.offers.rules.exchange import read, schema_of, write
from huitou.offers.rules.lint import Finding, lint
from huitou.offers.rules.pricing import price_basket
from huitou.offers.rules.programme import Programme, compile_offers
from huitou.offers.rules.reasons import REASONS
from huitou.offers.terms import Answer, Offer, PriceRequest

DEADLINE_MS = 30
"""How long the search may take unless asked otherwise."""

Nanoseconds = Callable[[], int]
"""A clock that only runs forward."""


def compile_programme(offers: Iterable[Offer]) -> Programme:
    """The index of these offers. Raises OfferRefused for the first that contradicts itself."""
    listed = list(offers)
    for finding in lint(listed):
        if finding.refused:
            raise OfferRefused(offer=finding.offer, trouble=finding.code, where=finding.where)
    return compile_offers(listed)


def lint_offers(offers: Sequence[Offer], normal_prices: Mapping[str, int] | None = None) -> list[Finding]:
    """Everything that is wrong with these offers, and warnings."""
    return lint(offers, normal_prices)


def price(
    request: PriceRequest, programme: Programme, *, clock: Nanoseconds | None, deadline_ms: int | None = DEADLINE_MS
) -> Answer:
    """The best legal combination for this basket. Writes nothing.

    Without a clock or a deadline the search ends when the best is proven. Raises BasketTooLarge, AmountOutOfRange.
    """
    if clock is None or deadline_ms is None:
        return answer_of(price_basket(request, programme, lambda: False))
    ends = clock() + deadline_ms * 1_000_000
    return answer_of(price_basket(request, programme, lambda: clock() > ends))


def read_request(document: Any) -> tuple[PriceRequest, tuple[Offer, ...]]:
    """A request and its offers from parsed JSON. Raises UnreadableRequest, UnknownField, AmountOutOfRange."""
    offers: tuple[Offer, ...] = ()
    if isinstance(document, dict) and "offers" in document:
        offers = read(tuple[Offer, ...], document["offers"], "offers")
        document = {name: value for name, value in document.items() if name != "offers"}
    return read(PriceRequest, document), offers


def price_json(document: Any, *, clock: Nanoseconds | None = None, deadline_ms: int | None = None) -> Any:
    """Price a parsed JSON document of request and offers; the answer as JSON."""
    request, offers = read_request(document)
    return write(price(request, compile_programme(offers), clock=clock, deadline_ms=deadline_ms))


def read_offers(document: Any) -> tuple[Offer, ...]:
    """Offers from a parsed JSON list."""
    return read(tuple[Offer, ...], document, "offers")


def schemas() -> dict[str, Any]:
    """The published JSON Schemas by file name."""
    request = schema_of(PriceRequest, "A basket to be priced")
    offer = schema_of(Offer, "An offer")
    request["properties"]["offers"] = {"type": "array", "items": {"$ref": "offer.json"}}
    return {"price-request.json": request, "offer.json": offer, "price-answer.json": schema_of(Answer, "A price")}


def reason_text(code: str) -> str:
    """The English sentence for the reason why an offer was not applied."""
    return REASONS[code]
