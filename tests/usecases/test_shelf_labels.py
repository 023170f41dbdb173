"""Shelf labels of a store: what they say, and that only those that have changed are printed anew."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from tests.builders import rows, run
from tests.usecases.tills import NOW, open_store

from huitou.catalogue import service as catalogue
from huitou.catalogue.errors import StoreUnknown
from huitou.offers.service import programmes
from huitou.usecases import promotions
from huitou.usecases.label_file import COLUMNS, label_file
from huitou.usecases.shelf_labels import LabelsAsked, shelf_labels

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
MEMBERS = {"id": "milk", "valid": {"members_only": True, "ends": "2026-11-30"},
           "get": {"kind": "fixed_price", "price": "8.88", "goods": {"skus": ["milk"]}}}  # fmt: skip


def test_labels_of_a_store(db, monkeypatch):
    monkeypatch.setattr(programmes, "FRESH_SECONDS", 0.0)
    open_store()
    catalogue.take_products_online([("milk", "纯牛奶", "乳品"), ("rice", "=cmd", "粮油"), ("smoke", "香烟", "烟酒")])
    run("UPDATE catalogue_product SET price_fen = 1000, pack = CASE sku WHEN 'milk' THEN '950毫升' ELSE '' END, "
        "promotable = sku <> 'smoke', weighed = sku = 'rice'")  # fmt: skip
    run("INSERT INTO catalogue_code (product_id, kind, code, pieces) SELECT id, 'barcode', '6901234567892', 1 "
        "FROM catalogue_product WHERE sku = 'milk'")  # fmt: skip
    promotions.draft_offer(MEMBERS, actor="ann")
    promotions.switch_on("milk", actor="ann")
    found = {row["sku"]: row for row in shelf_labels(LabelsAsked("S1", DAY), now=NOW, actor="ann")}
    milk = found["milk"]
    assert (milk["ean"], milk["shelf_price"], milk["member_price"], milk["offer_price"]) == (
        "6901234567892", "10.00", "8.88", "")  # fmt: skip
    assert (milk["member_until"], milk["unit"], milk["unit_price"], milk["offer_unit_price"]) == (
        "2026-11-30", "L", "10.53", "9.35")  # fmt: skip
    assert "会员" in milk["member_offer_zh"]
    assert "member" in milk["member_offer_en"]
    assert (found["rice"]["unit_price"], found["rice"]["unit_price_500g"]) == ("10.00", "5.00"), "weighed: by weight"
    assert rows("SELECT count(*) FROM access_auditentry WHERE action = 'labels.export'") == [(1,)]

    text = label_file(found.values(), "csv").decode("utf-8-sig")
    written = list(csv.DictReader(io.StringIO(text)))
    assert [row["name"] for row in written] == ["纯牛奶", "'=cmd", "香烟"], "no name is a formula"
    sheet = load_workbook(io.BytesIO(label_file(found.values(), "xlsx"))).active
    head, first = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)]
    assert tuple(head) == COLUMNS
    assert (first[COLUMNS.index("ean")], Decimal(str(first[COLUMNS.index("member_price")]))) == (
        "6901234567892", Decimal("8.88"))  # fmt: skip

    # Only what says something else is printed anew.
    later = NOW + timedelta(hours=1)
    assert shelf_labels(LabelsAsked("S1", DAY, changed=True), now=later, actor="ann") == []
    run("UPDATE catalogue_product SET price_fen = 1100 WHERE sku = 'rice'")
    changed = shelf_labels(LabelsAsked("S1", DAY, changed=True), now=later, actor="ann")
    assert [row["sku"] for row in changed] == ["rice"]
    promotions.pause_offer("milk", actor="ann")
    last = shelf_labels(LabelsAsked("S1", DAY, changed=True), now=later + timedelta(hours=1), actor="ann")
    assert [(row["sku"], row["member_price"]) for row in last] == [("milk", "")]
    since = shelf_labels(LabelsAsked("S1", DAY, since=later), now=later + timedelta(hours=2), actor="ann")
    assert sorted(row["sku"] for row in since) == ["milk", "rice"]
    with pytest.raises(StoreUnknown):
        shelf_labels(LabelsAsked("S9", DAY), now=NOW, actor="ann")
