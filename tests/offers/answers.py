"""An answer of the engine in the words of the brute force, and whether the two agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.offers.brute_force import Allocation, Best
from tests.offers.brute_world import fen

Json = Mapping[str, Any]
Price = Callable[[Json], Json]


@dataclass(frozen=True)
class Said:
    """What an answer says of the winning combination."""

    total: int
    offers: tuple[str, ...]
    coupons: tuple[str, ...]
    allocation: Allocation
    at_most_better: int = 0
    """What a better combination could save at most, as the answer says."""
    first_of_equals: bool = True
    """The answer says so; else it promises nothing of the tie."""


def said(request: Json, answer: Json) -> Said:
    units, taken = [], Counter()
    for unit in answer["units"]:
        row = request["basket"][unit["line"] - 1]
        kind = row["sku"], fen(row["price"])
        units += [(*kind, fen(unit["after"]))] * unit["pieces"]
        for taking in unit["takings"]:
            if fen(taking["off"]):
                taken[*kind, taking["offer"]] += fen(taking["off"]) * unit["pieces"]
    return Said(
        total=fen(answer["total"]),
        offers=tuple(sorted(one["offer"] for one in answer["applied"])),
        coupons=tuple(sorted(answer["coupons_used"])),
        allocation=(tuple(sorted(units)), tuple(sorted(taken.items()))),
        at_most_better=fen(answer["at_most_better"]),
        first_of_equals=answer["first_of_equals"],
    )


def disagreement(found: Said, right: Best) -> str:
    """Why an answer is no best legal combination, or not the first of them; empty where it is."""
    if right.total < found.total <= right.total + found.at_most_better:
        return f"unproven {found.total}, the best is {right.total}, at most {found.at_most_better} better was said"
    if found.total != right.total:
        return f"total {found.total}, the best is {right.total} by {right.offers}"
    alike = [lies for offers, coupons, lies in right.equals if (offers, coupons) == (found.offers, found.coupons)]
    if not any(_lies_like(found.allocation, lies) for lies in alike):
        return f"no legal combination of {found.offers} lies like this: {found.allocation}"
    if found.first_of_equals and (found.offers, found.coupons) != (right.offers, right.coupons):
        return f"tie {found.offers} {found.coupons}, the first of equals are {right.offers} {right.coupons}"
    return ""


def _lies_like(one: Allocation, other: Allocation) -> bool:
    """Each offer takes the same off the same goods; which of like units bears an odd fen is nobody's business."""
    (units, taken), (others, taken_there) = one, other
    odd = max(1, len({what[2] for what, _ in taken}))
    alike = all(
        mine[:2] == yours[:2] and abs(mine[2] - yours[2]) <= odd for mine, yours in zip(units, others, strict=True)
    )
    return taken == taken_there and alike
