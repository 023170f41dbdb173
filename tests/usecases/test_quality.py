"""Each figure of data quality is the same as by plain SQL, and its history is kept day by day (A10)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.builders import NOW, line, member_ids, rows, run, seen_by, take
from tests.usecases.describing import take_described

from huitou.members import personal_data
from huitou.usecases.quality import keep_quality, quality_now
from huitou.usecases.undo_import import undo_import

pytestmark = pytest.mark.django_db

DESK = "057188886666"
_MEMBERS = "members_member m JOIN members_profile p ON p.member_id = m.id AND p.source = 'crm'"
_PHONE = "SELECT FROM members_identity i WHERE i.member_id = m.id AND i.kind = 'phone'"
_GOODS = "catalogue_product p WHERE source = 'crm'"
PLAIN = {
    ("members", "name"): f"SELECT count(*) FROM {_MEMBERS} WHERE m.name <> ''",
    ("members", "phone"): f"SELECT count(*) FROM {_MEMBERS} WHERE EXISTS ({_PHONE})",
    ("members", "verified_phone"): f"SELECT count(*) FROM {_MEMBERS} WHERE EXISTS ({_PHONE} AND i.verified)",
    ("members", "birthday"): f"SELECT count(*) FROM {_MEMBERS} WHERE m.birthday IS NOT NULL OR birthday_month_day > 0",
    ("members", "sex"): f"SELECT count(*) FROM {_MEMBERS} WHERE sex IN ('male', 'female')",
    ("members", "home_store"): f"SELECT count(home_store_id) FROM {_MEMBERS}",
    ("members", "email"): f"SELECT count(email_sealed) FROM {_MEMBERS}",
    ("members", "address"): f"SELECT count(address_sealed) FROM {_MEMBERS}",
    ("members", "phone_of_one"): f"SELECT count(*) FROM {_MEMBERS} WHERE NOT EXISTS ({_PHONE} AND EXISTS "
    "(SELECT FROM members_identity o WHERE o.blind_index = i.blind_index AND o.member_id <> m.id))",
    ("members", "person_once"): f"SELECT count(*) FROM {_MEMBERS} WHERE NOT EXISTS (SELECT FROM members_member o "
    "WHERE o.id <> m.id AND o.name = m.name AND o.name <> '' AND o.birthday = m.birthday)",
    ("products", "name"): f"SELECT count(*) FROM {_GOODS} AND name <> sku",
    ("products", "category"): f"SELECT count(category_id) FROM {_GOODS}",
    ("products", "brand"): f"SELECT count(*) FROM {_GOODS} AND brand <> ''",
    ("products", "barcode_or_plu"): f"SELECT count(*) FROM {_GOODS} AND id IN (SELECT product_id FROM catalogue_code)",
    ("products", "price"): f"SELECT count(price_fen) FROM {_GOODS}",
    ("products", "product_once"): f"SELECT count(*) FROM {_GOODS} AND NOT EXISTS (SELECT FROM catalogue_product o "
    "WHERE o.id <> p.id AND (o.name, o.brand, o.pack) = (p.name, p.brand, p.pack))",
    ("rows: members", "valid"): "SELECT sum((report ->> 'rows_read')::int) - (SELECT count(*) FROM receipts_refusal) "
    "FROM receipts_import WHERE kind = 'members'",
    ("rows: members", "valid_phones"): "SELECT sum((report ->> 'rows_read')::int) - (SELECT count(*) "
    "FROM receipts_refusal WHERE code = 'phone_unfit') - sum((report ->> 'phones_left')::int) "
    "FROM receipts_import WHERE kind = 'members'",
    ("rows: members", "valid_dates"): "SELECT sum((report ->> 'rows_read')::int) - (SELECT count(*) "
    "FROM receipts_refusal WHERE code LIKE 'birthday%%') FROM receipts_import WHERE kind = 'members'",
}


def make_the_chain(folder: Path) -> None:
    take(folder, [line("1", "2026-11-01 10:00", sku="tea", store="east", member="T1")])
    take_described(folder, "stores", [{"code": "east", "name": "东门店"}])
    people = [
        {"card": "C1", "name": "王芳", "phone": "13800138000", "birthday": "1988-05-12", "sex": "女", "store": "east"},
        {"card": "C2", "name": "王芳", "phone": DESK, "birthday": "1988-05-12", "email": "w@example.com"},
        {"card": "C3", "name": "李强", "phone": DESK, "birthday": "05-20", "address": "1号"},
        {"card": "C4", "name": "", "phone": "13900139000", "phone_2": "12"},
        {"name": "钱多", "phone": "12"},
        {"card": "C6", "name": "钱少", "birthday": "1990-02-29"},
        {"card": "C7", "sex": "?"},
        {"card": "C8", "name": "郑爽", "phone": "13700137000"},
    ]
    take_described(folder, "members", people)
    personal_data.erase(member_ids()["C8"])
    goods = [
        {
            "sku": "1",
            "name": "鲜牛奶",
            "brand": "禾邻",
            "category": "生鲜/乳品",
            "barcode": "6901234567892",
            "price": "9.9",
        },
        {"sku": "2", "name": "鲜牛奶", "brand": "禾邻", "price": ""},
        {"sku": "3", "name": "", "barcode": "6901028075862"},
    ]
    take_described(folder, "products", goods)
    run(f"UPDATE receipts_import SET started_at = '{NOW.isoformat()}'")


def test_each_figure_is_that_of_plain_sql(tmp_path: Path) -> None:
    make_the_chain(tmp_path)
    found = {(row.about, row.measure): row.good for row in keep_quality(NOW) if row.source == "crm"}
    plain = {what: rows(query)[0][0] for what, query in PLAIN.items()}
    assert {what: found[what] for what in plain} == plain
    assert [plain["members", measure] for measure in ("name", "verified_phone", "phone_of_one", "person_once")] == [
        3,
        2,
        2,
        2,
    ]
    assert {row.of for row in quality_now(NOW) if (row.about, row.source) == ("members", "crm")} == {4}, (
        "no erased person"
    )
    by_tills = {
        row.measure: (row.good, row.of) for row in quality_now(NOW) if (row.about, row.source) == ("products", "")
    }
    assert (by_tills["name"], by_tills["product_once"]) == ((0, 1), (1, 1)), "what tills told has a source of its own"


def test_when_everything_was_taken_back_nothing_is_shown_of_it(tmp_path: Path) -> None:
    """The last count stood on its page for 90 days."""
    first = take(tmp_path, [line("1", "2026-11-01 10:00", sku="tea", store="east", member="T1")])
    assert keep_quality(NOW - timedelta(days=1))
    undo_import(first.import_id, now=NOW, actor="test")
    assert keep_quality(NOW) == quality_now(NOW) == []


def test_history_is_kept_by_day_and_a_day_counts_once(tmp_path: Path) -> None:
    make_the_chain(tmp_path)
    keep_quality(NOW - timedelta(days=2))
    take_described(tmp_path, "members", [{"card": "C4", "name": "周杰"}])
    for _ in range(2):
        (name,) = [
            row for row in keep_quality(NOW) if (row.about, row.source, row.measure) == ("members", "crm", "name")
        ]
    assert [(day.isoformat(), good) for day, _, good in name.history] == [("2026-11-18", 3)]
    assert (name.good, name.of, name.as_json()["value"]) == (4, 4, "1.000")
    assert quality_now(NOW) == keep_quality(NOW)


def test_only_who_sees_the_chain_sees_it(tmp_path: Path) -> None:
    make_the_chain(tmp_path)
    keep_quality(NOW)
    with seen_by(1):
        assert rows("SELECT count(*) FROM insight_quality") == [(0,)]
