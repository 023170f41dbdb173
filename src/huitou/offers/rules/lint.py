"""The linter of offers: what cannot hold is refused, what is probably not meant is warned of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from huitou.kernel.errors import N_
from huitou.offers.rules.forms import Benefit, Deal, Reduction
from huitou.offers.rules.programme import stage_of, taken_goods
from huitou.offers.terms import HUNDRED_PERCENT, Offer, Valid


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about an offer."""

    offer: str
    code: str
    where: str
    refused: bool
    """False: a warning."""


TROUBLES: Mapping[str, tuple[str, str]] = {
    "id_missing": (N_("The offer has no id."), N_("Give it an id that no other offer has.")),
    "id_twice": (N_("Two offers have the same id."), N_("Give each its own id.")),
    "window_never_opens": (N_("It ends before it starts."), N_("Correct its dates or hours.")),
    "no_such_weekday": (N_("A weekday is not between 1 (Monday) and 7."), N_("Correct the weekdays.")),
    "stage_not_for_kind": (
        N_("Its kind cannot stand in this stage."),
        N_("Choose a stage that the kind's page names."),
    ),
    "shares_do_not_sum": (N_("The shares of those who pay do not sum to 100 %."), N_("Correct the shares.")),
    "share_below_zero": (N_("A share of the cost is below zero."), N_("Correct the shares.")),
    "limit_below_zero": (N_("A limit is below zero."), N_("Say what is left: 0 or more.")),
    "need_asks_backwards": (N_("It needs more pieces than it allows."), N_("Correct least_pieces or most_pieces.")),
    "need_below_zero": (N_("A need is below zero."), N_("Ask for 0 or more.")),
    "group_outside_order": (N_("Groups exclude each other in the stage order alone."), N_("Take the group out.")),
    "scope_without_never": (
        N_("Only an offer that is never combined can have the whole receipt as its scope."),
        N_("Say stack: never, or take the scope out."),
    ),
    "number_below_one": (N_("A number of pieces, units or times is below 1."), N_("Ask for 1 or more.")),
    "percent_out_of_range": (N_("A percentage is not above 0 and at most 100."), N_("8 折 is 20 percent off.")),
    "amount_below_one_fen": (N_("An amount is not above zero."), N_("Give 0.01 or more.")),
    "amount_below_zero": (N_("An amount is below zero."), N_("Give 0 or more.")),
    "fixed_price_is_per_unit": (N_("A fixed price is the price of a unit."), N_("Take `per` out.")),
    "threshold_is_over_the_lot": (N_("A threshold works over all its goods together."), N_("Take `per` out.")),
    "ladder_without_step": (N_("The ladder has no step."), N_("Give it a step.")),
    "ladder_goes_down": (
        N_("A later step asks for less, or gives less, than the one before it."),
        N_("Order the steps: each asks for more and gives more."),
    ),
    "step_gives_one_thing": (N_("A step gives either an amount or a percentage."), N_("Keep one of the two.")),
    "every_takes_one_step": (N_("With `every` there is one step."), N_("Keep one step.")),
    "every_takes_an_amount": (N_("With `every` the step gives an amount."), N_("Give an amount.")),
    "gives_more_than_it_asks": (N_("A step gives more than it asks for."), N_("Correct the amount.")),
    "gives_one_thing": (N_("It gives exactly one of price, percent and amount."), N_("Keep one of them.")),
    "gives_nothing": (N_("It gives nothing."), N_("Say what it gives.")),
    "bundle_without_group": (N_("The bundle has no group."), N_("Give it a group of goods.")),
    "more_free_than_bought": (N_("It gives more free than the group holds."), N_("Correct free or group.")),
    "bonus_takes_points": (N_("The bonus would take points away."), N_("Multiply by 100 percent or more.")),
    "price_above_normal": (
        N_("Its price is not below the normal price of its goods: it saves nothing."),
        N_("Correct the price."),
    ),
}
"""Code to (what is wrong, what to do)."""


WARNINGS = {"gives_more_than_it_asks", "price_above_normal"}
"""Possible, but probably not meant."""


def lint(offers: Sequence[Offer], normal_prices: Mapping[str, int] | None = None) -> list[Finding]:
    """Everything wrong with these offers, in their order; `normal_prices` are fen by sku, where they are known."""
    found: list[Finding] = []
    seen: set[str] = set()
    for offer in offers:
        if offer.id in seen:
            found.append(Finding(offer.id, "id_twice", "id", True))
        seen.add(offer.id)
        found += [Finding(offer.id, code, where, code not in WARNINGS) for code, where in _troubles(offer)]
        if normal_prices:
            found += [Finding(offer.id, code, where, False) for code, where in _warnings(offer, normal_prices)]
    return found


def _troubles(offer: Offer) -> Iterator[tuple[str, str]]:
    if not offer.id:
        yield "id_missing", "id"
    yield from _window(offer.valid)
    get = offer.get
    if offer.stage is not None and offer.stage not in get.stages:
        yield "stage_not_for_kind", "stage"
    if offer.group and not isinstance(get, Benefit) and stage_of(offer) != "order":
        yield "group_outside_order", "group"
    if offer.group_most < 1:
        yield "number_below_one", "group_most"
    if offer.scope == "receipt" and offer.stack != "never":
        yield "scope_without_never", "scope"
    yield from _needs(offer)
    limits = (offer.limits.applications, offer.limits.units, offer.limits.budget)
    if any(limit is not None and limit < 0 for limit in limits):
        yield "limit_below_zero", "limits"
    if any(share.percent < 0 for share in offer.funding):
        yield "share_below_zero", "funding"
    elif offer.funding and sum(share.percent for share in offer.funding) != HUNDRED_PERCENT:
        yield "shares_do_not_sum", "funding"
    if isinstance(get, Reduction | Deal | Benefit):
        yield from get.troubles()


def _window(valid: Valid) -> Iterator[tuple[str, str]]:
    if valid.starts is not None and valid.ends is not None:
        starts, ends = valid.starts, valid.ends
        if (starts.tzinfo is None) != (ends.tzinfo is None):
            starts, ends = starts.replace(tzinfo=None), ends.replace(tzinfo=None)
        if starts > ends:
            yield "window_never_opens", "valid.ends"
    if valid.from_hour is not None and valid.from_hour == valid.to_hour:
        yield "window_never_opens", "valid.to_hour"
    if any(not 1 <= day <= 7 for day in valid.weekdays):
        yield "no_such_weekday", "valid.weekdays"


def _needs(offer: Offer) -> Iterator[tuple[str, str]]:
    for number, need in enumerate(offer.buy):
        if need.least_amount < 0 or need.least_pieces < 0:
            yield "need_below_zero", f"buy[{number}]"
        if need.most_pieces is not None and need.most_pieces < max(1, need.least_pieces):
            yield "need_asks_backwards", f"buy[{number}]"


def _warnings(offer: Offer, normal_prices: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    price = getattr(offer.get, "price", None)
    if price is None:
        return
    dearest = [max((normal_prices.get(sku, 0) for sku in goods.skus), default=0) for goods in taken_goods(offer)]
    pieces = [slot.pieces for slot in offer.get.slots()] if isinstance(offer.get, Deal) else [1] * len(dearest)
    if all(dearest) and price >= sum(most * count for most, count in zip(dearest, pieces, strict=True)):
        yield "price_above_normal", "get.price"
