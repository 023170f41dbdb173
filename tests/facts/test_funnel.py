"""From looking to paying is what plain Python counts from events and sales: by channel, of some members and of all."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta

import duckdb
import pyarrow as pa
import pytest

from huitou.insight import service as insight

FIRST, LAST = date(2026, 9, 7), date(2026, 10, 4)
CHOSEN = {1, 2, 3}
DAY = timedelta(hours=24)


def drawn(seed: int) -> tuple[list[dict], list[dict]]:
    """Events of members 1 to 9 in three channels, days as the clock has them, and their sales and returns."""
    chance = random.Random(seed)

    def moment() -> datetime:
        return datetime.fromisoformat("2026-09-01") + timedelta(minutes=chance.randrange(38 * 24 * 60))

    events = []
    for _ in range(700):
        at = moment()
        kind = chance.choice(["view", "scan", "basket", "view"])
        reason = chance.choice(["", "", "", "fee", "sold_out"])
        events.append({"member_id": chance.randrange(1, 10), "kind": kind, "store_id": chance.choice([1, 2, None]),
                       "at_utc": at, "day": at.date(), "channel": chance.choice(["app", "mini_program", ""]),
                       "reason": reason})  # fmt: skip
    lines = []
    for receipt in range(160):
        at = moment()
        head = {"receipt_id": receipt, "business_date": at.date(), "at_utc": at, "store_id": chance.choice([1, 2]),
                "member_id": chance.choice([None, *range(1, 10)]), "channel": chance.choice(["store", "mini_program"]),
                "kind": chance.choice(["sale", "sale", "sale", "return"])}  # fmt: skip
        lines += [head] * chance.randrange(1, 4)
    return events, lines


def plain(events, sales):
    """{(member, day, channel): (basket, paid in, reason)} of every look, and the days that have a basket alone."""
    seen, alone, days = {}, set(), {}
    for one in events:
        days.setdefault((one["member_id"], one["day"], one["channel"]), []).append(one)
    for key, found in days.items():
        looks = [one["at_utc"] for one in found if one["kind"] != "basket"]
        if not looks:
            alone.add(key)
            continue
        after = sorted((one for one in found if one["at_utc"] >= min(looks)), key=lambda one: one["at_utc"])
        baskets = [one["at_utc"] for one in after if one["kind"] == "basket"]
        since = min(baskets) if baskets else min(looks)
        paid = [(s["at_utc"], s["channel"]) for s in sales
                if s["member_id"] == key[0] and since <= s["at_utc"] <= since + DAY]  # fmt: skip
        reasons = [one["reason"] for one in after if one["reason"]]
        seen[key] = (bool(baskets), min(paid)[1] if paid else None, reasons[-1] if reasons else "")
    return seen, alone


def part(seen, went, of):
    """The six figures of a share of looks: by member y of n."""
    y, n = Counter(), Counter()
    for (member, *_), one in seen.items():
        n[member] += of(one)
        y[member] += of(one) and went(one)
    members = [one for one in n if n[one]]
    return insight.Part(
        sum(y.values()), sum(n.values()), len(members), sum(y[one] ** 2 for one in members),
        sum(y[one] * n[one] for one in members), sum(n[one] ** 2 for one in members),
    )  # fmt: skip


def steps(seen):
    def basket(one):
        return one[0]

    def paid(one):
        return one[1] is not None

    def every(_):
        return True

    return insight.Steps(part(seen, basket, every), part(seen, paid, basket), part(seen, paid, every))


QUESTIONS = [
    ({"stores": None, "everybody": False}, "some members beside everybody"),
    ({"stores": None, "everybody": True}, "nobody was picked: all are theirs"),
    ({"stores": [2], "everybody": False}, "one store: events that name it, and receipts of it"),
    ({"stores": [], "everybody": True}, "no store: nothing"),
]


@pytest.mark.parametrize(("question", "because"), QUESTIONS, ids=[because for _, because in QUESTIONS])
def test_the_way_from_looking_to_paying(question, because):
    events, lines = drawn(seed=8)
    stores, everybody = question["stores"], question["everybody"]
    events = [one for one in events if FIRST <= one["day"] <= LAST and (stores is None or one["store_id"] in stores)]
    sales = {s["receipt_id"]: s for s in lines if s["kind"] == "sale" and (stores is None or s["store_id"] in stores)}
    with duckdb.connect() as session:
        session.execute("CREATE TABLE lines (receipt_id BIGINT, business_date DATE, at_utc TIMESTAMP, store_id INTEGER,"
                        " member_id BIGINT, channel VARCHAR, kind VARCHAR)")  # fmt: skip
        session.executemany("INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?)", [list(one.values()) for one in lines])
        insight.lay_chosen(session, list(CHOSEN))
        found = insight.funnel_asked(session, told(events), FIRST, LAST, stores, everybody=everybody)

    seen, alone = plain(events, sales.values())
    theirs = {key: one for key, one in seen.items() if everybody or key[0] in CHOSEN}
    assert {one.channel for one in found.channels} == {channel for *_, channel in seen}, because
    for one in found.channels:
        of = [{key: v for key, v in some.items() if key[2] == one.channel} for some in (theirs, seen)]
        assert (one.here, one.all) == (steps(of[0]), steps(of[1])), (because, one.channel)
    if seen:
        assert (found.whole.here, found.whole.all) == (steps(theirs), steps(seen)), because
        assert found.whole.here.left_basket > 0 < found.whole.here.only_looked
    paid = Counter((channel, one[1]) for (*_, channel), one in seen.items() if one[1])
    assert {(one.channel, one.paid_in): one.all_looks for one in found.paid_in} == paid
    left = Counter((channel, one[0], one[2]) for (*_, channel), one in theirs.items() if one[1] is None)
    assert {(o.channel, o.with_basket, o.reason): o.looks for o in found.left_for if o.looks} == left
    assert found.without_look == sum(everybody or member in CHOSEN for member, *_ in alone)


def told(events) -> pa.Table:
    return pa.Table.from_pylist(events, pa.schema([
        ("member_id", pa.int64()), ("kind", pa.string()), ("store_id", pa.int32()), ("at_utc", pa.timestamp("us")),
        ("day", pa.date32()), ("channel", pa.string()), ("reason", pa.string()),
    ]))  # fmt: skip


LOOK = datetime.fromisoformat("2026-09-10T12:00")


@pytest.mark.parametrize(
    ("events", "paid_after", "expected", "because"),
    [
        ([("view", 0), ("basket", 5)], 5, (1, 1, 1), "paid in the minute of the basket"),
        ([("view", 0), ("basket", 5)], 5 + 24 * 60, (1, 1, 1), "24 hours to the minute"),
        ([("view", 0), ("basket", 5)], 6 + 24 * 60, (1, 0, 0), "a minute too late"),
        ([("view", 0), ("basket", 5)], 3, (1, 0, 0), "what was paid before the basket does not pay it"),
        ([("view", 5), ("basket", 0)], 6, (0, 0, 1), "the basket came before the look: paid without one"),
        ([("scan", 0)], 60, (0, 0, 1), "no basket is told: paid all the same"),
    ],
)
def test_the_edges_of_a_look(events, paid_after, expected, because):
    rows = [{"member_id": 1, "kind": kind, "store_id": None, "at_utc": LOOK + timedelta(minutes=after),
             "day": LOOK.date(), "channel": "app", "reason": ""} for kind, after in events]  # fmt: skip
    at = LOOK + timedelta(minutes=paid_after)
    with duckdb.connect() as session:
        session.execute(
            f"CREATE TABLE lines AS SELECT 1 AS receipt_id, DATE '{at.date()}' AS business_date, "
            f"TIMESTAMP '{at}' AS at_utc, 1 AS store_id, 1 AS member_id, 'store' AS channel, 'sale' AS kind"
        )
        here = insight.funnel_asked(session, told(rows), LOOK.date(), LOOK.date(), None, everybody=True).whole.here
    assert (here.basket.part, here.basket_paid.part, here.paid.part) == expected, because


@pytest.mark.parametrize(
    ("part", "low", "high", "because"),
    [
        ((10, 100, 100, 10, 10, 100), 0.0552, 0.1744, "a look each: Wilson's of 10 in 100, but for m / (m - 1)"),
        ((0, 50, 50, 0, 0, 50), 0.0, 0.0713, "none of 50: not surely never"),
        ((5, 10, 1, 25, 50, 100), 0.0546, 0.9454, "one member made them all: one draw"),
        ((50, 100, 10, 500, 500, 1000), 0.2266, 0.7734, "ten members, all or nothing: nine draws or so"),
    ],
)
def test_the_interval_takes_each_member_as_one_draw(part, low, high, because):
    found = insight.Part(*part).between()
    assert found == pytest.approx((low, high), abs=0.0015), because
    assert insight.Part(0, 0, 0, 0, 0, 0).between() is None
