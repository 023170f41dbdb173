"""Each KPI, of the chain and of each store, is what plain Python counts from the lines that were written."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.builders import SMALL_CHAIN, day, line, member_ids, rows, store_ids, take_into_lake

from huitou.insight.errors import CutUnknown, KpiUnknown, NothingToReckon, PeriodBackwards, TooManyParts
from huitou.insight.rules.kpis import KPIS
from huitou.members.terms import months_before
from huitou.usecases.chosen_members import Chosen
from huitou.usecases.kpis import kpis_between
from huitou.usecases.refresh import refresh

pytestmark = pytest.mark.django_db

CATEGORIES = {"milk": "dairy/milk", "tea": "drinks/hot/tea", "rice": ""}
FIRST, LAST = date(2026, 3, 1), date(2026, 11, 15)


def generated(seed: int) -> list[dict]:
    """Receipts of two or three lines over nine months: members, strangers, returns, two stores."""
    chance = random.Random(seed)
    lines = []
    for number in range(160):
        on = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days + 1))
        member, store = chance.choice(["", "C1", "C2", "C3", "C4", "C5", "C6"]), chance.choice(["east", "west"])
        sign = "-" if chance.random() < 0.15 else ""
        at = f"{on} {chance.randrange(8, 21):02}:{chance.randrange(60):02}"
        channel = chance.choice(["store", "store", "delivery"])
        for sku in chance.sample(["milk", "tea", "rice"], chance.choice([1, 2, 3])):
            amount, pieces = Decimal(chance.randrange(1, 20_000)) / 100, chance.choice(["1", "3", "0.752"])
            lines.append(
                line(str(number), at, sku, f"{sign}{pieces}", f"{sign}{amount}", store=store, member=member,
                     channel=channel, category=CATEGORIES[sku])
            )  # fmt: skip
    lines.append(line("last", f"{LAST} 12:00", store="east", member="C1", channel="store", category="dairy/milk"))
    return lines


class Receipts:
    """The same receipts, added up in the plainest way."""

    def __init__(self, lines: list[dict]) -> None:
        found: dict[str, dict] = {}
        for row in lines:
            receipt = found.setdefault(
                row["receipt"],
                {
                    "on": day(row["at"][:10]),
                    "store": row["store"],
                    "channel": row.get("channel", "store"),
                    "member": row.get("member", ""),
                    "fen": 0,
                    "sale": False,
                    "items": 0,
                },
            )
            pieces = Decimal(row["quantity"])
            receipt["items"] += 0 if pieces <= 0 else int(pieces) if pieces == int(pieces) else 1
            receipt["fen"] += int(Decimal(row["amount"]) * 100)
            receipt["sale"] |= Decimal(row["quantity"]) > 0
        self.all = list(found.values())

    def of(self, store: str | None, starts_on: date, ends_on: date) -> list[dict]:
        return [r for r in self.all if store in (None, r["store"]) and starts_on <= r["on"] <= ends_on]

    def days_of_members(self, store: str | None, starts_on: date, ends_on: date) -> dict[str, set[date]]:
        days = defaultdict(set)
        for receipt in self.of(store, starts_on, ends_on):
            if receipt["sale"] and receipt["member"]:
                days[receipt["member"]].add(receipt["on"])
        return days

    def kpi(self, name: str, store: str | None, starts_on: date, ends_on: date) -> tuple[int, int | None]:
        receipts = self.of(store, starts_on, ends_on)
        sales = [r for r in receipts if r["sale"]]
        days = self.days_of_members(store, starts_on, ends_on)
        everything = self.days_of_members(store, date.min, ends_on)
        before_it = {member: {on for on in days if on < starts_on} for member, days in everything.items()}
        in_it = {member: sorted(on for on in days if on >= starts_on) for member, days in everything.items()}
        if name == "wake_up_rate":
            asleep = months_before(starts_on, 3)
            sleepers = {member for member, days in before_it.items() if days and max(days) < asleep}
            return sum(bool(in_it[member]) for member in sleepers), len(sleepers)
        if name == "repurchase_cycle":
            gaps = [
                (on - max(earlier)).days
                for member, days in everything.items()
                for on in in_it[member]
                if (earlier := {other for other in days if other < on})
            ]
            return sum(gaps), len(gaps)
        if name == "churn_rate":
            middle, start = months_before(ends_on, 3), months_before(ends_on, 6)
            before = self.days_of_members(store, start + timedelta(days=1), middle)
            since = self.days_of_members(store, middle + timedelta(days=1), ends_on)
            return len(set(before) - set(since)), len(before)
        return {
            "sales": (sum(r["fen"] for r in receipts), None),
            "receipts": (len(sales), None),
            "average_ticket": (sum(r["fen"] for r in sales), len(sales)),
            "items_per_basket": (sum(r["items"] for r in sales), len(sales)),
            "active_members": (len(days), None),
            "new_members": (sum(bool(on) and not before_it[member] for member, on in in_it.items()), None),
            "member_share": (sum(r["fen"] for r in receipts if r["member"]), sum(r["fen"] for r in receipts)),
            "digital_share": (
                sum(r["fen"] for r in receipts if r["channel"] != "store"),
                sum(r["fen"] for r in receipts),
            ),
            "repurchase_rate": (sum(len(on) > 1 for on in days.values()), len(days)),
        }[name]


@pytest.fixture
def receipts(tmp_path) -> Receipts:
    lines = generated(seed=7)
    take_into_lake(tmp_path, lines)
    return Receipts(lines)


PERIODS = [
    (LAST - timedelta(days=27), LAST, "the usual four weeks"),
    (date(2026, 8, 1), date(2026, 8, 31), "a month whose end has no day three months before"),
    (date(2026, 5, 31), date(2026, 5, 31), "a single day"),
    (FIRST, LAST, "everything"),
]


@pytest.mark.parametrize(("starts_on", "ends_on", "because"), PERIODS, ids=[case[-1] for case in PERIODS])
def test_each_kpi_is_what_the_lines_say(receipts, starts_on, ends_on, because):
    found = kpis_between(starts_on, ends_on, by="store")
    for row in found:
        above, below = receipts.kpi(row.kpi, row.part, starts_on, ends_on)
        assert (_fen(row.numerator), _fen(row.denominator)) == (above, below), (
            f"{row.kpi} of {row.part or 'the chain'}: {because}"
        )
    assert {row.kpi for row in found if row.part is None} == set(KPIS), "each KPI has a figure of the chain"
    if starts_on != ends_on:
        assert {(row.kpi, row.part) for row in found} == {(k, s) for k in KPIS for s in (None, "east", "west")}


def _fen(said: str | int | None) -> int | None:
    """An amount of money is a text."""
    return int(Decimal(said) * 100) if isinstance(said, str) else said


def test_parts_are_counted_as_if_there_were_no_others(tmp_path):
    lines = generated(seed=5)
    take_into_lake(tmp_path, lines)
    first, last = date(2026, 8, 1), date(2026, 10, 31)
    tops = {"dairy": "dairy/milk", "drinks": "drinks/hot/tea", "": ""}
    by_channel = {name: Receipts([row for row in lines if row["channel"] == name]) for name in ("store", "delivery")}
    by_category = {top: Receipts([row for row in lines if row["category"] == path]) for top, path in tops.items()}
    for by, parts in (("channel", by_channel), ("category", by_category)):
        found = [row for row in kpis_between(first, last, by=by) if row.part is not None]
        assert {(row.kpi, row.part) for row in found} == {(kpi, part) for kpi in KPIS for part in parts}
        for row in found:
            expected = parts[row.part].kpi(row.kpi, None, first, last)
            assert (_fen(row.numerator), _fen(row.denominator)) == expected, f"{row.kpi} of {by} {row.part}"


def test_layers_are_those_of_the_last_refresh(receipts):
    refresh()
    layers = dict(rows("SELECT i.value, f.layer FROM members_facts f JOIN members_identity i USING (member_id)"))
    first, last = date(2026, 8, 1), date(2026, 10, 31)
    for row in kpis_between(first, last, by="layer"):
        if row.part is not None:
            theirs = Receipts([])
            theirs.all = [one for one in receipts.all if layers.get(one["member"], "") == row.part]
            assert (_fen(row.numerator), _fen(row.denominator)) == theirs.kpi(row.kpi, None, first, last), row
    kept = rows("SELECT cut, count(DISTINCT kpi) FROM insight_kpivalue WHERE cut <> '' GROUP BY 1 ORDER BY 1")
    looking_back = sum(kpi.looks_back for kpi in KPIS.values())
    assert kept == [("category", 12 - looking_back), ("channel", 12 - looking_back), ("layer", 12)]


def test_figures_of_some_members_stand_beside_everybody_elses(receipts):
    numbers = member_ids()
    chosen = Chosen([numbers["C1"], numbers["C4"]], "two", 1, "2026-11-15T12:00:00+08:00")
    theirs, others = Receipts([]), Receipts([])
    for one in receipts.all:
        (theirs if one["member"] in ("C1", "C4") else others).all.append(one)
    first, last = date(2026, 8, 1), date(2026, 10, 31)
    for by in ("store", "month"):
        for row in kpis_between(first, last, by=by, chosen=chosen):
            for side, told in ((theirs, row), (others, row.others), (receipts, row.everybody)):
                expected = side.kpi(row.kpi, row.part, row.starts_on, row.ends_on)
                assert (_fen(told.numerator), _fen(told.denominator)) == expected, (row.kpi, row.part, side is theirs)
    nobody = kpis_between(first, last, chosen=Chosen([], "nobody", 1, ""))
    assert {row.numerator for row in nobody} <= {0, "0.00"}, "because a segment of nobody is nobody, and not everybody"


@pytest.mark.parametrize(
    ("by", "begins", "because"),
    [
        ("month", ["2026-08-30", "2026-09-01", "2026-10-01"], "the first and the last are cut to the period"),
        ("week", ["2026-08-30", "2026-08-31", "2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28"], "Mondays"),
    ],
)
def test_periods_in_parts(receipts, by, begins, because):
    first, last = date(2026, 8, 30), date(2026, 10, 1)
    found = kpis_between(first, last, by=by, names=["sales", "repurchase_rate"])
    assert [str(row.starts_on) for row in found if row.kpi == "sales"] == begins, because
    for row in found:
        expected = receipts.kpi(row.kpi, None, row.starts_on, row.ends_on)
        assert (_fen(row.numerator), _fen(row.denominator)) == expected


def test_what_a_refresh_keeps_is_the_same(receipts):
    refresh()
    names = {id_: code for code, id_ in store_ids().items()} | {None: None}
    columns = "kpi, store_id, starts_on, ends_on, numerator, denominator"
    kept = rows(f"SELECT {columns} FROM insight_kpivalue WHERE cut = ''")
    for kpi, store, starts_on, ends_on, above, below in kept:
        found = receipts.kpi(kpi, names[store], starts_on, ends_on)
        assert (above, below) == found, f"{kpi} of {names[store]} from {starts_on} to {ends_on}"
    windows = rows("SELECT DISTINCT starts_on, ends_on FROM insight_kpivalue WHERE period = 'rolling28' ORDER BY 2")
    assert windows[-1] == (LAST - timedelta(days=27), LAST)
    assert all((end - start).days == 27 and (LAST - end).days % 7 == 0 for start, end in windows)


def test_values_are_spelled_to_the_fen_and_four_decimals(tmp_path):
    take_into_lake(tmp_path, SMALL_CHAIN)
    said = {row.kpi: row.value for row in kpis_between(None, None)}
    assert said == {
        "sales": "133.60",
        "receipts": "5",
        "average_ticket": "28.72",
        "items_per_basket": "1.80",
        "active_members": "2",
        "new_members": "2",
        "repurchase_rate": "1.0000",
        "repurchase_cycle": "1.00",
        "churn_rate": None,
        "wake_up_rate": None,
        "member_share": "0.7343",
        "digital_share": "0.0000",
    }
    assert Fraction(14360, 5) / 100 == Fraction("28.72")


def test_a_period_without_anything_says_so(tmp_path):
    take_into_lake(tmp_path, SMALL_CHAIN)
    said = {row.kpi: row.value for row in kpis_between(date(2026, 1, 1), date(2026, 1, 31))}
    assert said == {**dict.fromkeys(KPIS), "sales": "0.00", "receipts": "0", "active_members": "0", "new_members": "0"}


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        ({"starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)}, PeriodBackwards),
        ({"starts_on": None, "ends_on": None, "names": ["profit"]}, KpiUnknown),
        ({"starts_on": None, "ends_on": None, "by": "weather"}, CutUnknown),
        ({"starts_on": date(2020, 1, 1), "ends_on": date(2026, 1, 1), "by": "day"}, TooManyParts),
    ],
)
def test_a_wrong_question_is_refused(tmp_path, ask, error):
    take_into_lake(tmp_path, SMALL_CHAIN)
    with pytest.raises(error):
        kpis_between(**ask)


def test_an_empty_lake_is_said():
    with pytest.raises(NothingToReckon):
        kpis_between(None, None)
