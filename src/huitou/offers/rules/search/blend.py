"""The ways of all components together: which amounts can enter the order stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from huitou.offers.rules.search.ready import Ready, Unit

MOST_STATES = 30_000
"""Beyond so many the search gives up its proof."""

Units = tuple[Unit, ...]


class State(NamedTuple):
    """Some components' units as they leave the item stage."""

    total: int
    units: Units
    rank: tuple[object, ...]


def left_ways(of_units: Sequence[Sequence[Unit]], from_: int, most: int) -> Iterator[tuple[int, Units]]:
    """Every way in which units can leave, given the choices of each (best first), for `from_` to `most` together.

    Like units are interchangeable: only how many make which choice counts.
    """
    alike = Counter(tuple(options) for options in of_units)
    groups = sorted(alike.items(), key=lambda group: len(group[0]))
    least, dearest = [0] * (len(groups) + 1), [0] * (len(groups) + 1)
    for number in range(len(groups) - 1, -1, -1):
        options, count = groups[number]
        least[number] = least[number + 1] + options[0].amount * count
        dearest[number] = dearest[number + 1] + max(unit.amount for unit in options) * count

    def go(number: int, option: int, left: int, total: int, units: Units) -> Iterator[tuple[int, Units]]:
        if number == len(groups):
            if total >= from_:
                yield total, units
            return
        options, _ = groups[number]
        if left == 0:
            following = groups[number + 1][1] if number + 1 < len(groups) else 0
            yield from go(number + 1, 0, following, total, units)
            return
        if total + options[option].amount * left + least[number + 1] > most:
            return
        if total + options[-1].amount * left + dearest[number + 1] < from_:
            return
        if option == len(options) - 1:
            yield from go(number, option, 0, total + options[option].amount * left, units + (options[option],) * left)
            return
        for take in range(left, -1, -1):
            chosen = options[option]
            yield from go(
                number,
                option + 1 if take < left else option,
                left - take,
                total + chosen.amount * take,
                units + (chosen,) * take,
            )

    yield from go(0, 0, groups[0][1] if groups else 0, 0, ())


def blend(
    ways: Sequence[Sequence[tuple[int, Units]]],
    window: tuple[int, int],
    alike: Callable[[Units], object],
    rank: Callable[[Units], tuple[object, ...]],
    out_of_time: Callable[[], bool],
) -> tuple[list[State], bool]:
    """One way of every component, in the window together; of states that are `alike` the best by `rank` stays.

    The states by what they cost, and whether these are all.
    """
    order = sorted(range(len(ways)), key=lambda number: len(ways[number]))
    from_, most = window
    least, dearest = [0] * (len(order) + 1), [0] * (len(order) + 1)
    for position in range(len(order) - 1, -1, -1):
        totals = [total for total, _ in ways[order[position]]]
        least[position] = least[position + 1] + min(totals)
        dearest[position] = dearest[position + 1] + max(totals)
    states = [State(0, (), rank(()))]
    for position, number in enumerate(order):
        if len(ways[number]) == 1:  # no choice: nothing to tell apart, and nothing that could make two states alike
            ((more, units),) = ways[number]
            states = [
                State(state.total + more, state.units + units, state.rank)
                for state in states
                if from_ - dearest[position + 1] <= state.total + more <= most - least[position + 1]
            ]
            continue
        merged: dict[object, State] = {}
        for state in states:
            if out_of_time():
                return [], False
            for tried, (more, units) in enumerate(ways[number]):
                if tried & 63 == 63 and out_of_time():
                    return [], False
                total = state.total + more
                if total + least[position + 1] > most or total + dearest[position + 1] < from_:
                    continue
                joined = state.units + units
                key = alike(joined)
                new = State(total, joined, rank(joined))
                if key not in merged or new.rank < merged[key].rank:
                    merged[key] = new
            if len(merged) > MOST_STATES:
                return [], False
        states = list(merged.values())
    return sorted(states, key=lambda state: state.total), True


def rank_by(
    offers: dict[int, Ready], rank_of: Callable[[Sequence[Ready]], tuple[object, ...]]
) -> Callable[[Units], tuple[object, ...]]:
    """Rank units by the offers that took something off them."""

    def rank(units: Units) -> tuple[object, ...]:
        places = sorted({took.place for unit in units for took in unit.takings})
        return rank_of([offers[place] for place in places])

    return rank
