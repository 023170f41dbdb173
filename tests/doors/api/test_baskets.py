"""A till asks what a basket costs, holds a coupon, and pays: the answers are as published, guessing ends."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huitou.doors.api import answers
from huitou.members import service as members
from huitou.offers.service import coupons, programmes
from huitou.offers.service import till as at_till
from huitou.offers.terms.coupons import KindSeen
from huitou.usecases import promotions
from tests.builders import books, rows
from tests.doors.api.bodies import sale_body
from tests.doors.api.conftest import refused, told

pytestmark = pytest.mark.django_db

OFFER = {"id": "five", "valid": {"coupon": "FIVE"}, "get": {"kind": "amount_off", "amount": "5.00", "per": "lot"}}


@pytest.fixture
def coupon(chain, monkeypatch) -> str:
    monkeypatch.setattr(programmes, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(at_till, "FRESH_SECONDS", 0.0)
    today = timezone.localdate()
    coupons.make_kind(KindSeen("FIVE", "five off"), by="ann")
    batch = coupons.begin_batch("FIVE", "five", by="ann", today=today, count=2)
    coupons.issue_batch(batch.id, today=today)
    promotions.draft_offer(OFFER, actor="ann")
    promotions.switch_on("five", actor="ann")
    return next(code for code, _, _ in coupons.codes_of(batch.id))


def basket(**changed):
    lines = [
        {"line": 1, "sku": "tea", "quantity": "2.000", "unit_price": "10.00"},
        {"line": 2, "sku": "apples", "quantity": "1.352", "amount": "12.80"},
    ]
    return {"store": "east", "till": "1", "lines": lines, **changed}


def _books():
    kept = ("catalogue_", "loyalty_", "offers_", "receipts_", "members_member")
    return {table: found for table, found in books().items() if table.startswith(kept)}


def test_a_basket_is_priced_held_and_paid(call, coupon):
    before = _books()
    quoted = told(call("/baskets/price", basket(coupons=[coupon, "NOBODYS"])))
    said = answers.Priced.model_validate(quoted, strict=True, extra="forbid")
    assert (said.total_before, said.discount, said.total) == ("32.80", "5.00", "27.80")
    assert [line.amount for line in said.lines] == ["16.95", "10.85"]
    assert [(one.code, bool(one.translations["zh-hans"])) for one in said.coupons_refused] == [("coupon_unknown", True)]
    assert _books() == before, "a quote writes nothing but that a code was wrong"

    held = told(call("/baskets/b-1/hold", {"coupons": [coupon]}, method="PUT"))
    assert answers.Held.model_validate(held, strict=True, extra="forbid").coupons == [coupons.shown_code(coupon)]
    refused(call("/baskets/b-2/hold", {"coupons": [coupon]}, method="PUT"), 409, "coupon_held")
    refused(call("/baskets/b-2/hold", {}, method="PUT"), 422, "body_unfit")
    lines = [
        {"line": 1, "sku": "tea", "quantity": "2.000", "discount": "3.05", "amount": "16.95"},
        {"line": 2, "sku": "apples", "quantity": "1.352", "discount": "1.95", "amount": "10.85"},
    ]
    quote = {"programme": quoted["programme"], "at": quoted["at"]}
    sale = sale_body(lines=lines, quote=quote, coupons=[coupon], hold="b-1", at=quoted["at"])
    first = call("/receipts", sale)
    recorded = answers.Recorded.model_validate(told(first), strict=True, extra="forbid")
    assert (recorded.difference, recorded.coupons_used) == ("0.00", [coupons.shown_code(coupon)])
    assert call("/receipts", sale).content == first.content, "once"
    refused(call("/receipts", {**sale, "coupons": []}), 422, "receipt_differs")
    refused(call("/receipts", {**sale, "number": "2"}), 409, "coupon_used")
    assert told(call("/baskets/price", basket(coupons=[coupon])))["coupons_refused"][0]["code"] == "coupon_used"
    refused(call("/baskets/price", basket(lines=[{"line": 1, "sku": "nameless"}])), 422, "price_missing")


def test_a_basket_that_asks_for_coupons_keeps_its_points_and_says_so(call, coupon):
    told(call("/receipts", sale_body()))
    ((wang,),) = rows("SELECT id FROM members_member")
    code = {"kind": "code", "value": members.dynamic_code(wang, at=timezone.now())}
    told(call("/baskets/b-1/hold", {"member": code, "points": 40}, "PUT"))
    for member in ({"member": {"kind": "card", "value": "C1"}}, {}):
        held = told(call("/baskets/b-1/hold", {"coupons": [coupon], **member}, "PUT"))
        assert (held["points"], held["available"], held["coupons"]) == (40, 7, [coupons.shown_code(coupon)]), member
    assert told(call("/baskets/b-1/hold", method="DELETE"))["available"] == 47
    held = told(call("/baskets/b-1/hold", {"coupons": [coupon]}, "PUT"))
    assert (held["points"], held["member"]) == (0, None), "what was given free is held no more"


def test_a_sale_frees_what_its_basket_held_and_did_not_use(call, coupon):
    told(call("/baskets/b-1/hold", {"coupons": [coupon]}, method="PUT"))
    told(call("/receipts", sale_body(hold="b-1")))
    assert told(call("/baskets/b-2/hold", {"coupons": [coupon]}, method="PUT"))["state"] == "open"


def test_who_guesses_coupons_is_refused(call, coupon):
    for _ in range(2):
        told(call("/baskets/price", basket(coupons=[f"GUESS{number}" for number in range(15)])))
    last = call("/baskets/price", basket(coupons=[coupon]))
    chinese = refused(last, 429, "too_many_wrong_coupons")["translations"]["zh-hans"]
    assert ("券" in chinese["message"], "手机" in chinese["next_step"]) == (True, False), "a phone helps no coupon"
    sale = sale_body(coupons=[coupon], at=timezone.now().isoformat(timespec="seconds"))
    refused(call("/receipts", sale), 429, "too_many_wrong_coupons")
    assert told(call("/baskets/price", basket(till="2", coupons=[coupon])))["total"] == "27.80", "another till"
