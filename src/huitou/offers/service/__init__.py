"""The door of the room: compile a programme once, price a basket against it; and coupons as rows.

Pricing reads and writes nothing, and loads no database: what does, imports the store when it is called.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from huitou.kernel.errors import N_
from huitou.kernel.promise import Verdict
from huitou.kernel.rows import Cells, Unfit, judged
from huitou.offers.errors import OfferRefused, UnreadableRequest
from huitou.offers.rules.answer import answer_of
from huitou.offers.rules.bounds import LARGEST_DOCUMENT
from huitou.offers.rules.coupon_rows import COUPON_REASONS, CouponSaid, judge_coupon
from huitou.offers.rules.deadline import ENDLESS, Deadline
from huitou.offers.rules.documents import MOST, check_sizes, parsed
from huitou.offers.rules.exchange import read, write
from huitou.offers.rules.lint import Finding, lint
from huitou.offers.rules.pricing import NOTHING_COUNTED, price_basket
from huitou.offers.rules.programme import Programme, compile_offers
from huitou.offers.rules.reasons import REASONS
from huitou.offers.rules.schema import schema_of
from huitou.offers.rules.troubles import TROUBLES, WARNINGS
from huitou.offers.terms import Answer, CouponSeen, Limits, Offer, PriceRequest, Warned

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["LARGEST_DOCUMENT"]

DEADLINE_MS = 30
"""How long the search may take unless asked otherwise."""

Nanoseconds = Callable[[], int]
"""A clock that only runs forward."""


def compile_programme(offers: Iterable[Offer]) -> Programme:
    """The index of these offers. Raises OfferRefused for the first that contradicts itself."""
    listed = list(offers)
    _refuse_first(lint(listed))
    return compile_offers(listed)


def _refuse_first(findings: Iterable[Finding]) -> None:
    for one in findings:
        if one.refused:
            raise OfferRefused(
                offer=one.offer, trouble=one.code, where=one.where, says=one.says, next_step=one.next_step
            )


def lint_offers(offers: Sequence[Offer], normal_prices: Mapping[str, int] | None = None) -> list[Finding]:
    """Everything that is wrong with these offers, and warnings. `normal_prices`: fen by sku."""
    return lint(offers, normal_prices)


def price(
    request: PriceRequest,
    programme: Programme,
    *,
    clock: Nanoseconds | None,
    deadline_ms: int | None = DEADLINE_MS,
    left: Mapping[str, Limits] = NOTHING_COUNTED,
) -> Answer:
    """The best legal combination for this basket. Writes nothing. `left`: what is left of limits, by the offer's id.

    Without a clock or a deadline the search ends when the best is proven. Raises UnreadableRequest, TooManyPieces,
    AmountOutOfRange.
    """
    deadline = ENDLESS
    if clock is not None and deadline_ms is not None:
        now = clock()
        deadline = Deadline(clock, now, now + deadline_ms * 1_000_000)
    return answer_of(price_basket(request, programme, deadline, left), deadline)


def as_json(answer: Answer) -> Any:
    """An answer as docs/schemas/price-answer.json says."""
    return write(answer)


def parse_request(text: bytes) -> Any:
    """The JSON of a request, seen to be no larger than one may be before all of it is read.

    Raises ValueError or RecursionError where it is no JSON, UnknownField, TooManyEntries; of a long text also what is
    wrong beside its offers, as `read_request` and `price` would.
    """
    return parsed(text.decode(json.detect_encoding(text)))


def read_request(document: Any) -> tuple[PriceRequest, tuple[Offer, ...]]:
    """A request and its offers from parsed JSON; `at` is then the store's local time.

    Raises UnreadableRequest, UnknownField, TooManyEntries, AmountOutOfRange.
    """
    check_sizes(document)
    offers: tuple[Offer, ...] = ()
    rest = document
    if isinstance(document, dict):
        rest = {name: value for name, value in document.items() if name != "offers"}
    request = read(PriceRequest, rest)
    if rest is not document and "offers" in document:
        offers = read(tuple[Offer, ...], document["offers"], "offers")
    return replace(request, at=_local(request.at, request.zone)), offers


def _local(at: datetime, zone: str) -> datetime:
    try:
        place = ZoneInfo(zone)
    except (LookupError, ValueError, OSError) as error:  # unknown, no name at all, or a folder of places
        raise UnreadableRequest("zone", N_("At {where} should stand a time zone such as Asia/Shanghai.")) from error
    return at.replace(tzinfo=place) if at.tzinfo is None else at.astimezone(place)


def price_json(document: Any, *, clock: Nanoseconds | None = None, deadline_ms: int | None = None) -> Any:
    """Price a parsed JSON document of request and offers; the answer as JSON, with the linter's warnings."""
    request, offers = read_request(document)
    findings = lint(offers, _normal_prices(request))
    _refuse_first(findings)
    answer = price(request, compile_offers(offers), clock=clock, deadline_ms=deadline_ms)
    return write(replace(answer, warnings=tuple(map(_warned, findings))))


