"""Members who are known by their phones: sealed, found again, and in clear nowhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from huitou.lake.terms import Field
from huitou.members import service as members
from huitou.members.errors import PhonesAsCards
from huitou.usecases.import_receipts import import_receipts

pytestmark = pytest.mark.django_db

COLUMNS = {
    Field.RECEIPT: "no",
    Field.AT: "at",
    Field.SKU: "sku",
    Field.QUANTITY: "q",
    Field.AMOUNT: "paid",
    Field.MEMBER: "phone",
}
ROWS = """no,at,sku,q,paid,phone
1,2026-01-01 10:00,A,1,3.00,13800138000
2,2026-01-02 10:00,A,1,3.00,+86 138 0013 8000
3,oops,A,1,3.00,13800138001
4,2026-01-01 10:00,A,1,3.00,13800138002,9
"""


@pytest.mark.parametrize(
    "spelling",
    [
        "139-0013-8000",
        "139 0013 8000",
        "１３９００１３８０００",
        "+86 139 0013 8000",
        "(139)00138000",
        "86-13900138000",
    ],
)
def test_no_spelling_of_a_phone_is_kept_of_a_refused_row(tmp_path: Path, spelling: str) -> None:
    file = tmp_path / "till.csv"
    file.write_text(f"no,at,sku,q,paid,phone\n1,oops,A,1,3.00,{spelling}\n2,{spelling},x\n")
    report = import_receipts(file, COLUMNS, now=datetime(2026, 11, 22, tzinfo=UTC), member_kind="phone")
    assert report.rows_refused == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT row::text FROM receipts_refusal ORDER BY row_number")
        cells, ragged = (text for (text,) in cursor.fetchall())
    assert "139****8000" in cells, "the row can be recognised"
    assert ragged == '{"raw": "****"}', "nobody can say which of its cells is a phone"


def test_phones_are_not_taken_for_cards(tmp_path: Path) -> None:
    file = tmp_path / "till.csv"
    file.write_text(ROWS)
    with pytest.raises(PhonesAsCards):
        import_receipts(file, COLUMNS, now=datetime(2026, 11, 22, tzinfo=UTC))


def test_two_spellings_of_a_phone_are_one_member_and_no_phone_stands_in_clear(tmp_path: Path) -> None:
    file = tmp_path / "till.csv"
    file.write_text(ROWS)
    report = import_receipts(file, COLUMNS, now=datetime(2026, 11, 22, tzinfo=UTC), member_kind="phone")

    assert (report.rows_taken, report.rows_refused, report.new_members) == (2, 2, 1)
    assert members.find_members("13800138000").total == 1, "the blind index finds it"
    with connection.cursor() as cursor:
        cursor.execute("SELECT row::text FROM receipts_refusal ORDER BY row_number")
        kept = " ".join(text for (text,) in cursor.fetchall())
        cursor.execute("SELECT coalesce(value, ''), encode(sealed, 'escape') FROM members_identity")
        kept += " ".join(f"{value} {sealed}" for value, sealed in cursor.fetchall())
    assert "138****8001" in kept
    assert "1380013800" not in kept, "a refused row is recognised by a masked phone"
