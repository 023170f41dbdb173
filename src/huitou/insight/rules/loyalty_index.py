"""The loyalty index of a member: 0 to 100, of four parts that are 0 to 100 each and that everybody can check.

    index = (40 x repeat + 20 x tenure + 20 x breadth + 20 x wallet) / 100

repeat   months with a purchase among the newest 12 calendar months (of the last 365 days), of those since the first
         purchase, at least 3: who came two months ago and bought in both has 2 of 3.
tenure   days since the first purchase, of 1,095 (three years).
breadth  categories of the first level bought in these 12 months, of 8.
wallet   the monetary score, 1 to 5, as 0, 25, 50, 75, 100. What somebody spends elsewhere nobody knows: how much they
         spend here beside the others, by the chain's own cut-offs, stands in for their share of wallet.

Each part is rounded half up, and so is the index. Whole numbers throughout, so that Python and SQL say the same. The
weights are ours: repeat counts double because it is the one that says whether somebody comes back; no survey stands
behind them, and the index says nothing of whether somebody would recommend the shop (row D7 asks for that beside it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

WEIGHTS = {"repeat": 40, "tenure": 20, "breadth": 20, "wallet": 20}
MONTHS = 12
FEWEST_MONTHS = 3
TENURE_DAYS = 1095
CATEGORIES = 8
TENTHS = 10


@dataclass(frozen=True, slots=True)
class LoyaltyIndex:
    """The index and its parts, 0 to 100 each, and what they are made of."""

    index: int
    repeat: int
    tenure: int
    breadth: int
    wallet: int
    months_bought: int
    months: int
    tenure_days: int
    categories: int


def loyalty_index(
    *, as_of: date, first_purchase_on: date, months_bought: int, categories: int, monetary_score: int
) -> LoyaltyIndex:
    """Of a member who had bought by `as_of`, by what the refresh of that day wrote down."""
    since = (as_of.year - first_purchase_on.year) * 12 + as_of.month - first_purchase_on.month + 1
    months = min(MONTHS, max(FEWEST_MONTHS, since))
    days = max(0, (as_of - first_purchase_on).days)
    repeat = _of_hundred(min(months_bought, months), months)
    tenure = _of_hundred(min(days, TENURE_DAYS), TENURE_DAYS)
    breadth = _of_hundred(min(categories, CATEGORIES), CATEGORIES)
    wallet = 25 * (monetary_score - 1)
    whole = sum(WEIGHTS[name] * part for name, part in
                (("repeat", repeat), ("tenure", tenure), ("breadth", breadth), ("wallet", wallet)))  # fmt: skip
    return LoyaltyIndex((whole + 50) // 100, repeat, tenure, breadth, wallet, months_bought, months, days, categories)


def _of_hundred(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole)


def indexed_sql(as_of: date, source: str) -> str:
    """`loyalty_index` in SQL of each row of `source`, which has first_purchase_on, months_bought, categories_bought and
    monetary_score: the same columns with repeat, tenure, breadth, wallet and loyalty."""
    day = f"DATE '{as_of}'"
    months = f"least({MONTHS}, greatest({FEWEST_MONTHS}, datediff('month', first_purchase_on, {day}) + 1))"
    weighed = " + ".join(f"{weight} * {name}" for name, weight in WEIGHTS.items())
    return f"""
SELECT *, (({weighed} + 50) // 100)::SMALLINT AS loyalty FROM (
    SELECT *, (200 * least(months_bought, {months}) + {months}) // (2 * {months}) AS repeat,
           (200 * least(greatest({day} - first_purchase_on, 0), {TENURE_DAYS}) + {TENURE_DAYS}) // {2 * TENURE_DAYS}
               AS tenure,
           (200 * least(categories_bought, {CATEGORIES}) + {CATEGORIES}) // {2 * CATEGORIES} AS breadth,
           25 * (monetary_score - 1) AS wallet
    FROM ({source})
)"""


def with_loyalty_sql(as_of: date, source: str) -> str:
    """The columns of `source`, and loyalty."""
    return f"SELECT * EXCLUDE ({', '.join(WEIGHTS)}) FROM ({indexed_sql(as_of, source)})"


def tenths_sql(as_of: date) -> str:
    """SQL over `facts`, `preferences` and `homes`: how many members of each home store and layer stand in each tenth of
    the index, and the sums of index and parts: (store_id, layer, tenth, members, loyalty, repeat, tenure, breadth,
    wallet). The last tenth holds 90 to 100."""
    known = (
        "SELECT member_id, layer, first_purchase_on, months_bought, monetary_score, "
        "coalesce(categories_bought, 0) AS categories_bought FROM facts LEFT JOIN preferences USING (member_id)"
    )
    sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in ("loyalty", *WEIGHTS))
    return f"""
SELECT home_store_id AS store_id, layer, least({TENTHS - 1}, loyalty // {TENTHS})::SMALLINT AS tenth,
       count(*) AS members, {sums}
FROM ({indexed_sql(as_of, known)}) LEFT JOIN homes USING (member_id) GROUP BY ALL"""
