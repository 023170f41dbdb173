"""The sample chain is lifelike, the same for the same seed, and adds up to the fen."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise

import duckdb
import pytest

from huitou.kernel.festivals import LUNAR, festival_days
from huitou.usecases.sample_chain.drawing import draw_month, draw_whom
from huitou.usecases.sample_chain.goods import ean13, read_aisles, read_goods
from huitou.usecases.sample_chain.people import draw_people
from huitou.usecases.sample_chain.places import PLACES, places_of
from huitou.usecases.sample_chain.seasons import in_season, pull_of
from huitou.usecases.sample_chain.terms import SampleChain

TODAY = date(2026, 11, 22)
SEED = 20261
CHAIN = SampleChain(SEED, 800, 7, TODAY)


def _drawn(chain, months=None):
    """A session with the members and the months (all unless named) in tables all_heads, sold and came_back."""
    session = duckdb.connect()
    draw_whom(session, chain)
    for number, (first, last) in enumerate(chain.month_spans()):
        if months is not None and number not in months:
            continue
        draw_month(session, chain, first, last)
        for table, query in {
            "all_heads": "FROM heads",
            "sold": "FROM lines JOIN goods USING (product)",
            "came_back": "FROM returned",
        }.items():
            asked = f"SELECT {number} AS month, * {query}"
            known = session.sql(f"SELECT count(*) FROM duckdb_tables() WHERE table_name = '{table}'").fetchall()[0][0]
            session.execute(f"INSERT INTO {table} {asked}" if known else f"CREATE TABLE {table} AS {asked}")
    return session


@pytest.fixture(scope="module")
def drawn():
    with closing(_drawn(CHAIN)) as session:
        yield session


def _one(session, query):
    return session.sql(query).fetchall()[0]


def test_the_shelf_has_whole_products():
    goods = read_goods()
    assert len(goods) >= 5000
    assert len({good.sku for good in goods}) == len(goods), "a code names one product"
    assert len({good.name for good in goods}) == len(goods), "a name names one product"
    assert all(good.category.count("/") == 2 for good in goods), "categories have three levels"
    assert all(0 < good.cost_fen < good.price_fen for good in goods), "nothing is sold below cost"
    assert {good.weighed for good in goods} == {True, False}
    assert {good.category for good in goods} == {aisle.category for aisle in read_aisles()}, "no aisle is empty"
    assert all(good.supplier for good in goods)


def test_barcodes_are_those_of_china_and_check():
    codes = [good.barcode for good in read_goods() if not good.weighed]
    assert len(set(codes)) == len(codes), "a barcode names one product"
    for code in codes:
        assert len(code) == 13
        assert code.startswith("69")
        assert (sum(map(int, code[0::2])) + 3 * sum(map(int, code[1::2]))) % 10 == 0, "EAN-13's check digit"
    assert ean13(read_goods()[-1]) == codes[-1]


def test_the_stores_stand_in_their_districts_and_are_open():
    assert len({place.code for place in PLACES}) == len(PLACES) == 30
    for place in PLACES:
        assert 29.5 < place.latitude < 31.0, f"{place.name} stands in the north of Zhejiang"
        assert 119.5 < place.longitude < 122.0
        assert place.opens_at < place.closes_at
    assert [len(places_of(members)) for members in (300, 20_000, 200_000, 800_000)] == [6, 12, 20, 30]


def test_members_are_different_people(drawn):
    rows = drawn.sql("SELECT card, phone, phone_kind, birthday, joined_on FROM people").fetchall()
    own = [phone for _, phone, kind, *_ in rows if kind == "own"]
    assert len(set(own)) == len(own)
    assert all(len(phone) == 11 and phone[0] == "1" and phone[1] in "3456789" for _, phone, *_ in rows if phone)
    assert len({card for card, *_ in rows}) == len(rows)
    assert all(_passes_luhn(card) for card, *_ in rows)
    assert all(joined <= TODAY for *_, joined in rows)


def test_the_bad_data_of_life_is_there():
    with duckdb.connect() as session:
        draw_people(session, SampleChain(SEED, 5000, 13, TODAY))
        kinds = dict(session.sql("SELECT phone_kind, count(*) FROM people GROUP BY 1").fetchall())
        assert set(kinds) == {"own", "none", "front_desk", "mistyped", "shared"}
        desks = _one(session, "SELECT count(DISTINCT phone) FROM people WHERE phone_kind = 'front_desk'")[0]
        assert desks <= 6 < kinds["front_desk"], "a store's front desk lends its number to many"
        twins = "SELECT count(*) FROM people p JOIN people q ON p.is_twice AND q.i = p.i - 1 AND "
        assert _one(session, f"{twins} q.full_name = p.full_name AND q.card <> p.card")[0] > 50, "some are there twice"
        households = _one(session, "SELECT avg(n) FROM (SELECT count(*) AS n FROM people GROUP BY household)")[0]
        assert 1.1 < households < 1.5
        reach = _one(session, "SELECT max(abs(latitude - 30.2)), max(abs(longitude - 120.1)) FROM people")
        assert max(reach) < 0.3, "everybody lives near a store"


def test_most_live_within_reach_of_their_store_and_a_few_do_not():
    stores = ", ".join(f"({n}, {place.latitude}, {place.longitude})" for n, place in enumerate(places_of(5000)))
    apart = "sqrt(pow(p.latitude - s.latitude, 2) + pow((p.longitude - s.longitude) * cos(radians(s.latitude)), 2))"
    with duckdb.connect() as session:
        draw_people(session, SampleChain(SEED, 5000, 13, TODAY))
        shares = _one(
            session,
            f"SELECT avg((km <= 3)::INTEGER), median(km), max(km) FROM (SELECT 111.2 * {apart} AS km "
            f"FROM people p JOIN (VALUES {stores}) AS s (home, latitude, longitude) USING (home))",
        )
        assert 0.93 < shares[0] < 0.98
        assert 1.5 < shares[1] < 2.5 < 5 < shares[2] < 7, "kilometres"


def test_a_member_does_not_depend_on_how_many_follow():
    few, many = ({}, {})
    for found, members in ((few, 40), (many, 400)):
        with duckdb.connect() as session:
            draw_people(session, SampleChain(SEED, members, 13, TODAY))
            found.update({row[0]: row for row in session.sql("SELECT * FROM people WHERE i <= 40").fetchall()})
    assert few == many


def test_a_month_stands_for_itself_and_the_seed_is_used(drawn):
    months = len(CHAIN.month_spans())
    with closing(_drawn(CHAIN, {months - 2})) as alone:
        for table, order in (("all_heads", "visit"), ("sold", "visit, line"), ("came_back", "visit, line")):
            both = f"SELECT * FROM {table} WHERE month = {months - 2} ORDER BY {order}"
            assert drawn.sql(both).fetchall() == alone.sql(both).fetchall(), "drawn alone it is the same month"
    with closing(_drawn(SampleChain(SEED + 1, 800, 7, TODAY), {0})) as other:
        total = "SELECT count(*), sum(net_fen) FROM all_heads WHERE month = 0"
        assert _one(other, total) != _one(drawn, total)


def test_every_line_adds_up_to_the_fen(drawn):
    wrong = drawn.sql(
        "SELECT * FROM sold WHERE net_fen <> (price_fen * quantity_milli + 500) // 1000 - discount_fen "
        "OR net_fen < 0 OR discount_fen < 0 OR quantity_milli <= 0"
    ).fetchall()
    assert wrong == [], "price times quantity less discount is what was paid"
    heads = "SELECT sum(net_fen), sum(line_count) FROM all_heads"
    lines = "SELECT sum(net_fen), count(*) FROM (SELECT net_fen FROM sold UNION ALL SELECT net_fen FROM came_back)"
    assert _one(drawn, heads) == _one(drawn, lines)


def test_numbers_are_unique(drawn):
    assert _one(drawn, "SELECT count(*) - count(DISTINCT number) FROM all_heads") == (0,)


def test_the_history_ends_yesterday(drawn):
    assert _one(drawn, "SELECT min(day), max(day) FROM all_heads") == (date(2026, 4, 22), date(2026, 11, 21))


@pytest.mark.parametrize(
    ("today", "months", "first_day", "spans"),
    [
        (date(2026, 11, 22), 13, date(2025, 10, 22), 14),
        (date(2026, 3, 31), 1, date(2026, 2, 28), 2),
        (date(2026, 1, 1), 12, date(2025, 1, 1), 12),
    ],
)
def test_months_are_those_of_the_calendar(today, months, first_day, spans):
    chain = SampleChain(1, 20, months, today)
    found = chain.month_spans()
    assert (chain.first_day, len(found)) == (first_day, spans)
    assert found[0][0] == first_day
    assert found[-1][1] == today - timedelta(days=1)
    assert all(later[0] == earlier[1] + timedelta(days=1) for earlier, later in pairwise(found))


def test_returns_give_back_what_was_bought(drawn):
    sold = "SELECT month, visit AS sale, line AS sale_line, quantity_milli AS had, net_fen AS paid FROM sold"
    unexplained = drawn.sql(
        f"SELECT * FROM came_back LEFT JOIN ({sold}) USING (month, sale, sale_line) "
        "WHERE had IS NULL OR -quantity_milli > had OR -net_fen > paid OR quantity_milli >= 0"
    ).fetchall()
    assert unexplained == []
    late = "SELECT count(*) FROM all_heads r JOIN came_back USING (month, visit) JOIN all_heads s ON s.month = r.month "
    assert _one(drawn, f"{late} AND s.visit = sale WHERE (r.day, r.second) <= (s.day, s.second)") == (0,)
    share = _one(drawn, "SELECT count(*) FILTER (kind = 'return') / count(*) FROM all_heads")[0]
    assert 0.01 <= share <= 0.04, "a few percent come back"


def test_three_in_ten_have_been_silent_for_three_months(drawn):
    silent = _one(
        drawn,
        f"SELECT avg((DATE '{TODAY}' - last > 90)::INTEGER) FROM (SELECT i, max(day) AS last FROM all_heads "
        "WHERE kind = 'sale' AND i IS NOT NULL GROUP BY i)",
    )[0]
    assert 0.22 <= silent <= 0.42, "the dormant layer is large enough to win back and not the whole chain"


def test_whoever_joins_lately_comes_once_as_often_as_whoever_joined_before():
    with closing(duckdb.connect()) as session:
        draw_people(session, SampleChain(SEED, 6000, 24, TODAY))
        shares = {
            span: _one(
                session,
                "SELECT avg((last_day = joined_on)::INTEGER) FROM people "
                f"WHERE joined_on BETWEEN DATE '{TODAY}' - {span[0]} AND DATE '{TODAY}' - {span[1]}",
            )[0]
            for span in ((90, 3), (130, 91), (400, 131))
        }
    assert all(0.33 < share < 0.52 for share in shares.values()), shares
    assert max(shares.values()) - min(shares.values()) < 0.1, "who reads cohorts sees no step"


def test_hours_weekdays_and_channels_have_a_rhythm(drawn):
    hours = dict(drawn.sql("SELECT second // 3600, count(*) FROM all_heads GROUP BY 1").fetchall())
    assert hours[18] > 1.5 * hours[13], "people shop after work"
    days = dict(drawn.sql("SELECT isodow(day), count(*) FROM all_heads GROUP BY 1").fetchall())
    assert days[6] > 1.2 * days[2], "Saturday beats Tuesday"
    channels = dict(drawn.sql("SELECT channel, avg(count(*)) OVER () FROM all_heads GROUP BY 1").fetchall())
    assert set(channels) == {"store", "mini_program", "delivery"}
    assert 0.1 < _one(drawn, "SELECT avg((i IS NULL)::INTEGER) FROM all_heads")[0] < 0.3, "some receipts name nobody"


def test_newborns_wear_small_nappies_and_grow(drawn):
    stages = drawn.sql(
        "SELECT date_diff('month', child_born_on, day) AS age, sku FROM sold JOIN all_heads USING (month, visit) "
        "JOIN people USING (i) WHERE child_born_on IS NOT NULL"
    ).fetchall()
    category = {good.sku: good.category for good in read_goods()}
    seen = {(age, category[sku]) for age, sku in stages if "纸尿裤/" in category[sku] or "奶粉/" in category[sku]}
    assert seen, "families with a small child buy nappies"
    assert all(age <= 2 for age, name in seen if name.endswith("/NB"))
    assert all(age >= 5 for age, name in seen if name.endswith("/2段")), "stage 2 is drunk from six months on"


@pytest.mark.parametrize(
    ("season", "day", "sold", "because"),
    [
        ("", date(2026, 1, 1), True, "no season is all year"),
        ("6-9", date(2026, 7, 1), True, "within the months"),
        ("6-9", date(2026, 10, 1), False, "after the months"),
        ("10-3", date(2026, 1, 15), True, "winter spans the year's end"),
        ("10-3", date(2026, 5, 15), False, "spring is not winter"),
        ("中秋节-30", date(2026, 9, 25), True, "the festival itself is the last day"),
        ("中秋节-30", date(2026, 9, 26), False, "nobody buys moon cakes the day after"),
        ("中秋节-30", date(2026, 8, 25), False, "31 days before is too early"),
    ],
)
def test_goods_have_their_season(season, day, sold, because):
    assert in_season(season, day) is sold, because


def test_the_city_shops_before_spring_festival_and_rests_on_the_day():
    new_year = date(2026, 2, 17)
    assert pull_of(new_year - timedelta(days=3)) > 1.5
    assert pull_of(new_year) < 0.5


def test_the_festivals_are_those_of_the_public_calendar(real_data):
    holidays = duckdb.sql(
        f"SELECT name, date FROM '{real_data}/calendar/cn_holidays.parquet' WHERE is_off_day AND year >= 2019"
    ).fetchall()
    off = {name: {day for found, day in holidays if found == name} for name in LUNAR}
    for name in LUNAR:
        years = {day.year for day in off[name]}
        for day in festival_days(name):
            # Where two festivals meet the calendar names one of them; a week is off all the same.
            assert day.year not in years or day in off[name], f"{name} {day}"


def _passes_luhn(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
