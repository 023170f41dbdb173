"""Data quality as it was counted day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from huitou.kernel.measured import Measured


def keep(day: date, found: Sequence[Measured]) -> None:
    """Replace what is kept of this day."""
    rows = [(day, one.about, one.source, one.measure, one.of, one.good) for one in found]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_quality WHERE day = %s", [day])
        cursor.executemany(
            'INSERT INTO insight_quality (day, about, source, measure, "of", good) VALUES (%s, %s, %s, %s, %s, %s)',
            rows,
        )


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_quality")


def kept(since: date) -> list[tuple[date, Measured]]:
    """What is kept from this day on, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT day, about, source, measure, "of", good FROM insight_quality WHERE day >= %s '
            "ORDER BY day, about, source, id",
            [since],
        )
        return [(day, Measured(*row)) for day, *row in cursor.fetchall()]
