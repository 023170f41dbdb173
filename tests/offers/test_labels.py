"""What a shelf label may say of offers: the price of one piece for everybody and for any member, and deals by name."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from huitou.catalogue.rules.pack_sizes import pack_size
from huitou.offers.rules.labels import label_of, labels_of
from huitou.offers.service import read_offers
from huitou.offers.terms import BasketLine, Fen

NOON = datetime(2026, 11, 30, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
MILK = BasketLine("milk", Fen(10_00), category="乳品/牛奶", brand="蒙牛")
OFF = {"kind": "percent_off", "percent": "20", "goods": {"categories": ["乳品"]}}
FIXED = {"kind": "fixed_price", "price": "8.88", "goods": {"skus": ["milk"]}}


def said(*documents, line=MILK, store="S1"):
    offers = read_offers([{"id": f"o{place}", **one} for place, one in enumerate(documents)])
    found = label_of(line, labels_of(offers, store=store, zone="Asia/Shanghai", at=NOON))
    everybody = found.everybody and int(found.everybody.fen)
    members = found.members and int(found.members.fen)
    return everybody, members, [one.id for one in found.deals]


@pytest.mark.parametrize(("documents", "expected", "because"), [
    ([], (None, None, []), "nothing is on"),
    ([{"get": OFF}], (8_00, None, []), "everybody has it, and members no less"),
    ([{"get": FIXED, "valid": {"members_only": True}}], (None, 8_88, []), "a member price"),
    ([{"get": OFF}, {"get": FIXED, "valid": {"members_only": True}}], (8_00, 7_10, []), "both on one piece"),
    ([{"get": OFF, "valid": {"tiers": ["gold"]}}], (None, None, []), "not any member is gold"),
    ([{"get": OFF, "valid": {"staff_only": True}}], (None, None, []), "nor works here"),
    ([{"get": OFF, "valid": {"coupon": "TEN"}}], (None, None, []), "nor has the coupon"),
    ([{"get": OFF, "valid": {"stores": ["S2"]}}], (None, None, []), "another store's"),
    ([{"get": OFF, "valid": {"channels": ["online"]}}], (None, None, []), "not in the store"),
    ([{"get": OFF, "valid": {"starts": "2026-12-01"}}], (None, None, []), "from tomorrow on"),
    ([{"get": OFF, "valid": {"ends": "2026-11-29"}}], (None, None, []), "until yesterday"),
    ([{"get": OFF, "valid": {"weekdays": [1]}}], (8_00, None, []), "a Monday"),
    ([{"get": OFF, "valid": {"weekdays": [3]}}], (None, None, []), "and no Wednesday"),
    ([{"get": OFF, "valid": {"from_hour": "18:00"}}], (None, None, ["o0"]), "a label knows no hours: it is named"),
    ([{"get": OFF, "buy": [{"least_pieces": 2, "goods": {"skus": ["milk"]}}]}], (None, None, ["o0"]), "two pieces"),
    ([{"get": {"kind": "nth_unit", "goods": {"skus": ["milk"]}}}], (None, None, ["o0"]), "the second at half price"),
    ([{"get": {"kind": "threshold", "steps": [{"least_amount": "5.00", "amount": "1.00"}]}}], (None, None, []),
     "over the whole basket: it hangs at the door, not on the shelf"),
    ([{"get": {"kind": "threshold", "goods": {"not_categories": ["烟酒"]},
               "steps": [{"least_amount": "5.00", "amount": "1.00"}]}}], (None, None, []),
     "over all but tobacco is over the whole basket too: it would hang at every product"),
    ([{"get": {"kind": "nth_unit", "goods": {"categories": ["乳品"], "not_skus": ["milk"]}}}], (None, None, []),
     "chosen, and this one left out"),
    ([{"get": {"kind": "nth_unit", "goods": {"skus": ["tea"]}}}], (None, None, []), "other goods"),
])  # fmt: skip
def test_what_a_label_says(documents, expected, because):
    assert said(*documents) == expected, because


def test_goods_that_may_not_be_promoted_have_a_bare_label():
    formula = BasketLine("milk", Fen(10_00), category="乳品/牛奶", discountable=False)
    assert said({"get": OFF}, {"get": {"kind": "nth_unit", "goods": {"skus": ["milk"]}}}, line=formula) == (
        None, None, [])  # fmt: skip


@pytest.mark.parametrize(("text", "fen"), [
    ("950毫升", 1053), ("500g", 2000), ("1.5L", 667), ("250ml×12", 333), ("12盒×250毫升", 333), ("１斤", 2000),
    ("散装", None), ("10枚", None), ("0克", None), ("", None),
])  # fmt: skip
def test_what_a_kilogram_or_a_litre_costs_at_ten_yuan(text, fen):
    size = pack_size(text)
    assert (size and size.price_of_one(10_00)) == fen, text
