"""What is reckoned from what the last refresh left is what is reckoned from nothing: row by row, whatever came, went,
was claimed or tidied in between, and wherever a refresh was stopped on its way."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.test import override_settings
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.faults.forms import either

from huitou.insight import service as insight
from huitou.insight.terms import CutOffs, CutOffsSeen
from huitou.lake import changes, remembered, tables
from huitou.lake import service as lake
from huitou.usecases.reckon import Asked, reckon_facts, reckon_kpis, reckon_preferences, reckon_stages, remember_stages

FIRST = date(2026, 1, 20)
BY = CutOffsSeen(1, CutOffs(), "", datetime(2026, 1, 1, tzinfo=UTC), "")
CATEGORIES = ("生鲜/水果", "粮油/米", "饮料/茶/红茶", "")
STOPS = ("months", "facts", "a file written and not noted", "preferences", "kpis", "stages")


class Stopped(Exception):
    pass


@dataclass
class World:
    """A lake, and what was done to it."""

    batches: int = 0
    receipts: list[int] = field(default_factory=list)
    nameless: list[int] = field(default_factory=list)
    runs: int = 0

    def came(self, receipts: list[tuple]) -> None:
        """Each receipt is (days after FIRST, store, member or None, kind, [(category, net)])."""
        self.batches += 1
        rows = []
        for days, store, member, kind, lines in receipts:
            number = len(self.receipts) + 1
            self.receipts.append(number)
            if member is None:
                self.nameless.append(number)
            on = FIRST + timedelta(days=days)
            sign = 1 if kind == "sale" else -1
            for place, (category, net) in enumerate(lines, start=1):
                rows.append(_line(self.batches, number, place, on, store, member, kind, category, sign, sign * net))
        rows.sort(key=lambda row: (row["month"], row["receipt_id"], row["line"]))
        reader = pa.Table.from_pylist(rows, schema=tables.LINES).to_reader()
        tables.append(f"import/{self.batches}", reader, 1)

    def undone(self, which: int) -> None:
        if self.batches:
            lake.remove(1 + which % self.batches, [], whole=True)

    def claimed(self, member: int) -> None:
        if self.nameless:
            claims = {"receipt_id": [self.nameless.pop()], "member_id": [member]}
            lake.name_members(pa.table(claims, schema=pa.schema([(name, pa.int64()) for name in claims])))

    def merged(self, member: int) -> None:
        """Every second receipt is that member's now, or somebody else's again."""
        moved = {"receipt_id": self.receipts[::2], "member_id": [member] * len(self.receipts[::2])}
        lake.rename_members(pa.table(moved, schema=pa.schema([(name, pa.int64()) for name in moved])))

    def tidied(self) -> None:
        tables.put_together(24)

    def refreshed(self, back: int = 0, stop: str = "") -> dict[str, list[tuple]] | None:
        """Up to the newest day, or so many days before it; stopped at a place, or to the end."""
        self.runs += 1
        with lake.open_snapshot() as snapshot:
            known = insight.days_known(snapshot.session)
            if known is None or known[1] - timedelta(days=back) < known[0]:
                return None
            asked = Asked(snapshot, known[0], known[1] - timedelta(days=back), BY, anew=False, newest=known[1])
            return _reckoned(asked, f"run{self.runs}", stop)


def _line(batch, receipt, place, on, store, member, kind, category, sign, net) -> dict[str, Any]:
    return {
        "month": f"{on:%Y-%m}", "import_id": batch, "bundle_id": None, "receipt_id": receipt, "line": place,
        "kind": kind, "source": "till", "store_id": store, "till": "", "channel": "store" if net % 3 else "app",
        "at_utc": datetime.combine(on, time()), "at_local": datetime.combine(on, time()),
        "business_date": on, "number": str(receipt), "member_id": member, "product_id": 1 + len(category),
        "sku": category, "category": category, "quantity_milli": sign * 1000, "unit_price": None, "discount_fen": 0,
        "net_fen": net,
    }  # fmt: skip


def _reckoned(asked: Asked, run: str, stop: str) -> dict[str, list[tuple]]:
    def reach(place: str, *_: object) -> None:
        if place == stop:
            raise Stopped

    lake.fold(asked.snapshot, told=lambda *_: reach("months"))
    lake.forget_results(but=run)
    reckon_facts(asked, run)
    reach("facts")
    with _no_note(stop == "a file written and not noted"):
        reckon_preferences(asked, run)
    reach("preferences")
    reckon_kpis(asked, run)
    reach("kpis")
    session = asked.snapshot.session
    session.execute("CREATE OR REPLACE TEMP TABLE homes AS SELECT range AS member_id, 1 AS home_store_id FROM range(3)")
    reckon_stages(asked, run)
    reach("stages")
    views = ("facts", "preferences", "kept_kpis", "stage_moves", "visits", "tastes", "goods")
    found = {view: session.sql(f"SELECT * FROM {view} ORDER BY ALL").fetchall() for view in views}
    remember_stages(asked)
    return found


@contextmanager
def _no_note(stopped: bool) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Stopped

    with pytest.MonkeyPatch.context() as patch:
        if stopped:
            patch.setattr(remembered, "_note", stop)
        yield


DAYS = st.one_of(st.integers(0, 40), st.integers(0, 250), st.integers(200, 250))
LINES = st.lists(st.tuples(st.sampled_from(CATEGORIES), st.integers(1, 9000)), min_size=1, max_size=2)
RECEIPT = st.tuples(DAYS, st.integers(1, 3), st.one_of(st.none(), st.integers(1, 5)),
                    st.sampled_from(["sale", "sale", "sale", "return"]), LINES)  # fmt: skip
STEP = st.one_of(
    st.tuples(st.just("came"), st.lists(RECEIPT, min_size=1, max_size=5)),
    st.tuples(st.just("refreshed"), st.sampled_from([0, 0, 0, 1, 30, 200]), st.sampled_from(["", "", *STOPS])),
    st.tuples(st.just("undone"), st.integers(0, 9)),
    st.tuples(st.just("claimed"), st.integers(1, 5)),
    st.tuples(st.just("merged"), st.integers(1, 5)),
    st.tuples(st.just("tidied")),
)


def sale(days: int, member: int | None, net: int = 500, store: int = 1) -> tuple:
    return (days, store, member, "sale", [(CATEGORIES[net % 3], net)])


OLD_AND_NEW = ("came", [sale(0, 1), sale(30, 2), sale(249, 1, 700), sale(250, 3, 900, 2)])
EXAMPLES = {
    "one more day": [OLD_AND_NEW, ("refreshed", 0, ""), ("came", [sale(251, 2), sale(251, 4)])],
    "a new month": [OLD_AND_NEW, ("refreshed", 0, ""), ("came", [sale(281, 2)])],
    "late within the year": [OLD_AND_NEW, ("refreshed", 0, ""), ("came", [sale(220, 1), sale(220, 5)])],
    "late, before all": [OLD_AND_NEW, ("refreshed", 0, ""), ("came", [sale(2, 3)])],
    "back after months": [
        ("came", [sale(0, 1), sale(160, 1), sale(250, 2)]),
        ("refreshed", 0, ""),
        ("came", [sale(40, 1), sale(41, 3)]),
    ],
    "what came first leaves": [("came", [sale(0, 3)]), OLD_AND_NEW, ("refreshed", 0, ""), ("undone", 0)],
    "the newest day leaves, a month's first": [
        ("came", [sale(0, 1), sale(100, 2), sale(253, 4), sale(253, 1)]),  # the last of September
        ("came", [sale(254, 2)]),
        ("refreshed", 0, ""),
        ("undone", 1),
        ("refreshed", 0, ""),
    ],
    "merged": [OLD_AND_NEW, ("refreshed", 0, ""), ("merged", 4), ("refreshed", 0, ""), ("merged", 1)],
    "claimed": [("came", [sale(10, None), sale(250, None)]), OLD_AND_NEW, ("refreshed", 0, ""), ("claimed", 2)],
}


def done(steps: list[tuple], folder: Path) -> tuple[dict | None, dict | None]:
    """What a refresh says that goes on from the others, and what one says that finds the lines alone."""
    world = World()
    with override_settings(LAKE_PATH=folder / "lake"):
        for what, *how in steps:
            try:
                getattr(world, what)(*how)
            except Stopped:
                continue
        gone_on = world.refreshed()
    lines = folder / "lake" / "receipt_lines"
    if not lines.exists():
        return gone_on, None
    shutil.copytree(lines, folder / "fresh" / "receipt_lines")
    with override_settings(LAKE_PATH=folder / "fresh"):
        return gone_on, World().refreshed()


@pytest.mark.faults
@settings(max_examples=either(6, 300), deadline=None)
@given(st.lists(STEP, max_size=8))
@example(EXAMPLES["one more day"])
@example(EXAMPLES["a new month"])
@example(EXAMPLES["late within the year"])
@example(EXAMPLES["late, before all"])
@example(EXAMPLES["what came first leaves"])
@example(EXAMPLES["the newest day leaves, a month's first"])
@example(EXAMPLES["claimed"])
@example(EXAMPLES["merged"])
@example(EXAMPLES["back after months"])
@example([OLD_AND_NEW, *(("refreshed", 0, stop) for stop in STOPS), ("came", [sale(251, 1)])])
@example([OLD_AND_NEW, ("refreshed", 0, ""), ("refreshed", 200, ""), ("came", [sale(251, 1)]), ("tidied",)])
def test_going_on_gives_what_beginning_again_gives(steps):
    with tempfile.TemporaryDirectory() as folder:
        gone_on, from_scratch = done(steps, Path(folder))
    assert gone_on == from_scratch


@pytest.mark.parametrize(
    ("blind", "steps"),
    [
        ("first_change", "late within the year"),
        ("first_change", "late, before all"),
        ("members_between", "one more day"),
        ("first_change", "back after months"),
    ],
)
def test_whoever_does_not_look_at_what_changed_is_caught(monkeypatch, tmp_path, blind, steps):
    unchanged = {
        "first_change": lambda *_: date.max,
        "members_between": lambda *_: "SELECT NULL::BIGINT AS member_id WHERE false",
    }
    monkeypatch.setattr(changes, blind, unchanged[blind])
    gone_on, from_scratch = done(EXAMPLES[steps], tmp_path)
    assert gone_on != from_scratch
