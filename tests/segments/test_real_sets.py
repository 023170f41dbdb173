"""Segments of two real sets of receipts, beside plain SQL on their files that knows nothing of segments."""

from __future__ import annotations

import json
from datetime import datetime

import duckdb
import pytest

from huitou.segments.rules.document import parsed
from huitou.segments.store.crowd import Crowd
from huitou.segments.terms import Moment, StoreKnown
from tests.segments.worlds import lay_by_day

# The files as the lake would hold them: amounts in fen, quantities in thousandths, a name of a store for its id.
RETAIL = """
CREATE TABLE lines AS SELECT CustomerID::BIGINT AS member_id, dense_rank() OVER (ORDER BY InvoiceNo) AS receipt_id,
    CASE WHEN InvoiceNo LIKE 'C%' THEN 'return' ELSE 'sale' END AS kind, 1 AS store_id, 'store' AS channel,
    InvoiceDate AS at_utc, InvoiceDate AS at_local, InvoiceDate::DATE AS business_date, StockCode AS sku,
    NULL::VARCHAR AS category, (Quantity * 1000)::BIGINT AS quantity_milli,
    round(Quantity::DECIMAL(18, 3) * UnitPrice::DECIMAL(18, 3) * 100)::BIGINT AS net_fen
FROM read_parquet('{data}/online_retail/lines_2010_2011.parquet');
CREATE TABLE products AS SELECT NULL::VARCHAR AS sku, NULL::VARCHAR AS brand WHERE false
"""
JOURNEY = """
CREATE TABLE lines AS SELECT household_id::BIGINT AS member_id, basket_id::BIGINT AS receipt_id, 'sale' AS kind,
    store_id::INTEGER AS store_id, 'store' AS channel, transaction_timestamp AS at_utc,
    transaction_timestamp AS at_local, transaction_timestamp::DATE AS business_date, t.product_id AS sku,
    concat_ws('/', p.department, p.product_category) AS category, (quantity * 1000)::BIGINT AS quantity_milli,
    (sales_value::DECIMAL(18, 2) * 100)::BIGINT AS net_fen
FROM read_parquet('{data}/complete_journey/transactions.parquet') t
LEFT JOIN read_parquet('{data}/complete_journey/products.parquet') p USING (product_id);
CREATE TABLE products AS SELECT product_id AS sku, brand
FROM read_parquet('{data}/complete_journey/products.parquet')
"""
BESIDE = """
CREATE TABLE people AS SELECT member_id, row_number() OVER (ORDER BY member_id) - 1 AS position
FROM (SELECT DISTINCT member_id FROM lines WHERE member_id IS NOT NULL);
CREATE TABLE events (member_id BIGINT, kind VARCHAR, store_id INTEGER, at_utc TIMESTAMP, day DATE)
"""
RETAIL_AT, JOURNEY_AT = datetime.fromisoformat("2011-12-09 12:50"), datetime.fromisoformat("2018-01-02")
RETAIL_FILE = "read_parquet('{data}/online_retail/lines_2010_2011.parquet')"
JOURNEY_FILE = (
    "read_parquet('{data}/complete_journey/transactions.parquet') t "
    "LEFT JOIN read_parquet('{data}/complete_journey/products.parquet') p USING (product_id)"
)


def crowd_of(made, data, at):
    session = duckdb.connect()
    session.execute(made.format(data=data) + ";" + BESIDE)
    stores = [store for (store,) in session.sql("SELECT DISTINCT store_id FROM lines").fetchall()]
    moment = Moment(at, at.date(), {one: StoreKnown(one, str(one), at.date()) for one in stores})
    lay_by_day(session, moment)
    return Crowd(session, moment)


@pytest.fixture(scope="module")
def retail(real_data):
    return crowd_of(RETAIL, real_data, RETAIL_AT)


@pytest.fixture(scope="module")
def journey(real_data):
    return crowd_of(JOURNEY, real_data, JOURNEY_AT)


def assert_same(crowd, where, plain, data):
    segment = parsed(json.dumps({"language": 1, "where": where}))
    found = list(crowd.ids(crowd.bits(segment.where)))
    expected = [one for (one,) in duckdb.sql(plain.format(data=data)).fetchall()]
    assert found == expected
    assert 10 < len(found) < crowd.members, "the comparison is about something"


