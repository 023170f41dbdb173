"""Files that describe things: a code that a spreadsheet or a binary fraction shortened is refused, never taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from huitou.lake import service as lake
from tests.lake.golden import parquet, sheet


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path: Path) -> None:
    settings.LAKE_PATH = tmp_path / "lake"


def described(path: Path, kind: str, *fields: str) -> tuple[list, list]:
    with lake.open_file(path) as opened:
        rows = lake.DescribedRows(opened, lake.KINDS[kind], {field: field for field in fields})
        cells = [cells for piece in rows for _, cells in piece]
        return cells, [(one.row_number, one.code) for one in rows.unfit]


def test_a_workbooks_card_of_18_digits_is_refused_because_a_cell_holds_15(tmp_path: Path) -> None:
    path = tmp_path / "members.xlsx"
    path.write_bytes(sheet(("card", "name"), (202606011234567802, "a"), ("202606011234567802", "b"), (88001234, "c")))
    cells, refused = described(path, "members", "card", "name")
    assert refused == [(2, "digits_lost")]
    assert [row["card"] for row in cells] == ["202606011234567802", "88001234"], "a text, and a number that fits, stay"


@pytest.mark.parametrize(
    ("kind", "field"), [("members", "phone"), ("products", "sku"), ("products", "barcode"), ("coupons", "code")]
)
def test_it_is_so_of_every_code(tmp_path: Path, kind: str, field: str) -> None:
    usual = {
        "members": {"name": "王芳"},
        "products": {"sku": "A1", "name": "奶"},
        "coupons": {"code": "A", "title": "券"},
    }
    fields = usual[kind] | {field: 2026060112345678021}
    path = tmp_path / "codes.xlsx"
    path.write_bytes(sheet(tuple(fields), tuple(fields.values())))
    assert described(path, kind, *fields)[1] == [(2, "digits_lost")]


def test_a_double_beyond_what_it_tells_apart_is_refused_and_one_below_is_its_digits(tmp_path: Path) -> None:
    path = tmp_path / "members.parquet"
    path.write_bytes(parquet({"card": [2026060112345678002.0, 2.0**53, 2.0**53 - 1, 1e120, None, 17850.0]}))
    cells, refused = described(path, "members", "card")
    assert refused == [(1, "digits_lost"), (2, "digits_lost"), (4, "digits_lost")]
    assert [row["card"] for row in cells] == ["9007199254740991", None, "17850"]
