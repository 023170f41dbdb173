"""One member has one number, however the file spells it; a number that is none refuses its row."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from huitou.lake import service as lake
from huitou.lake.terms import Field, Layout
from huitou.privacy import service as privacy

COLUMNS = {
    Field.RECEIPT: "r",
    Field.AT: "at",
    Field.SKU: "sku",
    Field.QUANTITY: "q",
    Field.AMOUNT: "a",
    Field.MEMBER: "m",
    Field.STORE: "s",
    Field.TILL: "t",
}
LAYOUT = Layout(COLUMNS, "Asia/Shanghai", datetime(2026, 11, 22, tzinfo=UTC))


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path: Path) -> None:
    settings.LAKE_PATH = tmp_path / "lake"


def _file(folder: Path, rows: list[tuple[str, str, str]], *, sku: str = "A", quantity: str = "1") -> Path:
    path = folder / "till.csv"
    lines = [f"{n},2026-01-01 10:00,{sku},{quantity},3.00,{m},{s},{t}" for n, (m, s, t) in enumerate(rows, 1)]
    path.write_text("\n".join(["r,at,sku,q,a,m,s,t", *lines, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("typed", "read", "because"),
    [
        ("17850", "17850", "as it is"),
        ("17850.0", "17850", "as a spreadsheet writes a number beside empty cells"),
        ("17850.00", "17850", "with two places"),
        ("00123.0", "00123", "zeros in front are part of a card"),
        ("17850.5", "17850.5", "no whole number: left as it is"),
        ("V1.0", "V1.0", "no number at all"),
        (".0", ".0", "nothing before the point"),
    ],
)
def test_a_number_with_nothing_behind_the_point_is_that_number(tmp_path, typed, read, because):
    with lake.read_file(_file(tmp_path, [(typed, typed, typed)]), LAYOUT) as session:
        assert session.sql("SELECT member, store, till FROM baskets").fetchall() == [(read, read, read)], because


def test_a_value_that_is_no_phone_refuses_its_row_alone(tmp_path):
    typed = ["138 0013 8000", "+86 13800138000", "call me", "12", "１３９００１３９０００", ""]
    path = _file(tmp_path, [(phone, "S", "1") for phone in typed])
    with lake.read_file(path, LAYOUT, spell_member=privacy.spelled_phone) as session:
        taken = session.sql("SELECT receipt, member FROM baskets ORDER BY receipt::INTEGER").fetchall()
        refused = lake.refusals(session, hide=privacy.masked_text).to_pylist()
    assert taken == [("1", "13800138000"), ("2", "13800138000"), ("5", "13900139000"), ("6", None)]
    assert [(row["row_number"], row["code"]) for row in refused] == [(4, "member_unfit"), (5, "member_unfit")]
    assert all('"member":"****"' in row["row"] for row in refused), "and what it was is not told"


def test_many_refused_rows_are_all_listed(tmp_path):
    path = _file(tmp_path, [(str(n), "S", "1") for n in range(200_000)], quantity="two")
    with lake.read_file(path, LAYOUT) as session:
        refused = lake.refusals(session)
    assert len(refused) == 200_000
    first = refused.slice(0, 1).to_pylist()[0]
    assert (first["row_number"], first["code"]) == (2, "quantity_unreadable")
    assert first["row"] == (
        '{"receipt":"1","at":"2026-01-01 10:00","store":"S","till":"1","member":"0","sku":"A","quantity":"two",'
        '"amount":"3.00"}'
    )


MUCH = "SELECT count(*) FROM (SELECT i, hash(i) AS h FROM range(12_000_000) t(i) ORDER BY h, i)"


def test_a_session_keeps_to_its_memory_and_spills_what_is_more(tmp_path, settings):
    settings.LAKE_MEMORY_MB = 100
    with lake.open_session() as session:
        assert session.sql("SELECT current_setting('memory_limit')").fetchall() == [("95.3 MiB",)]
        assert session.sql(MUCH).fetchall() == [(12_000_000,)]
    with lake.open_session() as session:
        session.execute("SET temp_directory = ''")
        with pytest.raises(duckdb.OutOfMemoryException):
            session.sql(MUCH).fetchall()
