"""Pictures of all members together: where they stand by recency and frequency, who came back after their first month,
through which door they came, what each layer's basket holds.

Everything is split by home store, so that each row has one owner and the chain is their sum; newcomers stand with the
store of their first purchase. `facts` (one row a member), `homes` (member_id, home_store_id), `visits` and `tastes` are
what these read.
"""

from __future__ import annotations

from datetime import date

from huitou.insight.rules.periods import ONE_DAY, WINDOW
from huitou.members.terms import staged_sql

MONTHS = 13
"""The month that runs and the twelve before it."""
BASKET_MONTHS = 3


def month_start(as_of: date, back: int = 0) -> date:
    """The first day of the month `back` months before that of `as_of`."""
    years, month = divmod(as_of.year * 12 + as_of.month - 1 - back, 12)
    return date(years, month + 1, 1)


def squares_sql(as_of: date, dormant_months: int) -> str:
    """(store_id, recency, frequency, layer, stage, members, receipts, spend_fen); receipts and spend of a year."""
    return f"""
SELECT home_store_id AS store_id, recency_score AS recency, frequency_score AS frequency, layer,
       {staged_sql(as_of, dormant_months)} AS stage, count(*) AS members,
       sum(receipts_year)::BIGINT AS receipts, sum(spend_year_fen)::BIGINT AS spend_fen
FROM facts LEFT JOIN homes USING (member_id) GROUP BY ALL"""


def cohorts_sql(as_of: date) -> str:
    """Of those who bought first in a month, how many bought in it and in each month after: (store_id, month_on, after,
    members). `after` 0 is the month itself and so all of them."""
    first = month_start(as_of, MONTHS - 1)
    return f"""
WITH fresh AS (
    SELECT member_id, date_trunc('month', first_purchase_on)::DATE AS month_on FROM facts
    WHERE first_purchase_on >= DATE '{first}'
), came AS (
    SELECT DISTINCT member_id, date_trunc('month', business_date)::DATE AS in_month FROM visits
    SEMI JOIN fresh USING (member_id) WHERE kind = 'sale' AND business_date BETWEEN DATE '{first}' AND DATE '{as_of}'
)
SELECT home_store_id AS store_id, month_on, datediff('month', month_on, in_month)::SMALLINT AS after,
       count(*) AS members
FROM came JOIN fresh USING (member_id) LEFT JOIN homes USING (member_id) GROUP BY ALL"""


def firsts_sql(as_of: date, *, everybody: bool) -> str:
    """SQL over `visits` of the first purchase ever of each of the `chosen` members, or of everybody: what `cohorts_sql`
    reads as `facts`."""
    chosen = "" if everybody else "SEMI JOIN chosen USING (member_id)"
    return f"""
SELECT member_id, min(business_date) AS first_purchase_on FROM visits {chosen}
WHERE kind = 'sale' AND member_id IS NOT NULL AND business_date <= DATE '{as_of}' GROUP BY member_id"""


def hours_sql(as_of: date) -> str:
    """Sales of the newest 28 days by weekday (1 is Monday) and hour, by the clock of the place: (store_id, weekday,
    hour, receipts)."""
    first = as_of - WINDOW + ONE_DAY
    return f"""
SELECT store_id, isodow(at_local)::SMALLINT AS weekday, hour(at_local)::SMALLINT AS hour, count(*) AS receipts
FROM (SELECT receipt_id, any_value(store_id) AS store_id, any_value(at_local) AS at_local FROM lines
      WHERE kind = 'sale' AND business_date BETWEEN DATE '{first}' AND DATE '{as_of}' GROUP BY receipt_id)
GROUP BY ALL"""


def newcomers_sql(as_of: date) -> str:
    """Through which door those came who bought first in each month: (store_id, month_on, channel, source, members), by
    their first receipt; of several on that day the one with the lowest number."""
    first = month_start(as_of, MONTHS - 1)
    return f"""
WITH firsts AS (
    SELECT member_id, first_purchase_on, min(receipt_id) AS receipt_id
    FROM facts JOIN visits USING (member_id)
    WHERE first_purchase_on >= DATE '{first}' AND business_date = first_purchase_on AND kind = 'sale' GROUP BY 1, 2
), told AS (
    SELECT receipt_id, any_value(store_id) AS store_id, any_value(channel) AS channel, any_value(source) AS source
    FROM lines SEMI JOIN firsts USING (receipt_id)
    WHERE business_date BETWEEN DATE '{first}' AND DATE '{as_of}' GROUP BY 1
)
SELECT store_id, date_trunc('month', first_purchase_on)::DATE AS month_on, channel, source, count(*) AS members
FROM firsts JOIN told USING (receipt_id) GROUP BY ALL"""


def layer_baskets_sql(as_of: date) -> str:
    """What each layer spends on each category of the first level in the newest three months: (store_id, layer,
    category, net_fen), by home store and (no store) of the chain."""
    first = month_start(as_of, BASKET_MONTHS - 1)
    return f"""
SELECT home_store_id AS store_id, layer, category, sum(net_fen)::BIGINT AS net_fen
FROM (SELECT member_id, split_part(category, '/', 1) AS category, sum(net_fen) AS net_fen FROM tastes
      WHERE month_on BETWEEN DATE '{first}' AND DATE '{as_of}' GROUP BY ALL)
JOIN facts USING (member_id) LEFT JOIN homes USING (member_id)
GROUP BY GROUPING SETS ((layer, category), (home_store_id, layer, category))
HAVING sum(net_fen) > 0 AND (grouping(home_store_id) = 1 OR home_store_id IS NOT NULL)"""
