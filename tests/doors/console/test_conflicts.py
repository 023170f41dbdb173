"""What a till did that does not fit the books stands on a page, until a person says what was found."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from huitou.offers.service import coupons, programmes
from huitou.offers.terms.coupons import KindSeen
from huitou.usecases import promotions
from huitou.usecases.record_receipts import hold
from tests.builders import member_ids, rows, store_ids
from tests.usecases.tills import NOW, Till, card

pytestmark = pytest.mark.django_db

LISTED = "/conflicts"


@pytest.fixture
def twice(chain) -> int:
    """A number that a till of S1 used for two sales while it was offline."""
    till = Till(store=min(store_ids()))
    sale = till.sale(3000, member=card("C1"))
    till.upload(sale, till.sale(9900, number=sale.number))
    ((number,),) = rows("SELECT id FROM receipts_conflict")
    return number


def test_the_manager_of_the_store_sees_it_and_settles_it_with_a_note(as_role, twice):
    manager = as_role("store_manager", min(store_ids()), language="en")
    page = manager.get(LISTED).content.decode()
    assert "A number was used for two sales" in page
    assert "what differs: member, lines.1.amount" in page
    manager.post(f"{LISTED}/{twice}/settle", {"note": "The cashier typed it twice."})
    assert "Nothing waits for a person." in manager.get(LISTED).content.decode()
    assert "The cashier typed it twice." in manager.get(f"{LISTED}?settled=1").content.decode()
    trail = "SELECT actor, action, subject, detail ->> 'note' FROM access_auditentry WHERE action = 'conflict.settle'"
    who = "store_manager-" + min(store_ids()) + "-en"
    assert rows(trail) == [(who, "conflict.settle", f"conflict:{twice}", "The cashier typed it twice.")]
    again = manager.post(f"{LISTED}/{twice}/settle", {"note": "Once more."})
    assert again.status_code == 409
    assert rows("SELECT resolved_note FROM receipts_conflict") == [("The cashier typed it twice.",)]


def test_without_a_note_nothing_is_settled(as_role, twice):
    assert as_role("administrator").post(f"{LISTED}/{twice}/settle", {"note": " "}).status_code == 422
    assert rows("SELECT resolved_at FROM receipts_conflict") == [(None,)]


def test_another_stores_manager_neither_sees_nor_settles_it(as_role, twice):
    other = as_role("store_manager", max(store_ids()))
    assert "一个小票号用于两笔销售" not in other.get(LISTED).content.decode()
    assert other.post(f"{LISTED}/{twice}/settle", {"note": "x"}).status_code == 404
    assert rows("SELECT resolved_at FROM receipts_conflict") == [(None,)]


@pytest.mark.parametrize("role", ["marketer", "cashier"])
def test_who_has_not_the_right_is_told_so(as_role, twice, role):
    person = as_role(role, min(store_ids()) if role == "cashier" else "")
    assert person.get(LISTED).status_code == 403
    assert person.post(f"{LISTED}/{twice}/settle", {"note": "x"}).status_code == 403


def test_in_chinese(as_role, twice):
    page = as_role("administrator").get(LISTED).content.decode()
    assert "一个小票号用于两笔销售" in page


def test_the_command_lists_and_settles(twice):
    from huitou.usecases.conflicts import list_conflicts, settle_conflict

    (seen,) = list_conflicts()
    assert (seen["kind"], seen["store"], seen["said"]["differs"]) == (
        "number_used_twice", min(store_ids()), "member, lines.1.amount")  # fmt: skip
    settle_conflict(twice, actor="command line", note="seen")
    assert list_conflicts() == []
    assert json.loads(json.dumps(list_conflicts(settled=True)))[0]["note"] == "seen"


@pytest.fixture
def honoured(lasting_chain) -> str:
    """A coupon that one sale used, and an offline one a second time; its code as it is printed."""
    store = min(store_ids())
    coupons.make_kind(KindSeen("TENTH", "一元券", valid_days=30), by="test")
    tenth = {"id": "tenth", "valid": {"coupon": "TENTH"}, "get": {"kind": "amount_off", "amount": "1.00", "per": "lot"}}
    promotions.draft_offer({**tenth, "name": "周末减一元"}, actor="test")
    promotions.switch_on("tenth", actor="test")
    batch = coupons.begin_batch("TENTH", "十一月", by="test", today=NOW.date(), count=1)
    coupons.issue_batch(batch.id, today=NOW.date())
    ((code, _, _),) = coupons.codes_of(batch.id)
    programmes.forget()
    till, programme = Till(store=store), programmes.programme_now().version
    till.record(replace(till.sale(4_00), programme=programme, coupons=(code,)))
    till.upload(replace(till.sale(4_00), programme=programme, coupons=(coupons.shown_code(code).lower(),)))
    assert rows("SELECT kind FROM receipts_conflict") == [("coupon_honoured",)]
    return coupons.shown_code(code)


def test_a_coupon_that_was_honoured_is_named_with_its_offer_and_the_reason(as_role, honoured):
    office = as_role("administrator", language="en")
    page = office.get(LISTED).content.decode()
    for said in (honoured, "一元券", "offer: 周末减一元", "why not: it had been used already"):
        assert said in page, said
    chinese = as_role("administrator").get(LISTED).content.decode()
    assert "不能用的原因：这张券已经用过" in chinese
    life = office.post("/coupons/find", {"code": honoured}).content.decode()
    assert "Honoured, although it could not be used" in life, "the second use belongs to the coupon's life"
    assert life.count("it had been used already") == 1


def test_who_may_not_see_the_coupon_sees_only_the_end_of_its_code(as_role, honoured):
    """A bearer's coupon is nobody's of a store: its manager, who settles the conflict, compares the end of the code."""
    page = as_role("store_manager", min(store_ids()), language="en").get(LISTED).content.decode()
    assert honoured.lower() not in page.lower()
    assert f"…{honoured[-4:].lower()}" in page
    assert "why not: it had been used already" in page


NEVER = "It was never used."


def test_a_coupon_that_was_used_in_another_store_is_not_called_unused(as_role, honoured):
    """The manager sees the coupon of a member of theirs, and no receipt of another store."""
    here, there = sorted(store_ids())[:2]
    rows("UPDATE offers_coupon SET member_id = %s RETURNING id", member_ids()["C1"])
    rows("UPDATE members_member SET home_store_id = %s RETURNING id", store_ids()[there])
    office, manager = (
        as_role(role, store, language="en") for role, store in (("administrator", ""), ("store_manager", there))
    )

    def life(person) -> str:
        return person.post("/coupons/find", {"code": honoured}).content.decode()

    assert NEVER not in life(office)
    assert NEVER not in life(manager)
    assert "a receipt of another store" in life(manager)
    till = Till(store=here)
    (number,) = rows("SELECT i.number FROM offers_couponuse u JOIN receipts_identity i ON i.id = u.receipt_id")[0]
    till.record(till.back(replace(till.sale(4_00, number=number), programme=None), (1, 1000, 4_00)))
    assert "It was not used in your stores." in life(manager), "it came back there: nobody here can know"
    assert NEVER not in life(office)


def test_a_coupon_that_was_only_honoured_was_used_all_the_same(as_role, lasting_chain):
    """A basket of the server held it when an offline till took it: no use belongs to it, and it was taken."""
    coupons.make_kind(KindSeen("TWELFTH", "一元券", valid_days=30), by="test")
    batch = coupons.begin_batch("TWELFTH", "十二月", by="test", today=NOW.date(), count=1)
    coupons.issue_batch(batch.id, today=NOW.date())
    ((code, _, _),) = coupons.codes_of(batch.id)
    programmes.forget()
    office, till = as_role("administrator", language="en"), Till(store=min(store_ids()))
    assert NEVER in office.post("/coupons/find", {"code": code}).content.decode(), "the control"
    hold(till.caller, "basket-7", None, 0, coupons=[code], now=NOW)
    till.upload(replace(till.sale(4_00), programme=programmes.programme_now().version, coupons=(code,)))
    life = office.post("/coupons/find", {"code": code}).content.decode()
    assert "Honoured, although it could not be used" in life
    assert NEVER not in life


def test_a_coupons_life_says_who_holds_it_and_when_it_came_back(as_role, honoured):
    office = as_role("administrator", language="en")
    till = Till(store=min(store_ids()))
    (number,) = rows("SELECT i.number FROM offers_couponuse u JOIN receipts_identity i ON i.id = u.receipt_id")[0]
    sale = replace(till.sale(4_00, number=number), programme=None)
    till.record(till.back(sale, (1, 1000, 4_00)))
    life = office.post("/coupons/find", {"code": honoured}).content.decode()
    day = life.split("Given back</b> ")[1].split("<")[0]
    assert str(NOW.day) in day, day
    hold(till.caller, "basket-7", None, 0, coupons=[honoured], now=NOW)
    assert "/basket-7" in office.post("/coupons/find", {"code": honoured}).content.decode()
