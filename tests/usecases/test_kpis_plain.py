"""On real data and on the sample chain, each KPI by each cut is what plain SQL over the lines says."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from tests.usecases.plain_kpis import PLAIN

from huitou.insight import service as insight
from huitou.insight.rules import periods
from huitou.insight.rules.kpis import KPIS
from huitou.insight.store import kpis as kpi_store
from huitou.insight.terms import Cut, KpiFigure
from huitou.lake import daily

# As the import makes them: fen and thousandths, a receipt is a sale when something of it went out.
ONLINE_RETAIL = """
SELECT dense_rank() OVER (ORDER BY InvoiceNo, InvoiceDate::DATE) AS receipt_id, InvoiceDate::DATE AS business_date,
       (1 + hash(Country) % 9)::INTEGER AS store_id, CustomerID::BIGINT AS member_id,
       CASE WHEN hash(InvoiceNo) % 5 = 0 THEN 'mini_program' ELSE 'store' END AS channel,
       StockCode[1:2] || '/' || StockCode AS category,
       (Quantity * 1000)::BIGINT AS quantity_milli, round(Quantity * UnitPrice * 100)::BIGINT AS net_fen
FROM '{data}/online_retail/lines_2010_2011.parquet'
"""
COMPLETE_JOURNEY = """
SELECT dense_rank() OVER (ORDER BY basket_id, transaction_timestamp::DATE) AS receipt_id,
       transaction_timestamp::DATE AS business_date, t.store_id::INTEGER % 12 AS store_id,
       CASE WHEN hash(household_id) % 4 > 0 THEN household_id::BIGINT END AS member_id, 'store' AS channel,
       department || '/' || coalesce(product_category, '') AS category,
       (quantity * 1000)::BIGINT AS quantity_milli, round(sales_value * 100)::BIGINT AS net_fen
