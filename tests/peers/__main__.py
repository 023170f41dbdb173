"""`python -m tests.peers FILE`: what the peers asserted, and what we say."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from huitou.offers.service import price_json
from tests.peers.report import judge_file


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("Name one file of cases: python -m tests.peers FILE\n")
        return 2
    try:
        verdicts = list(judge_file(Path(arguments[0]), price_json))
    except (OSError, ValueError, TypeError, KeyError) as unfit:
        sys.stderr.write(f"{arguments[0]} is no file of cases: {type(unfit).__name__}: {unfit}\n")
        return 2
    counts: Counter[str] = Counter()
    for verdict in verdicts:
        counts[verdict.outcome] += 1
        unexplained = " [unexplained]" if verdict.outcome == "different" else ""
        policy = f" [{'; '.join(verdict.policies)}]" if verdict.policies else unexplained
        reason = f": {verdict.reason}" if verdict.reason else ""
        sys.stdout.write(f"{verdict.case} ({verdict.reliability}) {verdict.outcome}{policy}{reason}\n")
    said = (f"{counts[outcome]} {outcome}" for outcome in ("equal", "different", "not expressible"))
    sys.stdout.write(", ".join(said) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