def _warned(one: Finding) -> Warned:
    said = one.says.format(offer=one.offer, where=one.where)
    return Warned(one.offer, one.code, one.where, said, one.next_step)


def _normal_prices(request: PriceRequest) -> dict[str, int]:
    """Fen by sku, as the basket names them; of what is weighed the price is that of one piece."""
    prices: dict[str, int] = {}
    for line in request.basket:
        if line.weight is None:
            prices[line.sku] = max(line.price, prices.get(line.sku, 0))
    return prices


def linter_texts() -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """By code the sentence and the next step of what the linter refuses, and of what it warns of."""
    refused = {code: texts for code, texts in TROUBLES.items() if code not in WARNINGS}
    return refused, {code: texts for code, texts in TROUBLES.items() if code in WARNINGS}


def warning_text(code: str) -> tuple[str, str]:
    """The English sentence for something that the linter found, with `{offer}` and `{where}`, and the next step."""
    return TROUBLES[code]


def read_offers(document: Any) -> tuple[Offer, ...]:
    """Offers from a parsed JSON list."""
    return read(tuple[Offer, ...], document, "offers")


def schemas() -> dict[str, Any]:
    """The published JSON Schemas by file name."""
    request = schema_of(PriceRequest, "A basket to be priced")
    offer = schema_of(Offer, "An offer")
    answer = schema_of(Answer, "A price", bounded=False)
    request["properties"]["offers"] = {"type": "array", "items": {"$ref": "offer.json"}, "maxItems": MOST["offers"]}
    return {"price-request.json": request, "offer.json": offer, "price-answer.json": answer}


def reason_text(code: str) -> str:
    """The English sentence for the reason why an offer was not applied."""
    return REASONS[code]


def reasons() -> Mapping[str, str]:
    """All of them, by code."""
    return REASONS


def read_coupons(
    rows: Iterable[tuple[int, Cells]], first_day: date
) -> tuple[list[tuple[int, CouponSaid]], list[Unfit]]:
    """What each row of an old programme's coupons says, and the rows that say nothing that can be taken."""
    return judged(rows, lambda cells: judge_coupon(cells, first_day))


def coupon_reasons() -> Mapping[str, str]:
    """Why a row of coupons is refused: English templates by code."""
    return COUPON_REASONS


def known_coupons(codes: Sequence[str]) -> pa.Table:
    """(code, kind, member_id, state, starts, ends) of the coupons of these codes that are there."""
    from huitou.offers.store import coupons as store

    return store.known(list(codes))


def take_coupons(
    kinds: Sequence[tuple[str, str, str, int | None, int | None]],
    coupons: pa.Table,
    *,
    source: str,
    actor: str,
    import_batch: int,
) -> tuple[int, int]:
    """Take in coupons of another programme; (kinds made, coupons taken). Belongs into the caller's transaction.

    `kinds`: (code, title, terms, worth_fen, threshold_fen), one that is known stays as it is. `coupons`: code, kind,
    member_id or null, state, starts, ends, changed_on; a code that is taken is refused by the database.
    """
    from huitou.offers.store import coupons as store

    made = store.insert_kinds(list(kinds))
    return made, store.insert_brought(coupons, source=source, actor=actor, import_batch=import_batch)


def undo_coupons(import_batch: int) -> tuple[int, int]:
    """Take an import's coupons away; those that a till has held or used here stay: (gone, staying)."""
    from huitou.offers.store import coupons as store

    return store.take_back(import_batch)


def coupons_of(member_id: int, limit: int = 12) -> list[CouponSeen]:
    """The member's own coupons, those that can be used first."""
    from huitou.offers.store import coupons as store

    return store.of_member(member_id, limit)


def give_coupons(source: int, target: int, *, only: Sequence[int] | None = None) -> list[int]:
    """Every coupon of one member, or `only` these that are still the member's, to another: used ones, too. Which."""
    from huitou.offers.store import giving

    return giving.give(source, target, only)


def count_coupons(member_id: int) -> dict[str, int]:
    """How many coupons the member has, by state."""
    from huitou.offers.store import giving

    return giving.count_by_state(member_id)


def coupons_on(day: date) -> dict[str, tuple[str, int, int | None]]:
    """By kind what was live at the end of that day: title, how many, what they take off together (fen)."""
    from huitou.offers.store import coupons as store

    return store.live_on(day)


def verdicts() -> list[Verdict]:
    """Each promise of this room, and the first row that breaks it."""
    from huitou.bulk import service as bulk
    from huitou.offers.store import coupons as store
    from huitou.offers.store.promises import PROMISES

    return [
        Verdict("C1", N_("A coupon is used once, by one receipt."), bulk.first_row(store.ONE_USE)),
        Verdict("C2", N_("What was issued is live, held, used, expired or void, batch by batch."),
                bulk.first_row(store.ISSUED)),
        *(Verdict(kept.name, kept.says, bulk.first_row(kept.broken)) for kept in PROMISES),
    ]  # fmt: skip
