"""The pages of coupons: a kind, a batch that is issued while one looks, its codes for whom may have them, one life."""

from __future__ import annotations

import html

import pytest
from django.utils import timezone

from huitou.offers.service import coupons
from huitou.offers.terms.coupons import KindSeen
from tests.builders import rows
from tests.usecases.quoted import bought, member, paid, quote, switch_on, till_of_store
from tests.usecases.tills import card

pytestmark = pytest.mark.django_db

KIND = {
    "code": "回头10",
    "title": "回头券",
    "terms": "满 60 元减 10 元",
    "worth_fen": "10",
    "threshold_fen": "60.00",
    "valid_days": "14",
}


def test_a_kind_its_batch_and_the_codes(lasting_chain, as_role):
    marketer, administrator = as_role("marketer"), as_role("administrator")
    assert "还没有券种" in marketer.get("/coupons").content.decode()
    assert marketer.post("/coupons/new", KIND).status_code == 302
    (kind,) = coupons.kinds()
    assert (kind.worth_fen, kind.threshold_fen, kind.valid_days) == (10_00, 60_00, 14)

    assert marketer.post("/coupons/kinds/回头10/issue", {"name": "十一月", "count": "25"}).status_code == 302
    (batch,) = coupons.batches("回头10")
    waiting = marketer.get("/coupons/kinds/回头10").content.decode()
    assert f"/coupons/batches/{batch.id}?seen=" in waiting, "it looks again every second"
    coupons.issue_batch(batch.id, today=timezone.localdate())
    assert marketer.get(f"/coupons/batches/{batch.id}")["HX-Refresh"] == "true"

    assert marketer.post(f"/coupons/batches/{batch.id}/codes").status_code == 403, "whoever has codes can spend them"
    assert rows("SELECT count(*) FROM access_auditentry WHERE action = 'coupons.export'") == [(0,)]
    file = administrator.post(f"/coupons/batches/{batch.id}/codes").content.decode("utf-8-sig").splitlines()
    assert len(file) == 26
    assert rows("SELECT count(*) FROM access_auditentry WHERE action = 'coupons.export'") == [(1,)]

    code = file[1].split(",")[0]
    life = marketer.post("/coupons/find", {"code": code}).content.decode()
    assert code in life
    assert "没有用过" in life
    assert "十一月" in life, "where it comes from"
    voided = marketer.post("/coupons/void", {"code": code, "why": "印坏了"})
    assert voided.status_code == 200
    assert "已作废" in voided.content.decode(), "and the page says that it was done"
    assert marketer.post("/coupons/void", {"code": code, "why": "又一次"}).status_code == 200
    life = marketer.post("/coupons/find", {"code": code}).content.decode()
    assert "印坏了" in life, "whoever reads it later sees why, and by whom"
    assert "又一次" not in life, "what is void already was not made void again"
    coupons.make_kind(KindSeen("别的", "别的券", valid_days=14), by="ann")
    other, kind = coupons.kinds()
    assert (kind.live, kind.void, other.live) == (24, 1, 0)
    assert (coupons.kind("回头10"), coupons.kind("别的")) == (kind, other), "of one alone nobody counts the others"
    assert coupons.titles() == {"回头10": "回头券", "别的": "别的券"}

    asked = marketer.post(f"/coupons/batches/{batch.id}/void").content.decode()
    assert "25" in asked
    assert coupons.kind("回头10").live == 24, "asked twice"
    assert marketer.post(f"/coupons/batches/{batch.id}/void", {"sure": "1", "why": "撤回"}).status_code == 302
    assert "撤回" in marketer.post("/coupons/find", {"code": file[2].split(",")[0]}).content.decode(), "its batch"
    assert "印坏了" in marketer.post("/coupons/find", {"code": code}).content.decode(), "it was void before"
    assert coupons.kind("回头10").live == 0


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"worth_fen": "ten"}, "coupon_field_unreadable"),
        ({"valid_days": "-1"}, "coupon_field_unreadable"),
        ({"valid_until": "tomorrow"}, "coupon_field_unreadable"),
        ({"title": " "}, "coupon_kind_unfit"),
    ],
)
def test_what_cannot_be_is_refused_and_stays(lasting_chain, as_role, typed, code):
    answer = as_role("marketer").post("/coupons/new", KIND | typed)
    assert answer.status_code == 422
    assert code in answer.content.decode()
    assert coupons.kinds() == []


