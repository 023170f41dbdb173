"""An answer of the engine in the words of the brute force, and whether the two agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.offers.brute_force import Best
from tests.offers.brute_world import fen

Json = Mapping[str, Any]
Price = Callable[[Json], Json]


@dataclass(frozen=True)
class Said:
    """What an answer says of the winning combination."""

    total: int
    offers: tuple[str, ...]
    coupons: tuple[str, ...]
    allocation: tuple


def said(request: Json, answer: Json) -> Said:
    rows = request["basket"]
    units = []
    for unit in answer["units"]:
        row = rows[unit["line"] - 1]
        offs = sorted((taking["offer"], fen(taking["off"])) for taking in unit["takings"] if fen(taking["off"]))
        units += [(row["sku"], fen(row["price"]), *offs)] * unit["pieces"]
    return Said(
        total=fen(answer["total"]),
        offers=tuple(sorted(one["offer"] for one in answer["applied"])),
        coupons=tuple(sorted(answer["coupons_used"])),
        allocation=tuple(sorted(units)),
    )


def disagreement(found: Said, right: Best) -> str:
    """The first thing in which an answer is not the best legal combination; empty where it is."""
    if found.total != right.total:
        return f"total {found.total}, the best is {right.total} by {right.offers}"
    if found.offers != right.offers:
        return f"offers {found.offers}, the first of equals are {right.offers}"
    if found.coupons != right.coupons:
        return f"coupons {found.coupons}, the first of equals are {right.coupons}"
    if found.allocation not in right.allocations:
        return f"no legal combination lies like this: {found.allocation}"
    return ""
