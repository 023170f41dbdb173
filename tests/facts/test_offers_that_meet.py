"""Which offers meet, how they are combined, and who wins; the engine itself is the witness."""

from __future__ import annotations

from typing import Any

import pytest

from huitou.offers.rules.exchange import write
from huitou.offers.rules.meeting import ONE_OF, WAYS, may_hold_together, meetings
from huitou.offers.service import price_json, read_offers
from huitou.offers.terms import BasketLine, Fen, Offer
from huitou.offers.terms.rehearsed import Meeting

SHOP = [
    BasketLine("milk", Fen(1500), category="乳品/鲜奶", brand="伊利"),
    BasketLine("yoghurt", Fen(800), category="乳品/酸奶", brand="伊利"),
    BasketLine("wine", Fen(9900), category="烟酒/葡萄酒", discountable=False),
]
DAIRY = {"categories": ["乳品"]}
MILK = {"skus": ["milk"]}


def offer(id_: str, get: dict[str, Any], **more: Any) -> Offer:
    return read_offers([{"id": id_, "get": get, **more}])[0]


HALF = {"kind": "nth_unit", "goods": MILK}
TENTH = {"kind": "percent_off", "percent": "10", "goods": DAIRY}
LADDER = {"kind": "threshold", "steps": [{"least_amount": "88.00", "amount": "30.00"}]}
DOUBLE = {"kind": "points_bonus", "multiply": "200"}
PRICE = {"kind": "fixed_price", "price": "13.00", "goods": MILK}


def only(draft: Offer, other: Offer) -> Meeting:
    (one,) = meetings(draft, [other], SHOP)
    return one


@pytest.mark.parametrize(
    ("draft", "other", "way", "because"),
    [
        (offer("a", HALF), offer("b", DOUBLE), "benefit", "points are no money off"),
        (offer("a", PRICE), offer("b", PRICE | {"price": "12.00"}), "lowest_price", "of prices the lowest holds"),
        (offer("a", HALF), offer("b", {"kind": "cheapest_free", "group": 3}), "one_deal", "a piece serves one deal"),
        (offer("a", TENTH), offer("b", TENTH | {"percent": "20"}), "one_item", "a piece takes one item offer"),
        (
            offer("a", LADDER, group="满减"),
            offer("b", LADDER, group="满减"),
            "one_of_group",
            "a group lets one of them apply",
        ),
        (offer("a", LADDER), offer("b", LADDER), "one_after_other", "without a group ladders combine"),
        (
            offer("a", TENTH, valid={"coupon": "k"}),
            offer("b", LADDER, valid={"coupon": "k"}),
            "same_coupon",
            "one coupon is one application",
        ),
        (offer("a", TENTH, stack="never"), offer("b", LADDER), "takes_units", "never closes its goods"),
        (offer("a", HALF), offer("b", LADDER, stack="never", scope="receipt"), "takes_all", "nothing else applies"),
        (offer("a", TENTH, stack="always"), offer("b", TENTH | {"percent": "20"}), "always", "ignores the stage"),
        (offer("a", HALF), offer("b", LADDER), "one_after_other", "deals come before ladders"),
        (offer("a", HALF), offer("b", LADDER, base="initial"), "first_amounts", "the ladder looks at first prices"),
    ],
)
def test_how_they_are_combined(draft, other, way, because):
    met = only(draft, other)
    assert met.way == way, because
    assert met.verdict == ("one_of" if way in ONE_OF else "both")


def test_the_table_above_names_every_way():
    rows = test_how_they_are_combined.pytestmark[0].args[1]
    assert {way for _, _, way, _ in rows} == set(WAYS)


@pytest.mark.parametrize(
    ("draft", "other", "way"),
    [row[:3] for row in test_how_they_are_combined.pytestmark[0].args[1] if row[2] not in ("benefit", "takes_units")],
)
def test_the_engine_does_what_the_verdict_says(draft, other, way):
    """On the smallest basket on which each gives something by itself; where both may apply, both do on a larger one."""
    met = only(draft, other)
    tried = met.beside
    assert tried is not None
    assert tried.off_both >= max(tried.off_alone, tried.off_other)
    if way in ONE_OF:
        assert not (tried.applied and tried.other_applied)
    else:
        larger = [{"sku": "milk", "price": "15.00", "quantity": 40, "category": "乳品/鲜奶"}]
        answer = price_json({"at": "2026-11-11T10:00:00", "basket": larger, "offers": [write(draft), write(other)]})
        assert {one["offer"] for one in answer["applied"]} == {"a", "b"}


def test_who_wins_is_shown_on_a_basket():
    tried = only(offer("half", HALF), offer("free", {"kind": "cheapest_free", "group": 3, "goods": MILK})).beside
    assert (tried.sku, tried.pieces, tried.before) == ("milk", 3, 4500)
    assert (tried.off_alone, tried.off_other, tried.off_both) == (750, 1500, 1500)
    assert (tried.applied, tried.other_applied) == (False, True)


@pytest.mark.parametrize(
    ("mine", "theirs", "meet", "because"),
    [
        ({"ends": "2026-11-30"}, {"starts": "2026-12-01"}, False, "one is over when the other starts"),
        ({"ends": "2026-12-01"}, {"starts": "2026-12-01"}, True, "both hold on that day"),
        ({"weekdays": [1, 2]}, {"weekdays": [6, 7]}, False, "never on one day"),
        (
            {"from_hour": "08:00", "to_hour": "10:00"},
            {"from_hour": "10:00", "to_hour": "12:00"},
            False,
            "10:00 is late",
        ),
        ({"from_hour": "22:00", "to_hour": "02:00"}, {"from_hour": "01:00", "to_hour": "03:00"}, True, "over midnight"),
        ({"stores": ["a"]}, {"stores": ["b"]}, False, "never in one store"),
        ({"tiers": ["gold"]}, {"tiers": ["silver"]}, False, "nobody has both tiers"),
        ({"segments": ["x"]}, {"segments": ["y"]}, True, "a member may be in both"),
        ({"channels": ["store"]}, {}, True, "no list asks nothing"),
        ({"ends": "2026-11-30T08:00:00"}, {"starts": "2026-11-30T10:00:00+08:00"}, True, "two clocks: they may meet"),
    ],
)
def test_when_they_may_hold_together(mine, theirs, meet, because):
    one, other = offer("a", TENTH, valid=mine), offer("b", TENTH, valid=theirs)
    assert may_hold_together(one.valid, other.valid) is meet, because
    assert may_hold_together(other.valid, one.valid) is meet, because
    assert bool(list(meetings(one, [other], SHOP))) is meet


def test_offers_on_other_goods_do_not_meet():
    wine = offer("b", {"kind": "percent_off", "percent": "10", "goods": {"skus": ["wine"]}})
    assert list(meetings(offer("a", TENTH), [wine], SHOP)) == []
    everything = offer("c", {"kind": "percent_off", "percent": "10"})
    assert [
        (one.offer, one.products, one.examples) for one in meetings(offer("a", TENTH), [wine, everything], SHOP)
    ] == [("c", 2, ("milk", "yoghurt"))]
