"""Points as a tender over the line: what a quote says, what a body may say, and each refusal by its code."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from huitou.loyalty.terms import PointsAsMoney
from huitou.members import service as members
from huitou.usecases.points_rate import set_rate
from tests.builders import rows
from tests.doors.api.bodies import sale_body
from tests.doors.api.conftest import refused, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(chain, call) -> dict[str, str]:
    """What the phone of a member with 478 points shows; 100 of them are worth 1.00."""
    set_rate(PointsAsMoney(100, 100, 100, 100, 50), now=now(), actor="test")
    line = {**sale_body()["lines"][0], "unit_price": None, "discount": "0.00", "amount": "478.00"}
    told(call("/receipts", sale_body(number="0001", lines=[line])))
    ((member,),) = rows("SELECT member_id FROM members_identity WHERE value = 'C1'")
    return {"kind": "code", "value": members.dynamic_code(member, at=now())}


def paying(code: dict[str, str], points: int, amount: str, rest: str, **more) -> dict:
    ways = [{"kind": "points", "amount": amount}, {"kind": "wechat", "amount": rest}]
    return sale_body(member=code, points_used=points, tenders=ways, **more)


def test_a_quote_says_what_points_may_pay_and_a_sale_is_paid_so(call, code):
    lines = [{"line": 1, "sku": "tea", "quantity": "1.000", "amount": "47.80"}]
    asked = {"store": "east", "till": "1", "member": {"kind": "card", "value": "C1"}, "lines": lines}
    payment = told(call("/baskets/price", asked))["points_payment"]
    assert (payment["most_points"], payment["most_amount"]) == (400, "4.00")
    answer = told(call("/receipts", paying(code, 400, "4.00", "43.80")))
    assert (answer["points_used"], answer["points_earned"], answer["balance"]) == (400, 47, 125)
    (found,) = told(call("/receipts/find", {"query": "0007"}))["sales"]
    assert found["tenders"][0] == {"kind": "points", "amount": "4.00", "refunded": "0.00"}


@pytest.mark.parametrize(
    ("points", "amount", "rest", "refusal", "because"),
    [
        (150, "1.50", "46.30", "points_out_of_step", "between two steps"),
        (300, "4.00", "43.80", "points_worth_differs", "300 points are worth 3.00"),
        (2400, "24.00", "23.80", "points_beyond_share", "more than half of 47.80"),
        (500, "5.00", "42.80", "not_enough_points", "the member has 478"),
        (0, "4.00", "43.80", "body_unfit", "points that nobody counts"),
    ],
)
def test_each_misfit_has_its_code_and_moves_nothing(call, code, points, amount, rest, refusal, because):
    refused(call("/receipts", paying(code, points, amount, rest)), 422, refusal)
    assert rows("SELECT balance FROM loyalty_account WHERE role = 'member'") == [(478,)], because
    assert rows("SELECT count(*) FROM receipts_receipt") == [(1,)]


def test_a_return_says_how_it_paid_back(call, code):
    told(call("/receipts", paying(code, 400, "4.00", "43.80")))
    back = {
        "store": "east", "till": "1", "number": "R1", "at": "2026-11-26T09:00:00+08:00",
        "sale": {"store": "east", "till": "1", "business_date": "2026-11-25", "number": "0007"},
        "lines": [{"line": 1, "sale_line": 1, "quantity": "1.000", "amount": "35.00"}],
    }  # fmt: skip
    refused(call("/returns", back), 422, "paid_back_otherwise")
    line = {"line": 1, "sale_line": 1, "quantity": "1.000"}
    ways = told(
        call("/returns/quote", {**{field: back[field] for field in ("store", "till", "sale")}, "lines": [line]})
    )
    assert ways["tenders"] == [{"kind": "points", "amount": "2.93"}, {"kind": "wechat", "amount": "32.07"}]
    assert told(call("/returns", {**back, "tenders": ways["tenders"]}))["points_restored"] == ways["points_restored"]
