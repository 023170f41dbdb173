"""The brute force's reductions: what a percent, an amount, a fixed price or a threshold takes off which units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any

from tests.offers.brute_world import (
    Doc,
    State,
    Unit,
    World,
    base_of,
    fen,
    half_up,
    largest_remainder,
    share_of,
    spread,
    stage_of,
    with_tax,
)


def _cheapness(unit: Unit, offer: Doc, entry: State) -> tuple[int, int]:
    """What the unit costs where the offer finds it: first without the taxes on top, then with them."""
    amount = base_of(offer, unit, entry)
    return half_up(amount / with_tax(unit.row) * unit.shelf), amount


def cheapest_first(units: Sequence[Unit], offer: Doc, entry: State) -> list[Unit]:
    """By what they cost where the offer finds them; equals in canonical order."""
    return sorted(units, key=lambda unit: (*_cheapness(unit, offer, entry), unit.at))


def pickings(offer: Doc, units: Sequence[Unit], entry: State, state: State) -> list[list[Unit]]:
    """Of the units that an offer may take those that it takes: all, or so many of the cheapest or the dearest.

    Of like units that cost the same, any: each choice that could matter later is one.
    """
    get, quota = offer["get"], offer.get("limits", {}).get("units")
    if get.get("most_units") is None and quota is None:
        return [list(units)]
    ranked = cheapest_first([unit for unit in units if entry.left[unit.at]], offer, entry)
    if get.get("pick") == "dearest":
        ranked.sort(key=lambda unit: _cheapness(unit, offer, entry), reverse=True)
    chosen, per_line = [], get.get("most_units_of") == "line"
    for unit in ranked:
        beside = sum(1 for one in chosen if one.kind == unit.kind) if per_line else len(chosen)
        if get.get("most_units") is not None and beside >= get["most_units"]:
            continue
        if quota is None or len(chosen) < quota:
            chosen.append(unit)
    ways: dict[tuple[Any, ...], list[Unit]] = {}
    shelves = [(unit.kind, _cheapness(unit, offer, entry)) for unit in chosen]
    for swapped in product(*(_as_many_of(shelf, shelves, ranked, offer, entry) for shelf in dict.fromkeys(shelves))):
        way = sorted((unit for part in swapped for unit in part), key=lambda unit: unit.at)
        ways.setdefault(tuple(sorted(map(repr, (_fate(unit, entry, state) for unit in way)))), way)
    return list(ways.values())


def _as_many_of(shelf: Any, shelves: Sequence[Any], ranked: Sequence[Unit], offer: Doc, entry: State) -> list[Any]:
    like = [unit for unit in ranked if (unit.kind, _cheapness(unit, offer, entry)) == shelf]
    return list(combinations(like, shelves.count(shelf)))


def _fate(unit: Unit, entry: State, state: State) -> tuple[Any, ...]:
    """What tells like units apart: what became of them."""
    takers = sorted({taking[0] for taking in state.takings if taking[3] == unit.at})
    return unit.kind, unit.first, entry.left[unit.at], state.left[unit.at], takers


def coming_off(world: World, offer: Doc, entry: State, state: State, units: Sequence[Unit]) -> dict[int, int]:
    """What the offer takes off each of these units, at most what is left of them and of its caps.

    A unit, line or lot that it takes nothing off is not taken by it.
    """
    offs: dict[int, int] = {}
    for together, off in _parts(world, offer, entry, units):
        off = min(off, sum(state.left[unit.at] for unit in together))
        if off:
            by_pieces = offer["get"].get("spread") == "pieces"
            weights = [1 if by_pieces else entry.left[unit.at] for unit in together]
            offs |= spread(off, together, weights, state)
    return _capped(offer, dict(sorted(offs.items())))


def _capped(offer: Doc, offs: dict[int, int]) -> dict[int, int]:
    """`most` and the budget cut the discount of the receipt; each unit keeps its share of what is left of it."""
    caps = [fen(cap) for cap in (offer["get"].get("most"), offer.get("limits", {}).get("budget")) if cap is not None]
    if not caps or sum(offs.values()) <= min(caps):
        return offs
    return dict(zip(offs, largest_remainder(min(caps), list(offs.values())), strict=True))


def _parts(world: World, offer: Doc, entry: State, units: Sequence[Unit]) -> Iterator[tuple[list[Unit], int]]:
    """The parts that are rounded on their own: each unit, each line, or the lot."""
    get = offer["get"]
    if get["kind"] == "threshold":
        yield list(units), _of_ladder(world, get, sum(base_of(offer, unit, entry) for unit in units), len(units))
        return
    usual = "lot" if get["kind"] == "amount_off" or stage_of(offer) in ("order", "coupon") else "unit"
    per = "unit" if get["kind"] == "fixed_price" else get.get("per") or usual
    if per == "unit":
        for unit in units:
            yield [unit], unit_off(world, offer, unit, entry)
        return
    for kind in sorted({unit.kind for unit in units}) if per == "line" else [None]:
        lot = [unit for unit in units if kind in (None, unit.kind)]
        total = sum(base_of(offer, unit, entry) for unit in lot)
        is_amount = get["kind"] == "amount_off"
        yield lot, min(total, fen(get["amount"])) if is_amount else share_of(get["percent"], total, world.rounding)


def unit_off(world: World, offer: Doc, unit: Unit, entry: State) -> int:
    """What a reduction takes off one unit when it works unit by unit."""
    get, base = offer["get"], base_of(offer, unit, entry)
    if get["kind"] == "fixed_price":
        return max(0, base - fen(get["price"]))
    if get["kind"] == "amount_off":
        return min(base, fen(get["amount"]))
    return share_of(get["percent"], base, world.rounding)


def _of_ladder(world: World, get: Doc, total: int, pieces: int) -> int:
    """满减 and 满折: what the highest step that is reached gives, or the first step as often as it is full."""
    reached = [step for step in get["steps"] if _times(step, total, pieces)]
    if not reached:
        return 0
    if get.get("every"):
        return min(total, _times(get["steps"][0], total, pieces) * fen(get["steps"][0]["amount"]))
    highest = max(reached, key=lambda step: (fen(step.get("least_amount")), step.get("least_pieces", 0)))
    if highest.get("amount") is not None:
        return min(total, fen(highest["amount"]))
    return share_of(highest["percent"], total, world.rounding)


def _times(step: Doc, total: int, pieces: int) -> int:
    """How often this step is full."""
    if fen(step.get("least_amount")):
        return total // fen(step["least_amount"])
    return pieces // step["least_pieces"]
