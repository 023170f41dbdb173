"""Baskets over whose price people argue, and the answer; docs/adr/0012 says why each policy was chosen."""

from __future__ import annotations

import pytest
from tests.facts.baskets import after, applied, coupon, full_88_less_30, line, of, offer, priced

HALF_PRICE_SECOND = offer("第二件半价", "nth_unit", goods=of("juice"))


def bundle(name: str, price: str, *skus: str):
    return offer(name, "bundle", groups=[{"goods": of(sku)} for sku in skus], price=price)


def pair(name: str, off: str, *skus: str):
    return offer(name, "bundle", groups=[{"goods": of(sku)} for sku in skus], amount=off)


def percent(name: str, value: str, stage: str, **at):
    return offer(name, "percent_off", percent=value, at={"stage": stage, **at})


FOUR = [line(sku, "10.00") for sku in "abcd"]
BREAKFAST = [line("yoghurt", "6.00"), line("bread", "5.00"), line("milk", "7.00"), line("honey", "20.00")]
YOGHURT_BUNDLES = (
    bundle("with bread", "8.00", "yoghurt", "bread"),
    bundle("with milk", "9.00", "yoghurt", "milk"),
    bundle("with honey", "24.00", "yoghurt", "honey"),
)
MEMBER = offer("member price", "fixed_price", price="86.00", goods=of("rice"), at={"stage": "price"})


