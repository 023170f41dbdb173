"""Promotions of the Chinese street, as a customer reads them on the shelf."""

from __future__ import annotations

from tests.facts.baskets import applied, coupon, full_88_less_30, line, of, offer, priced

SATURDAY = "2026-11-14T10:00:00"


def test_full_88_less_30_returns_with_a_partial_refund_what_was_paid():
    answer = priced([line("rice", "60.00"), line("oil", "40.00")], full_88_less_30())
    assert [unit["after"] for unit in answer["units"]] == ["42.00", "28.00"], "30.00 by value: 18.00 and 12.00"


def test_every_full_100_less_20():
    every = offer("每满100减20", "threshold", every=True, steps=[{"least_amount": "100.00", "amount": "20.00"}])
    assert priced([line("rice", "99.99")], every)["total"] == "99.99", "a fen short of the first hundred"
    assert priced([line("rice", "299.99")], every)["total"] == "259.99", "two full hundreds"
    assert priced([line("rice", "300.00")], every)["total"] == "240.00", "three of them"


def test_three_pieces_at_80_percent():
    three = offer("满3件8折", "threshold", goods=of("sock"), steps=[{"least_pieces": 3, "percent": "20"}])
    assert priced([line("sock", "10.00", 2)], three)["total"] == "20.00", "two are not three"
    assert priced([line("sock", "10.00", 3)], three)["total"] == "24.00", "three are"
    assert priced([line("sock", "10.00", 4)], three)["total"] == "32.00", "from three on, all of them"


def test_the_second_at_half_price():
    half = offer("第二件半价", "nth_unit", goods=of("milk"))
    assert priced([line("milk", "8.00")], half)["total"] == "8.00", "one has no second"
    mixed = offer("第二件半价", "nth_unit", goods=of("milk", "juice"))
    assert priced([line("milk", "8.00"), line("juice", "6.00")], mixed)["total"] == "11.00", "the cheaper one is halved"
    assert priced([line("milk", "8.00", 3)], half)["total"] == "20.00", "the third one pays in full"


def test_three_for_99():
    bundle = offer("3件99元", "bundle", groups=[{"goods": of("a", "b"), "pieces": 3}], price="99.00")
    assert priced([line("a", "49.00", 2), line("b", "39.00", 2)], bundle)["total"] == "138.00", "the dearest three"
    assert priced([line("b", "30.00", 3)], bundle)["total"] == "90.00", "a bundle that costs more is left off"


def test_buy_two_get_one_gives_the_cheapest():
    free = offer("买二送一", "cheapest_free", group=3)
    assert priced([line("a", "10.00"), line("b", "7.00"), line("c", "5.00")], free)["total"] == "17.00", (
        "the cheapest of the three is the one that is given"
    )
    assert priced([line("a", "10.00"), line("b", "7.00")], free)["total"] == "17.00", "two are bought and none is given"


def test_one_yuan_more_for_the_towel():
    add_on = offer(
        "加1元换购",
        "add_on",
        goods=of("towel"),
        price="1.00",
        at={"buy": [{"goods": {"not_skus": ["towel"]}, "least_amount": "50.00"}]},
    )
    assert priced([line("rice", "50.00"), line("towel", "9.90", 2)], add_on)["total"] == "60.90", "once a receipt"
    (hint,) = priced([line("rice", "50.00")], add_on)["suggestions"]
    assert (hint["offer"], hint["at_price"]) == ("加1元换购", "1.00"), "not scanned: the cashier is told"


def test_member_price_against_flash_price():
    member = offer("会员价", "fixed_price", price="9.00", goods=of("eggs"), at={"valid": {"members_only": True}})
    flash = offer("秒杀价", "fixed_price", price="6.00", goods=of("eggs"), at={"limits": {"units": 1}})
    for one in (member, flash):
        one["stage"] = "price"
    basket = [line("eggs", "10.00", 3)]
    assert priced(basket, member, flash)["total"] == "26.00", "a stranger: one at the flash price"
    assert priced(basket, member, flash, member={"id": "M1"})["total"] == "24.00", "a member: the rest at hers"


