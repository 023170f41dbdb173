"""Every legal combination of the offers on a small basket, tried one by one.

Written from design contract 1 and the published meanings of the JSON alone: it shares no code with the engine, prunes
nothing, and is slow. `best` gives what every optimal answer must cost and use, and all allocations that reach it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from tests.offers.brute_deals import ways
from tests.offers.brute_reductions import coming_off, pickings, unit_off
from tests.offers.brute_world import (
    STAGES,
    Doc,
    State,
    World,
    fen,
    goods_of,
    half_up,
    matches,
    needs_hold,
    open_units,
    read_world,
    spread,
    subsets,
    take,
)

Allocation = tuple[tuple[tuple[str, int, int], ...], tuple[tuple[tuple[str, int, str], int], ...]]
"""What each unit costs in the end (sku, price, fen), and what each offer took off all units of a sku and price."""

TOO_MANY = 60_000
"""States of one stage; a basket beyond that is not small."""


class TooTangled(Exception):
    """The basket has more combinations than a test may try."""


@dataclass(frozen=True)
class Best:
    """What the optimum costs (fen), and which offers and coupons the first of all optimal combinations uses."""

    total: int
    offers: tuple[str, ...]
    coupons: tuple[str, ...]
    equals: frozenset[tuple[tuple[str, ...], tuple[str, ...], Allocation]]
    """All combinations that cost as little: their offers, their coupons, and how their discounts lie."""


def best(document: Doc, rounding: Callable[[Fraction], int] = half_up) -> Best:
    world = World(**{**read_world(document).__dict__, "rounding": rounding})
    ends = list(leaves(world))
    least = min(sum(state.left) for state in ends)
    return _best_of(world, [state for state in ends if sum(state.left) == least])


def greedy(document: Doc) -> Best:
    """No brute force but the fault that tests plant: in each stage whatever saves most there and then."""
    world = read_world(document)
    state = State(left=tuple(unit.first for unit in world.units))
    for stage in STAGES:
        if world.in_stage(stage):
            state = min(_STAGES[stage](world, state), key=lambda after: rank(world, after))
    return _best_of(world, [state])


def _best_of(world: World, equals: Sequence[State]) -> Best:
    total, _, _, offers, _, coupons = min(rank(world, state) for state in equals)
    found = ((rank(world, state), allocation(world, state)) for state in equals)
    return Best(total, offers, coupons, frozenset((ranks[3], ranks[5], lies) for ranks, lies in found))


def rank(world: World, state: State) -> tuple:
    """Least to pay, fewest offers, highest priorities, smallest ids; then fewest coupons, smallest ids of them."""
    used = {taking[0] for taking in state.takings}
    priorities = sorted(-offer.get("priority", 0) for offer in world.offers if offer["id"] in used)
    total = sum(state.left) + world.levies
    coupons = tuple(sorted(state.coupons))
    return total, len(used), tuple(priorities), tuple(sorted(used)), len(coupons), coupons


def allocation(world: World, state: State) -> Allocation:
    """How the discounts lie, whatever the order of lines and of like units."""
    taken: Counter[tuple[str, int, str]] = Counter()
    for offer, _, _, at, off in state.takings:
        if off:
            taken[world.units[at].row["sku"], world.units[at].shelf, offer] += off
    units = sorted((unit.row["sku"], unit.shelf, state.left[unit.at]) for unit in world.units)
    return tuple(units), tuple(sorted(taken.items()))


def leaves(world: World) -> Iterator[State]:
    """Every legal combination, at its end. An offer over the whole receipt stands alone, or is off."""
    alone = [offer for offer in world.offers if offer.get("scope") == "receipt"]
    together = tuple(offer for offer in world.offers if offer not in alone)
    for offers in [together, *((offer,) for offer in alone)]:
        yield from _run(World(world.units, offers, world.coupons, world.levies, world.rounding))


def _run(world: World) -> set[State]:
    states = {State(left=tuple(unit.first for unit in world.units))}
    for stage in STAGES:
        if world.in_stage(stage):
            states = {after for before in states for after in _STAGES[stage](world, before)}
        if len(states) > TOO_MANY:
            raise TooTangled
    return states


def _may_be_on(world: World, offer: Doc, entry: State) -> bool:
    """Its limit is not used up, its needs hold on what enters the stage, and its coupon is there."""
    used_up = offer.get("limits", {}).get("applications") == 0
    return not used_up and needs_hold(world, offer, entry) and bool(world.has_coupon(offer, entry))


def _give(world: World, offer: Doc, state: State, offs: Mapping[int, int]) -> State:
    coupons = world.has_coupon(offer, state)
    return take(state, offer, coupons[0], offs) if coupons else state


def _price(world: World, entry: State) -> Iterator[State]:
    """Of those that are on the lowest price wins on each unit; each `always` comes on top of it."""
    for on in subsets([offer for offer in world.in_stage("price") if _may_be_on(world, offer, entry)]):
        always = [offer for offer in on if offer.get("stack") == "always"]
        state = entry
        for rivals in [[offer for offer in on if offer not in always], *([offer] for offer in always)]:
            for offer, offs in _lowest_prices(world, entry, state, rivals):
                state = _give(world, offer, state, offs)
        yield state


def _lowest_prices(world: World, entry: State, state: State, rivals: Sequence[Doc]) -> list[tuple[Doc, dict[int, int]]]:
    """Largest discount first, while the offer has units and budget left."""
    budgets = [_budget_left(offer, entry) for offer in rivals]
    pairs = [
        (-unit_off(world, offer, unit, entry), unit.at, turn)
        for turn, offer in enumerate(rivals)
        for unit in open_units(world, state, offer, goods_of(offer))
    ]
    offs: list[dict[int, int]] = [{} for _ in rivals]
    taken: set[int] = set()
    for minus_off, at, turn in sorted(pairs):
        most = rivals[turn].get("limits", {}).get("units")
        off = min(-minus_off, state.left[at], budgets[turn] - sum(offs[turn].values()))
        if off > 0 and at not in taken and (most is None or len(offs[turn]) < most):
            taken.add(at)
            offs[turn][at] = off
    return list(zip(rivals, offs, strict=True))


def _deal(world: World, entry: State) -> Iterator[State]:
    offers = [offer for offer in world.in_stage("deal") if _may_be_on(world, offer, entry)]
    yield from _deals_in_turn(world, entry, entry, offers, frozenset())


def _deals_in_turn(
    world: World, entry: State, state: State, offers: list[Doc], used: frozenset[int]
) -> Iterator[State]:
    """All sets of applications of these offers, in the order of their turn."""
    if not offers:
        yield state
        return
    first, *others = offers
    yield from _deals_in_turn(world, entry, state, others, used)
    for after, own in _applications(world, entry, state, first, used, frozenset(), ()):
        now_used = used if first.get("stack") == "always" else used | own
        yield from _deals_in_turn(world, entry, after, others, now_used)


def _applications(
    world: World, entry: State, state: State, offer: Doc, used: frozenset[int], own: frozenset[int],
    after: tuple[int, ...],
) -> Iterator[tuple[State, frozenset[int]]]:  # fmt: skip
    """One application of the offer and more, each set of them once: they follow each other by their units."""
    times = offer["get"].get("times", 1) if offer["get"]["kind"] == "add_on" else None
    caps = [cap for cap in (times, offer.get("limits", {}).get("applications")) if cap is not None]
    if not world.has_coupon(offer, state) or (caps and state.applications(offer["id"]) >= min(caps)):
        return
    busy = own if offer.get("stack") == "always" else used | own
    # What a `never` deal of this stage took is shut for all, also for one that is `always`.
    free = [unit for unit in open_units(world, state, offer, {}) if unit.at not in busy]
    for units, off in ways(world, offer, entry, free):
        place = tuple(sorted(unit.at for unit in units))
        room = min(off, sum(state.left[at] for at in place), _budget_left(offer, state))
        if place < after or not room or not _units_left(offer, state, len(place)):
            continue
        ordered = sorted(units, key=lambda unit: unit.at)
        offs = spread(room, ordered, [entry.left[unit.at] for unit in ordered], state)
        done, mine = _give(world, offer, state, offs), own | frozenset(place)
        yield done, mine
        yield from _applications(world, entry, done, offer, used, mine, place)


def _units_left(offer: Doc, state: State, more: int) -> bool:
    most = offer.get("limits", {}).get("units")
    served = sum(1 for taking in state.takings if taking[0] == offer["id"])
    return most is None or served + more <= most


def _budget_left(offer: Doc, state: State) -> int:
    budget = offer.get("limits", {}).get("budget")
    spent = sum(taking[4] for taking in state.takings if taking[0] == offer["id"])
    return sum(state.left) if budget is None else fen(budget) - spent


def _item(world: World, entry: State) -> Iterator[State]:
    """Whole offers on or off in their turn; then each unit takes one of those that work unit by unit, or none."""
    offers = [offer for offer in world.in_stage("item") if _may_be_on(world, offer, entry)]
    single = [offer for offer in offers if _unit_by_unit(offer)]
    for on in subsets([offer for offer in offers if offer not in single]):
        states = {(entry, frozenset[int]())}
        for offer in on:
            states = {after for state, taken in states for after in _whole(world, entry, state, offer, taken)}
        for state, taken in states:
            for choice in _choices(world, single, taken):
                yield from _chosen(world, entry, state, single, choice)


def _whole(
    world: World, entry: State, state: State, offer: Doc, taken: frozenset[int]
) -> Iterator[tuple[State, frozenset[int]]]:
    """After an offer over a line or a lot took all that it may, and which units are taken then."""
    free = open_units(world, state, offer, goods_of(offer))
    if offer.get("stack") != "always":
        free = [unit for unit in free if unit.at not in taken]
    for units in pickings(offer, free, entry, state):
        offs = coming_off(world, offer, entry, state, units)
        yield _give(world, offer, state, offs), taken if offer.get("stack") == "always" else taken | frozenset(offs)


def _unit_by_unit(offer: Doc) -> bool:
    get, limits = offer["get"], offer.get("limits", {})
    per = get.get("per") or ("lot" if get["kind"] == "amount_off" else "unit")
    bounds = (get.get("most"), get.get("most_units"), limits.get("budget"), limits.get("units"))
    return per == "unit" and all(bound is None for bound in bounds)


def _choices(world: World, single: list[Doc], taken: frozenset[int]) -> Iterator[tuple[frozenset[str], ...]]:
    """For each unit the offers that it takes: at most one of the usual kind, and any `always` beside it."""
    of_units = []
    for unit in world.units:
        here = [offer for offer in single if unit.discountable and matches(goods_of(offer), unit)]
        always = [offer for offer in here if offer.get("stack") == "always"]
        one = [offer["id"] for offer in here if offer not in always and unit.at not in taken]
        of_units.append(
            [
                frozenset(extra["id"] for extra in extras) | ({chosen} if chosen else set())
                for extras in subsets(always)
                for chosen in ["", *one]
            ]
        )
    return product(*of_units)


def _chosen(
    world: World, entry: State, state: State, single: list[Doc], choice: tuple[frozenset[str], ...]
) -> Iterator[State]:
    """The state after this choice, if every unit may take what was chosen for it; `always` after the usual one."""
    for offer in sorted(single, key=lambda one: one.get("stack", "usual") != "usual"):
        wanted = {unit.at for unit in world.units if offer["id"] in choice[unit.at]}
        units = [unit for unit in open_units(world, state, offer, goods_of(offer)) if unit.at in wanted]
        if len(units) < len(wanted) or (wanted and not world.has_coupon(offer, state)):
            return
        state = _give(world, offer, state, coming_off(world, offer, entry, state, units))
    yield state


def _order(world: World, entry: State) -> Iterator[State]:
    """On or off; of one group at most so many. All of them reckon with the amounts that entered the stage."""
    for on in subsets([offer for offer in world.in_stage("order") if _may_be_on(world, offer, entry)]):
        grouped = [offer for offer in on if offer.get("group") and offer.get("stack") != "always"]
        names = [offer["group"] for offer in grouped]
        if any(names.count(offer["group"]) > offer.get("group_most", 1) for offer in grouped):
            continue
        states = {entry}
        for offer in on:
            states = {
                _give(world, offer, state, coming_off(world, offer, entry, state, units))
                for state in states
                for units in pickings(offer, open_units(world, state, offer, goods_of(offer)), entry, state)
            }
        yield from states


def _coupon(world: World, entry: State) -> Iterator[State]:
    """Each presented coupon used or not, in its turn, on what is left."""
    states = {entry}
    for offer in world.in_stage("coupon"):
        for coupon in world.coupons:
            if coupon["kind"] == offer["valid"]["coupon"]:
                states |= {after for state in states for after in _use(world, offer, coupon["id"], state)}
    yield from states


def _use(world: World, offer: Doc, coupon: str, state: State) -> Iterator[State]:
    most = offer.get("limits", {}).get("applications")
    full = most is not None and state.applications(offer["id"]) >= most
    if full or coupon in state.coupons or not needs_hold(world, offer, state):
        return
    for units in pickings(offer, open_units(world, state, offer, goods_of(offer)), state, state):
        yield take(state, offer, coupon, coming_off(world, offer, state, state, units))


_STAGES: dict[str, Callable[[World, State], Iterator[State]]] = {
    "price": _price,
    "deal": _deal,
    "item": _item,
    "order": _order,
    "coupon": _coupon,
}
