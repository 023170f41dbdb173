"""A draft on receipts that were: what it would have cost, and what gave way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from huitou.offers.rules.deadline import ENDLESS
from huitou.offers.rules.rehearsal import Rehearsal, rehearse
from huitou.offers.service import read_offers, read_request
from huitou.offers.terms import Offer
from huitou.offers.terms.kept import UNLIMITED, OfferTerms
from huitou.offers.terms.rehearsed import PastReceipt, Rehearsed

FIRST = datetime.fromisoformat("2026-11-02T10:00:00")


def offer(get: dict[str, Any], id_: str = "draft", **more: Any) -> Offer:
    return read_offers([{"id": id_, "get": get, **more}])[0]


LADDER = {"kind": "threshold", "steps": [{"least_amount": "88.00", "amount": "30.00"}]}


def receipts(*prices: str, member: str = "m1") -> list[PastReceipt]:
    found = []
    for number, price in enumerate(prices):
        request, _ = read_request(
            {
                "at": (FIRST + timedelta(hours=number)).isoformat(),
                "basket": [{"sku": "rice", "price": price, "category": "粮油"}],
                "member": {"id": member},
            }
        )
        found.append(PastReceipt(number, f"{number}", request))
    return found


def walk(
    draft: Offer, *past: PastReceipt, others: tuple[Offer, ...] = (), terms: OfferTerms = UNLIMITED, **more: Any
) -> Rehearsed:
    rehearsal = Rehearsal(draft, others, lambda: ENDLESS, terms=terms, **more)
    for receipt in past:
        rehearsal.add(receipt)
    return rehearsal.result()


def test_what_it_costs_and_who_was_near():
    came = walk(offer(LADDER), *receipts("100.00", "80.00", "20.00", "88.00"))
    assert (came.receipts, came.touched, came.used, came.cost, came.near) == (4, 4, 2, 6000, 1)
    assert came.sales == 18800, "of those that used it"
    assert came.low < came.cost < came.high
    assert came.reasons == (("too_little", 2),)
    assert {(one.before, one.after, one.reason, one.missing) for one in came.walked} == {
        (10000, 7000, "", 0),
        (8000, 8000, "too_little", 800),
        (8800, 5800, "", 0),
    }


def test_what_gives_way_is_taken_off_the_cost():
    other = offer({"kind": "percent_off", "percent": "20"}, "20 %", stage="item")
    draft = offer({"kind": "percent_off", "percent": "30"})
    came = walk(draft, *receipts("100.00"), others=(other,))
    assert (came.off, came.cost) == (3000, 1000), "the customer had 20% off before"
    assert came.displaced == (("20 %", 2000),)


def test_receipts_without_its_goods_cost_nothing():
    draft = offer({"kind": "percent_off", "percent": "30", "goods": {"categories": ["生鲜"]}})
    came = walk(draft, *receipts("100.00"))
    assert (came.receipts, came.touched, came.used, came.cost, came.low, came.high) == (1, 0, 0, 0, 0, 0)


def test_limits_are_used_up_in_the_order_of_time():
    past = receipts("100.00", "100.00", "100.00")
    assert walk(offer(LADDER), *past, terms=OfferTerms(uses=2)).used == 2
    assert walk(offer(LADDER), *past, terms=OfferTerms(budget_fen=30_00)).used == 1
    daily = OfferTerms(per_member_day=1)
    assert walk(offer(LADDER), *past, terms=daily).used == 1, "one member on one day"
    others = [*past, *receipts("100.00", member="m2")]
    assert walk(offer(LADDER), *others, terms=daily).used == 2
    assert walk(offer(LADDER), *past, terms=OfferTerms(per_store_day=2)).used == 2


def test_whoever_could_hold_its_coupon_holds_one():
    came = walk(offer(LADDER, valid={"coupon": "home"}), *receipts("100.00"))
    assert (came.used, came.cost) == (1, 3000)


def test_benefits_are_counted_and_cost_no_money():
    came = walk(offer({"kind": "gift", "gifts": [{"sku": "bag", "pieces": 2}]}), *receipts("10.00", "20.00"))
    assert (came.used, came.cost, came.gifts) == (2, 0, 4)
    assert [one.given for one in came.walked] == [{"gifts": 2}] * 2


def test_points_count_in_a_budget_as_what_they_are_worth():
    """And as at the till they are given whole or not at all: the last fen of the budget buy nobody half of them."""
    draft, past = offer({"kind": "points_bonus", "add": 100}), receipts(*["100.00"] * 4)
    came = walk(draft, *past, terms=OfferTerms(budget_fen=2_50), worth_of=lambda points: points)
    assert (came.used, came.points, came.reasons) == (2, 200, (("budget_spent", 2),))
    assert walk(draft, *past, terms=OfferTerms(budget_fen=2_50)).used == 4, "where points do not pay, they cost nothing"


def test_who_pays_sums_to_the_cost():
    funding = [{"payer": "伊利", "percent": "33.33"}, {"payer": "本店", "percent": "66.67"}]
    came = walk(offer(LADDER, funding=funding), *receipts("100.00"))
    assert sum(one.amount for one in came.funding) == came.cost


def test_amounts_stand_beside_the_threshold():
    came = walk(offer(LADDER), *receipts("1.00", "87.00", "500.00"))
    assert came.step == 550, "the ladder's 88.00 lies in the middle"
    assert (came.amounts[0], came.amounts[15], came.amounts[-1], sum(came.amounts)) == (1, 1, 1, 3)


def test_a_price_with_the_draft_is_never_dearer():
    """The control for the whole: what is cheaper without the draft would be no best combination."""
    draft = offer({"kind": "fixed_price", "price": "90.00"}, stage="price")
    came = rehearse(draft, [offer(LADDER, "ladder")], receipts("100.00", "120.00"), lambda: ENDLESS)
    assert all(one.after <= one.before for one in came.walked)
