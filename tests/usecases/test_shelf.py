"""What a refresh keeps of products and of all members together is what plain SQL over the lines says."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from tests.builders import rows, store_ids, take_into_lake
from tests.usecases.test_kpis import generated

from huitou.insight import service as insight
from huitou.lake import service as lake
from huitou.members import service as members
from huitou.usecases.refresh import refresh

pytestmark = pytest.mark.django_db

# Whole weeks before a Sunday, 15 November 2026: no window of ours, no view of ours, no rule of ours in them.
PLAIN = {
    "goods": (
        "SELECT product_id, store_id, net_fen, times, before_fen, year_sold_milli, year_sold_fen FROM insight_goods "
        "WHERE store_id IS NOT NULL",
        """SELECT product_id, store_id,
           coalesce(sum(net_fen) FILTER (business_date BETWEEN DATE '2026-10-19' AND DATE '2026-11-15'), 0),
           count(*) FILTER (business_date BETWEEN DATE '2026-10-19' AND DATE '2026-11-15' AND quantity_milli > 0),
           coalesce(sum(net_fen) FILTER (business_date BETWEEN DATE '2026-09-21' AND DATE '2026-10-18'), 0),
           coalesce(sum(quantity_milli) FILTER (business_date BETWEEN DATE '2025-11-17' AND DATE '2026-11-15'
               AND quantity_milli > 0), 0),
           coalesce(sum(net_fen) FILTER (business_date BETWEEN DATE '2025-11-17' AND DATE '2026-11-15'
               AND quantity_milli > 0), 0)
           FROM lines WHERE business_date BETWEEN DATE '2025-10-20' AND DATE '2026-11-15' GROUP BY ALL""",
    ),
    "buyers": (
        "SELECT product_id, buyers, again FROM insight_goodsbuyers WHERE store_id IS NULL",
        """SELECT product_id, count(DISTINCT member_id), count(DISTINCT member_id) FILTER (days > 1) FROM (
             SELECT product_id, member_id, count(DISTINCT business_date) AS days FROM lines
             WHERE business_date BETWEEN DATE '2026-08-17' AND DATE '2026-11-15' AND quantity_milli > 0
               AND member_id IS NOT NULL GROUP BY ALL) GROUP BY ALL""",
    ),
    "pairs": (
        "SELECT product_id, other_id, together, of_product, of_other, baskets FROM insight_goodspair",
        """WITH b AS (SELECT DISTINCT receipt_id, product_id FROM lines WHERE quantity_milli > 0
                      AND business_date BETWEEN DATE '2026-08-17' AND DATE '2026-11-15')
           SELECT x.product_id, y.product_id, count(*),
                  (SELECT count(*) FROM b WHERE b.product_id = x.product_id),
                  (SELECT count(*) FROM b WHERE b.product_id = y.product_id),
                  (SELECT count(DISTINCT receipt_id) FROM b)
           FROM b x, b y WHERE x.receipt_id = y.receipt_id AND x.product_id <> y.product_id
           GROUP BY ALL HAVING count(*) >= 10""",
    ),
    "cohorts": (
        "SELECT month_on, after, sum(members) FROM insight_cohort GROUP BY 1, 2",
        """WITH s AS (SELECT DISTINCT member_id, business_date FROM lines WHERE kind = 'sale' AND member_id IS NOT NULL
                      AND business_date <= DATE '2026-11-15'),
                f AS (SELECT member_id, min(business_date) AS first_on FROM s GROUP BY 1)
           SELECT date_trunc('month', first_on)::DATE, datediff('month', first_on, business_date),
                  count(DISTINCT member_id)
           FROM s JOIN f USING (member_id) WHERE first_on >= DATE '2025-11-01' GROUP BY ALL""",
    ),
    "newcomers": (
        "SELECT month_on, store_id, channel, source, members FROM insight_newcomers",
        """WITH f AS (SELECT member_id, min(business_date) AS first_on FROM lines WHERE kind = 'sale'
                      AND member_id IS NOT NULL AND business_date <= DATE '2026-11-15' GROUP BY 1),
                r AS (SELECT member_id, min(receipt_id) AS receipt_id FROM lines JOIN f USING (member_id)
                      WHERE business_date = first_on AND kind = 'sale' GROUP BY 1)
           SELECT date_trunc('month', business_date)::DATE, store_id, channel, source, count(DISTINCT l.member_id)
           FROM lines l JOIN r USING (receipt_id) WHERE business_date >= DATE '2025-11-01' GROUP BY ALL""",
    ),
    "baskets": (
        "SELECT layer, category, net_fen FROM insight_layerbasket WHERE store_id IS NULL",
        """SELECT layer, split_part(category, '/', 1), sum(net_fen) FROM lines JOIN facts USING (member_id)
           WHERE business_date BETWEEN DATE '2026-09-01' AND DATE '2026-11-15' AND category <> ''
           GROUP BY ALL HAVING sum(net_fen) > 0""",
    ),
}


def test_each_picture_is_what_plain_sql_says(tmp_path):
    take_into_lake(tmp_path, generated(seed=5))
    refresh(as_of=date(2026, 11, 15))
    with lake.open_session() as session:
        session.register("facts", members.facts_now())
        for name, (kept, plain) in PLAIN.items():
            expected = sorted(tuple(map(_same, row)) for row in session.sql(plain).fetchall())
            assert sorted(tuple(map(_same, row)) for row in rows(kept)) == expected != [], name
    (flowing,) = rows("SELECT sum(members) FROM insight_layerflow WHERE to_on = '2026-11-15'")
    (known,) = rows("SELECT count(*) FROM members_facts")
    assert flowing == known, "everybody who ever bought is somewhere now"
    by_stage = rows("SELECT sum(members), sum(spend_fen) FROM insight_membersquare")
    assert by_stage == rows("SELECT count(*), sum(spend_year_fen) FROM members_facts")


def _same(value):
    return value if isinstance(value, str | date | None) else int(value)


def test_the_flow_is_what_the_history_says(tmp_path):
    """Also after a month has ended between two refreshes, and counted again after members have left."""
    take_into_lake(tmp_path, generated(seed=6))
    refresh(as_of=date(2026, 9, 20))
    refresh(as_of=date(2026, 11, 10))
    kept = rows(
        "SELECT from_on, to_on, from_layer, to_layer, sum(members) FROM insight_layerflow "
        "WHERE from_layer <> '' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
    )
    days = sorted({row[0] for row in kept} | {row[1] for row in kept})
    assert days[-3:] == [date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 10)]
    plain = []
    for one, other in pairwise(days):
        plain += rows(
            "SELECT %s::date, %s::date, a.layer, b.layer, count(*) FROM insight_layerspan a, insight_layerspan b "
            "WHERE a.member_id = b.member_id AND a.since <= %s AND (a.until IS NULL OR a.until > %s) "
            "AND b.since <= %s AND (b.until IS NULL OR b.until > %s) GROUP BY 3, 4 ORDER BY 3, 4",
            one, other, one, one, other, other,
        )  # fmt: skip
    assert kept == plain


def test_weeks_of_a_product_are_read_for_the_stores_of_the_reader_alone(tmp_path):
    take_into_lake(tmp_path, generated(seed=7))
    as_of = refresh().as_of
    (product,) = rows("SELECT product_id FROM insight_goods WHERE store_id IS NULL ORDER BY net_fen DESC LIMIT 1")
    stores = sorted(store_ids().values())
    with lake.open_kept("goods") as session:
        of_all = insight.product_weeks(session, product[0], None, as_of)
        parts = [insight.product_weeks(session, product[0], [store], as_of) for store in stores]
        assert sum(week.net_fen for week in of_all) == sum(week.net_fen for part in parts for week in part) > 0
        for weeks in (of_all, *parts):
            assert {later.week_on - week.week_on for week, later in pairwise(weeks)} <= {timedelta(weeks=1)}
            assert weeks == [] or weeks[-1].week_on == insight.goods_weeks(as_of, 1)[0]
        assert insight.product_weeks(session, product[0], [], as_of) == [], "whoever sees no store sees no week"
