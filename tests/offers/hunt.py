"""The engine against the brute force: `python -m tests.offers.hunt SEED [EXAMPLES UNITS OFFERS COUNTED]`.

Half of the baskets are those of the properties, half look for trouble. With COUNTED 1 bundles at a price are counted
and never listed, single deals grouped, and all sets of prices bounded at once, as in baskets too large for the brute
force. Each basket is priced without a clock, with and
without the search for the first of equals, and three times with a clock that ends the search early: what is called
proven is the best, and what is said of the others, how much better the best could be, is true.

Prints the smallest request of each kind of disagreement as JSON.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import count
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from huitou.offers.rules.search import cheapest, unlisted
from huitou.offers.rules.search.equals import Equals
from huitou.offers.service import price_json
from tests.offers.answers import disagreement, said
from tests.offers.brute_force import Best, TooTangled, best
from tests.offers.strategies import requests
from tests.offers.wide_strategies import wide_requests

CUT_SHORT = (0, 2, 8)
"""Milliseconds of a clock of which each look takes a tenth of one."""


def main(seed_: int, examples: int = 500, units: int = 6, offers: int = 4, counted: int = 0) -> int:
    if counted:
        unlisted.LISTED_AT_MOST = -1
        cheapest.LOOKED_AT_ONCE = 0
    counts: Counter[str] = Counter()
    smallest: dict[str, tuple[int, str, str]] = {}

    @seed(seed_)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(requests(units, offers), wide_requests(units, offers)))
    def hunt(request: dict[str, Any]) -> None:
        try:
            right = best(request)
        except TooTangled:
            counts["too tangled"] += 1
            return
        for kind, wrong in _verdicts(request, right):
            counts[kind] += 1
            if wrong:
                text = json.dumps(request, ensure_ascii=False)
                smallest[kind] = min(smallest.get(kind, (len(text), wrong, text)), (len(text), wrong, text))

    hunt()
    for _, wrong, text in smallest.values():
        sys.stdout.write(f"{wrong}\n{text}\n")
    sys.stdout.write(f"{dict(counts)}\n")
    return 1 if smallest else 0


def _verdicts(request: dict[str, Any], right: Best) -> list[tuple[str, str]]:
    """(kind, what is wrong) for the answer without a clock, and for those that were cut short."""
    answer = price_json(request)
    wrong = disagreement(said(request, answer), right)
    kind = wrong.split(" ")[0] or ("agrees" if answer["optimal"] else "agrees, unproven")
    found = [(kind, "" if kind == "unproven" else wrong)]
    with patch.object(Equals, "first", lambda equals: equals.best):
        # Where equals are looked for, the basket is priced again with fewer offers, which can hide what was not tried.
        alone = said(request, price_json(request))
    if not right.total <= alone.total <= right.total + alone.at_most_better:
        found.append(("once", f"once {alone.total}, the best is {right.total} by {right.offers}"))
    for milliseconds in CUT_SHORT:
        ticks = count()
        answer = price_json(request, clock=lambda: next(ticks) * 100_000, deadline_ms=milliseconds)  # noqa: B023
        short = said(request, answer)
        wrong = ""
        if not right.total <= short.total <= right.total + short.at_most_better:
            told = f"{short.total}, at most {short.at_most_better} better; the best is {right.total}"
            wrong = f"bound {told}; {milliseconds} ms"
        found.append(("a false bound" if wrong else "cut short", wrong))
    return found


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
