"""The brute force itself, on baskets that a person can reckon: a judge that was never judged proves nothing."""

from __future__ import annotations

import pytest

from tests.offers.brute_force import best
from tests.offers.documents import basket, document, groups, offer

MILK, TEA, RICE = "milk", "tea", "rice"


@pytest.mark.parametrize(
    ("bought", "offers", "total", "used", "because"),
    [
        ("milk 10.00", [], 1000, (), "no offers, no discount"),
        ("milk 10.05", [offer("a", "percent_off", percent="50")], 502, ("a",), "5.025 off is 5.03: half goes away"),
        (
            "tea 7.00; milk 3.00",
            [
                offer("member", "fixed_price", price="5.00", goods=TEA),
                offer("ten", "amount_off", amount="1.00", least="10.00"),
            ],
            800,
            ("member",),
            "2.00 by the member price beat 1.00, which needs 10.00 after it",
        ),
        (
            "tea 10.00; tea 10.00; milk 4.00; milk 4.00",
            [offer("second", "nth_unit", n=2)],
            2100,
            ("second",),
            "dear with dear: 5.00 and 2.00 off",
        ),
        (
            "tea 10.00; milk 2.00; rice 2.00",
            [offer("2+1", "buy_get", buy_pieces=2, get_pieces=1, buy_goods={}, get_goods={})],
            1200,
            ("2+1",),
            "of what could be bought as well as given, the cheapest is given",
        ),
        (
            "tea 6.00; milk 5.00; rice 5.00",
            [
                offer("pair", "bundle", price="8.00", groups=groups(TEA, MILK)),
                offer("breakfast", "bundle", price="7.50", groups=groups(MILK, RICE)),
            ],
            1300,
            ("pair",),
            "both want the milk: 3.00 beats 2.50",
        ),
        (
            "tea 60.00; milk 40.00",
            [
                offer("100-20", "threshold", steps=[{"least_amount": "100.00", "amount": "20.00"}]),
                offer("tea15", "percent_off", percent="15", goods=TEA),
            ],
            8000,
            ("100-20",),
            "15% off the tea would break the threshold",
        ),
        (
            "tea 60.00; milk 40.00",
            [
                offer("a", "percent_off", percent="10", stage="order"),
                offer("b", "percent_off", percent="10", stage="order"),
            ],
            8000,
            ("a", "b"),
            "both reckon with what entered the stage",
        ),
        (
            "tea 60.00; milk 40.00",
            [
                offer("a", "percent_off", percent="10", stage="order", group="g"),
                offer("b", "percent_off", percent="12", stage="order", group="g"),
            ],
            8800,
            ("b",),
            "one of a group",
        ),
        (
            "tea 60.00; milk 40.00",
            [
                offer("alone", "percent_off", percent="30", goods=TEA, stack="never"),
                offer("order", "percent_off", percent="10", stage="order"),
            ],
            7800,
            ("alone", "order"),
            "18.00 off the tea, which the 10 % may not touch: 4.00 off the milk",
        ),
        (
            "tea 10.00; tea 10.00",
            [offer("a", "amount_off", amount="3.00", coupon="c"), offer("b", "amount_off", amount="3.00", coupon="c")],
            1700,
            ("a",),
            "one coupon is one application, and the smaller id takes it",
        ),
        (
            "tea 10.00",
            [offer("a", "percent_off", percent="20"), offer("b", "percent_off", percent="20", priority=1)],
            800,
            ("b",),
            "equal: the higher priority",
        ),
    ],
)  # fmt: skip
def test_what_a_person_reckons(bought, offers, total, used, because):
    answer = best(document(basket(bought), offers, coupons=[{"id": "c1", "kind": "c"}]))
    assert (answer.total, answer.offers) == (total, used), because


def test_the_order_of_the_lines_means_nothing():
    offers = [offer("second", "nth_unit", n=2), offer("ten", "percent_off", percent="10")]
    one = best(document(basket("tea 10.00; milk 4.00; rice 4.00"), offers))
    other = best(document(basket("rice 4.00; tea 10.00; milk 4.00"), offers))
    assert one == other
