"""What is asked of a span of days is what plain Python counts from the lines: by hour, category, store, and in one
basket; of some members, of everybody, and of the stores that somebody sees."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import astuple
from datetime import date, datetime, timedelta

import duckdb
import pyarrow as pa
import pytest

from huitou.insight import service as insight
from huitou.insight.rules import together
from huitou.insight.rules.analysis import Side, widened
from huitou.insight.rules.lift import lift_of_visits
from huitou.lake import daily

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 20)
CHOSEN = {1, 2, 3}
CATEGORIES = ("a/x/1", "a/x/2", "a/y", "a", "b/z", "it's/%", "")


def drawn(seed: int) -> list[dict]:
    """Receipts of members 1 to 9 and of strangers in three stores, with returns, before and in the span."""
    chance, lines = random.Random(seed), []
    for receipt in range(400):
        at = datetime.fromisoformat("2026-08-25") + timedelta(days=chance.randrange(95), hours=chance.randrange(7, 22))
        member = chance.choice([None, *range(1, 10)])
        head = {
            "receipt_id": receipt, "business_date": at.date(), "at_local": at, "member_id": member,
            "store_id": chance.choice([1, 2, 3]), "channel": chance.choice(["store", "store", "delivery"]),
        }  # fmt: skip
        back = chance.random() < 0.15
        for product in chance.sample(range(12), chance.randrange(1, 5)):
            lines.append(head | {
                "kind": "return" if back else "sale", "product_id": product,
                "category": CATEGORIES[product % len(CATEGORIES)], "quantity_milli": -1000 if back else 1000,
                "net_fen": chance.randrange(1, 900) * (-1 if back else 1),
            })  # fmt: skip
    return lines


@pytest.fixture(scope="module")
def lines():
    return drawn(seed=4)


@pytest.fixture(scope="module")
def session(lines):
    with duckdb.connect() as session:
        session.execute(
            "CREATE TABLE lines (receipt_id BIGINT, business_date DATE, at_local TIMESTAMP, member_id BIGINT, "
            "store_id INTEGER, channel VARCHAR, kind VARCHAR, product_id BIGINT, category VARCHAR, "
            "quantity_milli BIGINT, net_fen BIGINT)"
        )
        session.executemany(f"INSERT INTO lines VALUES ({', '.join('?' * 11)})", [list(one.values()) for one in lines])
        session.execute(f"CREATE VIEW visits AS {daily.VISITS.counted.format(lines='lines', of='true')}")
        insight.lay_chosen(session, list(CHOSEN))
        yield session


def asked(session, lines, stores=None, *, everybody=False):
    """Lays the question, and gives the lines of it: (theirs, all)."""
    insight.lay_asked(session, FIRST, LAST, stores, everybody=everybody)
    every = [one for one in lines if FIRST <= one["business_date"] <= LAST and stores in (None, [one["store_id"]])]
    return [one for one in every if everybody or one["member_id"] in CHOSEN], every


QUESTIONS = [({}, "some members"), ({"stores": [2]}, "one store alone"), ({"everybody": True}, "nobody was picked")]
by_question = pytest.mark.parametrize(("question", "because"), QUESTIONS, ids=[because for _, because in QUESTIONS])


@by_question
def test_hours(session, lines, question, because):
    theirs, every = asked(session, lines, **question)

    def counted(rows):
        sales = [one for one in rows if one["kind"] == "sale"]
        visits = {(one["at_local"].isoweekday(), one["at_local"].hour, one["receipt_id"]) for one in sales}
        fen = Counter()
        for one in sales:
            fen[one["at_local"].isoweekday(), one["at_local"].hour] += one["net_fen"]
        return Counter(place[:2] for place in visits), fen

    (mine, fen), (all_visits, all_fen) = counted(theirs), counted(every)
    found = insight.hours_asked(session)
    assert {(one.weekday, one.hour) for one in found} == set(all_visits), because
    for one in found:
        at = (one.weekday, one.hour)
        assert (one.visits, one.net_fen, one.all_visits, one.all_fen) == (
            mine[at],
            fen[at],
            all_visits[at],
            all_fen[at],
        )


@by_question
@pytest.mark.parametrize("within", ["", "a", "a/x", "it's", "nothing"])
def test_categories(session, lines, question, because, within):
    theirs, every = asked(session, lines, **question)

    def child(path):
        parts, depth = path.split("/"), len(within.split("/")) if within else 0
        return "/".join(parts[: depth + 1])

    def counted(rows):
        fen, buyers = Counter(), defaultdict(set)
        for one in rows:
            path = one["category"]
            if path and (not within or path == within or path.startswith(within + "/")):
                fen[child(path)] += one["net_fen"]
                if one["member_id"] is not None and one["quantity_milli"] > 0:
                    buyers[child(path)].add(one["member_id"])
        return fen, buyers

    (fen, buyers), (all_fen, all_buyers) = counted(theirs), counted(every)
    found = insight.categories_asked(session, within)
    assert {one.category for one in found} == set(all_fen), because
    for one in found:
        expected = (fen[one.category], len(buyers[one.category]), all_fen[one.category], len(all_buyers[one.category]))
        assert (one.net_fen, one.buyers, one.all_fen, one.all_buyers) == expected


@by_question
def test_stores(session, lines, question, because):
    theirs, every = asked(session, lines, **question)

    def counted(rows, store):
        here = [one for one in rows if one["store_id"] == store]
        sales = [one for one in here if one["kind"] == "sale"]
        return (
            len({one["receipt_id"] for one in sales}),
            sum(one["net_fen"] for one in here),
            len({one["member_id"] for one in sales} - {None}),
        )

    for one in insight.stores_asked(session):
        said = (one.receipts, one.net_fen, one.members, one.all_receipts, one.all_fen, one.all_members)
        assert said == (*counted(theirs, one.store_id), *counted(every, one.store_id)), because


@by_question
@pytest.mark.parametrize("within", ["", "a"])
def test_demand(session, lines, question, because, within):
    theirs, every = asked(session, lines, **question)

    depth = 2 if within else 1

    def side(rows, store, hour, category):
        came, held = defaultdict(set), defaultdict(set)
        for one in rows:
            sold = one["kind"] == "sale" and one["channel"] == "store" and one["member_id"] is not None
            if sold and store in (None, one["store_id"]) and one["at_local"].hour == hour:
                came[one["member_id"]].add(one["receipt_id"])
                parts = one["category"].split("/")
                if "/".join(parts[:depth]) == category and (not within or parts[0] == within):
                    held[one["member_id"]].add(one["receipt_id"])
        pairs = [(len(held[member]), len(receipts)) for member, receipts in came.items()]
        bought, visits = sum(y for y, _ in pairs), sum(n for _, n in pairs)
        squares = (sum(y * y for y, _ in pairs), sum(y * n for y, n in pairs), sum(n * n for _, n in pairs))
        return Side(bought, visits, sum(y > 0 for y, _ in pairs), len(pairs), *squares)

    whole, by_store = insight.demand_asked(session, within)
    assert len(by_store) >= len(whole) > 0
    for one in (*whole, *by_store):
        place = (one.store_id, one.hour, one.category)
        assert (one.here, one.all) == (side(theirs, *place), side(every, *place)), (because, place)


def test_somebody_who_comes_often_is_one_draw():
    once = Side(60, 100, 60, 100, 60, 60, 100)
    others = Side(40, 100, 40, 100, 40, 40, 100)

    def both(one):
        return Side(*(mine + theirs for mine, theirs in zip(astuple(one), astuple(others), strict=True)))

    lift, of_members = lift_of_visits(once, both(once)), insight.lift_of(60, 100, 100, 200)
    assert abs(lift.at - of_members.at) < 1e-9
    assert abs(lift.low / of_members.low - 1) < 0.01, "one visit each: all but the same"
    faithful = Side(60, 100, 6, 10, 600, 600, 1000)
    wide = lift_of_visits(faithful, both(faithful))
    assert wide.at == lift.at
    assert wide.low < 1 < lift.low, "ten members with ten visits each, always or never: as if they were ten"
    always, mostly = Side(50, 50, 5, 5, 500, 500, 500), Side(700, 1000, 100, 100, 5000, 7000, 10_000)
    everybody = Side(*(mine + theirs for mine, theirs in zip(astuple(always), astuple(mostly), strict=True)))
    assert not lift_of_visits(always, everybody).clear, "five members who always bought it are five draws, not certain"


@pytest.mark.parametrize(("everybody", "home"), [(True, None), (False, None), (True, 2), (False, 2)])
def test_who_came_back(session, lines, everybody, home):
    homes = pa.table({"member_id": list(range(1, 10)), "home_store_id": [1 + n % 3 for n in range(1, 10)]})
    days = defaultdict(set)
    for one in lines:
        if one["kind"] == "sale" and one["business_date"] <= LAST and one["member_id"] is not None:
            days[one["member_id"]].add(one["business_date"])
    expected = Counter()
    for member, came in days.items():
        if (everybody or member in CHOSEN) and home in (None, 1 + member % 3):
            first = min(came).replace(day=1)
            for month in {(on.year - first.year) * 12 + on.month - first.month for on in came}:
                expected[first, month] += 1
    found = insight.cohorts_asked(session, LAST, homes, home, everybody=everybody)
    assert {(one.month_on, one.after): one.members for one in found} == expected


@pytest.mark.parametrize("level", ["1", "2", "product"])
def test_pairs(session, lines, level):
    theirs, _ = asked(session, lines, everybody=True)
    held = defaultdict(set)
    for one in theirs:
        if one["kind"] == "sale" and one["channel"] == "store" and (level == "product" or one["category"]):
            path = one["category"].split("/")
            held[one["receipt_id"]].add(str(one["product_id"]) if level == "product" else "/".join(path[: int(level)]))
    times = Counter(item for items in held.values() for item in items)
    both = Counter((one, two) for items in held.values() for one in items for two in items if one < two)
    found, baskets = insight.pairs_asked(session, level)
    assert baskets == len(held)
    expected = {pair: count for pair, count in both.items() if count >= 10 and min(times[item] for item in pair) >= 10}
    assert {tuple(sorted((one.one, one.other))): one.together for one in found} == expected
    for items, pairs in ((2, 1), (2**15, 1), (2**17, 1), (2**17, 2**40)):  # few pairs of many items, and many of few
        rows = session.sql(together.pairs_sql(items, pairs)).fetchall()
        assert {tuple(sorted(row[:2])): row[2] for row in rows} == expected, "however they are counted"
    for one in found:
        assert (one.of_one, one.of_other) == (times[one.one], times[one.other])
        if (lift := insight.pair_lift(one)) is not None:
            plain = one.together * baskets / (one.of_one * one.of_other)
            assert abs(lift.at - plain) < 1e-9
            assert lift.low < lift.at < lift.high
            assert abs(lift.here - one.together / one.of_one) < 1e-9, "the confidence"


def test_more_comparisons_ask_for_more():
    assert round(widened(1), 3) == 1.96, "a single one: the usual 95 %"
    assert round(widened(100), 2) == 3.48, "a hundred at once"
