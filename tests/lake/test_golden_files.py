"""Each golden file gives exactly what its table says: lines, refused rows with number and code, or questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from huitou.kernel.errors import HuitouError
from huitou.lake import opening
from huitou.lake import service as lake
from huitou.lake.errors import FileChanged
from huitou.lake.terms import Field, Layout, Reading
from tests.builders import NOW
from tests.lake.golden import PLAIN, Golden
from tests.lake.golden_texts import TEXTS
from tests.lake.golden_workbooks import BOOKS, COLUMNARS

GOLDEN = [*TEXTS, *BOOKS, *COLUMNARS]


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path: Path) -> None:
    settings.LAKE_PATH = tmp_path / "lake"


def what_comes_of(golden: Golden, path: Path) -> tuple[list, dict, tuple, str | None]:
    path.write_bytes(golden.content)
    reading = Reading(**golden.reading)
    try:
        with lake.open_file(path, reading=reading) as opened:
            guess = lake.guess_mapping(lake.KINDS["receipts"], opened, given=dict(golden.given))
            asked = tuple(question.code for question in opened.questions or guess.questions)
            if asked:
                return [], {}, asked, None
            columns = {Field(field): column for field, column in guess.columns.items()}
            layout = Layout(columns, "Asia/Shanghai", NOW, reading.date_format, reading.decimal)
            lake.judge_receipts(opened, layout)
            taken = opened.session.sql(
                "SELECT receipt, sku, quantity_milli, c.net_fen FROM clean c JOIN baskets USING (basket) "
                "ORDER BY row_number"
            ).fetchall()
            refused = {row["row_number"]: row["code"] for row in lake.refusals(opened.session).to_pylist()}
            return taken, refused, (), None
    except HuitouError as refusal:
        return [], {}, (), refusal.code


@pytest.mark.parametrize("golden", GOLDEN, ids=[f"{one.name}: {one.because}" for one in GOLDEN])
def test_a_golden_file_gives_what_it_must(tmp_path, settings, golden):
    found = what_comes_of(golden, tmp_path / golden.name)
    assert found == (list(golden.taken), dict(golden.refused), golden.asked, golden.error), golden.because
    assert list(settings.LAKE_PATH.glob("*.reading")) == [], "nothing is left lying"


@pytest.mark.parametrize("golden", GOLDEN[::12], ids=lambda one: one.name)
def test_what_is_too_large_for_memory_is_judged_the_same_on_the_disk(tmp_path, monkeypatch, golden):
    monkeypatch.setattr(opening, "IN_MEMORY_UP_TO_BYTES", 0)
    found = what_comes_of(golden, tmp_path / golden.name)
    assert found == (list(golden.taken), dict(golden.refused), golden.asked, golden.error), golden.because


def test_there_are_eighty_of_them():
    assert len(GOLDEN) >= 80


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "till.csv"
    path.write_text(PLAIN)
    with lake.open_file(path) as opened:
        columns = {
            Field(field): name for field, name in lake.guess_mapping(lake.KINDS["receipts"], opened).columns.items()
        }
        with path.open("a") as file:
            file.write("1003,2026-06-01,,6902,x,1,1.00\n")
        with pytest.raises(FileChanged):
            lake.judge_receipts(opened, Layout(columns, "Asia/Shanghai", NOW))
