"""Offers that contradict themselves and absurd baskets: a clear refusal, at once."""

from __future__ import annotations

import time

import pytest
from tests.facts.baskets import WEDNESDAY, line, of, offer

from huitou.kernel.errors import HuitouError
from huitou.offers.errors import OfferRefused
from huitou.offers.rules.lint import TROUBLES, lint
from huitou.offers.service import lint_offers, price_json, read_offers

STEP = {"least_amount": "100.00", "amount": "10.00"}
HALF = [{"payer": "store", "percent": "50"}]


def ladder(*steps, **more):
    return offer("x", "threshold", steps=list(steps), **more)


BAD = [
    (offer("", "stamps"), "id_missing"),
    (
        offer("x", "stamps", at={"valid": {"starts": "2026-11-12T00:00:00", "ends": "2026-11-11T00:00:00"}}),
        "window_never_opens",
    ),
    (offer("x", "stamps", at={"valid": {"from_hour": "08:00", "to_hour": "08:00"}}), "window_never_opens"),
    (offer("x", "stamps", at={"valid": {"weekdays": [0]}}), "no_such_weekday"),
    (offer("x", "nth_unit", at={"stage": "order"}), "stage_not_for_kind"),
    (offer("x", "nth_unit", at={"group": "g"}), "group_outside_order"),
    (ladder(STEP, at={"group_most": 0}), "number_below_one"),
    (ladder(STEP, at={"scope": "receipt"}), "scope_without_never"),
    (ladder(STEP, at={"buy": [{"least_pieces": 3, "most_pieces": 2}]}), "need_asks_backwards"),
    (ladder(STEP, at={"buy": [{"least_pieces": -1}]}), "need_below_zero"),
    (ladder(STEP, at={"limits": {"budget": "-1.00"}}), "limit_below_zero"),
    (ladder(STEP, at={"funding": HALF}), "shares_do_not_sum"),
    (
        ladder(STEP, at={"funding": [{"payer": "a", "percent": "150"}, {"payer": "b", "percent": "-50"}]}),
        "share_below_zero",
    ),
    (ladder(), "ladder_without_step"),
    (ladder({"least_amount": "200.00", "amount": "10.00"}, STEP), "ladder_goes_down"),
    (ladder(STEP, {"least_amount": "200.00", "amount": "5.00"}), "ladder_goes_down"),
    (ladder({"least_amount": "100.00"}), "step_gives_one_thing"),
    (ladder(STEP, {"least_amount": "200.00", "amount": "20.00"}, every=True), "every_takes_one_step"),
    (ladder({"least_amount": "100.00", "percent": "10"}, every=True), "every_takes_an_amount"),
    (ladder(STEP, per="unit"), "threshold_is_over_the_lot"),
    (offer("x", "percent_off", percent="101"), "percent_out_of_range"),
    (offer("x", "percent_off", percent="0"), "percent_out_of_range"),
    (offer("x", "percent_off", percent="5", most_units=0), "number_below_one"),
    (offer("x", "amount_off", amount="0.00"), "amount_below_one_fen"),
    (offer("x", "fixed_price", price="-0.01"), "amount_below_zero"),
    (offer("x", "fixed_price", price="1.00", per="lot"), "fixed_price_is_per_unit"),
    (offer("x", "bundle", groups=[], price="9.00"), "bundle_without_group"),
    (offer("x", "bundle", groups=[{}]), "gives_one_thing"),
    (offer("x", "cheapest_free", group=2, free=3), "more_free_than_bought"),
    (offer("x", "points_bonus", multiply="50"), "bonus_takes_points"),
    (offer("x", "gift", gifts=[]), "gives_nothing"),
]


@pytest.mark.parametrize(("bad", "code"), BAD, ids=lambda value: value if isinstance(value, str) else "")
def test_an_offer_that_contradicts_itself_is_refused(bad, code):
    assert code in TROUBLES
    assert code in {finding.code for finding in lint(read_offers([bad])) if finding.refused}
    with pytest.raises(OfferRefused) as refusal:
        price_json({"at": WEDNESDAY, "basket": [line("a", "1.00")], "offers": [bad]})
    assert refusal.value.remedy


def test_two_offers_of_one_name():
    assert [one.code for one in lint(read_offers([offer("x", "stamps")] * 2))] == ["id_twice"]


def test_a_price_above_the_normal_one_is_warned_of():
    dear = read_offers([offer("x", "fixed_price", price="9.00", goods=of("a"))])
    assert [(one.code, one.refused) for one in lint_offers(dear, {"a": 900})] == [("price_above_normal", False)]
    assert lint_offers(dear, {"a": 901}) == []


def test_every_code_was_seen():
    seen = {code for _, code in BAD} | {"id_twice", "price_above_normal"}
    assert set(TROUBLES) - seen == {"gives_more_than_it_asks"}, "a warning alone"


@pytest.mark.parametrize(
    ("basket", "code"),
    [
        ([line("a", "1.00")] * 1001, "basket_too_large"),
        ([line("a", "1.00", 10**9)], "price_out_of_range"),
        ([line("a", "1.00", 5000)] * 3, "basket_too_large"),
        ([line("a", "1.00", 0)], "price_out_of_range"),
        ([line("a", "-1.00")], "price_out_of_range"),
        ([line("a", "99999999999999999999")], "price_out_of_range"),
        ([line("a", "1e999999999")], "price_unreadable"),
        ([line("a", "NaN")], "price_unreadable"),
        ([line("a", "1.005")], "price_unreadable"),
        ([line("a", 1.5)], "price_unreadable"),
        ([{"sku": "a"}], "price_unreadable"),
        ([line("a", "1.00", colour="red")], "price_unknown_field"),
        ([line("a", "1.00", 2, weight="0.500")], "price_out_of_range"),
    ],
)
def test_an_absurd_basket_is_refused_at_once(basket, code):
    started = time.process_time()
    with pytest.raises(HuitouError) as refusal:
        price_json({"at": WEDNESDAY, "basket": basket, "offers": []})
    assert time.process_time() - started <= 0.1
    assert refusal.value.code == code
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "beside",
    [
        {"delivery_fee": "-1.00"},
        {"tenders": [{"kind": "points", "id": "p", "amount": "-1.00"}]},
        {"earn_rules": [{"id": "r", "points": -3}]},
        {"earn_rules": [{"id": "r", "per_piece": -5}]},
        {"earn_rules": [{"id": "r", "per_amount": "-0.01"}]},
    ],
)
def test_nothing_beside_the_basket_is_below_zero(beside):
    with pytest.raises(HuitouError) as refusal:
        price_json({"at": WEDNESDAY, "basket": [line("a", "10.00")], "offers": [], **beside})
    assert refusal.value.code == "price_out_of_range"
