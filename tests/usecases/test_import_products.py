"""Products as a chain's system describes them, and the receipts that find them by any of their codes (A14)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.builders import books, line, rows, take
from tests.usecases.describing import counted, reasons, take_described

from huitou.bulk.trip import trip
from huitou.catalogue import service as catalogue
from huitou.catalogue.errors import WeighedUnitUnknown

pytestmark = pytest.mark.django_db

MILK = {
    "sku": "10023", "name": "鲜牛奶", "category": "生鲜>乳品>鲜奶", "brand": "禾邻", "pack": "950ml", "price": "12.80",
    "barcode": "6901234567892", "case_barcode": "16901234567899", "case_pieces": "12", "weighed": "否",
}  # fmt: skip
PORK = {"sku": "20318", "name": "五花肉", "category": "生鲜/肉类", "plu": "00318", "unit": "斤", "price": "14.90"}
SCHEMES = "21IIIIIWWWWWC 22IIIIIPPPPPC"


def codes_of(sku: str) -> list[tuple]:
    return rows(
        "SELECT kind, code, pieces FROM catalogue_code JOIN catalogue_product p ON p.id = product_id WHERE sku = %s "
        "ORDER BY kind, code",
        sku,
    )


def test_a_product_has_its_codes_its_path_and_its_price_of_a_kilogram(tmp_path: Path) -> None:
    assert counted(take_described(tmp_path, "products", [MILK, PORK])) == (2, 0, 0)
    assert codes_of("10023") == [("barcode", "16901234567899", 12), ("barcode", "6901234567892", 1)]
    assert codes_of("20318") == [("plu", "318", 1)], "leading zeros are how it is printed"
    pork = catalogue.find_code("318")
    assert pork is not None
    assert (pork.category, pork.weighed, pork.price_fen) == ("生鲜/肉类", True, 2980), "kilograms are kept"
    assert pork.shelf_price_fen == 1490, "and the shelf shows the price of 斤"


def test_the_same_file_twice_changes_nothing_and_a_blank_erases_nothing(tmp_path: Path) -> None:
    take_described(tmp_path, "products", [MILK, PORK])
    before = books()
    assert counted(take_described(tmp_path, "products", [MILK, PORK])) == (0, 0, 2)
    assert books() == before
    dearer = {"sku": "10023", "name": "", "price": "13.50", "brand": "无"}
    assert counted(take_described(tmp_path, "products", [dearer, PORK])) == (0, 1, 1)
    assert rows("SELECT name, brand, price_fen FROM catalogue_product WHERE sku = '10023'") == [
        ("鲜牛奶", "禾邻", 1350)
    ]


def test_a_dry_run_reports_the_same_and_takes_nothing(tmp_path: Path) -> None:
    before = books()
    report = take_described(tmp_path, "products", [MILK, PORK], dry_run=True)
    assert (counted(report), report.import_id) == ((2, 0, 0), None)
    assert books() == before


def test_several_rows_tell_of_one_product(tmp_path: Path) -> None:
    more = [{**MILK, "barcode": code} for code in ("6901234567892", "6920152400012", "")]
    report = take_described(tmp_path, "products", more)
    assert counted(report) == (1, 0, 0)
    assert len(codes_of("10023")) == 3


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"sku": ""}, "sku_blank"),
        ({"category": "一>二>三>四"}, "category_too_deep"),
        ({"barcode": "6901234567893"}, "barcode_check_digit"),
        ({"barcode": "6.90123E+12"}, "digits_lost"),
        ({"case_pieces": "dozen"}, "pieces_unreadable"),
        ({"weighed": "是", "unit": ""}, "price_unit_unknown"),
        ({"weighed": "是", "unit": "瓶"}, "unit_unknown"),
        ({"weighed": "否", "unit": "斤"}, "unit_of_weight"),
        ({"price": "12,80"}, "price_of_product_unreadable"),
        ({"price": "-1"}, "price_of_product_absurd"),
        ({"price": "1.234"}, "price_of_product_unreadable"),
        ({"plu": "A7"}, "plu_unreadable"),
        ({"not_promoted": "maybe"}, "yes_unreadable"),
        ({"name": "x" * 201}, "text_too_long"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_others_are_taken(tmp_path: Path, row: dict, reason: str) -> None:
    report = take_described(tmp_path, "products", [{**MILK, **row}, PORK])
    assert (reasons(report), counted(report)) == ({2: reason}, (1, 0, 0))
    assert rows("SELECT code FROM receipts_refusal") == [(reason,)]


def test_an_unsaid_unit_can_be_said(tmp_path: Path) -> None:
    pork = {"sku": "20318", "weighed": "是", "price": "14.90"}
    take_described(tmp_path, "products", [pork], weighed_unit="jin")
    assert rows("SELECT price_fen FROM catalogue_product") == [(2980,)]
    with pytest.raises(WeighedUnitUnknown):
        take_described(tmp_path, "products", [pork], weighed_unit="stone")


def test_a_code_that_two_products_claim_refuses_both_and_names_them(tmp_path: Path) -> None:
    other = {**PORK, "barcode": MILK["barcode"]}
    report = take_described(tmp_path, "products", [MILK, other])
    assert reasons(report) == {2: "code_claimed_by_row", 3: "code_claimed_by_row"}, "neither of them is known yet"
    assert [row["facts"] for row in report.refused] == [
        {"barcode": "6901234567892", "row": "3", "product": "20318"},
        {"barcode": "6901234567892", "row": "2", "product": "10023"},
    ]
    take_described(tmp_path, "products", [MILK])
    report = take_described(tmp_path, "products", [other])
    assert report.refused[0]["facts"] == {"barcode": "6901234567892", "product": "10023", "other": "20318"}
    assert reasons(report) == {2: "code_claimed"}, "it belongs to one that is known"
    assert codes_of("20318") == [], "and nothing of the row is taken"


def test_a_product_that_tills_sold_by_its_barcode_becomes_the_files_product(tmp_path: Path) -> None:
    take(tmp_path, [line("1", "2026-11-01 10:00", sku="6901234567892", amount="12.80", quantity="1")])
    ((sold,),) = rows("SELECT product_id FROM receipts_line")
    assert counted(take_described(tmp_path, "products", [MILK])) == (0, 1, 0), "it is no new product"
    assert rows("SELECT id, sku, name FROM catalogue_product") == [(sold, "10023", "鲜牛奶")]
    assert counted(take_described(tmp_path, "products", [MILK])) == (0, 0, 1)


def test_receipts_find_products_by_every_code(tmp_path: Path, settings) -> None:
    settings.SCALE_CODES = SCHEMES
    take_described(tmp_path, "products", [MILK, PORK])
    at = "2026-11-01 10:00"
    report = take(
        tmp_path,
        [
            line("1", at, sku="10023", quantity="1", amount="12.80"),
            line("2", at, sku="6901234567892", quantity="2", amount="25.60"),
            line("3", at, sku="16901234567899", quantity="1", amount="120.00", unit_price="120.00"),
            line("4", at, sku="318", quantity="0.5", amount="14.90"),
            line("5", at, sku="2100318007529", quantity="1", amount="22.41"),
            line("6", at, sku="2100318005006", quantity="0.5", amount="14.90"),
            line("7", at, sku="2200318022413", quantity="1", amount="22.41", unit_price="29.80"),
            line("8", at, sku="2100318007529", quantity="-1", amount="-22.41"),
        ],
    )
    assert (report.new_products, report.rows_refused) == (0, 0)
    found = rows(
        "SELECT r.number, p.sku, l.quantity_milli, l.unit_price::text, l.net_fen FROM receipts_line l "
        "JOIN receipts_receipt r ON r.id = l.receipt_id JOIN catalogue_product p ON p.id = l.product_id ORDER BY 1"
    )
    assert found == [
        ("1", "10023", 1000, None, 1280),
        ("2", "10023", 2000, None, 2560),
        ("3", "10023", 12000, "10.0000", 12000),
        ("4", "20318", 500, None, 1490),
        ("5", "20318", 752, None, 2241),
        ("6", "20318", 500, None, 1490),
        ("7", "20318", 752, "29.8000", 2241),
        ("8", "20318", -752, None, -2241),
    ], "a case is twelve pieces, a label of 1 is what it weighs, 22.41 at 29.80 a kilogram are 752 g"


def test_labels_of_goods_that_nobody_knows_are_one_product(tmp_path: Path, settings) -> None:
    settings.SCALE_CODES = SCHEMES
    labels = [
        line(str(number), "2026-11-01 10:00", sku=sku) for number, sku in enumerate(("2100318007529", "2100318005006"))
    ]
    assert take(tmp_path, labels).new_products == 1
    assert counted(take_described(tmp_path, "products", [PORK])) == (0, 1, 0), "and the file says which"
    assert rows("SELECT sku, name FROM catalogue_product") == [("20318", "五花肉")]


def test_a_till_and_a_file_have_one_lookup(tmp_path: Path, settings) -> None:
    settings.SCALE_CODES = SCHEMES
    take_described(tmp_path, "products", [MILK, PORK])
    asked = ["10023", "6901234567892", "16901234567899", "2100318007529", "318", "nobody's"]
    with trip() as first:
        by_till = dict(catalogue.find_products(first, asked).rows())
    made = catalogue.take_products_online([(sku, "", "") for sku in asked])
    assert {sku: made[sku] for sku in by_till} == by_till
    assert set(asked) - set(by_till) == {"nobody's"}
