"""What can be said of members beside the conditions of a segment, counted for those in it and for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from huitou.members.terms import staged_sql
from huitou.segments.rules.leaves.attribute import age_sql
from huitou.segments.store.crowd import Bits, Crowd

WEEKS = 13
WEEKLY = 9
"""Who bought in so many of the last 13 weeks buys it weekly."""
AGES = ((0, 29), (30, 44), (45, 59), (60, 200))


@dataclass(frozen=True, slots=True)
class Trait:
    """A trait by kind and value, how many in the segment have it, and how many of all. `known` and `known_all`: of how
    many it is known, one way or the other."""

    kind: str
    value: str
    here: int
    all: int
    known: int
    known_all: int


def counted(crowd: Crowd, bits: Bits) -> list[Trait]:
    """Every trait that somebody has."""
    _lay_chosen(crowd, crowd.ids(bits))
    here = bits.bit_count()
    found = [
        Trait(kind, str(value), *map(int, counts), here, crowd.members)
        for kind, value, *counts in crowd.rows(_bought_sql(crowd))
    ]
    for kind, value_sql, known_sql in _of_the_person(crowd):
        ((known, known_all),) = crowd.rows(
            f"SELECT count(*) FILTER (chosen IS NOT NULL), count(*) FROM {_PEOPLE} WHERE {known_sql}"
        )
        found += [
            Trait(kind, str(value), int(of_here), int(of_all), int(known), int(known_all))
            for value, of_here, of_all in crowd.rows(
                f"SELECT {value_sql} AS value, count(*) FILTER (chosen IS NOT NULL), count(*) FROM {_PEOPLE} "
                f"WHERE {known_sql} GROUP BY 1 ORDER BY 1"
            )
        ]
    return found


_PEOPLE = "people LEFT JOIN (SELECT member_id, true AS chosen FROM chosen) USING (member_id)"


def _lay_chosen(crowd: Crowd, ids: Iterable[int]) -> None:
    crowd.session.register("chosen", pa.table({"member_id": pa.array(list(ids), pa.int64())}))


def _bought_sql(crowd: Crowd) -> str:
    """Categories of the first two levels, bought at all and weekly, and the channels, in the last 13 weeks."""
    day = f"DATE '{crowd.moment.today}'"
    recent = f"kind = 'sale' AND member_id IS NOT NULL AND business_date > {day} - {7 * WEEKS}"
    counts = "count(*) FILTER (chosen IS NOT NULL), count(*)"
    return f"""
WITH weeks AS (
    SELECT DISTINCT member_id, category, ({day} - business_date) // 7 AS week FROM baskets_until WHERE {recent}
), paths AS (
    SELECT DISTINCT member_id, split_part(category, '/', 1) AS path, week FROM weeks
    UNION ALL
    SELECT DISTINCT member_id, split_part(category, '/', 1) || '/' || split_part(category, '/', 2), week FROM weeks
    WHERE contains(category, '/')
), habits AS (
    SELECT path, member_id, count(*) AS weeks FROM paths WHERE path <> '' GROUP BY ALL
)
SELECT 'bought', path, {counts} FROM habits JOIN {_PEOPLE} USING (member_id) GROUP BY 2
UNION ALL
SELECT 'weekly', path, {counts} FROM habits JOIN {_PEOPLE} USING (member_id) WHERE weeks >= {WEEKLY} GROUP BY 2
UNION ALL
SELECT 'channel', channel, {counts}
FROM (SELECT DISTINCT member_id, channel FROM visits_until WHERE {recent}) JOIN {_PEOPLE} USING (member_id) GROUP BY 2
"""


def _of_the_person(crowd: Crowd) -> Sequence[tuple[str, str, str]]:
    """(kind, SQL of the value, SQL of those of whom it is known)."""
    age = age_sql(crowd.moment.today)
    bands = " ".join(f"WHEN {age} <= {last} THEN '{first}-{last}'" for first, last in AGES)
    stage = staged_sql(crowd.moment.today, crowd.moment.dormant_months)
    return (
        ("sex", "sex", "sex <> ''"),
        ("age", f"CASE {bands} END", "birthday IS NOT NULL"),
        ("household", "least(household_size, 5)", "household_size IS NOT NULL"),
        ("layer", "layer", "layer <> ''"),
        ("stage", stage, "last_purchase_on IS NOT NULL"),
    )


def sampled(crowd: Crowd, bits: Bits, seed: int, most: int) -> list[int]:
    """So many members of these, drawn by the seed; the same seed draws the same."""
    _lay_chosen(crowd, crowd.ids(bits))
    drawn = f"SELECT member_id FROM chosen ORDER BY md5('{int(seed)}:' || member_id), member_id LIMIT {int(most)}"
    found: list[Any] = crowd.rows(drawn)
    return [int(row[0]) for row in found]
