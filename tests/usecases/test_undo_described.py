"""Imports of members, products and stores are undone: what they made leaves, what they changed is as before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from tests.builders import contents, line, rows, take
from tests.usecases.describing import take_described

from huitou.members import personal_data
from huitou.receipts.errors import ImportForgotten, ImportUndone
from huitou.usecases.audit import audit
from huitou.usecases.undo_described import Stays, forget_old, undo_described

pytestmark = pytest.mark.django_db

KEPT = ("receipts_import", "receipts_refusal", "receipts_brought", "members_told", "catalogue_told")
WANG = {"card": "C1", "name": "王芳", "phone": "13800138000", "birthday": "1988-05-12", "sex": "女"}
LI = {"card": "C2", "name": "李强", "phone": "13900139000", "email": "li@example.com", "prefers_category": "乳品"}
MILK = {"sku": "10023", "name": "鲜牛奶", "category": "生鲜/乳品", "price": "12.80", "barcode": "6901234567892"}
PORK = {"sku": "20318", "name": "五花肉", "category": "生鲜/肉类", "plu": "00318"}
HZ = {"code": "HZ01", "name": "西湖店", "district": "西湖"}


def undo(number: int, **more):
    return undo_described(number, now=timezone.now(), actor="anna", **more)


def imported(folder: Path, kind: str, said: list[dict]) -> int:
    report = take_described(folder, kind, said)
    assert report.refused == []
    return report.import_id


@pytest.mark.parametrize(
    ("kind", "before", "file"),
    [
        ("members", [WANG], [{**WANG, "name": "王小芳", "email": "w@example.com", "phone": "13700137000"}, LI]),
        ("members", [WANG], [{"card": "C1", "sex": "男"}, {"card": "C8", "name": "钱二", "phone": "13800138000"},
                              {"card": "C9", "name": "赵一", "phone": "13800138000"}]),
        ("members", [], [WANG, LI]),
        ("members", [{**WANG, "household_id": "F1"}, {**LI, "household_id": "F1"}],
                    [{"card": "C1", "household_id": "F2"}, {"card": "C8", "name": "钱二", "household_id": "F2"}]),
        ("members", [WANG], [{"card": "C1", "household_id": "F2"}, {"card": "C8", "household_id": "F1"}]),
        ("products", [MILK], [{**MILK, "price": "13.50", "category": "生鲜/鲜奶", "case_barcode": "16901234567899",
                               "case_pieces": "12"}, PORK]),
        ("stores", [HZ], [{**HZ, "name": "西湖一店"}, {"code": "HZ02", "name": "滨江店"}]),
    ],
)  # fmt: skip
def test_everything_is_as_before(tmp_path, kind, before, file):
    if before:
        imported(tmp_path, kind, before)
    stood = contents(without=KEPT)
    number = imported(tmp_path, kind, file)
    assert contents(without=KEPT) != stood
    moved = contents()
    would = undo(number, dry_run=True)
    assert contents() == moved, "a dry run changes nothing"
    did = undo(number)
    assert contents(without=KEPT) == stood
    assert (would.removed, would.restored, would.staying) == (did.removed, did.restored, 0)
    assert [verdict.name for verdict in audit() if not verdict.holds] == []
    with pytest.raises(ImportUndone):
        undo(number)


def test_a_member_with_receipts_stays_and_is_named(tmp_path):
    number = imported(tmp_path, "members", [WANG, LI])
    take(tmp_path, [line("1", "2026-11-01 10:00", member="C1")])
    did = undo(number)
    ((code,),) = rows("SELECT 'M' || lpad(member_id::text, 8, '0') FROM members_identity WHERE value = 'C1'")
    assert (did.removed, did.stays) == (1, [Stays(code, "in_use")])
    assert rows("SELECT name FROM members_member") == [("王芳",)], "her receipts are hers"


def test_what_somebody_changed_since_stays_and_is_named(tmp_path):
    imported(tmp_path, "products", [MILK])
    number = imported(tmp_path, "products", [{**MILK, "price": "13.50", "name": "纯牛奶"}, PORK])
    imported(tmp_path, "products", [{**MILK, "name": "高钙奶", "price": "13.50"}, {**PORK, "name": "五花肉条"}])
    did = undo(number)
    assert did.stays == [
        Stays("20318", "changed_since"),
        Stays("10023", "field_changed_since", "name"),
    ]
    assert rows("SELECT sku, name, price_fen FROM catalogue_product ORDER BY sku") == [
        ("10023", "高钙奶", 1280),
        ("20318", "五花肉条", None),
    ]


def test_a_product_that_was_sold_stays(tmp_path):
    number = imported(tmp_path, "products", [MILK, PORK])
    take(tmp_path, [line("1", "2026-11-01 10:00", "6901234567892", "1", "12.80")])
    did = undo(number)
    assert (did.removed, did.stays) == (1, [Stays("10023", "in_use")])


def test_after_thirty_days_it_is_not_known_any_more(tmp_path):
    number = imported(tmp_path, "members", [WANG])
    assert forget_old(timezone.now()) == 0
    assert forget_old(timezone.now() + timedelta(days=31)) == 1
    with pytest.raises(ImportForgotten):
        undo(number)
    assert rows("SELECT name FROM members_member") == [("王芳",)]


def test_a_person_who_is_forgotten_is_forgotten_here_too(tmp_path):
    imported(tmp_path, "members", [WANG])
    number = imported(tmp_path, "members", [{**WANG, "name": "王小芳"}])
    ((member,),) = rows("SELECT id FROM members_member")
    assert {"place": "members_member", "before": {"name": "王芳", "spelled": rows(
        "SELECT before ->> 'spelled' FROM members_told WHERE batch = %s AND place = 'members_member'", number)[0][0]}
    } in personal_data.export(member)["members_told"]  # fmt: skip
    personal_data.erase(member)
    assert rows("SELECT * FROM members_told") == []
