"""How often the next visit falls into the interval that a member's page tells, on real shops.

`python -m benchmarks next_visit` looks at every member of each set on the evening of several days, as a page would, and
then at when they really came. Of those whose interval ends after the set does and who did not come by then nobody can
tell; they are left out and counted. Without ../shared/data beside the project it says so and measures nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median

import duckdb

from benchmarks.installation import REAL_DATA as DATA

SETS = {
    "complete_journey": "SELECT DISTINCT household_id::BIGINT AS member, transaction_timestamp::DATE AS day "
    "FROM '{data}/complete_journey/transactions.parquet'",
    "online_retail": "SELECT DISTINCT CustomerID::BIGINT AS member, InvoiceDate::DATE AS day "
    "FROM '{data}/online_retail/lines_2010_2011.parquet' WHERE CustomerID IS NOT NULL AND Quantity > 0",
    "cdnow": "SELECT DISTINCT customer_id::BIGINT AS member, date AS day FROM '{data}/cdnow/orders.parquet'",
}
LOOKS = 4
"""Days on which each set is looked at, spread over its second and third quarter."""


def run() -> None:
    if not DATA.is_dir():
        print("  no real sets beside the project: nothing is measured")
        return
    for name, query in SETS.items():
        told = list(_told(duckdb.sql(query.format(data=DATA)).fetchall()))
        judged = [one for one in told if one[0] is not None]
        inside = sum(where == 0 for where, _ in judged)
        early, late = sum(where < 0 for where, _ in judged), sum(where > 0 for where, _ in judged)
        if not judged:
            continue
        print(
            f"  {name}: {len(judged):,} expectations, {inside / len(judged):.1%} of the next visits inside "
            f"(asked: 80%), {early / len(judged):.1%} earlier, {late / len(judged):.1%} later; half of the "
            f"intervals are {median(width for _, width in judged):.0f} days or narrower; "
            f"{len(told) - len(judged):,} not known yet"
        )


def _told(rows: list[tuple[int, date]]) -> Iterator[tuple[int | None, int]]:
    """Of each expectation where the next visit fell (-1 before, 0 inside, 1 after, None: not known), and its days."""
    from huitou.insight.rules.next_visit import expected_next
    from huitou.insight.terms.person import Expected

    days: dict[int, list[date]] = {}
    for member, day in sorted(rows):
        days.setdefault(member, []).append(day)
    first, last = min(day for _, day in rows), max(day for _, day in rows)
    for look in range(LOOKS):
        as_of = first + (last - first) * (look + LOOKS) // (3 * LOOKS)
        for visits in days.values():
            known = [day for day in visits if as_of - timedelta(days=365) < day <= as_of]
            expected = expected_next(known, as_of)
            if not isinstance(expected, Expected):
                continue
            after = next((day for day in visits if day > as_of), None)
            width = (expected.latest - expected.earliest).days + 1
            if after is None:
                yield (None if expected.latest > last else 1), width
            else:
                yield (after > expected.latest) - (after < expected.earliest), width
