"""What SQL reckons for everybody at once is what the pure functions say of each: row by row, for random histories."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta

import duckdb
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from huitou.insight.rules.layers import layer_of, layered_sql
from huitou.insight.rules.preferences import PREFERRED, strength
from huitou.insight.rules.rfm import WINDOW_DAYS, score, score_by, score_sql
from huitou.insight.terms import CutOffs
from huitou.members.terms import came_back, months_before

QUICK = settings(max_examples=40, deadline=None)
SESSION = duckdb.connect()


@QUICK
@given(st.lists(st.integers(-3, 12), min_size=1, max_size=40))
def test_scores(values):
    SESSION.register("given_values", pa.table({"place": range(len(values)), "v": values}))
    found = SESSION.sql(f"SELECT {score_sql('v')} FROM given_values ORDER BY place").fetchall()
    expected = [score(1 + sum(other < value for other in values), len(values)) for value in values]
    assert [number for (number,) in found] == expected


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
# Where three months and a year end, a day decides.
OFFSETS = st.one_of(st.integers(-420, 5), st.sampled_from([-93, -92, -91, -90, -89, -366, -365, -364, 0, 1]))
RECEIPT = st.tuples(st.integers(1, 8), OFFSETS, st.sampled_from(["sale", "sale", "sale", "return"]),
                    st.lists(st.integers(-3000, 9000), min_size=1, max_size=3))  # fmt: skip
THRESHOLDS = st.one_of(st.just(()), st.lists(st.integers(0, 400), min_size=4, max_size=4, unique=True).map(sorted))
CUT_OFFS = st.builds(
    CutOffs,
    recency_days=THRESHOLDS.map(tuple),
    frequency=st.one_of(st.just(()), st.just((1, 2, 3, 5))),
    monetary_fen=st.one_of(st.just(()), st.just((0, 100, 2000, 9000))),
    dormant_after_months=st.integers(1, 12),
    diamond_percent=st.integers(1, 50),
    diamond_fen=st.one_of(st.none(), st.integers(1, 9000)),
    diamond_frequency=st.integers(1, 5),
    gold_score=st.integers(2, 10),
)


def reckoned(receipts, as_of, by=None):
    """The plain reckoning of facts, member by member."""
    by = by or CutOffs()
    kept = defaultdict(list)
    for member, offset, kind, nets in receipts:
        on = as_of + timedelta(days=offset)
        if on <= as_of:
            kept[member].append((on, kind, sum(nets)))
    rows = {}
    since = as_of - timedelta(days=WINDOW_DAYS)
    for member, visits in kept.items():
        days = [on for on, kind, _ in visits if kind == "sale"]
        if days:
            rows[member] = (
                min(days),
                max(days),
                sum(on > since for on in days),
                sum(net for on, _, net in visits if on > since),
                came_back(sorted(set(days)), as_of=as_of, dormant_months=by.dormant_after_months),
                len({on.replace(day=1) for on in days if on > since and on >= months_before(as_of.replace(day=1), 11)}),
            )

    def scored(place, member, parts=5):
        values = [row[place] for row in rows.values()]
        return score(1 + sum(value < rows[member][place] for value in values), len(values), parts=parts)

    found = {}
    for member, (first, last, frequency, spend, back, months) in rows.items():
        r, f, m = (scored(place, member) for place in (1, 2, 3))
        if by.recency_days:
            r = 5 - sum((as_of - last).days > days for days in by.recency_days)
        f = score_by(frequency, by.frequency) if by.frequency else f
        m = score_by(spend, by.monetary_fen) if by.monetary_fen else m
        found[member] = (
            str(layer_of(last, f, m, scored(3, member, 100), spend, as_of=as_of, cut_offs=by)),
            r,
            f,
            m,
            first,
            last,
            back,
            frequency,
            spend,
            months,
        )
    return found


@QUICK
@given(st.lists(RECEIPT, max_size=30), DAYS, CUT_OFFS)
@example([(1, -92, "sale", [100])], date(2026, 11, 20), CutOffs())  # three months to the day
@example([(1, -92, "sale", [100])], date(2026, 8, 31), CutOffs())  # a day more: 31 May
@example([(1, -365, "sale", [100]), (1, -364, "sale", [7])], date(2026, 11, 20), CutOffs())
@example([(1, -31, "sale", [1]), (2, -30, "sale", [1])], date(2026, 11, 20), CutOffs((7, 14, 30, 60)))
def test_facts(receipts, as_of, by):
    rows = [(member, as_of + timedelta(days=offset), kind, sum(nets)) for member, offset, kind, nets in receipts]
    names = ("member_id", "business_date", "kind", "net_fen")
    kinds = (pa.int64(), pa.date32(), pa.string(), pa.int64())
    columns = list(zip(*rows, strict=True)) or [[]] * 4
    SESSION.register(
        "visits",
        pa.table({name: pa.array(values, kind) for name, values, kind in zip(names, columns, kinds, strict=True)}),
    )
    found = {row[0]: row[1:] for row in SESSION.sql(layered_sql(by), params={"as_of": as_of}).fetchall()}
    assert found == reckoned(receipts, as_of, by)


CATEGORIES = ("生鲜/水果", "粮油", 'say "hi"', "a,b{c}\\d", "饮料/茶")
TASTE = st.tuples(st.integers(1, 3), st.sampled_from(CATEGORIES), st.integers(0, 27), st.integers(-500, 9000))


@QUICK
@given(st.lists(TASTE, max_size=40))
def test_preferences(tastes):
    as_of, by_member = date(2026, 11, 20), defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for member, category, age, net in tastes:
        by_member[member][category][age] += net
    rows = [
        (months_before(date(2026, 11, 1), age), member, category, net)
        for member, categories in by_member.items()
        for category, ages in categories.items()
        for age, net in ages.items()
    ]
    kinds = {"month_on": pa.date32(), "member_id": pa.int64(), "category": pa.string(), "net_fen": pa.int64()}
    columns = list(zip(*rows, strict=True)) or [[]] * 4
    named = zip(kinds.items(), columns, strict=True)
    SESSION.register("tastes", pa.table({name: pa.array(values, kind) for (name, kind), values in named}))
    expected = {}
    for member, categories in by_member.items():
        found = {category: strength(ages) for category, ages in categories.items()}
        best = sorted((-value, category) for category, value in found.items() if value)[:5]
        if best:
            whole = sum(found.values())
            bought = {name.split("/")[0] for name, ages in categories.items()
                      if any(net > 0 for age, net in ages.items() if age < 12)}  # fmt: skip
            likes = [(category, 1000 * -value // whole) for value, category in best]
            expected[member] = (likes, len(bought))
    said = SESSION.sql(PREFERRED, params={"as_of": as_of}).fetchall()
    assert {row[0]: (_unquoted(*row[1:3]), row[3]) for row in said} == expected


def _unquoted(categories, shares):
    """Two arrays as PostgreSQL writes them, side by side."""
    names = json.loads("[" + categories[1:-1] + "]")
    return list(zip(names, map(int, shares[1:-1].split(",")), strict=True))


@pytest.mark.parametrize("year", [2023, 2024])
def test_months_before_as_sql_counts_them(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    SESSION.register("given_days", pa.table({"d": pa.array(days, pa.date32())}))
    for months in (0, 1, 3, 12):
        found = SESSION.sql(f"SELECT d, (d - INTERVAL {months} MONTH)::DATE FROM given_days ORDER BY d").fetchall()
        assert found == [(d, months_before(d, months)) for d in days]
