"""RFM: how recently, how often and for how much a member buys, each scored 1 to 5.

Hughes, Strategic Database Marketing (1994). By default each score is the fifth in which the member stands, by rank, and
equal values get equal scores: `ntile` would cut a thousand members with one visit each into different fifths by chance.
A chain may give thresholds of its own instead. Recency is days since the last purchase, frequency and monetary are over
the 365 days that end on the day of reckoning; net of returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from huitou.members.terms import came_back_sql

WINDOW_DAYS = 365
MONTHS = 12
"""Calendar months of that year, the running one included, in which somebody bought or did not."""
SCORES = 5
HUNDREDTHS = 100


def score(rank: int, members: int, *, parts: int = SCORES) -> int:
    """The part, 1 to `parts`, of a value that `rank` - 1 of `members` values lie below (ties share the least rank)."""
    return min(parts, 1 + parts * (rank - 1) // members)


def score_by(value: int, thresholds: Sequence[int]) -> int:
    """The score of a value that grows with what is good: one more for each threshold that it reaches."""
    return 1 + sum(value >= threshold for threshold in thresholds)


def score_sql(column: str, *, parts: int = SCORES) -> str:
    """`score` in SQL, over all rows, by `column` rising."""
    return f"least({parts}, 1 + {parts} * (rank() OVER (ORDER BY {column}) - 1) // count(*) OVER ())::SMALLINT"


def score_by_sql(column: str, thresholds: Sequence[int]) -> str:
    """`score_by` in SQL. The thresholds are whole numbers of ours, never a person's text."""
    reached = " + ".join(f"({column} >= {int(threshold)})::INTEGER" for threshold in thresholds)
    return f"(1 + {reached})::SMALLINT"


def per_member_sql(dormant_months: int, since: date | None = None) -> str:
    """SQL of what each member who ever bought up to the day $as_of is scored by, and on which day they came back after
    having been dormant. With a day `since`, before which `standing` says who had bought first and last when, visits
    are read from there on, and those of a year; it lies `dormant_months` before $as_of or earlier."""
    window, standing = f"business_date > $as_of - {WINDOW_DAYS}", ""
    newest = f"business_date > $as_of - INTERVAL {int(dormant_months)} MONTH"
    if since is not None:
        standing = "UNION ALL SELECT member_id, first_on, last_on, NULL, last_on, 0, 0, NULL FROM standing"
    read = f"AND (business_date > DATE '{since}' OR {window})" if since is not None else ""
    return f"""
SELECT member_id, min(first_on) AS first_purchase_on, max(last_on) AS last_purchase_on,
       {came_back_sql(dormant_months)} AS came_back_on,
       sum(receipts)::INTEGER AS receipts_year, sum(fen)::BIGINT AS spend_year_fen,
       bit_count(coalesce(bit_or(months), 0))::SMALLINT AS months_bought
FROM (
    SELECT member_id, min(business_date) FILTER (kind = 'sale') AS first_on,
           max(business_date) FILTER (kind = 'sale') AS last_on,
           min(business_date) FILTER (kind = 'sale' AND {newest}) AS back_on,
           max(business_date) FILTER (kind = 'sale' AND NOT {newest}) AS gone_on,
           count(*) FILTER (kind = 'sale' AND {window}) AS receipts,
           coalesce(sum(net_fen) FILTER ({window}), 0)::BIGINT AS fen,
           bit_or(1 << age) FILTER (kind = 'sale' AND {window} AND age < {MONTHS}) AS months
    FROM (SELECT *, datediff('month', business_date, $as_of)::INTEGER AS age FROM visits)
    WHERE member_id IS NOT NULL AND business_date <= $as_of {read} GROUP BY member_id
    {standing}
)
GROUP BY member_id HAVING min(first_on) IS NOT NULL
"""


def scored_sql(recency: Sequence[int], frequency: Sequence[int], monetary: Sequence[int], per_member: str) -> str:
    """Three scores and the hundredth by spend of each row of `per_member`. Empty thresholds mean fifths; those of
    recency are days since the last purchase, rising, the first for score 5."""
    recently = [-days for days in reversed(recency)]
    return f"""
SELECT *,
       {score_by_sql("(last_purchase_on - $as_of)", recently) if recency else score_sql("last_purchase_on")}
           AS recency_score,
       {score_by_sql("receipts_year", frequency) if frequency else score_sql("receipts_year")} AS frequency_score,
       {score_by_sql("spend_year_fen", monetary) if monetary else score_sql("spend_year_fen")} AS monetary_score,
       {score_sql("spend_year_fen", parts=HUNDREDTHS)} AS spend_hundredth
FROM ({per_member})
"""
