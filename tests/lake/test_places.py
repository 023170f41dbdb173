"""Where files lie: a name means itself, and a folder that cannot work is refused before anything is written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from huitou.lake import service as lake
from huitou.lake.errors import LakeFolderUnusable
from huitou.lake.terms import Field, Layout

COLUMNS = {
    Field.RECEIPT: "r",
    Field.AT: "at",
    Field.SKU: "sku",
    Field.QUANTITY: "q",
    Field.AMOUNT: "a",
    Field.STORE: "store",
}
ROW = "r,at,sku,q,a,store\n{receipt},2026-01-01 10:00,A,1,3.00,S1\n"


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path: Path) -> None:
    settings.LAKE_PATH = tmp_path / "lake"


def baskets(path: Path) -> list[tuple[str, str]]:
    layout = Layout(columns=COLUMNS, zone="Asia/Shanghai", now=datetime(2026, 11, 22, tzinfo=UTC))
    with lake.read_file(path, layout) as session:
        return session.sql("SELECT receipt, store FROM baskets").fetchall()


@pytest.mark.parametrize("name", ["till[1].csv", "till*.csv", "till?.csv"])
def test_a_file_name_is_no_pattern(tmp_path: Path, name: str) -> None:
    (tmp_path / "till1.csv").write_text(ROW.format(receipt="other"))
    (tmp_path / name).write_text(ROW.format(receipt="mine"))
    assert baskets(tmp_path / name) == [("mine", "S1")]


def test_folder_names_are_no_columns(tmp_path: Path) -> None:
    folder = tmp_path / "store=EVIL" / "r=EVIL"
    folder.mkdir(parents=True)
    (folder / "till.csv").write_text(ROW.format(receipt="mine"))
    assert baskets(folder / "till.csv") == [("mine", "S1")]


@pytest.mark.parametrize("name", ["100%", "a[1]", "why?", "no#1"])
def test_a_folder_that_the_lake_cannot_bear_is_refused(settings, tmp_path: Path, name: str) -> None:
    settings.LAKE_PATH = tmp_path / name / "lake"
    with pytest.raises(LakeFolderUnusable):
        lake.holds("import/1")