@pytest.mark.parametrize(
    ("basket", "offers", "total", "names", "because"),
    [
        ([line("rice", "88.00")], [full_88_less_30()], "58.00", ["满88减30"], "88 is reached at 88.00"),
        ([line("rice", "87.99")], [full_88_less_30()], "87.99", [], "a fen short is short"),
        (
            [line("juice", "45.00", 2)],
            [full_88_less_30(), HALF_PRICE_SECOND],
            "60.00",
            ["满88减30"],
            "the threshold is tested after the deal: 67.50 with it, 60.00 without",
        ),
        (
            [line("juice", "60.00", 2)],
            [full_88_less_30(), HALF_PRICE_SECOND],
            "60.00",
            ["第二件半价", "满88减30"],
            "90.00 is left by the deal, so both apply",
        ),
        ([line("rice", "90.00")], [full_88_less_30(), MEMBER], "60.00", ["满88减30"], "a member price that costs more"),
        (
            [line("rice", "10.00")],
            [
                offer("member", "fixed_price", price="9.00", at={"stage": "price"}),
                offer("flash", "fixed_price", price="8.00", at={"stage": "price"}),
            ],
            "8.00",
            ["flash"],
            "of two prices the lowest wins; they do not add up",
        ),
        (BREAKFAST, YOGHURT_BUNDLES, "34.00", ["with milk"], "one yoghurt serves one bundle: the one that saves most"),
        (
            [*BREAKFAST, line("yoghurt", "6.00")],
            YOGHURT_BUNDLES,
            "37.00",
            ["with bread", "with milk"],
            "two yoghurts serve the two that save most together",
        ),
        (
            FOUR,
            [pair("ab", "5.00", "a", "b"), pair("bc", "6.00", "b", "c"), pair("cd", "5.00", "c", "d")],
            "30.00",
            ["ab", "cd"],
            "the largest first would take bc and leave 34.00",
        ),
        (
            [line("milk", "10.00")],
            [
                offer("flash", "fixed_price", price="8.00", at={"stage": "price", "stack": "never"}),
                percent("30", "30", "item"),
            ],
            "7.00",
            ["30"],
            "a `never` is optional like every offer: the others may be better",
        ),
        (
            [line("milk", "10.00"), line("rice", "85.00")],
            [
                offer("flash", "fixed_price", price="5.00", goods=of("milk"), at={"stage": "price", "stack": "never"}),
                full_88_less_30(),
            ],
            "65.00",
            ["满88减30"],
            "what a `never` took counts for no threshold: 90.00 with it, 65.00 without",
        ),
        (
            [line("milk", "10.00")],
            [percent("never", "20", "item", stack="never"), percent("always", "10", "item", stack="always")],
            "8.00",
            ["never"],
            "`never` wins over `always`",
        ),
        (
            [line("tea", "10.00", 2)],
            [
                offer("never", "bundle", groups=[{"pieces": 2}], price="12.00", at={"stack": "never"}),
                offer("always", "nth_unit", n=2, at={"stack": "always"}),
            ],
            "12.00",
            ["never"],
            "and in the stage deal too: what a `never` deal took, no deal that is `always` takes again",
        ),
        (
            [line("tea", "10.00", 2)],
            [
                offer("never", "bundle", groups=[{"pieces": 2}], price="16.00", at={"stack": "never"}),
                offer("always", "nth_unit", n=2, at={"stack": "always", "priority": 1}),
            ],
            "15.00",
            ["always"],
            "nor does the `never` come second: it takes only what no other took",
        ),
        (
            [line("bread", "17.78", 2), line("cheese", "2.50", 3), line("apple", "0.05")],
            [
                offer(
                    name, "amount_off", amount="3.00", per="unit", at={"stage": "order", "limits": {"budget": "7.77"}}
                )
                for name in ("one", "two")
            ],
            "27.57",
            ["one", "two"],
            "a budget counts what is given: what the apple has no room for is left for the bread",
        ),
        (
            [line("cheese", "11.78", 3), line("apple", "11.78", 2, tax=[{"percent": "15", "included": False}])],
            [offer("2+1", "buy_get", buy_pieces=2, percent="12.5")],
            "60.74",
            ["2+1"],
            "cheapest is without the tax on top: of two apples for 27.09 one costs 13.54, and 11.77 without it",
        ),
        (
            [line("milk", "100.00")],
            [percent("usual", "10", "item"), percent("always", "5", "item", stack="always")],
            "85.00",
            ["always", "usual"],
            "`always` ignores that a unit takes one; both work on what entered the stage",
        ),
        (
            [line("milk", "100.00")],
            [percent("ten", "10", "item"), percent("twenty", "20", "item")],
            "80.00",
            ["twenty"],
            "a unit takes at most one in the stage item",
        ),
        (
            [line("milk", "100.00"), line("rice", "100.00")],
            [
                percent("all", "10", "item"),
                offer("milk", "amount_off", amount="15.00", per="unit", goods=of("milk")),
            ],
            "175.00",
            ["all", "milk"],
            "each unit takes the one that is best for it",
        ),
        (
            [line("rice", "100.00")],
            [percent("a", "10", "order"), percent("b", "10", "order")],
            "80.00",
            ["a", "b"],
            "inside the stage order both work on the 100.00 that entered",
        ),
        (
            [line("rice", "100.00")],
            [percent("a", "10", "order", group="g"), percent("b", "20", "order", group="g")],
            "80.00",
            ["b"],
            "offers of a group exclude each other",
        ),
        (
            [line("rice", "100.00")],
            [percent(str(p), str(p), "order", group="g", group_most=2) for p in (10, 20, 30)],
            "50.00",
            ["20", "30"],
            "at most two of this group",
        ),
        (
            [line("rice", "5.00")],
            [offer("ten", "amount_off", amount="10.00", at={"stage": "order"})],
            "0.00",
            ["ten"],
            "nothing goes below zero",
        ),
        (
            [line("gum", "0.05")],
            [percent("ten", "10", "item")],
            "0.04",
            ["ten"],
            "half a fen is rounded away from zero",
        ),
        (
            [line("gum", "0.05", 3)],
            [percent("ten", "10", "order")],
            "0.13",
            ["ten"],
            "once over the lot: 1.5 fen are 2",
        ),
        ([line("tea", "3.33", 3)], [percent("ten", "10", "item")], "9.00", ["ten"], "unit by unit: 33 fen three times"),
        (
            [line(str(number), f"{price}.00") for number, price in enumerate((10, 9, 8, 3, 2, 1))],
            [offer("买二送一", "cheapest_free", group=3)],
            "24.00",
            ["买二送一"],
            "the dearest stand together, so 8.00 and 1.00 are free",
        ),
        (
            [line("a", "5.00", 5)],
            [offer("买二送一", "cheapest_free", group=3)],
            "20.00",
            ["买二送一"],
            "five hold one group",
        ),
        (
            [line("rice", "100.00")],
            [
                offer("member", "fixed_price", price="80.00", at={"stage": "price"}),
                offer(
                    "100-10", "threshold", steps=[{"least_amount": "100.00", "amount": "10.00"}], at={"base": "initial"}
                ),
            ],
            "70.00",
            ["member", "100-10"],
            "`base: initial` tests on the price before the member price",
        ),
        (
            [line("rice", "205.00")],
            [
                offer("member", "fixed_price", price="190.00", at={"stage": "price"}),
                offer(
                    "ladder",
                    "threshold",
                    steps=[
                        {"least_amount": "100.00", "amount": "10.00"},
                        {"least_amount": "200.00", "amount": "30.00"},
                    ],
                ),
            ],
            "175.00",
            ["ladder"],
            "the second step is worth more than the member price: 180.00 with it",
        ),
        (
            [line("cigarettes", "50.00", discountable=False), line("milk", "50.00")],
            [full_88_less_30()],
            "100.00",
            [],
            "what takes no offer counts for none",
        ),
        (
            [line("can", "100.00", levy="10.00")],
            [percent("half", "50", "order")],
            "60.00",
            ["half"],
            "a deposit stays whole",
        ),
        (
            [line("a", "100.00")],
            [
                offer("alone", "percent_off", percent="25", at={"stack": "never", "scope": "receipt"}),
                percent("ten", "10", "item"),
                percent("order", "10", "order"),
            ],
            "75.00",
            ["alone"],
            "for the whole receipt alone it is better than 81.00 together",
        ),
        ([line(s, "0.33") for s in "abc"], [percent("all", "100", "order")], "0.00", ["all"], "no fen survives 100 %"),
        (
            [line("a", "1.00")],
            [percent("b", "10", "item"), percent("a", "10", "item")],
            "0.90",
            ["a"],
            "of equals the smallest id",
        ),
        (
            [line("a", "1.00")],
            [percent("b", "10", "item", priority=1), percent("a", "10", "item")],
            "0.90",
            ["b"],
            "but the highest priority goes before it",
        ),
        (
            [line("a", "10.00"), line("b", "10.00")],
            [
                percent("both", "10", "item"),
                offer("a only", "percent_off", percent="10", goods=of("a"), at={"priority": 9}),
                offer("b only", "percent_off", percent="10", goods=of("b"), at={"priority": 9}),
            ],
            "18.00",
            ["both"],
            "one offer rather than two for the same price, whatever their priority",
        ),
        (
            [line("meat", "30.00"), line("cake", "20.00"), line("cake", "8.00")],
            [offer("cake free", "buy_get", buy_goods=of("meat"), get_goods=of("cake"))],
            "38.00",
            ["cake free"],
            "which cake is free is searched too: the best for the customer",
        ),
        (
            [line("a", "10.00"), line("a", "2.00", 2)],
            [offer("2+1", "buy_get", buy_goods=of("a"), buy_pieces=2, get_goods=of("a"))],
            "12.00",
            ["2+1"],
            "of units that could be bought or given, the cheapest is given",
        ),
    ],
)
def test_what_is_paid(basket, offers, total, names, because):
    answer = priced(basket, *offers)
    assert answer["total"] == total, because
    assert applied(answer) == names, because
    assert priced(basket[::-1], *offers[::-1])["total"] == total, "the order of scanning means nothing"


