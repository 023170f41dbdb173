"""What users of other systems complained of, each as a test that names the complaint."""

from __future__ import annotations

import pytest
from tests.facts.baskets import applied, coupon, full_88_less_30, line, of, offer, priced


def percent(name: str, value: str, stage: str = "item", **at):
    return offer(name, "percent_off", percent=value, at={"stage": stage, **at})


def taxed(sku: str, price: str, quantity: int = 1):
    return line(sku, price, quantity, tax=[{"percent": "15", "included": False}])


def test_a_full_discount_leaves_0_01():
    basket = [taxed("A", price) for price in ("5.60", "8.92", "44.91", "217.26", "2400.00")]
    answer = priced(basket, percent("all", "100", "order"))
    assert (answer["total"], answer["net"], answer["taxes"][0]["tax"]) == ("0.00", "0.00", "0.00"), (
        "100 % of what is paid, with the tax on top, and not of the net and of the tax apart"
    )


def test_the_till_says_78_00_and_the_server_78_01():
    basket = [line("a", "49.00"), line("b", "49.00")]
    answers = [priced(one, percent("p", "20.4")) for one in (basket, basket[::-1])]
    assert {answer["total"] for answer in answers} == {"78.00"}, "one engine, one rounding, whoever asks"


def test_a_percentage_is_taken_of_the_list_price_on_top_of_a_promotion():
    sale = offer("sale", "fixed_price", price="60.00", at={"stage": "price"})
    assert priced([line("a", "100.00")], sale, percent("ten", "10"))["total"] == "54.00", "of 60.00, not of 100.00"


def test_the_cheapest_of_the_basket_is_taken_instead_of_the_cheapest_that_may_be():
    free = offer("3 for 2", "cheapest_free", group=3, goods=of("wine"))
    answer = priced([line("wine", "30.00", 3), line("bag", "0.50")], free)
    assert answer["total"] == "60.50", "a bottle, and not the bag"


def test_units_serve_two_deals():
    first = offer("second half", "nth_unit", goods=of("a"))
    second = offer("two for 15", "bundle", groups=[{"goods": of("a"), "pieces": 2}], price="15.00")
    answer = priced([line("a", "10.00", 2)], first, second)
    assert (answer["total"], len(answer["applied"])) == ("15.00", 1), "each unit serves one deal"


def test_exclusive_offers_still_combine_depending_on_their_order():
    never, usual = percent("never", "20", stack="never"), full_88_less_30()
    for offers in ([never, usual], [usual, never]):
        answer = priced([line("a", "100.00")], *offers)
        assert (answer["total"], applied(answer)) == ("70.00", ["满88减30"]), "the best, in whatever order they stand"


def test_a_fixed_price_and_then_a_percentage():
    fixed = offer("fixed", "fixed_price", price="80.00", at={"stage": "price"})
    coupon_10 = percent("coupon", "10", "coupon", valid={"coupon": "ten"})
    answer = priced([line("a", "100.00")], coupon_10, fixed, coupons=[coupon("1", "ten")])
    assert answer["total"] == "72.00", "80.00, then 10 % of it; in whatever order they are listed"


def test_discount_lines_earn_points():
    rules = [{"id": "per piece", "per_piece": 1}, {"id": "per yuan", "per_amount": "1.00"}]
    answer = priced([line("a", "10.00", 5)], percent("ten", "10", "order"), earn_rules=rules)
    assert answer["earned"] == [{"rule": "per piece", "points": 5}, {"rule": "per yuan", "points": 45}], (
        "five pieces and no sixth line for the discount; points for the 45.00 that are paid"
    )


def test_totals_go_below_zero():
    offers = [offer(name, "amount_off", amount="100.00", at={"stage": "order"}) for name in ("a", "b")]
    answer = priced([line("a", "20.00")], *offers)
    assert answer["total"] == "0.00", "a discount is at most what is left"
    assert applied(answer) == ["a"], "the second has nothing left to take"


def test_a_coupon_is_used_up_without_effect():
    ten = offer("ten", "amount_off", amount="10.00", at={"valid": {"coupon": "ten"}})
    answer = priced([line("a", "20.00")], percent("all", "100"), ten, coupons=[coupon("1", "ten")])
    assert (answer["total"], answer["coupons_used"]) == ("0.00", []), "it stays in the wallet"


def test_a_threshold_is_met_by_its_own_discount_no_more_when_recomputed():
    answer = priced(
        [line("chair", "16.50", 10)],
        offer("100 off", "threshold", steps=[{"least_amount": "100.00", "amount": "100.00"}]),
    )
    assert answer["total"] == "65.00", "tested on what enters, not on what its own discount leaves"


@pytest.mark.parametrize("lines", [1, 3])
def test_what_is_scanned_piece_by_piece_costs_more(lines):
    basket = [line("gum", "0.05", 3)] if lines == 1 else [line("gum", "0.05")] * 3
    offers = [offer("line", "percent_off", percent="10", per="line")]
    assert priced(basket, *offers)["total"] == "0.13", "a line is all like units, however they were scanned"
