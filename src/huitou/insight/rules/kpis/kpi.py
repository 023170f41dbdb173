"""What a KPI is: a question, a unit, a grain, and the SQL that answers it for many periods and stores at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    MONEY = "money"
    COUNT = "count"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of the chain. Texts are English; doors translate them.

    `sql` reads `visits` (one row per receipt: receipt_id, store_id, member_id, business_date, kind, net_fen) and
    `periods` (period, starts_on, ends_on), and writes one row per period and store and, with store_id NULL, per
    period: period, starts_on, ends_on, store_id, numerator, denominator.
    """

    name: str
    title: str
    question: str
    unit: Unit
    numerator: str
    denominator: str | None
    caveat: str
    good_direction: int
    sql: str


GROUPS = "GROUP BY GROUPING SETS ((period, starts_on, ends_on, store_id), (period, starts_on, ends_on))"


def over_visits(numerator: str, denominator: str = "NULL") -> str:
    """SQL of a KPI whose parts are sums over the receipts inside the period."""
    return (
        f"SELECT period, starts_on, ends_on, store_id, coalesce({numerator}, 0)::BIGINT AS numerator, "
        f"({denominator})::BIGINT AS denominator "
        f"FROM visits JOIN periods ON business_date BETWEEN starts_on AND ends_on {GROUPS}"
    )


def over_members(numerator: str, denominator: str, having: str = "true") -> str:
    """SQL of a KPI that first looks at each member: the parts see `days` (distinct days with a sale) per member."""
    return f"""
WITH in_period AS (
    SELECT DISTINCT period, starts_on, ends_on, store_id, member_id, business_date
    FROM visits JOIN periods ON business_date BETWEEN starts_on AND ends_on
    WHERE kind = 'sale' AND member_id IS NOT NULL
), per_member AS (
    SELECT period, starts_on, ends_on, store_id, member_id, count(DISTINCT business_date) AS days
    FROM in_period
    GROUP BY GROUPING SETS ((period, starts_on, ends_on, store_id, member_id), (period, starts_on, ends_on, member_id))
    HAVING {having}
)
SELECT period, starts_on, ends_on, store_id, ({numerator})::BIGINT AS numerator, ({denominator})::BIGINT AS denominator
FROM per_member GROUP BY period, starts_on, ends_on, store_id
"""