@pytest.mark.parametrize("code", ["满30/减5", "5/30", "50% off?", "a#b"])
def test_a_kind_may_be_called_as_it_was_called_elsewhere(lasting_chain, as_role, code):
    """Kinds that were imported have the old system's words; none of them may close the pages of all the others."""
    marketer = as_role("marketer")
    made = marketer.post("/coupons/new", KIND | {"code": code})
    assert made.status_code == 302
    assert KIND["title"] in marketer.get(made["Location"]).content.decode()
    listed = marketer.get("/coupons")
    assert (listed.status_code, code in html.unescape(listed.content.decode())) == (200, True)
    assert marketer.get("/search", {"q": "回头"}).status_code == 200
    assert marketer.post(f"{made['Location']}/issue", {"name": "十一月", "count": "25"}).status_code == 302
    assert [one.kind for one in coupons.batches(code)] == [code]


def test_a_code_that_nobody_knows_and_who_may(lasting_chain, as_role):
    marketer = as_role("marketer")
    refused = marketer.post("/coupons/find", {"code": "NO-SUCH-CODE"})
    assert refused.status_code == 404
    assert "coupon_unknown" in refused.content.decode()
    marketer.post("/coupons/new", KIND)
    assert marketer.post("/coupons/kinds/回头10/issue", {"name": "x", "count": "many"}).status_code == 422
    assert as_role("store_manager", "east").post("/coupons/new", KIND).status_code == 403
    assert as_role("cashier", "east").get("/coupons").status_code == 403


def test_a_receipt_says_what_it_brought_and_a_return_what_it_ended(monkeypatch, as_role):
    """Also one that waited for its sale: its till could not be told."""
    till = till_of_store(monkeypatch)
    coupons.make_kind(KindSeen("NEXT", "回头券", valid_days=14), by="ann")
    switch_on(
        {
            "id": "give",
            "name": "满60送券",
            "get": {"kind": "next_coupon", "coupon": "NEXT"},
            "buy": [{"least_amount": "60.00"}],
        }
    )
    administrator = as_role("administrator")

    def page(told):
        return administrator.get(f"/receipts/{told['receipt']}").content.decode()

    sale, told = bought(till, 80_00)
    (code,) = (one["coupon"] for one in told["coupons_given"])
    assert "随单送券" in page(told)
    assert f"…{code[-4:]}" in page(told)
    assert code not in page(told), "it can still be spent, by whoever knows it"
    back = till.record(till.back(sale, (1, 1000, 80_00)))
    assert "涉及的券" in page(back)
    assert code in page(back)

    late = paid(till, quote(till, 90_00))
    waiting = till.record(till.back(late, (1, 1000, 90_00)))
    assert "涉及的券" not in page(waiting)
    assert "coupons_given" not in till.record(late)
    assert "涉及的券" in page(waiting)
    assert rows("SELECT state FROM offers_coupon ORDER BY id") == [("void",), ("void",)]


def test_a_member_s_coupon_is_spelled_as_it_is_printed_with_its_offer_s_name(monkeypatch, as_role):
    till = till_of_store(monkeypatch, "C1")
    coupons.make_kind(KindSeen("NEXT", "回头券", valid_days=14, personal=True), by="ann")
    get = {"kind": "next_coupon", "coupon": "NEXT"}
    switch_on({"id": "give", "name": "满60送券", "get": get, "buy": [{"least_amount": "60.00"}]})
    _, told = bought(till, 80_00, member=card("C1"))
    page = as_role("administrator").get(f"/members/{member('C1')}").content.decode()
    assert told["coupons_given"][0]["coupon"] in page
    assert "满60送券" in page
