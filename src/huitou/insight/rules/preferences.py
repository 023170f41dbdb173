"""What a member likes: categories by the money spent on them, where what lies longer back counts for less.

strength(member, category) = sum over months of max(0, net amount in that month) x weight(age of the month), and
weight(age) = 2^(-age / 6), in thousandths, for the 24 months up to the one of the day of reckoning; older months count
nothing. A member's share of a category is its strength by the sum of all, in thousandths. The five strongest are kept;
who is equal stands in the order of names. Whole numbers throughout: the same lines give the same shares in any order.
"""

from __future__ import annotations

HALF_LIFE_MONTHS = 6
MONTHS = 24
KEPT = 5
WEIGHTS = tuple(round(1000 * 2 ** (-age / HALF_LIFE_MONTHS)) for age in range(MONTHS))
"""By the age of the month, the newest first: 1000, 891, 794, ... 500 after half a year, 250 after a year."""


def strength(nets_by_age: dict[int, int]) -> int:
    """Of the net amounts (fen) by the age of their month."""
    return sum(max(0, net) * WEIGHTS[age] for age, net in nets_by_age.items() if 0 <= age < MONTHS)


_QUOTED = r"""'"' || replace(replace(category, '\', '\\'), '"', '\"') || '"'"""
# The strongest categories of each member, on the day $as_of. `categories` is an array as PostgreSQL writes it.
PREFERRED = f"""
WITH weights AS (
    SELECT (date_trunc('month', $as_of::DATE) - INTERVAL (age) MONTH)::DATE AS month_on, weight
    FROM (SELECT unnest(range({MONTHS})) AS age, unnest({list(WEIGHTS)}) AS weight)
), strengths AS (
    SELECT member_id, category, sum(greatest(0, net_fen) * weight)::HUGEINT AS strength
    FROM tastes JOIN weights USING (month_on) GROUP BY ALL HAVING strength > 0
), ranked AS (
    SELECT *, sum(strength) OVER (PARTITION BY member_id) AS whole,
           row_number() OVER (PARTITION BY member_id ORDER BY strength DESC, category) AS place
    FROM strengths
)
SELECT member_id,
       '{{' || string_agg({_QUOTED}, ',' ORDER BY place) || '}}' AS categories,
       '{{' || string_agg((1000 * strength // whole)::VARCHAR, ',' ORDER BY place) || '}}' AS category_shares
FROM ranked WHERE place <= {KEPT} GROUP BY member_id
"""
