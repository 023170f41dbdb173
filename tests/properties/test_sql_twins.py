"""What SQL reckons for everybody at once is what the pure functions say of each: row by row, for random histories."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import duckdb
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from huitou.insight.rules.layers import LAYERED, layer_of, months_before
from huitou.insight.rules.rfm import WINDOW_DAYS, score, score_sql

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


def reckoned(receipts, as_of):
    """The plain reckoning of `reckon_facts`, member by member."""
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
            )

    def scored(place, member, parts=5):
        values = [row[place] for row in rows.values()]
        return score(1 + sum(value < rows[member][place] for value in values), len(values), parts=parts)

    found = {}
    for member, (first, last, frequency, spend) in rows.items():
        r, f, m = (scored(place, member) for place in (1, 2, 3))
        found[member] = (
            str(layer_of(last, f, m, scored(3, member, 20), as_of=as_of)),
            r,
            f,
            m,
            first,
            last,
            frequency,
            spend,
            as_of,
        )
    return found


@QUICK
@given(st.lists(RECEIPT, max_size=30), DAYS)
@example([(1, -92, "sale", [100])], date(2026, 11, 20))  # three months to the day
@example([(1, -92, "sale", [100])], date(2026, 8, 31))  # a day more: 31 May
@example([(1, -365, "sale", [100]), (1, -364, "sale", [7])], date(2026, 11, 20))
def test_facts(receipts, as_of):
    rows = [
        (member, as_of + timedelta(days=offset), kind, place, line, net)
        for place, (member, offset, kind, nets) in enumerate(receipts)
        for line, net in enumerate(nets, start=1)
    ]
    names = ("member_id", "business_date", "kind", "receipt_id", "line", "net_fen")
    kinds = (pa.int64(), pa.date32(), pa.string(), pa.int64(), pa.int32(), pa.int64())
    columns = list(zip(*rows, strict=True)) or [[]] * 6
    SESSION.register(
        "lines",
        pa.table({name: pa.array(values, kind) for name, values, kind in zip(names, columns, kinds, strict=True)}),
    )
    found = {row[0]: row[1:] for row in SESSION.sql(LAYERED, params={"as_of": as_of}).fetchall()}
    assert found == reckoned(receipts, as_of)


@pytest.mark.parametrize("year", [2023, 2024])
def test_months_before_as_sql_counts_them(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    SESSION.register("given_days", pa.table({"d": pa.array(days, pa.date32())}))
    for months in (0, 1, 3, 12):
        found = SESSION.sql(f"SELECT d, (d - INTERVAL {months} MONTH)::DATE FROM given_days ORDER BY d").fetchall()
        assert found == [(d, months_before(d, months)) for d in days]
