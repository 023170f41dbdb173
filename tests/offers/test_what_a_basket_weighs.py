"""Weighed goods cost what they weigh: who does not say it is asked, and nothing counts as a kilogram by itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from huitou.catalogue.terms import GoodsSeen
from huitou.offers.errors import WeightMissing
from huitou.offers.service.reckoning import Scanned, basket_of


def goods(*, weighed: bool = True, price: int | None = 1380, weight_g: int | None = None, label: int | None = None):
    return {"apples": GoodsSeen(1, "101", "", "", "", weighed, price, True, 1, weight_g, label)}


@pytest.mark.parametrize(
    ("known", "milli", "fen", "weighs", "costs", "because"),
    [
        (goods(), 1352, None, 1352, 1866, "the till says the weight"),
        (goods(weight_g=1352), None, None, 1352, 1866, "the label says it"),
        (goods(weight_g=1352, label=1866), None, None, 1352, 1866, "the label says both"),
        (goods(label=1866), None, None, 1352, 1866, "what it costs is so many grams at the shelf's price"),
        (goods(label=1), None, None, 1, 1, "a fen is a gram at least"),
        (goods(weight_g=0, label=1866), None, None, 1352, 1866, "noughts for the weight are no weight"),
        (goods(weighed=False, label=0), None, None, None, 1380, "noughts for the price are no price"),
        (goods(weight_g=1352, label=0), None, None, 1352, 1866, "and nothing is free for them"),
        (goods(), 1000, None, 1000, 1380, "a kilogram that was weighed"),
        (goods(weighed=False), None, None, None, 1380, "a piece"),
        ({}, None, 1380, None, 1380, "what nobody knows is a piece"),
    ],
)
def test_what_a_line_weighs(known, milli, fen, weighs, costs, because):
    (line,) = basket_of([Scanned(1, "apples", milli, fen)], known).lines
    assert (line.weight, int(line.price), line.quantity) == (weighs, costs, 1), because


@pytest.mark.parametrize(
    ("known", "milli", "weighs", "costs", "because"),
    [
        (goods(weight_g=752), None, 752, 752, "a kilogram costs 10.00, and the label says how much of one it is"),
        (goods(weight_g=752, label=1038), None, 752, 752, "a label of both: the till's price goes before it"),
        (
            goods(label=1038),
            None,
            1038,
            1038,
            "a price alone is what it costs, and was for so much of the till's price",
        ),
        (goods(price=None, label=1038), None, 1038, 1038, "no shelf is asked for it"),
        (goods(weight_g=752), 500, 500, 500, "who says a weight is believed"),
    ],
)
def test_a_price_of_the_till_is_for_what_the_label_says(known, milli, weighs, costs, because):
    (line,) = basket_of([Scanned(1, "apples", milli, None, Decimal("10.00"))], known).lines
    assert (line.weight, int(line.price)) == (weighs, costs), because


@pytest.mark.parametrize(
    ("known", "fen", "because"),
    [
        (goods(), None, "nobody says what it weighs"),
        (goods(), 1380, "an amount is no weight"),
        (goods(price=None), None, "without a price it is asked as well"),
        (goods(weight_g=0), None, "the scale printed noughts"),
        (goods(label=0), None, "the scale printed noughts for the price"),
        (goods(price=None, label=1866), None, "no shelf price tells how much a label's price was for"),
    ],
)
def test_weighed_goods_without_a_weight_are_asked_for(known, fen, because):
    with pytest.raises(WeightMissing) as refused:
        basket_of([Scanned(3, "apples", None, fen)], known)
    assert (refused.value.facts["line"], refused.value.facts["sku"]) == (3, "apples"), because
