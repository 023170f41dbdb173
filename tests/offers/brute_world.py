"""The brute force's own reading of a request: units, values, who may take what. It knows the published JSON only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations
from typing import Any

Doc = Mapping[str, Any]
STAGES = ("price", "deal", "item", "order", "coupon")
DEALS = ("nth_unit", "cheapest_free", "buy_get", "bundle", "add_on")
BENEFITS = ("points_bonus", "gift", "stamps", "free_delivery", "next_coupon")


def fen(amount: str | None) -> int:
    return int(Decimal(amount or "0").scaleb(2))


def half_up(exact: Fraction) -> int:
    """Half away from zero, of an amount that is not negative."""
    return int(exact + Fraction(1, 2))


def share_of(percent: str, amount: int, rounding: Callable[[Fraction], int] = half_up) -> int:
    return rounding(Fraction(percent) * amount / 100)


def largest_remainder(whole: int, weights: Sequence[int]) -> list[int]:
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    parts = [whole * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(whole * weights[at] % total), at))
    for at in order[: whole - sum(parts)]:
        parts[at] += 1
    return parts


@dataclass(frozen=True, eq=False)
class Unit:
    """One piece: `at` is its place in the canonical order, `kind` is shared by interchangeable units."""

    at: int
    kind: tuple[Any, ...]
    line: int
    row: Doc
    shelf: int
    first: int

    @property
    def discountable(self) -> bool:
        return bool(self.row.get("discountable", True))


@dataclass(frozen=True)
class State:
    """Where a search stands: what each unit still costs, and who took what."""

    left: tuple[int, ...]
    touched: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()
    coupons: frozenset[str] = frozenset()
    takings: tuple[tuple[str, str, int, int, int], ...] = ()
    """(offer, coupon, number of its application, unit, fen)"""

    def applications(self, offer: str) -> int:
        return max((number for name, _, number, _, _ in self.takings if name == offer), default=0)


@dataclass(frozen=True)
class World:
    """A request, taken apart. `rounding` is there so that a control can plant another one."""

    units: tuple[Unit, ...]
    offers: tuple[Doc, ...]
    coupons: tuple[Doc, ...]
    levies: int
    rounding: Callable[[Fraction], int] = field(default=half_up)

    def in_stage(self, stage: str) -> list[Doc]:
        return [offer for offer in self.offers if stage_of(offer) == stage]

    def has_coupon(self, offer: Doc, state: State) -> list[str]:
        """The coupons that this offer may still use; `[""]` where it asks for none."""
        kind = offer.get("valid", {}).get("coupon")
        if not kind:
            return [""]
        return [coupon["id"] for coupon in self.coupons if coupon["kind"] == kind and coupon["id"] not in state.coupons]


def read_world(document: Doc) -> World:
    offers = [offer for offer in document["offers"] if offer["get"]["kind"] not in BENEFITS]
    offers.sort(key=lambda offer: (-offer.get("priority", 0), offer["id"]))
    units = tuple(_units(document["basket"]))
    presented = [coupon for coupon in document.get("coupons", []) if coupon.get("presented", True)]
    return World(
        units=units,
        offers=tuple(offers),
        coupons=tuple(sorted(presented, key=lambda coupon: coupon["id"])),
        levies=sum(fen(unit.row.get("levy")) for unit in units),
    )


def _units(basket: Sequence[Doc]) -> Iterable[Unit]:
    kinds: dict[tuple[Any, ...], list[tuple[int, Doc]]] = {}
    for line, row in enumerate(basket, 1):
        key = (
            row["sku"], fen(row["price"]), row.get("category", ""), row.get("brand", ""), row.get("supplier", ""),
            tuple(row.get("tags", [])), row.get("discountable", True), row.get("levy", "0"), repr(row.get("tax", [])),
            row.get("weight") or "", row.get("bonus_points", 0),
        )  # fmt: skip
        pieces = 1 if row.get("weight") else row.get("quantity", 1)
        kinds.setdefault(key, []).extend([(line, row)] * pieces)
    at = 0
    for key in sorted(kinds):
        rows = kinds[key]
        whole = half_up(len(rows) * with_tax(rows[0][1]))
        for (line, row), first in zip(rows, largest_remainder(whole, [1] * len(rows)), strict=True):
            yield Unit(at=at, kind=key, line=line, row=row, shelf=fen(row["price"]), first=first)
            at += 1


def with_tax(row: Doc) -> Fraction:
    """The price of one piece with the taxes that come on top, exactly."""
    price = Fraction(fen(row["price"]))
    inside = sum((Fraction(tax["percent"]) for tax in row.get("tax", []) if tax.get("included", True)), Fraction(0))
    on_top = sum((Fraction(tax["percent"]) for tax in row.get("tax", []) if not tax.get("included", True)), Fraction(0))
    return price + price / (1 + inside / 100) * on_top / 100


def stage_of(offer: Doc) -> str:
    """The stage it names, or the usual one of its kind."""
    if offer.get("stage"):
        return str(offer["stage"])
    kind = offer["get"]["kind"]
    if kind in DEALS:
        return "deal"
    if offer.get("valid", {}).get("coupon"):
        return "coupon"
    return {"percent_off": "item", "amount_off": "item", "fixed_price": "price", "threshold": "order"}[kind]


def matches(goods: Doc | None, unit: Unit) -> bool:
    """Inside one list any, between the lists all, nothing of the `not_` lists."""
    row = unit.row
    has = {
        "skus": {row["sku"]},
        "brands": {row.get("brand", "")},
        "suppliers": {row.get("supplier", "")},
        "tags": set(row.get("tags", [])),
    }
    category = row.get("category", "")
    for name, wanted in (goods or {}).items():
        asked = name.removeprefix("not_")
        if asked == "categories":
            held = any(category == path or category.startswith(path + "/") for path in wanted)
        else:
            held = bool(has[asked] & set(wanted))
        if wanted and held == name.startswith("not_"):
            return False
    return True


def goods_of(offer: Doc) -> Doc:
    """The goods that an offer may take: its own, or those of its first need."""
    if "goods" in offer["get"]:
        return offer["get"]["goods"]
    needs = offer.get("buy", [])
    return needs[0].get("goods", {}) if needs else {}


def open_units(world: World, state: State, offer: Doc, goods: Doc) -> list[Unit]:
    """What this offer could take now: never a closed unit; a `never` offer only untouched ones."""
    shut = state.closed | state.touched if offer.get("stack") == "never" else state.closed
    return [unit for unit in world.units if unit.discountable and unit.at not in shut and matches(goods, unit)]


def needs_hold(world: World, offer: Doc, entry: State) -> bool:
    for need in offer.get("buy", []):
        found = [
            unit for unit in world.units
            if unit.discountable and unit.at not in entry.closed and matches(need.get("goods"), unit)
        ]  # fmt: skip
        most = need.get("most_pieces")
        amount = sum(base_of(offer, unit, entry) for unit in found)
        if amount < fen(need.get("least_amount")) or len(found) < need.get("least_pieces", 0):
            return False
        if most is not None and len(found) > most:
            return False
    return True


def base_of(offer: Doc, unit: Unit, entry: State) -> int:
    return unit.first if offer.get("base") == "initial" else entry.left[unit.at]


def spread(whole: int, units: Sequence[Unit], weights: Sequence[int], state: State) -> dict[int, int]:
    """`whole` over the units by weight, nobody below zero: what does not fit is spread again over the others."""
    open_ones = list(zip(units, weights, strict=True))
    parts: dict[int, int] = {}
    while open_ones:
        shares = largest_remainder(whole, [weight for _, weight in open_ones])
        cut = [unit for (unit, _), part in zip(open_ones, shares, strict=True) if part > state.left[unit.at]]
        if not cut:
            return parts | {unit.at: part for (unit, _), part in zip(open_ones, shares, strict=True)}
        for unit in cut:
            parts[unit.at] = state.left[unit.at]
            whole -= state.left[unit.at]
        open_ones = [(unit, weight) for unit, weight in open_ones if unit.at not in parts]
    return parts


def take(state: State, offer: Doc, coupon: str, offs: Mapping[int, int], used: Iterable[int] = ()) -> State:
    """One application: these units lose that much. Units that only help (bought, at zero off) are touched too."""
    if not any(offs.values()):
        return state
    touching = frozenset(offs) | frozenset(used)
    number = state.applications(offer["id"]) + 1
    left = tuple(value - offs.get(at, 0) for at, value in enumerate(state.left))
    assert min(left, default=0) >= 0
    return replace(
        state,
        left=left,
        touched=state.touched | touching,
        closed=state.closed | touching if offer.get("stack") == "never" else state.closed,
        coupons=state.coupons | {coupon} if coupon else state.coupons,
        takings=(*state.takings, *((offer["id"], coupon, number, at, offs.get(at, 0)) for at in sorted(touching))),
    )


def subsets(things: Sequence[Doc]) -> Iterable[tuple[Doc, ...]]:
    return chain.from_iterable(combinations(things, size) for size in range(len(things) + 1))
