"""Each KPI, of the chain and of each store, is what plain Python counts from the lines that were written."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.builders import SMALL_CHAIN, day, line, rows, store_ids, take_into_lake

from huitou.insight.errors import KpiUnknown, NothingToReckon, PeriodBackwards
from huitou.insight.rules.kpis import KPIS
from huitou.insight.rules.layers import months_before
from huitou.usecases.kpis import kpis_between
from huitou.usecases.refresh import refresh

pytestmark = pytest.mark.django_db

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
        for sku in chance.sample(["milk", "tea", "rice"], chance.choice([1, 2, 3])):
            amount = Decimal(chance.randrange(1, 20_000)) / 100
            lines.append(line(str(number), at, sku, f"{sign}1", f"{sign}{amount}", store=store, member=member))
    lines.append(line("last", f"{LAST} 12:00", store="east", member="C1"))
    return lines


class Receipts:
    """The same receipts, added up in the plainest way."""

    def __init__(self, lines: list[dict]) -> None:
        found: dict[str, dict] = {}
        for row in lines:
            receipt = found.setdefault(
                row["receipt"],
                {"on": day(row["at"][:10]), "store": row["store"], "member": row["member"], "fen": 0, "sale": False},
            )
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
        if name == "churn_rate":
            middle, start = months_before(ends_on, 3), months_before(ends_on, 6)
            before = self.days_of_members(store, start + timedelta(days=1), middle)
            since = self.days_of_members(store, middle + timedelta(days=1), ends_on)
            return len(set(before) - set(since)), len(before)
        return {
            "sales": (sum(r["fen"] for r in receipts), None),
            "receipts": (len(sales), None),
            "average_ticket": (sum(r["fen"] for r in sales), len(sales)),
            "active_members": (len(days), None),
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
    found = kpis_between(starts_on, ends_on, by_store=True)
    for row in found:
        above, below = receipts.kpi(row.kpi, row.store, starts_on, ends_on)
        counted = str(Decimal(above).scaleb(-2)) if row.unit == "money" else above
        assert (row.numerator, row.denominator) == (counted, below), (
            f"{row.kpi} of {row.store or 'the chain'}: {because}"
        )
    assert {row.kpi for row in found if row.store is None} == set(KPIS), "each KPI has a figure of the chain"
    if starts_on != ends_on:
        assert {(row.kpi, row.store) for row in found} == {(k, s) for k in KPIS for s in (None, "east", "west")}


def test_what_a_refresh_keeps_is_the_same(receipts):
    refresh()
    names = {id_: code for code, id_ in store_ids().items()} | {None: None}
    kept = rows("SELECT kpi, store_id, starts_on, ends_on, numerator, denominator FROM insight_kpivalue")
    for kpi, store, starts_on, ends_on, above, below in kept:
        found = receipts.kpi(kpi, names[store], starts_on, ends_on)
        assert (above, below) == found, f"{kpi} of {names[store]} from {starts_on} to {ends_on}"
    windows = rows("SELECT DISTINCT starts_on, ends_on FROM insight_kpivalue ORDER BY 2")
    assert windows[-1] == (LAST - timedelta(days=27), LAST)
    assert all((end - start).days == 27 and (LAST - end).days % 7 == 0 for start, end in windows)


def test_values_are_spelled_to_the_fen_and_four_decimals(tmp_path):
    take_into_lake(tmp_path, SMALL_CHAIN)
    said = {row.kpi: row.value for row in kpis_between(None, None)}
    assert said == {
        "sales": "133.60",
        "receipts": "5",
        "average_ticket": "28.72",
        "active_members": "2",
        "repurchase_rate": "1.0000",
        "churn_rate": None,
    }
    assert Fraction(14360, 5) / 100 == Fraction("28.72")


def test_a_period_without_anything_says_so(tmp_path):
    take_into_lake(tmp_path, SMALL_CHAIN)
    said = {row.kpi: row.value for row in kpis_between(date(2026, 1, 1), date(2026, 1, 31))}
    assert said == {"sales": "0.00", "receipts": "0", "average_ticket": None, "active_members": "0",
                    "repurchase_rate": None, "churn_rate": None}  # fmt: skip


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        ({"starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)}, PeriodBackwards),
        ({"starts_on": None, "ends_on": None, "names": ["profit"]}, KpiUnknown),
    ],
)
def test_a_wrong_question_is_refused(tmp_path, ask, error):
    take_into_lake(tmp_path, SMALL_CHAIN)
    with pytest.raises(error):
        kpis_between(**ask)


def test_an_empty_lake_is_said():
    with pytest.raises(NothingToReckon):
        kpis_between(None, None)