TEN_COUPON = percent("ten", "10", "coupon", valid={"coupon": "ten"})


def test_each_coupon_works_on_what_is_left():
    twenty = percent("twenty", "20", "coupon", valid={"coupon": "twenty"})
    answer = priced([line("a", "100.00")], TEN_COUPON, twenty, coupons=[coupon("1", "ten"), coupon("2", "twenty")])
    assert answer["total"] == "72.00"
    assert answer["coupons_used"] == ["1", "2"]


@pytest.mark.parametrize(
    ("first", "total", "used", "because"),
    [
        ("less 20", "70.00", ["2"], "the need of the second is tested on the 80.00 that the first would leave"),
        ("100 less 30", "50.00", ["1", "2"], "with its turn first it sees 100.00"),
    ],
)
def test_a_coupon_is_tested_when_its_turn_comes(first, total, used, because):
    offers = [
        offer("less 20", "amount_off", amount="20.00", at={"valid": {"coupon": "a"}, "priority": first == "less 20"}),
        offer(
            "100 less 30",
            "threshold",
            steps=[{"least_amount": "100.00", "amount": "30.00"}],
            at={"valid": {"coupon": "b"}, "priority": first != "less 20"},
        ),
    ]
    for one in offers:
        one["priority"] = int(one["priority"])
    answer = priced([line("a", "100.00")], *offers, coupons=[coupon("1", "a"), coupon("2", "b")])
    assert answer["total"] == total, because
    assert answer["coupons_used"] == used, because


def test_of_equals_the_fewest_offers_whatever_stage_they_are_of():
    basket = [line("a", "1.00"), line("b", "1.00"), line("c", "1.00")]
    two = offer("free a, b", "percent_off", percent="100", goods=of("a", "b"), at={"stage": "price", "priority": 9})
    one = offer("free c", "percent_off", percent="100", goods=of("c"), at={"stage": "item", "priority": 9})
    answer = priced(basket, two, one, offer("all free", "percent_off", percent="100", at={"stage": "order"}))
    assert (applied(answer), answer["total"]) == (["all free"], "0.00"), "one offer suffices, though two have priority"


