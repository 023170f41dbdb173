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
    quarter_ends_on), and one of four tables that count the days of a cut: `day_sums` (net_fen, sale_fen, sales, items,
    member_fen, digital_fen of a business_date), `comings` (of the members with a sale on a business_date: newcomers,
    who had none before; came_back, who had, and waited_days, how long ago in all), `gaps` (how many members have a sale
    on a business_date and the next on next_on) and `steps` (the same with the sale before, previous_on; both are NULL
    where they lie further away than the longest period is long). It writes one row per period and cut: period,
    starts_on, ends_on, cut, numerator, denominator. The cut is the store, layer, channel or category that the receipts
    were taken from, as if there were no others; NULL is the chain.
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
    counts_silence: bool = False
    """Whether it counts who stayed away: today's layers are made of the same silence, so that by layer it says only
    itself."""
    counts_channels: bool = False
    """Whether it counts what came by some channels: by channel it is all or nothing, so that it says only itself."""
    shares_money: bool = False
    """Whether both parts of a rate are amounts of money, in fen."""

    @property
    def numerator_is_money(self) -> bool:
        return self.unit is Unit.MONEY or self.shares_money

    @property
    def counts_members(self) -> bool:
        """Whether it is made of members and their days: in a store it counts who bought there, and so another thing."""
        return self.grain.startswith("Members")

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


def over_comings(numerator: str, denominator: str = "NULL") -> str:
    """SQL of a KPI whose parts are sums over the members who came on each day of the period."""
    return (
        f"{_SELECT.format(numerator, denominator)}\nFROM comings JOIN period_days USING (business_date)\nGROUP BY ALL"
    )


def over_gaps(numerator: str, denominator: str = "NULL", *, where: str) -> str:
    """SQL of a KPI that only counts members by such a day and the one that followed."""
    return (
        f"{_SELECT.format(numerator, denominator)}\nFROM gaps JOIN period_days USING (business_date)\n"
        f"WHERE {where}\nGROUP BY ALL"
    )


def over_steps(numerator: str, denominator: str = "NULL") -> str:
    """The same with the sale before it, of the last such day of the period: each member once."""
    return (
        f"{_SELECT.format(numerator, denominator)}\nFROM steps JOIN period_days USING (business_date)\n"
        "WHERE next_on IS NULL OR next_on > ends_on\nGROUP BY ALL"
    )
