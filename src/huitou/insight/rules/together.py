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


def lay_lines_sql(level: str) -> str:
    """A table `basket_lines` of what lay in each of their baskets, in at most one row a line: (receipt_id, key,
    product_id). The key is the product or the category as the line has it."""
    key, named = ("product_id", "product_id IS NOT NULL") if level == PRODUCT else ("category", "category <> ''")
    return f"""
CREATE OR REPLACE TEMP TABLE basket_lines AS
WITH sold AS MATERIALIZED (
    SELECT receipt_id, {key} AS key, product_id FROM asked
    WHERE mine AND kind = 'sale' AND channel = '{TILL}' AND quantity_milli > 0 AND {named}
), too_long AS (
    -- Products are told apart where there are so many lines, and in no other basket: that costs more than all the rest.
    SELECT receipt_id FROM sold
    SEMI JOIN (SELECT receipt_id FROM sold GROUP BY 1 HAVING count(*) > {LONGEST_BASKET}) USING (receipt_id)
    GROUP BY 1 HAVING count(DISTINCT product_id) > {LONGEST_BASKET}
)
SELECT * FROM sold ANTI JOIN too_long USING (receipt_id)"""


def lay_baskets_sql(level: str) -> str:
    """A table `baskets` over `basket_lines` of what each basket holds, each item once, as rising numbers: (goods); and
    before it `items`: (key, item, number). Items on fewer lines than a pair has baskets at the least are left out."""
    item = "key::VARCHAR" if level == PRODUCT else f"array_to_string(string_split(key, '/')[1:{int(level)}], '/')"
    return f"""
CREATE OR REPLACE TEMP TABLE items AS
WITH keys AS MATERIALIZED (SELECT key, {item} AS item, count(*) AS times FROM basket_lines GROUP BY 1),
numbered AS (
    SELECT item, row_number() OVER (ORDER BY item) AS number FROM keys
    GROUP BY 1 HAVING sum(times) >= {FEWEST_TOGETHER}
)
SELECT key, item, number FROM keys JOIN numbered USING (item);
CREATE OR REPLACE TEMP TABLE baskets AS
SELECT list_sort(list_distinct(list(number))) AS goods
FROM basket_lines JOIN items USING (key) GROUP BY receipt_id"""


BASKETS = "SELECT count(DISTINCT receipt_id) FROM basket_lines"

SIZES = """SELECT (SELECT count(DISTINCT number) FROM items),
    (SELECT coalesce(sum(len(goods) * (len(goods) - 1)) // 2, 0)::BIGINT FROM baskets)"""
"""How many items there are, and how many pairs lie in the baskets, each counted as often as it lies there."""


def pairs_sql(items: int, pairs: int) -> str:
    """SQL over `baskets` and `items`, which are of these sizes (SIZES): (item, item, baskets with both, with the first,
    with the second), each pair once."""
    # A pair is one whole number; a short one is put in order in half the time.
    form, base = ("UINTEGER", 2**16) if items < 2**16 else ("UBIGINT", 2**32)
    counted = f"SELECT pair, count(*) AS together FROM pairs GROUP BY 1 HAVING together >= {FEWEST_TOGETHER}"
    if pairs < items * (items - 1) // 2:
        # Most pairs lie in one basket alone: put in order, those that are often together stand beside themselves, and
        # no other is counted.
        nth = f"lag(pair, {FEWEST_TOGETHER - 1}) OVER (ORDER BY pair)"
        counted = f"""SELECT pair, count(*) + {FEWEST_TOGETHER - 1} AS together
            FROM (SELECT pair, {nth} AS before FROM pairs) WHERE pair = before GROUP BY 1"""
    return f"""
WITH often AS MATERIALIZED (
    SELECT number, count(*) AS times FROM (SELECT unnest(goods) AS number FROM baskets) GROUP BY 1
), names AS (SELECT DISTINCT number, item FROM items),
-- A row for each pair of each basket, the smaller number first.
pairs AS (
    SELECT (one * {base} + unnest(goods[place + 1:]))::{form} AS pair
    FROM (SELECT goods, unnest(goods) AS one, generate_subscripts(goods, 1) AS place FROM baskets WHERE len(goods) > 1)
)
SELECT a.item, b.item, together, first.times, second.times FROM ({counted})
JOIN often first ON first.number = pair // {base} JOIN often second ON second.number = pair % {base}
JOIN names a ON a.number = first.number JOIN names b ON b.number = second.number ORDER BY 1, 2"""
