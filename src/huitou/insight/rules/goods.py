"""What products sell, who buys them, and what is bought with them.

Weeks are whole ones, Monday to Sunday: a product's week is a week of the shop's own, with its week-end in it. The
newest four that are over stand beside the four before and the same four a year (52 weeks) ago.

Bought together: of the baskets that hold one product, how many hold the other, against how many baskets hold it at all.
Lift is the ratio of the two (Brin, Motwani, Ullman, Tsur: Dynamic Itemset Counting, SIGMOD 1997): 1 is chance. A pair
that fewer than FEWEST_TOGETHER baskets hold says nothing and is left out; where lift is high for a handful of baskets,
it is luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from huitou.insight.terms.goods import WeekOfGoods
from huitou.members.terms import Layer

WEEK = timedelta(days=7)
WEEKS = 4
YEAR_WEEKS = 52
BUYER_WEEKS = 13
PAIR_WEEKS = 13
PAIR_LINES = 2_000_000
"""Pairs are looked for in so many lines at most: fewer weeks of a large chain tell as much as a small one's season."""
FEWEST_TOGETHER = 10
LONGEST_BASKET = 60
"""Products: a basket with more is a shop's own buying, and would make a pair of everything with everything."""
PAIRS_KEPT = 10


@dataclass(frozen=True, slots=True)
class Weeks:
    """Whole weeks from a Monday to a Sunday."""

    first: date
    last: date


def weeks_up_to(as_of: date, weeks: int = WEEKS) -> Weeks:
    """The newest `weeks` weeks that are over on the evening of `as_of`."""
    sunday = as_of - timedelta(days=as_of.isoweekday() % 7)
    return Weeks(sunday - weeks * WEEK + timedelta(days=1), sunday)