def test_fresh_goods_bring_a_coupon_for_the_bakery():
    gives = offer(
        "买生鲜送烘焙券",
        "next_coupon",
        coupon="烘焙券",
        at={"buy": [{"goods": {"categories": ["生鲜"]}, "least_amount": "30.00"}]},
    )
    takes = offer("烘焙券", "amount_off", amount="5.00", at={"valid": {"coupon": "烘焙券"}})
    answer = priced([line("fish", "30.00", category="生鲜/水产")], gives, takes)
    assert answer["benefits"][0]["given"] == {"coupons": [{"kind": "烘焙券", "count": 1}]}, "30.00 is reached at 30.00"
    assert answer["total"] == "30.00", "it serves next time, not the receipt that brought it"


def test_the_family_bundle_of_the_weekend():
    family = offer(
        "周末家庭套餐",
        "bundle",
        price="59.00",
        groups=[{"goods": {"categories": ["pizza"]}}, {"goods": {"categories": ["drinks"]}, "pieces": 2}],
        at={"valid": {"weekdays": [6, 7], "coupon": "家庭券"}},
    )
    basket = [line("pizza", "49.00", category="pizza"), line("cola", "8.00", 2, category="drinks")]
    right = [coupon("1", "家庭券")]
    answer = priced(basket, family, at=SATURDAY, coupons=right)
    assert (answer["total"], answer["coupons_used"]) == ("59.00", ["1"])
    assert priced(basket, family, coupons=right)["not_applied"][0]["reason"] == "wrong_weekday", "a Wednesday"
    assert priced(basket, family, at=SATURDAY)["not_applied"][0]["reason"] == "coupon_missing", "for who has the coupon"


def test_double_points_in_the_month_of_the_birthday():
    double = offer(
        "生日月双倍积分", "points_bonus", multiply="200", at={"valid": {"birthday_month": True, "tiers": ["diamond"]}}
    )
    rule = [{"id": "1元1分", "per_amount": "1.00"}]
    member = {"id": "M1", "tier": "diamond", "birthday": "1990-11-30"}
    basket = [line("rice", "66.60")]
    assert priced(basket, double, earn_rules=rule, member=member)["points"] == 132, "66 by the rule and 66 more"
    late = priced(basket, double, earn_rules=rule, member=member, at="2026-12-01T00:00:00")
    assert late["points"] == 66, "December begins at midnight of the store"
    gold = priced(basket, double, earn_rules=rule, member={**member, "tier": "gold"})
    assert gold["points"] == 66, "the bonus is for diamond alone"


def test_singles_day_with_ladder_and_cap():
    ladder = offer(
        "双11满300减50",
        "threshold",
        most="120.00",
        steps=[
            {"least_amount": "300.00", "amount": "50.00"},
            {"least_amount": "600.00", "amount": "110.00"},
            {"least_amount": "1000.00", "percent": "20"},
        ],
    )
    for paid, total, because in (
        ("299.99", "299.99", "a fen short"),
        ("300.00", "250.00", "the first step"),
        ("599.99", "549.99", "still the first: it is no 每满"),
        ("600.00", "490.00", "the second step instead of the first, not beside it"),
        ("1000.00", "880.00", "20 % would be 200.00, and 120.00 is the most"),
    ):
        assert priced([line("tv", paid)], ladder)["total"] == total, because


def test_supplier_and_store_pay_half_each():
    shared = full_88_less_30(funding=[{"payer": "supplier:伊利", "percent": "50"}, {"payer": "store", "percent": "50"}])
    shared["get"]["steps"][0]["amount"] = "30.01"
    (one,) = priced([line("milk", "90.00")], shared)["applied"]
    assert one["funding"] == [
        {"payer": "supplier:伊利", "amount": "15.01"},
        {"payer": "store", "amount": "15.00"},
    ], "the odd fen is the first one's; together they pay all"


def test_a_weighed_piece_is_one_unit_with_the_amount_of_its_label():
    fish = line("fish", "37.43", weight="1.352")
    half = offer("第二件半价", "nth_unit")
    assert priced([fish], half)["total"] == "37.43", "1.352 kg are one piece, whatever they weigh"
    assert applied(priced([fish, fish], half)) == ["第二件半价"], "two labels are two pieces"
