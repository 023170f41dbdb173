"""RFM: how recently, how often and for how much a member buys, each scored 1 to 5 by quintile.

Hughes, Strategic Database Marketing (1994). Scores are by rank, and equal values get equal scores: `ntile` would cut
a thousand members with one visit each into different quintiles by chance. Recency is days since the last purchase,
frequency and monetary are over the 365 days that end on the day of reckoning; net of returns.
"""

from __future__ import annotations

WINDOW_DAYS = 365
SCORES = 5
TWENTIETHS = 20


def score(rank: int, members: int, *, parts: int = SCORES) -> int:
    """The part, 1 to `parts`, of a value that `rank` - 1 of `members` values lie below (ties share the least rank)."""
    return min(parts, 1 + parts * (rank - 1) // members)


def score_sql(column: str, *, parts: int = SCORES) -> str:
    """`score` in SQL, over all rows, by `column` rising."""
    return f"least({parts}, 1 + {parts} * (rank() OVER (ORDER BY {column}) - 1) // count(*) OVER ())::SMALLINT"


# One pass over the lines of members up to the day $as_of. Every receipt has one line 1, so counting those counts
# receipts; count(DISTINCT receipt_id) took three times as long.
PER_MEMBER = f"""
SELECT member_id,
       min(business_date) FILTER (kind = 'sale') AS first_purchase_on,
       max(business_date) FILTER (kind = 'sale') AS last_purchase_on,
       count(*) FILTER (line = 1 AND kind = 'sale' AND business_date > $as_of - {WINDOW_DAYS})::INTEGER
           AS receipts_year,
       coalesce(sum(net_fen) FILTER (business_date > $as_of - {WINDOW_DAYS}), 0)::BIGINT AS spend_year_fen
FROM lines
WHERE member_id IS NOT NULL AND business_date <= $as_of
GROUP BY member_id
HAVING count(*) FILTER (kind = 'sale') > 0
"""

SCORED = f"""
SELECT *, {score_sql("last_purchase_on")} AS recency_score, {score_sql("receipts_year")} AS frequency_score,
       {score_sql("spend_year_fen")} AS monetary_score,
       {score_sql("spend_year_fen", parts=TWENTIETHS)} AS spend_twentieth
FROM ({PER_MEMBER})
"""
