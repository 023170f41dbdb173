"""The starters: every answer that may be given makes offers that hold, and do what the starter says."""

from __future__ import annotations

from typing import Any

import pytest

from huitou.offers.rules.sentence import say
from huitou.offers.rules.starters import STARTERS, Starter, numbered, starter
from huitou.offers.service import compile_programme, lint_offers, price_json, read_offers


def usual(one: Starter, **answers: int) -> dict[str, int]:
    return {ask.key: ask.usual for ask in one.asks} | answers


@pytest.mark.parametrize("one", STARTERS, ids=lambda one: one.key)
def test_every_answer_makes_offers_that_hold(one):
    for ask in one.asks:
        for answer in (ask.least, ask.usual, ask.most):
            made = one.make(usual(one, **{ask.key: answer}))
            compile_programme(read_offers([offer.document for offer in made.offers]))
            for offer in made.offers:
                gives = offer.document["get"]["kind"] in ("points_bonus", "next_coupon")
                limit = offer.uses if gives else offer.budget_fen
                assert limit is not None, "no mistake costs more than it says"
                assert limit > 0
                assert (offer.budget_fen is None) == gives, "a budget that nothing counts in would never close"


@pytest.mark.parametrize("one", STARTERS, ids=lambda one: one.key)
def test_the_usual_answers_are_not_warned_of(one):
    offers = read_offers([offer.document for offer in one.make(usual(one)).offers])
    assert lint_offers(offers) == []
    assert all(say(offer, language).customer for offer in offers for language in ("zh", "en"))


def paid(key: str, at: str, price: str, **request: Any) -> dict[str, Any]:
    one = starter(key)
    offers = [offer.document for offer in one.make(usual(one)).offers]
    basket = [{"sku": "rice", "price": price}]
    return price_json({"at": at, "basket": basket, "offers": offers, **request})


@pytest.mark.parametrize(
    ("key", "at", "price", "request_", "total", "because"),
    [
        ("members_day", "2026-11-04T10:00:00", "100.00", {"member": {"id": "m"}}, "95.00", "Wednesday, a member"),
        ("members_day", "2026-11-04T10:00:00", "900.00", {"member": {"id": "m"}}, "880.00", "20 yuan at most"),
        ("members_day", "2026-11-05T10:00:00", "100.00", {"member": {"id": "m"}}, "100.00", "Thursday"),
        ("members_day", "2026-11-04T10:00:00", "100.00", {}, "100.00", "nobody showed a card"),
        ("come_back", "2026-11-04T10:00:00", "88.00", {"coupons": [{"id": "1", "kind": "回头券-10"}]}, "78.00", "used"),
        (
            "come_back",
            "2026-11-04T10:00:00",
            "59.00",
            {"coupons": [{"id": "1", "kind": "回头券-10"}]},
            "59.00",
            "little",
        ),
        ("quiet_hours", "2026-11-04T08:00:00", "100.00", {}, "90.00", "in the morning"),
        ("quiet_hours", "2026-11-04T20:30:00", "100.00", {}, "70.00", "in the evening"),
        ("quiet_hours", "2026-11-07T08:00:00", "100.00", {}, "100.00", "Saturday"),
        ("weekend", "2026-11-07T08:00:00", "200.00", {}, "177.50", "the second step"),
        (
            "birthday",
            "2026-11-07T08:00:00",
            "30.00",
            {"member": {"id": "m", "birthday": "1990-11-30"}},
            "25.00",
            "month",
        ),
    ],
)
def test_what_they_do(key, at, price, request_, total, because):
    assert paid(key, at, price, **request_)["total"] == total, because


def test_the_coupon_is_handed_out_from_the_spend_on():
    given = paid("come_back", "2026-11-04T10:00:00", "88.00", member={"id": "m"})["benefits"]
    assert [one["given"]["coupons"] for one in given] == [[{"kind": "回头券-10", "count": 1}]]


@pytest.mark.parametrize("one", STARTERS, ids=lambda one: one.key)
def test_under_a_number_the_same_offers_have_other_codes(one):
    made = one.make(usual(one))
    second = numbered(made, 2)
    codes = {offer.document["id"] for offer in made.offers} | {kind.code for kind in made.coupons}
    assert codes.isdisjoint({offer.document["id"] for offer in second.offers} | {kind.code for kind in second.coupons})
    compile_programme(read_offers([offer.document for offer in second.offers]))
    named = {str(part["coupon"]) for offer in second.offers for part in offer.document.values()
             if isinstance(part, dict) and "coupon" in part}  # fmt: skip
    assert named == {kind.code for kind in second.coupons}, "they give and take the coupon of their own"
    assert numbered(made, 1) == made
