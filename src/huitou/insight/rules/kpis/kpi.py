"""What a KPI is: a question, a unit, a grain, and the SQL that answers it for many periods and cuts at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    MONEY = "money"
    COUNT = "count"
    RATE = "rate"
    NUMBER = "number"
    """A mean that is no whole number: pieces a basket."""
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of the chain. Texts are English; doors translate them.

    `sql` reads `periods` (period, starts_on, ends_on), `period_days` (the same with each business_date inside),
    `quarter_days` (with each business_date of the quarter that ends three months before, and its last day:
    quarter_ends_on), and one of three tables: `day_sums` (a row per cut and day: net_fen, sale_fen, sales, items,
    member_fen, digital_fen), `member_days` (a row per cut, member and day with a sale, with the days before and after:
    previous_on, next_on) and `gaps` (how many members per cut, business_date and next_on). It writes one row per period
    and cut: period, starts_on, ends_on, cut, numerator, denominator. The cut is the store, layer, channel or category
    that the receipts were taken from, as if there were no others; NULL is the chain.
    """

    name: str
    title: str
    question: str
    unit: Unit
    grain: str
    numerator: str
    denominator: str | None
    caveat: str
    good_direction: int
    sql: str
    looks_back: bool = False
    """Whether it needs what happened before the period."""
    shares_money: bool = False
    """Whether both parts of a rate are amounts of money, in fen."""

    @property
    def numerator_is_money(self) -> bool:
        return self.unit is Unit.MONEY or self.shares_money

    @property
    def denominator_is_money(self) -> bool:
        return self.shares_money


SILENT_MONTHS = 3
"""After three months without a sale a member counts as lost or asleep (rows E1, N3)."""

_SELECT = "SELECT period, starts_on, ends_on, cut, {} AS numerator, {} AS denominator"


def over_days(numerator: str, denominator: str = "NULL") -> str:
    """SQL of a KPI whose parts are sums over the days of the period."""
    return (
        f"{_SELECT.format(numerator, denominator)}\nFROM day_sums JOIN period_days USING (business_date)\nGROUP BY ALL"
    )


def over_member_days(numerator: str, denominator: str = "NULL", *, where: str = "") -> str:
    """SQL of a KPI that looks at each day of the period on which a member bought."""
    return (
        f"{_SELECT.format(numerator, denominator)}\nFROM member_days JOIN period_days USING (business_date)\n"
        f"{where}GROUP BY ALL"
    )


def over_gaps(numerator: str, denominator: str = "NULL", *, where: str) -> str:
    """SQL of a KPI that only counts members by such a day and the one that followed."""
    return (
        f"{_SELECT.format(numerator, denominator)}\nFROM gaps JOIN period_days USING (business_date)\n"
        f"WHERE {where}\nGROUP BY ALL"
    )


def over_last_days(numerator: str, denominator: str = "NULL") -> str:
    """The same of the last such day of the period alone: one row a member."""
    return over_member_days(numerator, denominator, where="WHERE next_on IS NULL OR next_on > ends_on\n")
