"""A quote is sent back with its sale, signed: just that sale is settled as it was quoted, and not priced again."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.builders import rows
from tests.usecases.quoted import codes, issue, paid, quote, switch_on, till_of_store
from tests.usecases.tills import Till, card

from huitou.offers.service import coupons, programmes
from huitou.offers.service import till as at_till
from huitou.offers.terms.coupons import KindSeen
from huitou.usecases.audit import audit
from huitou.usecases.till_terms import Sale

pytestmark = pytest.mark.django_db

EIGHT_OFF = {"id": "mj", "get": {"kind": "threshold", "steps": [{"least_amount": "88.00", "amount": "8.00"}]},
             "funding": [{"payer": "meng", "percent": "60"}, {"payer": "us", "percent": "40"}]}  # fmt: skip
TENTH = {"id": "tenth", "stage": "price", "get": {"kind": "percent_off", "percent": "10", "goods": {"skus": ["sku-1"]}}}
TWO_OFF = {"id": "two", "valid": {"coupon": "TWO"}, "get": {"kind": "amount_off", "amount": "2.00", "per": "lot"}}
DOUBLE = {"id": "double", "get": {"kind": "points_bonus", "multiply": "200"}}
NEXT = {"id": "next", "get": {"kind": "next_coupon", "coupon": "NEXT"},
        "buy": [{"goods": {"skus": ["sku-2"]}, "least_amount": "20.00"}]}  # fmt: skip
SETTLED = (
    "SELECT programme_id, reckoned_fen, claimed_fen, takings, applied, given FROM offers_settled ORDER BY receipt_id"
)


@pytest.fixture
def till(db: None, monkeypatch: pytest.MonkeyPatch) -> Till:
    till = till_of_store(monkeypatch, "C1", "C2")
    coupons.make_kind(KindSeen("TWO", "two off"), by="ann")
    coupons.make_kind(KindSeen("NEXT", "next time", valid_days=14), by="ann")
    issue("TWO", count=60)
    for document in (EIGHT_OFF, TENTH, TWO_OFF, DOUBLE, NEXT):
        switch_on(document)
    return till


@pytest.fixture
def priced_again(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """One entry for each sale that is priced."""
    seen: list[Any] = []
    price = at_till.price_as_quoted

    def noted(*asked: Any) -> Any:
        seen.append(asked)
        return price(*asked)

    monkeypatch.setattr(at_till, "price_as_quoted", noted)
    return seen


def quoted_sale(till: Till, *amounts: int, coupon: str, **more: Any) -> Sale:
    """A sale that sends the proof of its quote back."""
    quoted = quote(till, *amounts, member=card("C1"), coupons=[coupon])
    return replace(paid(till, quoted, member=card("C1"), coupons=[coupon], **more), proof=quoted.told["proof"])


def test_it_is_settled_as_it_was_quoted_and_not_priced_again(till: Till, priced_again: list[Any]) -> None:
    first, second = codes("TWO")[:2]
    told = till.record(quoted_sale(till, 50_00, 30_00, 20_00, coupon=first))
    assert priced_again == []
    plain = replace(quoted_sale(till, 50_00, 30_00, 20_00, coupon=second), proof="")
    again = till.record(plain)
    assert len(priced_again) == 1, "without its proof it is"
    assert (told["difference"], told["points_earned"]) == ("0.00", again["points_earned"])
    one, other = (tuple(str(value).replace(coupon.replace("-", ""), "COUPON") for value in row)
                  for coupon, row in zip((first, second), rows(SETTLED), strict=True))  # fmt: skip
    assert one == other, "the books say the same of both"
    assert [check.name for check in audit() if not check.holds] == []


def test_random_sales_are_settled_as_if_they_were_priced_again(till: Till, priced_again: list[Any]) -> None:
    chance = random.Random(7)
    free = iter(codes("TWO"))
    for _ in range(20):
        amounts = [chance.randrange(1, 90_00) for _ in range(chance.randrange(1, 9))]
        coupon = next(free)
        told = till.record(quoted_sale(till, *amounts, coupon=coupon))
        again = till.record(replace(quoted_sale(till, *amounts, coupon=(other := next(free))), proof=""))
        assert (told["difference"], told.get("benefits")) == (again["difference"], again.get("benefits")), amounts
        one, two = rows(SETTLED)[-2:]
        assert str(one).replace(coupon, "") == str(two).replace(other, ""), amounts
    assert len(priced_again) == 20


@pytest.mark.parametrize(("otherwise", "because"), [
    (lambda sale: replace(sale, quoted_at=sale.quoted_at + timedelta(seconds=1)), "quoted at another moment"),
    (lambda sale: replace(sale, quoted_at=None), "quoted at no moment"),
    (lambda sale: replace(sale, channel="app"), "sold on another channel"),
    (lambda sale: replace(sale, member=card("C2")), "somebody else's"),
    (lambda sale: replace(sale, member=None), "nobody's"),
    (lambda sale: replace(sale, coupons=()), "without the coupon"),
    (lambda sale: replace(sale, coupons=(*sale.coupons, codes("TWO")[1])), "with a coupon more"),
    (lambda sale: replace(sale, lines=sale.lines[1:]), "a line less"),
    (lambda sale: replace(sale, lines=(sale.lines[0]._replace(sku="sku-8"), *sale.lines[1:])), "other goods"),
    (lambda sale: replace(sale, lines=(sale.lines[0]._replace(quantity_milli=2000), *sale.lines[1:])), "more of it"),
    (lambda sale: replace(sale, lines=(sale.lines[0]._replace(discount_fen=0), *sale.lines[1:])), "another price"),
    (lambda sale: replace(sale, proof=sale.proof[:-4] + "AAAA"), "another answer"),
    (lambda sale: replace(sale, proof="A" + sale.proof[1:]), "another signature"),
    (lambda sale: replace(sale, proof=sale.proof[:20]), "a part of the proof"),
    (lambda sale: replace(sale, proof="A"), "no proof at all"),
])  # fmt: skip
def test_what_was_not_quoted_just_so_is_priced_again(
    till: Till, priced_again: list[Any], otherwise: Any, because: str
) -> None:
    sale = quoted_sale(till, 50_00, 30_00, 20_00, coupon=codes("TWO")[0])
    assert otherwise(sale) != sale
    till.record(otherwise(sale))
    assert priced_again, because


def test_a_proof_is_of_its_own_programme(till: Till, priced_again: list[Any]) -> None:
    sale = quoted_sale(till, 50_00, 30_00, coupon=codes("TWO")[0])
    switch_on({"id": "more", "get": {"kind": "percent_off", "percent": "50"}})
    till.record(sale)
    assert priced_again == [], "the programme that was quoted settles it, whatever stands since"
    later = quote(till, 50_00, 30_00)
    assert later.told["programme"] != sale.programme
    till.record(replace(paid(till, later), programme=sale.programme, proof=later.told["proof"]))
    assert len(priced_again) == 1, "it names another programme than its proof"


def test_a_till_that_asks_another_price_is_told_the_difference(till: Till, priced_again: list[Any]) -> None:
    sale = quoted_sale(till, 50_00, 30_00, 20_00, coupon=codes("TWO")[0])
    first = sale.lines[0]
    dearer = first._replace(amount_fen=first.amount_fen + 1_00, discount_fen=first.discount_fen - 1_00)
    told = till.record(replace(sale, lines=(dearer, *sale.lines[1:])))
    assert (told["difference"], priced_again) == ("1.00", []), "the goods cost as much before, so it is their quote"


def test_the_proof_is_no_part_of_what_the_sale_is(till: Till) -> None:
    sale = quoted_sale(till, 50_00, 30_00, coupon=codes("TWO")[0])
    told = till.record(sale)
    assert till.record(replace(sale, proof="")) == told, "the same sale, sent again by a till that has lost it"


def test_a_kind_of_coupon_that_this_process_has_not_read_is_looked_for(
    till: Till, priced_again: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process quoted it, and has read the kinds since this one did."""
    sale = quoted_sale(till, 50_00, 30_00, coupon=codes("TWO")[0])
    now = programmes.programme_now()
    unread = replace(now, kinds={kind: read for kind, read in now.kinds.items() if kind != "NEXT"})
    monkeypatch.setattr(programmes, "programme_at", lambda _: unread)
    till.record(sale)
    assert priced_again
