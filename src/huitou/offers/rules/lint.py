"""The linter of offers: what cannot hold is refused, what is probably not meant is warned of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from huitou.offers.rules.conditions import MIDNIGHT, over_midnight
from huitou.offers.rules.forms import Benefit, Deal, Reduction, Slot, Trouble
from huitou.offers.rules.programme import fewest_units, stage_of, taken_goods
from huitou.offers.rules.troubles import TROUBLES, WARNINGS
from huitou.offers.terms import HUNDRED_PERCENT, Goods, Offer, Valid

A_WEEK = timedelta(days=8)
"""Longer than this every weekday and every hour comes by."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about an offer."""

    offer: str
    code: str
    where: str

    @property
    def refused(self) -> bool:
        """False: a warning."""
        return self.code not in WARNINGS

    @property
    def says(self) -> str:
        """The sentence, with `{offer}` and `{where}`."""
        return TROUBLES[self.code][0]

    @property
    def next_step(self) -> str:
        return TROUBLES[self.code][1]


def lint(offers: Sequence[Offer], normal_prices: Mapping[str, int] | None = None) -> list[Finding]:
    """Everything wrong with these offers, in their order; `normal_prices` are fen by sku, where they are known."""
    found: list[Finding] = []
    seen: set[str] = set()
    for offer in offers:
        if offer.id in seen:
            found.append(Finding(offer.id, "id_twice", "id"))
        seen.add(offer.id)
        found += [Finding(offer.id, code, where) for code, where in _troubles(offer)]
        if normal_prices:
            found += [Finding(offer.id, code, where) for code, where in _dear(offer, normal_prices)]
    return found


def _troubles(offer: Offer) -> Iterator[Trouble]:
    yield from _window(offer.valid)
    get = offer.get
    if offer.stage is not None and offer.stage not in get.stages:
        yield "stage_not_for_kind", "stage"
    if isinstance(get, Benefit):
        if offer.stack != "usual" or offer.group:
            yield "benefit_excludes_nothing", "group" if offer.group else "stack"
    elif offer.group and stage_of(offer) != "order":
        yield "group_outside_order", "group"
    if offer.group_most < 1:
        yield "number_below_one", "group_most"
    if offer.scope == "receipt" and offer.stack != "never":
        yield "scope_without_never", "scope"
    yield from _needs(offer)
    if isinstance(get, Reduction | Deal | Benefit):
        yield from get.troubles()
    if not isinstance(get, Benefit):
        for goods in taken_goods(offer):
            if holds_nothing(goods):
                yield "goods_match_nothing", "get"
    if offer.funding and sum(share.percent for share in offer.funding) != HUNDRED_PERCENT:
        yield "shares_do_not_sum", "funding"
    if offer.limits.units is not None and 0 < offer.limits.units < fewest_units(offer):
        yield "limit_below_one_application", "limits.units"


def _needs(offer: Offer) -> Iterator[Trouble]:
    for number, need in enumerate(offer.buy):
        if need.most_pieces is not None and need.most_pieces < max(1, need.least_pieces):
            yield "need_asks_backwards", f"buy[{number}]"
        if holds_nothing(need.goods) and (need.least_amount or need.least_pieces):
            yield "goods_match_nothing", f"buy[{number}].goods"


# ---- when


def _window(valid: Valid) -> Iterator[Trouble]:
    starts: datetime | None = valid.starts
    ends: datetime | None = valid.ends
    if valid.from_hour is not None and valid.from_hour == valid.to_hour != MIDNIGHT:
        yield "window_never_opens", "valid.to_hour"
    elif starts is not None and ends is not None:
        if (starts.tzinfo is None) != (ends.tzinfo is None):
            yield "window_mixes_offsets", "valid.ends"
        elif starts > ends:
            yield "window_never_opens", "valid.ends"
        elif starts.tzinfo is None and ends - starts < A_WEEK and not _opens(valid, starts, ends):
            yield "window_never_opens", "valid"


def _opens(valid: Valid, starts: datetime, ends: datetime) -> bool:
    """Whether any of its hours lies on one of its weekdays between these moments, which are local time."""
    evening = datetime.combine(starts.date(), time.min) - timedelta(days=1)
    days = [evening + timedelta(days=number) for number in range((ends.date() - evening.date()).days + 1)]
    for day in days:
        if valid.weekdays and day.isoweekday() not in valid.weekdays:
            continue
        opens = datetime.combine(day, valid.from_hour or time.min)
        closes = datetime.combine(day, valid.to_hour or MIDNIGHT)
        if over_midnight(valid) or closes.time() == MIDNIGHT:
            closes += timedelta(days=1)
        if max(opens, starts) < closes and max(opens, starts) <= ends:
            return True
    return False


# ---- what


def holds_nothing(goods: Goods) -> bool:
    """No product can be among them: whatever a list asks for is excluded by its opposite, or is no path."""
    excluded = set(goods.not_categories)
    return (
        _all_gone(goods.skus, goods.not_skus)
        or _all_gone(goods.brands, goods.not_brands)
        or _all_gone(goods.tags, goods.not_tags)
        or _all_gone(goods.suppliers, goods.not_suppliers)
        or (bool(goods.categories) and all(_is_gone(path, excluded) for path in goods.categories))
    )


def _all_gone(wanted: Sequence[str], excluded: Sequence[str]) -> bool:
    return bool(wanted) and all(word in excluded for word in wanted)


def _is_gone(path: str, excluded: set[str]) -> bool:
    """With a slash too many, or below an excluded category."""
    parts = path.split("/")
    return not all(parts) or any("/".join(parts[:depth]) in excluded for depth in range(1, len(parts) + 1))


def _dear(offer: Offer, normal_prices: Mapping[str, int]) -> Iterator[Trouble]:
    """A price that is none below the normal one, where the normal price of all its goods is known."""
    get = offer.get
    if not isinstance(get, Deal | Reduction) or get.asked_price() is None:
        return
    worth = 0
    priced = get.priced() if isinstance(get, Deal) else [Slot(goods, 1) for goods in taken_goods(offer)]
    for slot in priced:
        if not slot.goods.skus or not normal_prices.keys() >= set(slot.goods.skus):
            return
        worth += max(normal_prices[sku] for sku in slot.goods.skus) * slot.pieces
    if (get.asked_price() or 0) >= worth:
        yield "price_above_normal", "get.price"
