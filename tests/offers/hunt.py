"""The engine against the brute force: `python -m tests.offers.hunt SEED [EXAMPLES UNITS OFFERS COUNTED]`.

With COUNTED 1 bundles at a price are counted and never listed, as they are in baskets too large for the brute force.

Prints the smallest request of each kind of disagreement as JSON.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from huitou.offers.rules.search import unlisted
from huitou.offers.service import price_json
from tests.offers.answers import disagreement, said
from tests.offers.brute_force import TooTangled, best
from tests.offers.strategies import requests


def main(seed_: int, examples: int = 500, units: int = 6, offers: int = 4, counted: int = 0) -> int:
    if counted:
        unlisted.LISTED_AT_MOST = -1
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
    @given(requests(units, offers))
    def hunt(request: dict[str, Any]) -> None:
        try:
            right = best(request)
        except TooTangled:
            counts["too tangled"] += 1
            return
        wrong = disagreement(said(request, price_json(request)), right)
        kind = wrong.split(" ")[0] or "agrees"
        counts[kind] += 1
        if wrong and kind != "unproven":
            text = json.dumps(request, ensure_ascii=False)
            smallest[kind] = min(smallest.get(kind, (len(text), wrong, text)), (len(text), wrong, text))

    hunt()
    for _, wrong, text in smallest.values():
        sys.stdout.write(f"{wrong}\n{text}\n")
    sys.stdout.write(f"{dict(counts)}\n")
    return 1 if smallest else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
