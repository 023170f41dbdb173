"""The policies where peers contradict each other, or us: ADR 14 says which one is chosen and why.

A difference is put under a policy only where the peer's own rule is followed and gives the peer's figure, to the last
digit: never because it is small, and never by the name of a case or of its goods. What no rule explains is a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN
from enum import StrEnum
from itertools import combinations, product
from math import prod
from typing import Any

from huitou.kernel.errors import HuitouError
from tests.peers.beside import as_discounts
from tests.peers.observations import agrees, observe
from tests.peers.reading import Case, NotReadable
from tests.peers.rules_of_peers import moved_to_room, on_given_units, on_last_line, rounded, taxed_on_rounded_net
from tests.peers.seen import Seen

_FEW = 6
"""Promotions whose subsets are all tried."""
_FEW_WAYS = 200
"""Ways to keep some of the pieces that are all tried."""

Differing = Mapping[str, Any]
"""What the peer asserts, by name, and we do not say."""


class Policy(StrEnum):
    """Each is a heading of docs/adr/0014-where-peers-disagree.md."""

    BEST = "the best legal combination, not the listed one"
    REMAINDER = "largest remainder, not the last line"
    ROUNDED_ONCE = "the discount is rounded once, half away from zero"
    PAYMENTS = "tenders are payments"
    BY_VALUE = "an amount over several goods is spread by value"
    ON_WHAT_IS_PAID = "points are earned on what is paid"
    NO_NEGATIVE = "no price is below zero"
    DEAL_SPREAD = "a deal's discount lies on all of its units"


def policies_of(seen: Seen, differing: Differing) -> tuple[Policy, ...]:
    """The policies that these differences come from: one for all, else one for each; none where one is unexplained."""
    for policy, explains in _EXPLAINS.items():
        if explains(seen, differing):
            return (policy,)
    found: list[Policy] = []
    for name, theirs in differing.items():
        mine = [policy for policy, explains in _EXPLAINS.items() if explains(seen, {name: theirs})]
        if not mine:
            return ()
        found.append(mine[0])
    return tuple(dict.fromkeys(found))


def policy_of_refusal(case: Case, refusal: HuitouError) -> Policy | None:
    """The policy under which our engine refuses what the peer prices."""
    negative = any(line.unit_price < 0 or line.pieces < 0 for line in case.lines)
    return Policy.NO_NEGATIVE if negative and refusal.code == "price_out_of_range" else None


def _say(one: Seen, asserted: Differing) -> bool:
    """Whether we say all of this there; an assertion that we have no word for says nothing."""
    said = 0
    for name, theirs in asserted.items():
        try:
            if not agrees(name, theirs, observe(one, name)):
                return False
        except NotReadable:
            continue
        except HuitouError:
            return False
        said += 1
    return said > 0


def _payments(seen: Seen, differing: Differing) -> bool:
    """With its payments as discounts, in their listed turn, the engine says what the peer says."""
    promotions = as_discounts(seen.case)
    if promotions == seen.case.promotions:
        return False
    other = seen.varied(promotions=promotions)
    return all(_say(other, {name: theirs}) or on_last_line(other, name, theirs) for name, theirs in differing.items())


def _by_value(seen: Seen, differing: Differing) -> bool:
    """Every amount moved to the goods where the others leave room, the peer's totals come out."""
    totals = moved_to_room(seen.case)
    return totals is not None and all(name == "total_after" and theirs == totals for name, theirs in differing.items())


def _on_what_is_paid(seen: Seen, differing: Differing) -> bool:
    """The peer's points are those of the undiscounted price."""
    undiscounted = seen.under(lambda at, one: "earn" in one)
    points = all(name.startswith("points") for name in differing)
    return points and undiscounted.due > seen.due and _say(undiscounted, differing)


def _deal_spread(seen: Seen, differing: Differing) -> bool:
    return all(on_given_units(seen, name, theirs) for name, theirs in differing.items())


def _remainder(seen: Seen, differing: Differing) -> bool:
    return all(on_last_line(seen, name, theirs) for name, theirs in differing.items())


def _rounded_once(seen: Seen, differing: Differing) -> bool:
    """Rounded over other parts, down at the half, or on the way to the tax, our exact discount is the peer's."""
    if any(_say(seen.rounded(per), differing) for per in ("unit", "line", "lot")):
        return True
    exact = seen.exact()
    if exact is None:
        return False
    for rule in (ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_DOWN):
        if all(rounded(exact, name, rule) == theirs for name, theirs in differing.items()):
            return True
    return all(name == "total_after" and taxed_on_rounded_net(exact) == theirs for name, theirs in differing.items())


def _best(seen: Seen, differing: Differing) -> bool:
    """What the peer says is legal for us too, and ours costs the customer less.

    Legal is shown, not taken for granted: under some of the promotions alone, or with deals on some of the pieces
    alone, our engine says all that the peer says.
    """
    if any(one.due > seen.due and _say(one, seen.case.expected) for one in _under_some(seen)):
        return True
    if set(differing) != {"discount_total"} or not differing["discount_total"] < observe(seen, "discount_total"):
        return False
    return any(_say(one, differing) for one in _of_some_pieces(seen))


def _under_some(seen: Seen) -> Iterator[Seen]:
    """The case under some of its promotions, but not none; nothing where there are many."""
    promotions = seen.case.promotions
    if len(promotions) <= _FEW:
        for size in range(1, len(promotions)):
            for listed in combinations(promotions, size):
                yield seen.varied(promotions=listed)


def _of_some_pieces(seen: Seen) -> Iterator[Seen]:
    """The case with fewer pieces of its lines: the pieces that a deal is made of."""
    lines = seen.case.lines
    if seen.has_stage("deal") and prod(line.pieces + 1 for line in lines) <= _FEW_WAYS:
        for counts in product(*(range(line.pieces + 1) for line in lines)):
            kept = (replace(line, pieces=count) for line, count in zip(lines, counts, strict=True) if count)
            yield seen.varied(lines=tuple(kept))


_EXPLAINS: dict[Policy, Callable[[Seen, Differing], bool]] = {
    Policy.PAYMENTS: _payments,
    Policy.BY_VALUE: _by_value,
    Policy.ON_WHAT_IS_PAID: _on_what_is_paid,
    Policy.DEAL_SPREAD: _deal_spread,
    Policy.REMAINDER: _remainder,
    Policy.ROUNDED_ONCE: _rounded_once,
    Policy.BEST: _best,
}
