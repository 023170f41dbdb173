"""Refused rows of members, products, stores and of an old programme wait, are mended, and taken in later."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from tests.builders import NOW, contents, member_ids, rows
from tests.usecases import test_cut_over as cut_over
from tests.usecases.describing import counted, reasons, take_described

from huitou.lake.errors import FieldUnknown
from huitou.members import service as members
from huitou.receipts import personal_data as of_receipts
from huitou.receipts.errors import ImportUndone, NothingToTake
from huitou.receipts.service import import_life, quarantine
from huitou.usecases import refused_cells
from huitou.usecases.audit import audit
from huitou.usecases.clean_up import clean_up
from huitou.usecases.cut_over.balances import open_balances
from huitou.usecases.cut_over.coupons import take_coupons
from huitou.usecases.cut_over.tiers import take_tiers
from huitou.usecases.mend_rows import mend_cells, replace_everywhere, take_refused
from huitou.usecases.take_back import take_back

pytestmark = pytest.mark.django_db

PEOPLE = [
    {"card": "C1", "name": "王芳", "phone": "13800138000", "sex": "女"},
    {"name": "李强", "phone": "139001390O0", "sex": "男"},
    {"card": "C3", "name": "赵六", "phone": "13700137000", "sex": "x"},
    {"card": "C4", "name": "钱七", "phone": "13600136000", "sex": "x"},
]


def waits(number: int) -> dict[str, int]:
    return import_life.refused_by_code(number)


def take(number: int, **more):
    return take_refused(number, now=timezone.now(), actor="anna", **more)


def bring(folder: Path, kind: str, told: list[dict]):
    how = {
        "balances": (open_balances, {"now": NOW}),
        "tiers": (take_tiers, {"now": NOW}),
        "coupons": (take_coupons, {}),
    }
    do, more = how[kind]
    return cut_over.bring(do, folder, told, **more)


def kept(number: int) -> str:
    return json.dumps(
        rows("SELECT row::text, mended::text, detail, facts::text FROM receipts_refusal WHERE batch_id = %s", number)
    )


def test_members_are_mended_without_their_phones_standing_readable(tmp_path):
    number = take_described(tmp_path, "members", PEOPLE).import_id
    assert waits(number) == {"sex_unreadable": 2, "phone_unfit": 1}
    assert not {"13700137000", "139001390O0", "赵六"} & set(kept(number).replace('\\"', " ").split()), kept(number)
    assert "137****7000" in kept(number)
    assert replace_everywhere(number, "sex", "x", "女") == 2, "though only a mask of it is readable"
    mend_cells(number, [3], {"phone": "139 0013 9000"})
    assert "0013 9000" not in kept(number)
    before = contents()
    would = take(number, dry_run=True)
    assert contents() == before, "a dry run changes nothing"
    did = take(number)
    assert counted(would) == counted(did) == (3, 0, 0)
    assert rows("SELECT count(*) FROM members_member WHERE name IN ('李强', '王芳', '赵六', '钱七')") == [(4,)]
    assert members.ids_of("phone", ["13900139000"]).num_rows == 1
    assert waits(number) == {}
    assert import_life.import_seen(did.import_id).mends == number
    with pytest.raises(NothingToTake):
        take(number)
    take_back(did.import_id, now=timezone.now(), actor="anna")
    assert sum(waits(number).values()) == 3, "because what they brought is gone again"
    assert [verdict.name for verdict in audit() if not verdict.holds] == []


def test_what_is_refused_again_waits_with_its_new_reason_and_what_fills_it(tmp_path):
    take_described(tmp_path, "stores", [{"code": "HZ01", "name": "西湖店"}])
    number = take_described(
        tmp_path, "members", [{"card": "C1", "name": "王芳", "store": "西湖", "sex": "x"}]
    ).import_id
    mend_cells(number, [2], {"sex": "女"})
    assert reasons(take(number)) == {1: "home_store_unknown"}
    (row,) = quarantine.refused_rows(number)
    assert (row.code, row.facts) == ("home_store_unknown", {"store": "西湖"})
    mend_cells(number, [2], {"store": ""})
    assert counted(take(number)) == (1, 0, 0), "a cell that somebody emptied says nothing"


def test_a_citizens_number_is_kept_nowhere_and_its_row_waits_until_it_is_typed_over(tmp_path):
    number = take_described(tmp_path, "members", [{"card": "C1", "name": "11010519491231002X", "sex": "女"}]).import_id
    (row,) = quarantine.waiting_rows(number)
    assert (row.cells["name"], refused_cells.unsealed(row)) == ("****", {"sex": "女"})
    with pytest.raises(NothingToTake):
        take(number)
    mend_cells(number, [2], {"name": "王芳"})
    assert counted(take(number)) == (1, 0, 0)


def test_a_person_who_is_forgotten_is_forgotten_here_too_and_sealed_cells_after_thirty_days(tmp_path):
    told = [
        *PEOPLE,
        {"card": "C5", "phone": "13500135000", "phone_2": "137 0013 7001", "sex": "x"},
        {"card": "C6", "email": "Anna@Example.com", "sex": "x"},
        {"name": "王芳", "address": "西湖路 1 号"},
    ]
    number = take_described(tmp_path, "members", told).import_id
    known = {"card": "C9", "phone": "13700137000; 13700137001", "email": "anna@example.com"}
    take_described(tmp_path, "members", [known])
    forgotten = of_receipts.export(member_ids()["C9"])["receipts_refusal"]
    assert [row.get("card") for row in forgotten] == ["C3", "C5", "C6"], "by a phone, a second phone, and the e-mail"
    assert of_receipts.erase(member_ids()["C9"])["receipts_refusal"] == 3
    gone = rows("SELECT row_number, row::text, sealed IS NULL FROM receipts_refusal WHERE row_number IN (4, 6, 7)")
    assert sorted(gone) == [(4, "{}", True), (6, "{}", True), (7, "{}", True)]
    assert clean_up(timezone.now())["sealed_rows"] == 0
    assert clean_up(timezone.now() + timedelta(days=31))["sealed_rows"] == 3, "also of whom only a name is known"
    assert "西湖" not in kept(number)
    mend_cells(number, [5], {"sex": "女"})
    with pytest.raises(NothingToTake):
        take(number)
    mend_cells(number, [5], {"name": "钱七", "phone": "13600136000"})
    assert counted(take(number)) == (1, 0, 0), "what only a mask is left of is typed anew"


@pytest.mark.parametrize(
    ("kind", "said", "code", "mend", "because"),
    [
        ("products", {"sku": "1", "name": "五花肉", "weighed": "是", "price": "29.80"}, "price_unit_unknown",
         {"unit": "kg"}, "a field that the file did not have may be filled"),
        ("products", {"sku": "1", "name": "牛奶", "barcode": "6901234567890"}, "barcode_check_digit",
         {"barcode": "6901234567892"}, "the last digit was mistyped"),
        ("stores", {"code": "HZ01", "name": "西湖店", "hours": "早到晚"}, "hours_unreadable",
         {"hours": "08:00-22:00"}, "the hours are read now"),
    ],
)  # fmt: skip
def test_goods_and_places_are_mended(tmp_path, kind, said, code, mend, because):
    number = take_described(tmp_path, kind, [said]).import_id
    assert waits(number) == {code: 1}
    with pytest.raises(FieldUnknown):
        mend_cells(number, [2], {"quantity": "1"})
    mend_cells(number, [2], mend)
    assert counted(take(number)) == (1, 0, 0), because


def test_a_row_that_was_not_cut_into_cells_is_filled_in(tmp_path):
    from huitou.lake import service as lake
    from huitou.usecases.import_described import import_described

    path = tmp_path / "stores.csv"
    path.write_text("code,name\nHZ01,西湖店\nHZ02,滨江店,多了一格\n")
    with lake.open_file(path) as opened:
        number = import_described(opened, "stores", {"code": "code", "name": "name"}, now=NOW, source="erp").import_id
    assert waits(number) == {"ragged": 1}
    with pytest.raises(NothingToTake):
        take(number)
    mend_cells(number, [3], {"code": "HZ02", "name": "滨江店"})
    assert counted(take(number)) == (1, 0, 0)


def test_what_prices_of_weighed_goods_are_for_is_remembered(tmp_path):
    said = {"sku": "1", "name": "五花肉", "weighed": "是", "price": "二十"}
    number = take_described(tmp_path, "products", [said], weighed_unit="jin").import_id
    mend_cells(number, [2], {"price": "29.80"})
    take(number)
    assert rows("SELECT price_fen FROM catalogue_product") == [(5960,)], "a kilogram is two jin"


def test_a_balance_is_taken_whole_when_all_its_rows_are_mended(tmp_path):
    take_described(tmp_path, "members", [{"card": "C1"}, {"card": "C2"}])
    said = [
        {"card": "C1", "points": "100", "expires_on": "2027-12-31"},
        {"card": "C1", "points": "一百", "expires_on": "2028-12-31"},
        {"card": "C8", "points": "5", "expires_on": "2027-12-31"},
    ]
    number = bring(tmp_path, "balances", said).import_id
    assert waits(number) == {"member_refused": 1, "member_unknown": 1, "points_unreadable": 1}
    mend_cells(number, [3], {"points": "50"})
    report = take(number)
    assert (report.rows_taken, report.rows_refused) == (2, 1)
    assert rows("SELECT balance FROM loyalty_account WHERE member_id IS NOT NULL AND balance <> 0") == [(150,)]
    assert waits(number) == {"member_unknown": 1}
    mend_cells(number, [4], {"card": "C2"})
    assert take(number).rows_taken == 1
    assert [verdict.name for verdict in audit() if not verdict.holds] == []


@pytest.mark.parametrize(
    ("kind", "said", "mend"),
    [
        ("tiers", {"card": "C1", "tier": "金卡", "since": "以前"}, {"since": "2026-01-01"}),
        ("coupons", {"code": "Q1", "title": "满88减10", "card": "C8", "worth": "10"}, {"card": "C1"}),
    ],
)
def test_tiers_and_coupons_are_mended(tmp_path, kind, said, mend):
    take_described(tmp_path, "members", [{"card": "C1"}])
    number = bring(tmp_path, kind, [said]).import_id
    assert sum(waits(number).values()) == 1
    mend_cells(number, [2], mend)
    assert take(number).rows_taken == 1
    take_back(number, now=timezone.now(), actor="anna")
    with pytest.raises(ImportUndone):
        mend_cells(number, [2], mend)
