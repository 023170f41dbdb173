"""What lies in one basket, for who lays out a store: pairs of categories or of products, with support, confidence, lift
and its interval.

A basket is a sale at a till or elsewhere with at most LONGEST_BASKET products; one with more is a shop's own buying and
would make a pair of everything with everything. The unit of everything here is the basket. Somebody who comes often has
many, so an interval says how far chance in baskets would move a lift, and not how far other customers would.
"""

from __future__ import annotations

from huitou.insight.rules.analysis import TILL
from huitou.insight.rules.goods import FEWEST_TOGETHER, LONGEST_BASKET

PRODUCT = "product"
LEVELS = ("1", "2", "3", PRODUCT)
MOST_PAIRS = 60
"""The surest of those who lie together, and as many of those who do not."""


def items_sql(level: str) -> str:
    """SQL of what a line counts as: its product, or its category down to a level."""
    if level == PRODUCT:
        return "product_id::VARCHAR"
    return f"array_to_string(string_split(category, '/')[1:{int(level)}], '/')"


def lay_baskets_sql(level: str) -> str:
    """A table `held` of what each basket of theirs holds, each item once: (receipt_id, item)."""
    named = "product_id IS NOT NULL" if level == PRODUCT else "category <> ''"
    return f"""
CREATE OR REPLACE TEMP TABLE held AS
WITH lines_of AS MATERIALIZED (
    SELECT receipt_id, {items_sql(level)} AS item, product_id FROM asked
    WHERE mine AND kind = 'sale' AND channel = '{TILL}' AND quantity_milli > 0 AND {named}
), sized AS (
    SELECT receipt_id FROM lines_of GROUP BY 1 HAVING count(DISTINCT product_id) <= {LONGEST_BASKET}
)
SELECT DISTINCT receipt_id, item FROM lines_of SEMI JOIN sized USING (receipt_id)"""


PAIRS = f"""
WITH often AS MATERIALIZED (
    SELECT item, count(*) AS times, (row_number() OVER (ORDER BY item))::INTEGER AS number
    FROM held GROUP BY 1 HAVING times >= {FEWEST_TOGETHER}
), likely AS MATERIALIZED (
    SELECT receipt_id, number FROM held JOIN often USING (item)
), paired AS (
    SELECT a.number AS one, b.number AS two, count(*) AS together
    FROM likely a JOIN likely b ON a.receipt_id = b.receipt_id AND a.number < b.number
    GROUP BY ALL HAVING together >= {FEWEST_TOGETHER}
)
SELECT a.item, b.item, together, a.times, b.times
FROM paired p JOIN often a ON a.number = p.one JOIN often b ON b.number = p.two ORDER BY 1, 2"""
"""SQL over `held`: (item, item, baskets with both, baskets with the first, with the second), each pair once."""