def test_prices_that_are_always_on_top_come_by_priority_and_not_by_size():
    small = offer("a", "amount_off", amount="1.00", per="unit", at={"stage": "price", "stack": "always"})
    large = offer("b", "fixed_price", price="1.00", at={"stage": "price", "stack": "always", "limits": {"units": 1}})
    answer = priced([line("tea", "4.00")], small, large)
    assert [(one["offer"], one["off"]) for one in answer["applied"]] == [("a", "1.00"), ("b", "3.00")]
    assert [(one["offer"], one["off"]) for one in priced([line("tea", "3.50")], small, large)["applied"]] == [
        ("a", "1.00"),
        ("b", "2.50"),
    ], "the second takes no more than the first has left"


def test_coupons_of_one_kind_go_to_offers_that_each_apply_once():
    once = {"valid": {"coupon": "spring"}, "limits": {"applications": 1}}
    offers = [offer(name, "amount_off", amount=amount, at=once) for name, amount in (("five", "5.00"), ("two", "2.00"))]
    answer = priced([line("a", "100.00")], *offers, coupons=[coupon("1", "spring"), coupon("2", "spring")])
    assert (answer["total"], answer["coupons_used"]) == ("93.00", ["1", "2"]), "the second serves the second offer"


def test_a_coupon_that_saves_nothing_is_not_used():
    answer = priced([line("a", "0.00")], TEN_COUPON, coupons=[coupon("1", "ten")])
    assert answer["coupons_used"] == []
    assert answer["applied"] == []


def test_a_coupon_in_the_wallet_is_a_suggestion():
    answer = priced([line("a", "100.00")], TEN_COUPON, coupons=[coupon("1", "ten", presented=False)])
    assert answer["total"] == "100.00"
    ten = {"offer": "ten", "name": "", "coupon": "1", "saves": "10.00", "goods": None, "at_price": None}
    assert answer["suggestions"] == [ten]


def test_a_deal_lies_on_all_its_units_so_that_half_of_it_can_come_back():
    answer = priced([line("a", "10.00"), line("b", "6.00")], offer("第二件半价", "nth_unit"))
    assert after(answer) == [("a", "8.12", 1), ("b", "4.88", 1)], (
        "3.00 by 10:6 are 1.875 and 1.125; of equal remainders the first in canonical order gets the fen. "
        "Who brings b back gets 4.88, not the 3.00 of a half price: what stays is paid as what it is worth in the deal"
    )


def test_parts_sum_to_the_whole():
    answer = priced([line("a", "10.00", 3)], offer("ten", "amount_off", amount="10.00", at={"stage": "order"}))
    assert after(answer) == [("a", "6.67", 2), ("a", "6.66", 1)]


def test_tenders_change_nothing_but_what_is_due():
    basket, rule = [line("a", "100.00")], {"id": "points", "per_amount": "1.00"}
    plain = priced(basket, full_88_less_30(), earn_rules=[rule])
    paid = priced(
        basket,
        full_88_less_30(),
        earn_rules=[rule],
        tenders=[{"kind": "stored_value", "id": "card", "amount": "50.00"}],
    )
    assert (plain["due"], paid["due"]) == ("70.00", "20.00")
    assert paid["points"] == plain["points"] == 70
    assert {**paid, "due": None, "tenders": None} == {**plain, "due": None, "tenders": None}


def test_benefits_are_given_beside_an_offer_that_stands_alone():
    alone = offer("staff", "percent_off", percent="30", at={"stack": "never", "scope": "receipt"})
    free = offer("free delivery", "free_delivery")
    answer = priced([line("a", "101.00")], alone, full_88_less_30(), free, delivery_fee="6.00")
    assert applied(answer) == ["staff"], "30.30 is more than 30.00, and no other money offer applies"
    assert answer["due"] == "70.70", "did it cost the delivery too, one offer more would make the customer pay more"


def test_a_levy_takes_no_discount_counts_for_nothing_and_earns_nothing():
    basket = [line("a", "80.00", levy="8.00")]
    rules = [{"id": "points", "per_amount": "1.00"}]
    answer = priced(basket, full_88_less_30(), earn_rules=rules)
    assert (answer["total"], answer["levies"], answer["points"]) == ("88.00", "8.00", 80), (
        "88.00 with it, 80.00 of goods"
    )


def test_the_missing_amount_is_said():
    answer = priced([line("a", "76.00")], full_88_less_30())
    (why,) = answer["not_applied"]
    assert (why["reason"], why["missing_amount"]) == ("too_little", "12.00")


def test_three_combinations_of_one_yoghurt_leave_two_reasons():
    answer = priced(BREAKFAST, *YOGHURT_BUNDLES)
    assert {one["offer"]: one["reason"] for one in answer["not_applied"]} == {
        "with bread": "not_the_best",
        "with honey": "not_the_best",
    }
