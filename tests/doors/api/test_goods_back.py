"""A customer brings something back: the sale is found, the return is told before it happens, tenders are kept."""

from __future__ import annotations

import pytest

from huitou.doors.api import answers
from huitou.usecases import people
from tests.builders import books, rows
from tests.doors.api.bodies import return_body, sale_body
from tests.doors.api.conftest import calling, refused, told

pytestmark = pytest.mark.django_db

NAME = "HUITOU/east/1/2026-11-25/0007"
SALE = return_body()["sale"]
PAID = [{"kind": "cash", "amount": "40.00"}, {"kind": "wechat", "amount": "7.80"}]


def asked(*lines: tuple[int, str], **changed):
    numbered = [
        {"line": at, "sale_line": place, "quantity": quantity} for at, (place, quantity) in enumerate(lines, start=1)
    ]
    return {"store": "east", "till": "1", "sale": SALE, "lines": numbered, **changed}


def _books():
    return {table: found for table, found in books().items() if not table.startswith("access_")}


def test_a_receipt_is_found_by_its_code_and_by_its_number(call):
    told(call("/receipts", sale_body(tenders=PAID)))
    (found,) = told(call("/receipts/find", {"query": NAME}))["sales"]
    said = answers.SoldBefore.model_validate(found, strict=True, extra="forbid")
    assert [(line.sku, line.quantity, line.amount, line.returned) for line in said.lines] == [
        ("tea", "1.000", "35.00", "0.000"),
        ("apples", "1.352", "12.80", "0.000"),
    ]
    assert [(one.kind, one.amount, one.refunded) for one in said.tenders] == [
        ("cash", "40.00", "0.00"),
        ("wechat", "7.80", "0.00"),
    ]
    assert said.member is not None
    assert told(call("/receipts/find", {"query": "0007"}))["sales"] == [found]


@pytest.mark.parametrize("query", ["0008", "HUITOU/east/1/2026-11-25/0008", "HUITOU/nowhere/1/2026-11-25/0007",
                                   "HUITOU/east/1/2026-99-99/0007", "%' OR 1=1 --"])  # fmt: skip
def test_what_nobody_knows_is_no_fault(call, query):
    told(call("/receipts", sale_body()))
    assert told(call("/receipts/find", {"query": query}))["sales"] == []


def test_another_stores_sale_is_found_by_its_whole_name_alone(call):
    told(call("/receipts", sale_body()))
    west = calling(people.add_key("west", store_codes=["west"], calls=[], actor="test"))
    assert told(west("/receipts/find", {"query": "0007"}))["sales"] == [], "a number is guessed easily"
    assert len(told(west("/receipts/find", {"query": NAME}))["sales"]) == 1, "who holds the receipt may bring it back"


def test_a_quote_says_what_the_return_will_say_and_writes_nothing(call):
    told(call("/receipts", sale_body(tenders=PAID)))
    before = _books()
    quote = told(call("/returns/quote", asked((1, "1.000"))))
    answers.ReturnQuoted.model_validate(quote, strict=True, extra="forbid")
    assert _books() == before
    assert quote["total"] == "35.00"
    assert quote["tenders"] == [{"kind": "wechat", "amount": "7.80"}, {"kind": "cash", "amount": "27.20"}]
    recorded = told(call("/returns", return_body(lines=quote["lines"], tenders=quote["tenders"])))
    assert [recorded[name] for name in ("points_taken_back", "points_restored", "debt")] == [
        quote[name] for name in ("points_taken_back", "points_restored", "debt")
    ]
    (found,) = told(call("/receipts/find", {"query": NAME}))["sales"]
    assert found["lines"][0]["returned"] == "1.000"
    assert [(one["kind"], one["refunded"]) for one in found["tenders"]] == [("cash", "27.20"), ("wechat", "7.80")]
    assert told(call("/returns/quote", asked((2, "1.352"))))["tenders"] == [{"kind": "cash", "amount": "12.80"}]