@pytest.mark.parametrize(
    ("where", "plain"),
    [
        (
            {"leaf": "bought", "at_least": 5, "window": {"last_days": 90}},
            f"SELECT CustomerID::BIGINT FROM {RETAIL_FILE} WHERE InvoiceNo NOT LIKE 'C%' AND CustomerID IS NOT NULL "
            "AND InvoiceDate >= DATE '2011-12-10' - INTERVAL 90 DAY AND InvoiceDate <= TIMESTAMP '2011-12-09 12:50' "
            "GROUP BY 1 HAVING count(DISTINCT InvoiceNo) >= 5 ORDER BY 1",
        ),
        (
            {"leaf": "spent", "at_least": "1000.00", "at_most": "2000.00", "window": {"since": "2011-01-01"}},
            f"SELECT CustomerID::BIGINT FROM {RETAIL_FILE} WHERE CustomerID IS NOT NULL AND InvoiceDate >= "
            "'2011-01-01' GROUP BY 1 HAVING sum(round(Quantity::DECIMAL(18, 3) * UnitPrice::DECIMAL(18, 3) * 100)) "
            "BETWEEN 100000 AND 200000 ORDER BY 1",
        ),
        (
            {
                "all": [
                    {"leaf": "bought", "at_least": 1, "of": {"skus": ["85123A"]}},
                    {"not": {"leaf": "bought", "at_least": 1, "of": {"skus": ["22423"]}}},
                ]
            },
            f"SELECT DISTINCT CustomerID::BIGINT FROM {RETAIL_FILE} WHERE StockCode = '85123A' AND InvoiceNo NOT LIKE "
            f"'C%' AND CustomerID IS NOT NULL AND CustomerID NOT IN (SELECT CustomerID FROM {RETAIL_FILE} "
            "WHERE StockCode = '22423' AND InvoiceNo NOT LIKE 'C%' AND CustomerID IS NOT NULL) ORDER BY 1",
        ),
        (
            {"leaf": "bought_on", "which": "last", "on": {"ago_days": 180}},
            f"SELECT CustomerID::BIGINT FROM {RETAIL_FILE} WHERE InvoiceNo NOT LIKE 'C%' AND CustomerID IS NOT NULL "
            "GROUP BY 1 HAVING max(InvoiceDate)::DATE <= DATE '2011-12-09' - 180 ORDER BY 1",
        ),
    ],
)
def test_the_online_shop(retail, real_data, where, plain):
    assert_same(retail, where, plain, real_data)


@pytest.mark.parametrize(
    ("where", "plain"),
    [
        (
            {"leaf": "bought", "count": "days", "at_least": 3, "of": {"categories": ["PRODUCE"]}},
            f"SELECT household_id::BIGINT FROM {JOURNEY_FILE} WHERE department = 'PRODUCE' GROUP BY 1 "
            "HAVING count(DISTINCT transaction_timestamp::DATE) >= 3 ORDER BY 1",
        ),
        (
            {
                "all": [
                    {"leaf": "bought", "at_least": 2, "of": {"brands": ["Private"], "weekdays": [6, 7]}},
                    {"leaf": "bought", "at_most": 0, "of": {"categories": ["MEAT"]}},
                    {"leaf": "spent", "per": "receipt", "at_least": "5.00"},
                ]
            },
            f"SELECT household_id::BIGINT FROM {JOURNEY_FILE} GROUP BY 1 HAVING "
            "count(DISTINCT basket_id) FILTER (brand = 'Private' AND isodow(transaction_timestamp) >= 6) >= 2 "
            "AND count(*) FILTER (department = 'MEAT') = 0 "
            "AND sum(sales_value::DECIMAL(18, 2)) / count(DISTINCT basket_id) >= 5 ORDER BY 1",
        ),
        (
            {
                "leaf": "bought",
                "count": "lines",
                "at_least": 2,
                "of": {"from_clock": "22:00", "to_clock": "06:00", "stores": ["367", "406"]},
            },
            "SELECT household_id::BIGINT FROM read_parquet('{data}/complete_journey/transactions.parquet') "
            "WHERE store_id IN ('367', '406') AND (hour(transaction_timestamp) >= 22 OR "
            "hour(transaction_timestamp) < 6) "
            "GROUP BY 1 HAVING count(*) >= 2 ORDER BY 1",
        ),
        (
            {
                "leaf": "sequence",
                "first": {"bought": {"categories": ["PRODUCE"]}},
                "then": {"bought": {"categories": ["MEAT"]}},
                "within_days": 7,
            },
            "WITH t AS (SELECT household_id::BIGINT AS one, transaction_timestamp AS at, department AS d FROM "
            f"{JOURNEY_FILE}) SELECT DISTINCT a.one FROM t a JOIN t b ON a.one = b.one AND a.d = 'PRODUCE' "
            "AND b.d = 'MEAT' AND b.at > a.at AND b.at <= a.at + INTERVAL 7 DAY ORDER BY 1",
        ),
    ],
)
def test_the_supermarket(journey, real_data, where, plain):
    assert_same(journey, where, plain, real_data)
