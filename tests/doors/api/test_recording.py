"""A till records: the answers are as published, a replay is byte-equal, another body changes nothing, scopes hold."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from huitou.doors.api import answers
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.members.terms import NewMember
from huitou.usecases import people
from huitou.usecases.recording import placing
from huitou.usecases.recording.digests import as_spelled_digest_of
from tests.builders import books, rows, run
from tests.doors.api.bodies import RESPELLED, return_body, sale_body
from tests.doors.api.conftest import calling, refused, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang(chain) -> int:
    members.take_people([NewMember("C1", "王伟", timezone.localdate(), home_store=chain["east"])])
    return members.ids_of("card", ["C1"])["member_id"][0].as_py()


def code_of(member: int) -> dict[str, str]:
    return {"kind": "code", "value": members.dynamic_code(member, at=timezone.now())}


def test_a_sale_earns_and_its_replay_is_the_same_to_the_byte(call, wang):
    first = call("/receipts", sale_body())
    said = answers.Recorded.model_validate(told(first), strict=True, extra="forbid")
    assert (said.points_earned, said.balance, said.available) == (47, 47, 47), "because 47.80 has 47 whole yuan"
    before = books()
    again = call("/receipts", sale_body())
    assert (again.status_code, again.content) == (200, first.content)
    assert books() == before, "because a replay moves nothing"


def first_line(**changed: str) -> dict[str, object]:
    return {"lines": [{**sale_body()["lines"][0], **changed}, sale_body()["lines"][1]]}


BY_DIGEST = "member?, business_date?, hold?, quote?, coupons?, tenders?, lines.name?, lines.category?"


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"channel": "delivery"}, "channel"),
        ({"at": "2026-11-25T10:15:01+08:00"}, "at"),
        ({"member": None}, "member"),
        ({"member": {"kind": "card", "value": "C2"}}, BY_DIGEST),
        ({"points_used": 1}, "points_used"),
        ({"lines": sale_body()["lines"][:1]}, "lines.2"),
        (first_line(amount="35.01"), "lines.1.amount"),
        (
            first_line(sku="coffee", quantity="2.000", unit_price="35.51"),
            "lines.1.quantity, lines.1.sku, lines.1.unit_price",
        ),
        (first_line(name="茶"), BY_DIGEST),
        ({"business_date": "2026-11-25"}, BY_DIGEST),
    ],
)
def test_another_body_under_the_same_number_is_refused_and_changes_nothing(call, wang, changed, fields):
    told(call("/receipts", sale_body()))
    before = books()
    problem = refused(call("/receipts", sale_body(**changed)), 422, "receipt_differs")
    where = [one["where"] for one in problem["errors"]]
    assert where == fields.replace("?", "").split(", "), "the till's people see where to look"
    assert "_" not in problem["message"], "and the cashier hears words"
    assert books() == before


def test_a_product_sold_by_its_barcode_is_no_difference(call, wang):
    told(call("/receipts", sale_body()))
    tea = sale_body()["lines"][0]["sku"]
    code = "INSERT INTO catalogue_code (product_id, kind, code, pieces) SELECT id, 'barcode', '6901234567892', 1 "
    run(f"{code} FROM catalogue_product WHERE sku = '{tea}'", "SET CONSTRAINTS ALL DEFERRED")
    again = sale_body(number="2", **first_line(sku="6901234567892"))
    told(call("/receipts", again))
    problem = refused(call("/receipts", {**again, "channel": "delivery"}), 422, "receipt_differs")
    assert [one["where"] for one in problem["errors"]] == ["channel"], "the same goods, by whatever code they are named"


@pytest.mark.parametrize(("respelled", "because"), RESPELLED)
def test_the_same_contents_in_another_spelling_are_answered_from_what_was_told(call, wang, respelled, because):
    first = call("/receipts", sale_body())
    told(first)
    before = books()
    assert call("/receipts", sale_body(**respelled)).content == first.content, because
    problem = refused(call("/receipts", sale_body(**{**respelled, "channel": "delivery"})), 422, "receipt_differs")
    assert [one["where"] for one in problem["errors"]] == ["channel"], "and no field is named that says the same"
    assert books() == before


def test_a_receipt_whose_digest_was_reckoned_as_it_was_spelled_is_known_for_ever(call, wang, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(placing, "digest_of", as_spelled_digest_of)
        sale, back = call("/receipts", sale_body()), call("/returns", return_body())
    assert call("/receipts", sale_body()).content == sale.content
    assert call("/returns", return_body()).content == back.content
    refused(call("/receipts", sale_body(channel="delivery")), 422, "receipt_differs")


def test_another_return_under_the_same_number_is_refused_and_says_where(call, wang):
    told(call("/receipts", sale_body()))
    told(call("/returns", return_body()))
    before = books()
    half = [{**return_body()["lines"][0], "quantity": "0.500", "amount": "17.50"}]
    problem = refused(call("/returns", return_body(lines=half)), 422, "receipt_differs")
    assert [one["where"] for one in problem["errors"]] == ["lines.1.quantity", "lines.1.amount"]
    assert books() == before


def test_a_return_takes_back_what_its_sale_earned(call, wang):
    told(call("/receipts", sale_body()))
    back = call("/returns", return_body())
    said = answers.Returned.model_validate(told(back), strict=True, extra="forbid")
    assert (said.state, said.points_taken_back, said.balance) == ("applied", 34, 13), (
        "because 47 x 35.00 / 47.80 has 34 whole points"
    )
    assert call("/returns", return_body()).content == back.content


def test_a_return_before_its_sale_waits(call, wang):
    said = answers.Returned.model_validate(told(call("/returns", return_body())), strict=True, extra="forbid")
    assert said.state == "parked"
    told(call("/receipts", sale_body()))
    assert loyalty.balance_of(wang) == 13, "because the return is applied when its sale comes"


def test_what_no_return_can_be_is_refused_and_changes_nothing(call, wang):
    told(call("/receipts", sale_body()))
    told(call("/returns", return_body()))
    before = books()
    refused(call("/returns", return_body(number="R0002")), 422, "returned_more_than_sold")
    of_return = {"store": "east", "till": "1", "business_date": "2026-11-26", "number": "R0001"}
    refused(call("/returns", return_body(number="R0003", sale=of_return)), 422, "return_of_return")
    line = {"line": 1, "sale_line": 9, "quantity": "1.000", "amount": "1.00"}
    refused(call("/returns", return_body(number="R0004", lines=[line])), 422, "sale_line_unknown")
    assert books() == before


def test_points_are_held_and_spent_with_the_members_code_alone(call, wang):
    told(call("/receipts", sale_body()))
    card = {"kind": "card", "value": "C1"}
    refused(call("/baskets/b-1/hold", {"member": card, "points": 10}, "PUT"), 422, "spending_needs_code")
    refused(call("/baskets/b-1/hold", {"member": code_of(wang), "points": 48}, "PUT"), 422, "not_enough_points")
    held = told(call("/baskets/b-1/hold", {"member": code_of(wang), "points": 40}, "PUT"))
    said = answers.Held.model_validate(held, strict=True, extra="forbid")
    assert (said.state, said.points, said.balance, said.available) == ("open", 40, 47, 7)
    free = told(call("/baskets/b-1/hold", method="DELETE"))
    assert (free["state"], free["available"]) == ("released", 47)
    assert told(call("/baskets/b-1/hold", method="DELETE")) == free, "because asked again it is the same answer"
    nothing = told(call("/baskets/b-2/hold", method="DELETE"))
    assert (nothing["state"], nothing["ends_at"]) == ("released", None), "what holds nothing is free already"


def test_a_receipt_of_nobody_is_claimed_once(call, wang):
    sale = told(call("/receipts", sale_body(member=None)))
    assert sale["member"] is None
    claim = {"claim_code": sale["claim_code"], "member": {"kind": "card", "value": "C1"}}
    said = answers.Claimed.model_validate(told(call("/receipts/claim", claim)), strict=True, extra="forbid")
    assert (said.points_earned, said.balance) == (47, 47)
    again = told(call("/receipts/claim", claim))
    assert again == said.model_dump(), "whoever lost the answer hears it again"
    told(call("/members", {"store": "east", "card": "C9"}))
    other = {**claim, "member": {"kind": "card", "value": "C9"}}
    refused(call("/receipts/claim", other), 409, "receipt_claimed")
    # The last letter carries four bits of five, so no code ends in B.
    for wrong in (sale["claim_code"][:-1] + "B", "1-A", "x"):
        refused(call("/receipts/claim", {**claim, "claim_code": wrong}), 404, "claim_code_unknown")


def test_a_batch_answers_line_by_line_and_refuses_no_sale_that_happened(call, wang):
    other = sale_body(till="2")
    lines: list[object] = [
        {"kind": "sale", **sale_body()},
        {"kind": "sale", **sale_body()},
        {"kind": "sale", **sale_body(points_used=9)},
        {"kind": "return", **return_body()},
        {"kind": "gift", **sale_body()},
        {"kind": "sale", **other, "store": "north"},
        {"kind": "sale", **other, "lines": []},
        {"kind": "sale", **other, "points_used": 100},
    ]
    body = (
        b"\n".join(json.dumps(line).encode() for line in lines) + b'\n\n{"kind": "sale", "kind": "return"}\n{"a":\nnull'
    )
    response = call("/receipts/batch", body)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/x-ndjson"
    found = [json.loads(line) for line in b"".join(response).splitlines()]
    assert [(line["line"], line["status"], line.get("code")) for line in found] == [
        (1, "recorded", None),
        (2, "replayed", None),
        (3, "quarantined", found[2].get("code")),
        (4, "recorded", None),
        (5, "refused", "body_unfit"),
        (6, "refused", "store_unknown"),
        (7, "refused", "body_unfit"),
        (8, "recorded", None),
        (10, "refused", "json_unreadable"),
        (11, "refused", "json_unreadable"),
        (12, "refused", "body_unfit"),
    ]
    assert found[7]["points_honoured"] == 87, "because 13 were left after the return, and the sale happened"
    assert set(found[4]["translations"]) == {"zh-hans", "en"}
    assert rows("SELECT kind, count(*) FROM receipts_conflict GROUP BY 1 ORDER BY 1") == [
        ("number_used_twice", 1),
        ("points_honoured", 1),
        ("points_unproven", 1),
    ]


def test_a_key_of_one_store_records_for_that_store_alone(wang):
    call = calling(people.add_key("east", store_codes=["east"], calls=[], actor="test"))
    told(call("/receipts", sale_body()))
    before = books()
    for path, kind, body in (
        ("/receipts", "sale", sale_body(store="west")),
        ("/returns", "return", return_body(store="west")),
    ):
        refused(call(path, body), 404, "store_not_of_key")
        answer = b"".join(call("/receipts/batch", json.dumps({"kind": kind, **body}).encode()))
        assert json.loads(answer)["code"] == "store_not_of_key", "because a batch is no way around"
    assert books() == before