def every_week(sold: Sequence[WeekOfGoods], last: date) -> list[WeekOfGoods]:
    """From the first of these weeks to that of `last`, those in which nothing was sold included: a chart that leaves
    them out draws weeks as neighbours that lie months apart."""
    if not sold:
        return []
    known = {week.week_on: week for week in sold}
    days = (last - sold[0].week_on).days
    mondays = (sold[0].week_on + number * WEEK for number in range(days // 7 + 1))
    return [known.get(monday) or WeekOfGoods(monday, 0, 0, 0, 0, 0) for monday in mondays]


def goods_sql(as_of: date) -> str:
    """SQL over `goods` of each product, of each store and (no store) of the chain, in the windows that end before
    `as_of`: (product_id, store_id, times, net_fen, member_fen, before_fen, before_times, year_fen, year_sold_milli,
    year_sold_fen, year_discount_fen, promoted_fen, sold_fen). `year_sold_…` are over 52 weeks: the usual price."""
    now = weeks_up_to(as_of)
    before = Weeks(now.first - WEEKS * WEEK, now.last - WEEKS * WEEK)
    year = Weeks(now.first - YEAR_WEEKS * WEEK, now.last - YEAR_WEEKS * WEEK)
    whole = weeks_up_to(as_of, YEAR_WEEKS)

    def summed(column: str, weeks: Weeks) -> str:
        return (
            f"coalesce(sum({column}) FILTER (week_on BETWEEN DATE '{weeks.first}' AND DATE '{weeks.last}'), 0)::BIGINT"
        )

    return f"""
SELECT product_id, store_id, {summed("times", now)} AS times, {summed("net_fen", now)} AS net_fen,
       {summed("member_fen", now)} AS member_fen, {summed("sold_milli", now)} AS sold_milli,
       {summed("sold_fen", now)} AS sold_fen, {summed("promoted_fen", now)} AS promoted_fen,
       {summed("net_fen", before)} AS before_fen, {summed("times", before)} AS before_times,
       {summed("net_fen", year)} AS year_before_fen,
       {summed("sold_milli", whole)} AS year_sold_milli, {summed("sold_fen", whole)} AS year_sold_fen,
       {summed("promoted_fen", whole)} AS year_promoted_fen
FROM goods WHERE week_on BETWEEN DATE '{year.first}' AND DATE '{now.last}'
GROUP BY GROUPING SETS ((product_id), (product_id, store_id))"""


def bought_sql(as_of: date) -> str:
    """SQL over `lines` of who bought which product where in 13 weeks: (product_id, store_id, member_id, again, counts,
    anywhere_again). `again`: on two days or more. Of the stores in which a member bought a product, the row of one
    `counts` for the chain, and says whether it was on two days or more anywhere."""
    weeks = weeks_up_to(as_of, BUYER_WEEKS)
    return f"""
WITH by_store AS (
    SELECT product_id, store_id, member_id, min(business_date) AS first_on, max(business_date) AS last_on
    FROM lines WHERE business_date BETWEEN DATE '{weeks.first}' AND DATE '{weeks.last}' AND quantity_milli > 0
         AND member_id IS NOT NULL AND product_id IS NOT NULL GROUP BY ALL
), anywhere AS (
    SELECT product_id, member_id, min(store_id) AS store_id, min(first_on) < max(last_on) AS again
    FROM by_store GROUP BY product_id, member_id
)
SELECT product_id, store_id, member_id, first_on < last_on AS again, anywhere.again IS NOT NULL AS counts,
       coalesce(anywhere.again, false) AS anywhere_again
FROM by_store LEFT JOIN anywhere USING (product_id, member_id, store_id)"""


def buyers_sql() -> str:
    """SQL over `bought` and `layers` of the members who bought each product, of the chain and of each store:
    (product_id, store_id, buyers, again, diamond, gold, silver, dormant). `again` bought it on two days or more."""
    of_store = {"buyers": "true", "again": "again"} | {str(one): f"layer = '{one}'" for one in Layer}
    of_chain = {name: f"counts AND {asked}" for name, asked in of_store.items()} | {"again": "anywhere_again"}
    counted = [f"count(*) FILTER ({asked}) AS {name}" for name, asked in of_store.items()]
    counted += [f"count(*) FILTER ({asked}) AS chain_{name}" for name, asked in of_chain.items()]
    return f"""
WITH counted AS MATERIALIZED (
    SELECT product_id, store_id, {", ".join(counted)}
    FROM bought LEFT JOIN layers USING (member_id) GROUP BY product_id, store_id
)
SELECT product_id, NULL::INTEGER AS store_id, {", ".join(f"sum(chain_{one})::BIGINT AS {one}" for one in of_chain)}
FROM counted GROUP BY product_id
UNION ALL SELECT product_id, store_id, {", ".join(of_store)} FROM counted"""


def pair_weeks(lines_by_week: list[tuple[date, int]], as_of: date) -> Weeks:
    """The newest whole weeks, at most PAIR_WEEKS and at least one, that together hold at most PAIR_LINES lines."""
    counted = dict(lines_by_week)
    held = weeks = 0
    while weeks < PAIR_WEEKS:
        held += counted.get(weeks_up_to(as_of, weeks + 1).first, 0)
        if weeks and held > PAIR_LINES:
            break
        weeks += 1
    return weeks_up_to(as_of, weeks)


def pairs_sql(weeks: Weeks) -> str:
    """SQL over `lines` of what is bought with each product, the strongest ten of each: (product_id, other_id, together,
    of_product, of_other, baskets). Of equal lift the pair with more baskets comes first, then the lower number."""
    return f"""
WITH held AS MATERIALIZED (
    SELECT DISTINCT receipt_id, product_id FROM lines
    WHERE business_date BETWEEN DATE '{weeks.first}' AND DATE '{weeks.last}' AND quantity_milli > 0
          AND product_id IS NOT NULL
), sized AS (
    SELECT receipt_id FROM held GROUP BY 1 HAVING count(*) <= {LONGEST_BASKET}
), baskets AS MATERIALIZED (
    SELECT receipt_id, product_id FROM held SEMI JOIN sized USING (receipt_id)
), often AS MATERIALIZED (
    SELECT product_id, count(*) AS times FROM baskets GROUP BY 1 HAVING times >= {FEWEST_TOGETHER}
), likely AS MATERIALIZED (
    SELECT receipt_id, product_id FROM baskets SEMI JOIN often USING (product_id)
), paired AS (
    SELECT a.product_id AS one, b.product_id AS two, count(*) AS together
    FROM likely a JOIN likely b ON a.receipt_id = b.receipt_id AND a.product_id < b.product_id
    GROUP BY ALL HAVING together >= {FEWEST_TOGETHER}
), both_ways AS (
    SELECT one AS product_id, two AS other_id, together FROM paired
    UNION ALL SELECT two, one, together FROM paired
)
SELECT p.product_id, other_id, together, a.times AS of_product, b.times AS of_other,
       (SELECT count(*) FROM sized) AS baskets
FROM both_ways p JOIN often a ON a.product_id = p.product_id JOIN often b ON b.product_id = other_id
QUALIFY row_number() OVER (
    PARTITION BY p.product_id ORDER BY together::DOUBLE / b.times DESC, together DESC, other_id) <= {PAIRS_KEPT}"""