FROM '{data}/complete_journey/transactions.parquet' t
LEFT JOIN '{data}/complete_journey/products.parquet' p USING (product_id)
"""
SETS = {
    "online_retail": (ONLINE_RETAIL, date(2011, 9, 1), date(2011, 9, 30)),
    "complete_journey": (COMPLETE_JOURNEY, date(2017, 10, 15), date(2017, 11, 30)),
}
CONDITIONS = {
    Cut.STORE: "store_id = {}",
    Cut.CHANNEL: "channel = '{}'",
    Cut.CATEGORY: "coalesce(split_part(category, '/', 1), '') = '{}'",
}
MOST_PARTS = 4
CHOSEN = "member_id % 5 IN (1, 3)"
ELSE = f"({CHOSEN}) IS NOT TRUE"


def lake_of(lines: str) -> duckdb.DuckDBPyConnection:
    session = duckdb.connect()
    session.execute(f"CREATE TABLE raw AS {lines}")
    session.execute(
        "CREATE TABLE lines AS SELECT *, CASE WHEN max(quantity_milli) OVER (PARTITION BY receipt_id) > 0 "
        "THEN 'sale' ELSE 'return' END AS kind FROM raw"
    )
    session.execute(f"CREATE VIEW visits AS {daily.VISITS.counted.format(lines='lines', of='true')}")
    return session


def compare(session: duckdb.DuckDBPyConnection, first: date, last: date) -> int:
    compared = 0
    for by, condition in CONDITIONS.items():
        found = insight.kpis_of_period(session, first, last, by=by)
        parts = sorted({one.part for one in found if one.part is not None})[:MOST_PARTS]
        for part in (None, *parts):
            of = "true" if part is None else condition.format(part.replace("'", "''"))
            for one in found:
                if one.part == part:
                    assert_plain(session, one.figure, of, (by, part))
                    compared += 1
    return compared


def assert_plain(session: duckdb.DuckDBPyConnection, figure: KpiFigure, of: str, where: object) -> None:
    plain = PLAIN[figure.kpi].format(part=of)
    asked = {name: day for name, day in (("first", figure.starts_on), ("last", figure.ends_on)) if f"${name}" in plain}
    (expected,) = session.sql(plain, params=asked).fetchall()
    said = (figure.numerator, figure.denominator)
    assert said == tuple(None if x is None else int(x) for x in expected), (figure.kpi, where)


def compare_chosen(session: duckdb.DuckDBPyConnection, first: date, last: date) -> int:
    """Some members, everybody else and everybody, of the chain and of each part."""
    members = session.sql(f"SELECT DISTINCT member_id FROM lines WHERE {CHOSEN}").fetchall()
    insight.lay_chosen(session, [one for (one,) in members])
    compared = 0
    for by, condition in CONDITIONS.items():
        theirs, everybody = (
            {(one.figure.kpi, one.part): one.figure
             for one in insight.kpis_of_period(session, first, last, by=by, only=only)}
            for only in (insight.Only(), None)
        )  # fmt: skip
        parts = sorted({part for _, part in everybody if part is not None})[:MOST_PARTS]
        for (kpi, part), whole in everybody.items():
            if part in (None, *parts):
                of = "true" if part is None else condition.format(part.replace("'", "''"))
                mine = theirs.get((kpi, part))
                if mine is not None:
                    assert_plain(session, mine, f"{of} AND {CHOSEN}", (by, part))
                assert_plain(session, whole.without(mine), f"{of} AND {ELSE}", ("else", by, part))
                compared += 1
    store = next(one for (one,) in session.sql("SELECT max(store_id) FROM lines").fetchall())
    for one in insight.kpis_of_period(session, first, last, only=insight.Only(stores=[store])):
        assert_plain(session, one.figure, f"store_id = {store} AND {CHOSEN}", "one store")
    for one in insight.kpis_of_period(session, first, last, only=insight.Only(stores=[])):
        assert not one.figure.numerator, "who sees no store sees nothing"
    return compared


def test_no_kpi_lacks_its_plain_form():
    assert set(PLAIN) == set(KPIS)


@pytest.mark.realdata
@pytest.mark.parametrize("name", SETS)
def test_on_real_data(real_data, name):
    lines, first, last = SETS[name]
    with lake_of(lines.format(data=real_data)) as session:
        assert compare(session, first, last) > 100
        assert compare_chosen(session, first, last) > 100


def test_a_wrong_plain_form_is_seen(monkeypatch):
    """The control: the comparison can fail."""
    lines = (
        "SELECT n AS receipt_id, DATE '2026-11-01' + (n % 9)::INTEGER AS business_date, 1 AS store_id, "
        "n % 3 AS member_id, 'store' AS channel, 'a/b' AS category, 1000 AS quantity_milli, 100 AS net_fen "
        "FROM range(20) t (n)"
    )
    with lake_of(lines) as session:
        assert compare(session, date(2026, 11, 3), date(2026, 11, 6)) > 0
        assert compare_chosen(session, date(2026, 11, 3), date(2026, 11, 6)) > 0
        monkeypatch.setitem(PLAIN, "repurchase_rate", PLAIN["repurchase_rate"].replace("n > 1", "n > 0"))
        with pytest.raises(AssertionError, match="repurchase_rate"):
            compare(session, date(2026, 11, 3), date(2026, 11, 6))


def test_each_store_by_layer_and_channel_is_what_plain_sql_says():
    session = lake_of(
        "SELECT r AS receipt_id, DATE '2026-01-01' + (hash(r, 1) % 90)::INTEGER AS business_date, "
        "(1 + hash(r, 2) % 3)::INTEGER AS store_id, CASE WHEN hash(r, 3) % 4 > 0 THEN (hash(r, 4) % 60)::BIGINT END "
        "AS member_id, CASE WHEN hash(r, 5) % 3 = 0 THEN 'delivery' ELSE 'store' END AS channel, '' AS category, "
        "(1000 * (1 + hash(r, 6) % 3))::BIGINT AS quantity_milli, (100 + hash(r, 7) % 5000)::BIGINT AS net_fen "
        "FROM range(900) t (r)"
    )
    session.execute("CREATE TABLE layers AS SELECT i AS member_id, 'gold' AS layer FROM range(0, 60, 3) t (i)")
    window = periods.Period(periods.ROLLING, date(2026, 2, 1), date(2026, 2, 28))
    short = [kpi for kpi in KPIS.values() if not kpi.looks_back]
    gold = "member_id IN (SELECT member_id FROM layers WHERE layer = 'gold')"
    for cut, of in (
        (Cut.CHANNEL, {"store": "channel = 'store'", "delivery": "channel = 'delivery'"}),
        (Cut.LAYER, {"gold": gold, "": f"({gold}) IS NOT TRUE"}),
    ):
        counted = session.sql(kpi_store.values_query(session, short, [window], cut, of_stores=True)).fetchall()
        assert len(counted) == len(short) * 3 * len(of)
        for name, _, first, last, part, numerator, denominator in counted:
            store, key = part.split("/")
            figure = KpiFigure(name, first, last, numerator, denominator)
            assert_plain(session, figure, f"store_id = {store} AND {of[key]}", part)
