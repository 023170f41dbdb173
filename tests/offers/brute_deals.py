"""The brute force's deals: every way in which units can be bought and given in one application."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from tests.offers.brute_reductions import cheapest_first
from tests.offers.brute_world import Doc, State, Unit, World, base_of, fen, goods_of, matches, share_of

Way = tuple[tuple[Unit, ...], int]
"""The units that one application uses, and what it takes off them together."""


def ways(world: World, offer: Doc, entry: State, free: Sequence[Unit]) -> Iterator[Way]:
    """Every application that could be made of the units that are free; those that save nothing are left out."""
    find = {
        "nth_unit": _nth_unit,
        "cheapest_free": _cheapest_free,
        "buy_get": _buy_get,
        "bundle": _bundle,
        "add_on": _add_on,
    }[offer["get"]["kind"]]
    for used, off in find(world, offer, entry, free):
        if off > 0:
            yield used, off


def _reduced(world: World, offer: Doc, entry: State, given: Sequence[Unit], usual_percent: str) -> int:
    """What a percent, an amount or a price for each takes off the given units, rounded once."""
    get = offer["get"]
    bases = [base_of(offer, unit, entry) for unit in given]
    if get.get("price") is not None:
        return sum(max(0, base - fen(get["price"])) for base in bases)
    if get.get("amount") is not None:
        return sum(min(base, fen(get["amount"])) for base in bases)
    return share_of(get.get("percent") or usual_percent, sum(bases), world.rounding)


def _nth_unit(world: World, offer: Doc, entry: State, free: Sequence[Unit]) -> Iterator[Way]:
    eligible = [unit for unit in free if matches(goods_of(offer), unit)]
    for used in combinations(eligible, offer["get"]["n"]):
        yield used, _reduced(world, offer, entry, cheapest_first(used, offer, entry)[:1], "50")


def _cheapest_free(world: World, offer: Doc, entry: State, free: Sequence[Unit]) -> Iterator[Way]:
    get = offer["get"]
    eligible = [unit for unit in free if matches(goods_of(offer), unit)]
    for used in combinations(eligible, get["group"]):
        given = cheapest_first(used, offer, entry)[: get.get("free", 1)]
        yield used, _reduced(world, offer, entry, given, "100")


def _buy_get(world: World, offer: Doc, entry: State, free: Sequence[Unit]) -> Iterator[Way]:
    get = offer["get"]
    buyable = [unit for unit in free if matches(get.get("buy_goods", {}), unit)]
    gettable = [unit for unit in free if matches(get.get("get_goods", {}), unit)]
    for bought in combinations(buyable, get["buy_pieces"]):
        for given in combinations([unit for unit in gettable if unit not in bought], get["get_pieces"]):
            if _gives_the_cheapest(bought, given, buyable, gettable, offer, entry):
                yield bought + given, _reduced(world, offer, entry, given, "100")


def _gives_the_cheapest(
    bought: Sequence[Unit], given: Sequence[Unit], buyable: Sequence[Unit], gettable: Sequence[Unit], offer: Doc,
    entry: State,
) -> bool:  # fmt: skip
    """Of the units that could be bought as well as given, the cheapest ones are given."""
    both = [unit for unit in (*bought, *given) if unit in buyable and unit in gettable]
    given_of_both = [unit for unit in both if unit in given]
    return set(given_of_both) == set(cheapest_first(both, offer, entry)[: len(given_of_both)])


def _bundle(world: World, offer: Doc, entry: State, free: Sequence[Unit]) -> Iterator[Way]:
    get = offer["get"]
    seen: set[frozenset[int]] = set()
    for used in _filled(get["groups"], free):
        together = frozenset(unit.at for unit in used)
        if together in seen:
            continue
        seen.add(together)
        total = sum(base_of(offer, unit, entry) for unit in used)
        if get.get("price") is not None:
            yield used, max(0, total - fen(get["price"]))
        elif get.get("amount") is not None:
            yield used, min(total, fen(get["amount"]))
        else:
            yield used, share_of(get["percent"], total, world.rounding)


def _filled(groups: Sequence[Doc], free: Sequence[Unit]) -> Iterator[tuple[Unit, ...]]:
    if not groups:
        yield ()
        return
    first, *others = groups
    eligible = [unit for unit in free if matches(first.get("goods", {}), unit)]
    for chosen in combinations(eligible, first.get("pieces", 1)):
        for rest in _filled(others, [unit for unit in free if unit not in chosen]):
            yield chosen + rest


def _add_on(world: World, offer: Doc, entry: State, free: Sequence[Unit]) -> Iterator[Way]:
    get = offer["get"]
    eligible = [unit for unit in free if matches(get.get("goods", {}), unit)]
    for used in combinations(eligible, get.get("pieces", 1)):
        yield used, sum(max(0, base_of(offer, unit, entry) - fen(get["price"])) for unit in used)
