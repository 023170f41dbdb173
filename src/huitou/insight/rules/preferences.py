"""What a member likes: categories by the money spent on them, where what lies longer back counts for less.

strength(member, category) = sum over months of max(0, net amount in that month) x weight(age of the month), and
weight(age) = 2^(-age / 6), in thousandths, for the 24 months up to the one of the day of reckoning; older months count
nothing. A member's share of a category is its strength by the sum of all, in thousandths. The five strongest are kept;
who is equal stands in the order of names. Whole numbers throughout: the same lines give the same shares in any order.

Beside them stands in how many categories of the first level they bought in the newest 12 of these months.
"""

from __future__ import annotations

HALF_LIFE_MONTHS = 6
MONTHS = 24
KEPT = 5
BREADTH_MONTHS = 12
_PLACES = 120
"""Bits for categories of the first level: of more than so many, two may share one."""
WEIGHTS = tuple(round(1000 * 2 ** (-age / HALF_LIFE_MONTHS)) for age in range(MONTHS))
"""By the age of the month, the newest first: 1000, 891, 794, ... 500 after half a year, 250 after a year."""


def strength(nets_by_age: dict[int, int]) -> int:
    """Of the net amounts (fen) by the age of their month."""
    return sum(max(0, net) * WEIGHTS[age] for age, net in nets_by_age.items() if 0 <= age < MONTHS)


_QUOTED = r"""'"' || replace(replace(category, '\', '\\'), '"', '\"') || '"'"""
_LARGEST = 2**63 - 1
# The strongest categories of each member, on the day $as_of; arrays as PostgreSQL writes them. Categories go by number
# on the way: a later name has a lower one, so that of equal strengths the earlier name is the larger pair. Such a pair
# is one whole number, strength x kinds + number, which is compared in a third of the time; what would be too large for
# it (a member who spends a thousand million yuan a month on a category) is cut off there.
PREFERRED = f"""
WITH weights AS (
    SELECT (date_trunc('month', $as_of::DATE) - INTERVAL (age) MONTH)::DATE AS month_on, weight
    FROM (SELECT unnest(range({MONTHS})) AS age, unnest({list(WEIGHTS)}) AS weight)
), numbered AS (
    SELECT category, row_number() OVER (ORDER BY category DESC)::INTEGER AS number,
           1::HUGEINT << (dense_rank() OVER (ORDER BY split_part(category, '/', 1)) % {_PLACES})::INTEGER AS top
    FROM (SELECT DISTINCT category FROM tastes)
), named AS (
    SELECT list({_QUOTED} ORDER BY number) AS names, count(*) + 1 AS kinds FROM numbered
), strengths AS (
    SELECT member_id, number, sum(greatest(0, net_fen) * weight)::BIGINT AS strength,
           bit_or(top) FILTER (net_fen > 0 AND weight >= {WEIGHTS[BREADTH_MONTHS - 1]}) AS top
    FROM tastes JOIN weights USING (month_on) JOIN numbered USING (category)
    GROUP BY member_id, number HAVING strength > 0
), best AS (
    SELECT member_id, sum(strength)::HUGEINT AS whole, coalesce(bit_or(top), 0) AS tops,
           max(least(strength, {_LARGEST} // kinds - 1) * kinds + number, {KEPT}) AS likes
    FROM strengths, named GROUP BY member_id
)
SELECT member_id, '{{' || array_to_string([names[one % kinds] for one in likes], ',') || '}}' AS categories,
       '{{' || array_to_string([(1000::HUGEINT * (one // kinds) // whole)::VARCHAR for one in likes], ',') || '}}'
           AS category_shares, bit_count(tops)::SMALLINT AS categories_bought
FROM best, named
"""
