"""The policies where peers contradict each other, or us: ADR 14 says which one is chosen and why.

A difference is put under a policy by what it looks like, never by the name of a case; one that looks like none of them
is a gap, and a test lets no gap through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from itertools import combinations, product
from math import prod
from typing import Any

from huitou.kernel.errors import HuitouError
from tests.peers.observations import agrees, observe
from tests.peers.promotions import TENDERS
from tests.peers.reading import Case, NotReadable
from tests.peers.seen import Seen

_FEW = 6
"""Promotions whose subsets are all tried."""
_FEW_WAYS = 200
"""Ways to keep some of the pieces that are all tried."""


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


def policy_of(seen: Seen, name: str, theirs: Any, ours: Any) -> Policy | None:
    """The policy that this difference comes from, or None."""
    for policy, looks_like in _SIGNS.items():
        if looks_like(seen, name, theirs, ours):
            return policy
    return None


def policy_of_refusal(case: Case, refusal: HuitouError) -> Policy | None:
    """The policy under which our engine refuses what the peer prices."""
    negative = any(line.unit_price < 0 or line.pieces < 0 for line in case.lines)
    return Policy.NO_NEGATIVE if negative else None


def _pays_with_points_or_cards(seen: Seen, name: str, theirs: Any, ours: Any) -> bool:
    kinds = {one.get("reward", {}).get("type") for one in seen.case.promotions}
    told = name in ("discount_total", "points_earned", "per_line", "per_promotion", "total_after")
    return bool(kinds & set(TENDERS)) and told


def _spread_by_value(seen: Seen, name: str, theirs: Any, ours: Any) -> bool:
    """Two amounts share goods, and the peer moves the shared one to where the other takes nothing."""
    amounts = [one for one in seen.case.promotions if one.get("reward", {}).get("type") == "amount"]
    overlapping = len(amounts) > 1 and any(isinstance(one["reward"].get("scope"), Mapping) for one in amounts)
    return overlapping and name == "total_after" and bool(theirs < ours)


def _earns_on_what_is_paid(seen: Seen, name: str, theirs: Any, ours: Any) -> bool:
    """The peer's points are those of the undiscounted price."""
    undiscounted = seen.under(lambda at, one: "earn" in one)
    return name.startswith("points") and undiscounted.due > seen.due and _same(undiscounted, name, theirs)


def _deal_on_all_units(seen: Seen, name: str, theirs: Any, ours: Any) -> bool:
    """The same discount, which the peer puts on the given units alone and we on the bought ones too."""
    if not seen.has_stage("deal") or not name.startswith(("per_line", "line_totals")):
        return False
    return _are_amounts(theirs) and sum(theirs) == sum(ours)


def _other_remainder(seen: Seen, name: str, theirs: Any, ours: Any) -> bool:
    """The same whole over the same lines, each part at most one minor unit away."""
    if not name.startswith("per_line") or not _are_amounts(theirs) or len(theirs) != len(ours):
        return False
    return sum(theirs) == sum(ours) and _within(seen, theirs, ours)


def _other_rounding(seen: Seen, name: str, theirs: Any, ours: Any) -> bool:
    """What the peer says is ours with percents rounded over other parts, or one minor unit away in all."""
    if any(_same(seen.rounded(per), name, theirs) for per in ("unit", "line", "lot")):
        return True
    return isinstance(theirs, Decimal) and "points" not in name and _minor(seen, theirs - ours) <= 1


def _better_for_the_customer(seen: Seen, name: str, theirs: Any, ours: Any) -> bool:
    """What the peer says is legal for us too, and ours costs the customer less.

    Legal is shown, not taken for granted: some of the promotions alone, or deals on some of the pieces alone, make our
    engine say what the peer says.
    """
    if name.startswith("points"):
        return False
    if any(_same(one, name, theirs) and one.due > seen.due for one in _under_some(seen)):
        return True
    return name == "discount_total" and any(_same(one, name, theirs) for one in _of_some_pieces(seen))


def _same(seen: Seen, name: str, theirs: Any) -> bool:
    try:
        return agrees(name, theirs, observe(seen, name))
    except NotReadable:
        return False


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


def _are_amounts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, (int, Decimal)) for part in value)


def _within(seen: Seen, theirs: list[Any], ours: list[Any]) -> bool:
    return all(_minor(seen, one - other) <= 1 for one, other in zip(theirs, ours, strict=True))


def _minor(seen: Seen, amount: Decimal) -> Decimal:
    return abs(seen.case.minor(Decimal(amount)))


_SIGNS: dict[Policy, Callable[[Seen, str, Any, Any], bool]] = {
    Policy.PAYMENTS: _pays_with_points_or_cards,
    Policy.BY_VALUE: _spread_by_value,
    Policy.ON_WHAT_IS_PAID: _earns_on_what_is_paid,
    Policy.DEAL_SPREAD: _deal_on_all_units,
    Policy.REMAINDER: _other_remainder,
    Policy.ROUNDED_ONCE: _other_rounding,
    Policy.BEST: _better_for_the_customer,
}
