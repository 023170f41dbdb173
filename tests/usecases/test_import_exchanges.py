"""Exchanges and voided lines: points follow what was paid in the end, on one receipt or on two."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from huitou.lake.terms import Field
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.usecases.audit import audit
from huitou.usecases.import_receipts import import_receipts

pytestmark = pytest.mark.django_db

COLUMNS = {
    Field.RECEIPT: "no",
    Field.AT: "at",
    Field.SKU: "sku",
    Field.QUANTITY: "q",
    Field.AMOUNT: "paid",
    Field.MEMBER: "card",
}


@pytest.mark.parametrize(
    ("rows", "points", "because"),
    [
        (["1,01 10:00,COAT,1,100.00", "2,02 10:00,COAT,-1,-100.00", "3,02 10:01,SWEET,1,10.00"], 10, "two receipts"),
        (["1,01 10:00,COAT,1,100.00", "2,02 10:00,COAT,-1,-100.00", "2,02 10:00,SWEET,1,10.00"], 10, "one receipt"),
        (["1,01 10:00,COAT,1,100.00", "2,02 10:00,COAT,-1,-100.00", "2,02 10:00,RING,1,150.00"], 150, "a dearer one"),
        (["1,01 10:00,MILK,1,12.00", "1,01 10:00,MILK,-1,-12.00", "1,01 10:00,EGG,1,5.00"], 5, "a voided line"),
        (["1,01 10:00,MILK,1,12.00", "1,01 10:00,VOUCHER,-1,-5.00"], 7, "a voucher is no goods that came back"),
    ],
)
def test_points_of_an_exchange(tmp_path: Path, rows: list[str], points: int, because: str) -> None:
    file = tmp_path / "till.csv"
    lines = [row.replace(",0", ",2026-03-0", 1) + ",C1" for row in rows]
    file.write_text("\n".join(["no,at,sku,q,paid,card", *lines]) + "\n")
    import_receipts(file, COLUMNS, now=datetime(2026, 11, 22, tzinfo=UTC))
    member = members.find_members("C1").rows[0].id
    assert loyalty.balance_of(member) == points, because
    assert [verdict for verdict in audit() if not verdict.holds and verdict.name.startswith("L")] == []