@pytest.mark.parametrize(
    ("body", "status", "code", "because"),
    [
        (asked((1, "2.000")), 422, "returned_more_than_sold", "one was bought"),
        (asked((1, "1.000"), (1, "1.000")), 422, "returned_more_than_sold", "also in two lines"),
        (asked((9, "1.000")), 422, "sale_line_unknown", "there is no ninth line"),
        (asked((1, "1.000"), sale={**SALE, "number": "no"}), 404, "receipt_unknown", "no such sale has come"),
        (asked((1, "1.000"), sale={**SALE, "number": "R0001"}), 422, "return_of_return", "that is a return"),
        (asked((1, "1.000"), sale={**SALE, "store": "no"}), 422, "store_unknown", "no such store"),
    ],
)
def test_a_quote_refuses_what_the_return_would(call, body, status, code, because):
    told(call("/receipts", sale_body()))
    told(call("/returns", return_body(business_date="2026-11-25", lines=[
        {"line": 1, "sale_line": 2, "quantity": "0.100", "amount": "0.00"}])))  # fmt: skip
    before = _books()
    refused(call("/returns/quote", body), status, code)
    assert _books() == before, because


@pytest.mark.parametrize(
    "tenders",
    [
        [{"kind": "cash", "amount": "47.79"}],
        [{"kind": "cash", "amount": "47.80"}, {"kind": "card", "amount": "0.00"}],
        [{"kind": "gold", "amount": "47.80"}],
    ],
)
def test_tenders_that_do_not_pay_the_lines_are_refused(call, tenders):
    before = _books()
    refused(call("/receipts", sale_body(tenders=tenders)), 422, "body_unfit")
    assert _books() == before


def test_the_same_sale_paid_otherwise_is_another_sale(call):
    first = call("/receipts", sale_body(tenders=PAID))
    told(first)
    assert call("/receipts", sale_body(tenders=PAID)).content == first.content
    told_of = refused(
        call("/receipts", sale_body(tenders=[{"kind": "card", "amount": "47.80"}])), 422, "receipt_differs"
    )
    assert "tenders" in [one["where"] for one in told_of["errors"]]
    assert rows("SELECT kind, amount_fen FROM receipts_tender ORDER BY place") == [("cash", 4000), ("wechat", 780)]


# 21, five digits of the PLU, five of grams; 22, five of the PLU, five of fen; each with its check digit.
LABELS = "21IIIIIWWWWWC 22IIIIIPPPPPC"
WEIGHED, DEAR = "2100042013520", "2200042018669"


@pytest.mark.parametrize(
    ("label", "amount", "because"),
    [
        (WEIGHED, "18.66", "1.352 kg at 13.80, by the weight on the label"),
        (DEAR, "18.66", "what the label says it costs stands"),
    ],
)
def test_the_label_of_a_scale_is_priced_and_sold(call, settings, label, amount, because):
    settings.SCALE_CODES = LABELS
    rows(
        "INSERT INTO catalogue_product (sku, name, weighed, price_fen) VALUES ('101', 'apples', true, 1380) RETURNING 1"
    )
    rows(
        "INSERT INTO catalogue_code (product_id, kind, code) SELECT id, 'plu', '42' FROM catalogue_product RETURNING 1"
    )
    listed = told(call("/goods", method="GET"))
    answers.PriceList.model_validate(listed, strict=True, extra="forbid")
    assert listed["scale_codes"] == LABELS.split()
    assert listed["goods"][0]["codes"] == [{"code": "42", "pieces": 1}]
    quoted = told(call("/baskets/price", {"store": "east", "till": "1", "lines": [{"line": 1, "sku": label}]}))
    assert quoted["total"] == amount, because
    bare = {"store": "east", "till": "1", "lines": [{"line": 1, "sku": "42"}]}
    asked = refused(call("/baskets/price", bare), 422, "weight_missing")
    assert "42" in asked["message"], "by its PLU nobody says what it weighs"
    line = {"line": 1, "sku": label, "quantity": "1.352", "amount": amount}
    told(call("/receipts", sale_body(lines=[line])))
    assert rows("SELECT p.sku FROM receipts_line l JOIN catalogue_product p ON p.id = l.product_id") == [("101",)]
