"""A coupon that may not be used: each reason has its code and its sentence in both languages, and nothing moves."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.timezone import localdate, now

from huitou.members import service as members
from huitou.members.terms import NewMember
from huitou.offers.terms.coupons import KindSeen
from huitou.usecases import coupons
from tests.builders import member_ids, rows
from tests.doors.api.bodies import sale_body
from tests.doors.api.conftest import refused, told

pytestmark = pytest.mark.django_db

LONG_AGO = date(2026, 1, 1)


@pytest.fixture
def shop(chain) -> dict[str, str]:
    """A coupon of each kind, by what is the matter with it; two members."""
    members.take_people([NewMember(one, one, LONG_AGO) for one in ("C1", "C2")])
    kinds = {
        "good": KindSeen("GOOD", "for whoever bears it"),
        "void": KindSeen("VOID", "made worthless"),
        "ended": KindSeen("ENDED", "good in spring", valid_until=date(2026, 3, 31)),
        "not_yet": KindSeen("LATER", "good in later years", valid_from=date(2099, 1, 1)),
        "west": KindSeen("WEST", "good in the west", store_ids=(chain["west"],)),
        "theirs": KindSeen("THEIRS", "somebody's own", personal=True),
        "given_away": KindSeen("GIFT", "somebody's, to give away", personal=True, transferable=True),
    }
    for kind in kinds.values():
        coupons.make_kind(kind, actor="ann")
        whose = {"members": [member_ids()["C2"]]} if kind.personal else {"count": 1}
        batch = coupons.begin_batch(kind.code, kind.code, actor="ann", today=LONG_AGO, **whose)
        coupons.issue_batch(batch.id, today=LONG_AGO)
    found = dict(rows(
        "SELECT k.code, c.code FROM offers_coupon c JOIN offers_couponbatch b ON b.id = c.batch_id "
        "JOIN offers_couponkind k ON k.id = b.kind_id"
    ))  # fmt: skip
    coupons.void_coupon(found["VOID"], actor="ann", today=localdate())
    return {name: found[kind.code] for name, kind in kinds.items()} | {"nobodys": "7KQ2M4XD9TVBB"}


def code_of(card: str) -> dict[str, str]:
    return {"kind": "code", "value": members.dynamic_code(member_ids()[card], at=now())}


@pytest.mark.parametrize(
    ("which", "refusal", "english", "chinese"),
    [
        ("nobodys", "coupon_unknown", "There is no coupon", "没有"),
        ("void", "coupon_void", "worthless", "作废"),
        ("ended", "coupon_ended", "2026-03-31", "2026-03-31"),
        ("not_yet", "coupon_not_yet", "2099-01-01", "2099-01-01"),
        ("west", "coupon_wrong_store", "store", "本店"),
        ("theirs", "coupon_of_another", "another", "另一位会员"),
    ],
)
def test_each_reason_has_its_code_and_both_sentences(call, shop, which, refusal, english, chinese):
    before = rows("SELECT code, state FROM offers_coupon ORDER BY id")
    answer = call("/receipts", sale_body(member=code_of("C1"), coupons=[shop[which]]))
    refused(answer, answer.status_code, refusal)
    said = answer.json()["translations"]
    assert english in said["en"]["message"]
    assert chinese in said["zh-hans"]["message"]
    assert all(said[language]["next_step"] for language in said)
    assert rows("SELECT code, state FROM offers_coupon ORDER BY id") == before
    assert rows("SELECT count(*) FROM receipts_receipt") == [(0,)]
    quoted = told(call("/baskets/price", {
        "store": "east", "till": "1", "member": {"kind": "card", "value": "C1"}, "coupons": [shop[which]],
        "lines": [{"line": 1, "sku": "tea", "quantity": "1.000", "amount": "35.00"}],
    }))  # fmt: skip
    assert [one["code"] for one in quoted["coupons_refused"]] == [refusal], "a quote says the same, and refuses nothing"


def test_one_that_was_used_and_one_that_another_basket_holds(call, shop):
    held = {"coupons": [shop["good"]], "store": "east", "till": "1"}
    told(call("/baskets/one/hold", held, method="PUT"))
    refused(call("/baskets/two/hold", held, method="PUT"), 409, "coupon_held")
    refused(call("/receipts", sale_body(coupons=[shop["good"]])), 409, "coupon_held")
    told(call("/receipts", sale_body(coupons=[shop["good"]], hold="one")))
    refused(call("/receipts", sale_body(number="0008", coupons=[shop["good"]])), 409, "coupon_used")


def test_one_that_may_be_given_away_is_good_in_anybodys_hand(call, shop):
    answer = told(call("/receipts", sale_body(coupons=[shop["given_away"]])))
    assert len(answer["coupons_used"]) == 1


def test_one_that_saves_nothing_is_named_as_people_call_it(call, shop):
    quoted = told(call("/baskets/price", {
        "store": "east", "till": "1", "coupons": [shop["good"]],
        "lines": [{"line": 1, "sku": "tea", "quantity": "1.000", "amount": "35.00"}],
    }))  # fmt: skip
    assert [(one["title"], one["used"]) for one in quoted["coupons"]] == [("for whoever bears it", False)]
