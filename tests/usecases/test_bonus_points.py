"""Points that an offer promises are earned with the sale, and go back with the goods that brought them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from tests.builders import rows, run
from tests.usecases.quoted import balance, bought, code, paid, quote, spent, switch_on, till_of_store
from tests.usecases.tills import Till, card

from huitou.loyalty.terms import PointsAsMoney
from huitou.receipts.terms import Tender
from huitou.usecases.audit import audit
from huitou.usecases.bring_back import quote_return
from huitou.usecases.points_rate import set_rate

pytestmark = pytest.mark.django_db

DOUBLE = {"id": "double", "name": "双倍", "get": {"kind": "points_bonus", "multiply": "200"}}
HUNDRED = {"id": "hundred", "get": {"kind": "points_bonus", "add": 100},
           "buy": [{"goods": {"skus": ["sku-1", "sku-2"]}, "least_amount": "50.00"}]}  # fmt: skip


@pytest.fixture
def till(db: None, monkeypatch: pytest.MonkeyPatch) -> Till:
    return till_of_store(monkeypatch, "C1", "C2")


def broken() -> list[str]:
    return [f"{one.name}: {one.first_broken}" for one in audit() if not one.holds]


def test_what_the_quote_says_is_earned_and_by_which_offer(till: Till) -> None:
    for document in (DOUBLE, HUNDRED):
        switch_on(document)
    quoted = quote(till, 40_00, 20_00, 7_90, member=card("C1"))
    sale = paid(till, quoted, member=card("C1"))
    told = till.record(sale)
    assert quoted.told["points"] == told["points_earned"] == 67 + 67 + 100, "the whole, with what offers brought"
    assert told["benefits"] == quoted.told["benefits"]
    assert [one["given"] for one in told["benefits"]] == [{"points": 67}, {"points": 100}]
    assert balance() == told["balance"] == 234
    assert rows("SELECT offer, line, points FROM loyalty_bonus ORDER BY offer, line") == [
        ("double", 1, 39), ("double", 2, 20), ("double", 3, 8), ("hundred", 1, 67), ("hundred", 2, 33)
    ], "by offer and line"  # fmt: skip
    assert till.record(sale) == told, "the same again is told the same"
    assert balance() == 234, "and earns nothing"
    assert (spent("double"), spent("hundred")) == ((1, 0, 0), (1, 0, 0)), "a use of each"
    assert broken() == []


@pytest.mark.parametrize(("who", "settled", "because"), [
    (None, True, "points are a member's"),
    ("C1", False, "nobody quoted it, so nobody reckons it"),
])  # fmt: skip
def test_who_is_promised_nothing_is_given_nothing(till: Till, who: str | None, settled: bool, because: str) -> None:
    switch_on(HUNDRED)
    ref = card(who) if who else None
    quoted = quote(till, 60_00, member=ref)
    sale = paid(till, quoted, member=ref)
    told = till.record(sale if settled else replace(sale, programme=None, quoted_at=None))
    assert "benefits" not in told, because
    assert told["points_earned"] == (60 if who else 0)
    assert spent("hundred")[0] == 0
    if not who:
        assert quoted.told["points"] == 0
        (refused,) = quoted.told["not_applied"]
        assert refused["reason"] == "members_only", "and it is said why"


def test_a_part_that_comes_back_takes_what_belongs_to_it(till: Till) -> None:
    switch_on(HUNDRED)
    sale, told = bought(till, 40_00, 20_00, 10_00, member=card("C1"))
    assert told["points_earned"] == 170
    back = till.back(sale, (2, 1000, 20_00))
    assert quote_return(till.caller, back, now=till.now)["points_taken_back"] == 20 + 33, "the quote says it"
    assert till.record(back)["points_taken_back"] == 53, "a third of the hundred lay on the second line"
    assert till.record(till.back(sale, (3, 1000, 10_00)))["points_taken_back"] == 10, "no bonus lay on the third"
    assert spent("hundred")[0] == 1, "of the hundred some are there still"
    assert till.record(till.back(sale, (1, 400, 16_00)))["points_taken_back"] == (40 + 67) * 400 // 1000
    assert broken() == []
    assert till.record(till.back(sale, (1, 600, 24_00)))["points_taken_back"] == 107 - 42, "all that is left"
    assert (balance(), spent("hundred")) == (0, (0, 0, 0)), "as before, and the use is free again"
    assert broken() == []


def test_what_was_spent_of_a_bonus_is_owed(till: Till) -> None:
    switch_on(HUNDRED)
    sale, _ = bought(till, 60_00, member=card("C1"))
    assert rows("SELECT original FROM loyalty_lot") == [(160,)], "one lot, with what the offer brought"
    till.record(till.sale(1_00, member=code(till), points_used=150))
    told = till.record(till.back(sale, (1, 1000, 60_00)))
    assert (told["points_taken_back"], told["debt"]) == (160, 150)
    _, told = bought(till, 60_00, member=card("C1"))
    assert told["points_earned"] == 160, "who owes earns like anybody"
    assert balance() == 160 + 1 - 150
    assert broken() == []


def test_a_return_that_came_before_its_sale(till: Till) -> None:
    switch_on(HUNDRED)
    sale = paid(till, quote(till, 60_00, 10_00, member=card("C1")), member=card("C1"))
    assert till.record(till.back(sale, (1, 1000, 60_00)))["state"] == "parked"
    told = till.record(sale)
    assert (told["points_earned"], told["balance"]) == (170, 24), "it takes effect with the sale"
    assert spent("hundred")[0] == 1, "14 of the hundred lie on what is left"
    assert broken() == []


def test_what_points_paid_brings_no_bonus_where_it_earns_none(till: Till) -> None:
    switch_on(DOUBLE)
    set_rate(PointsAsMoney(100, 1_00, 100, 100, 100, earns=False), actor="ann", now=till.now)
    till.record(till.sale(600_00, member=card("C1")))
    quoted = quote(till, 10_00, member=card("C1"))
    sale = paid(till, quoted, member=code(till), points_used=400,
                tenders=(Tender("points", 4_00), Tender("cash", 6_00)))  # fmt: skip
    told = till.record(sale)
    assert told["points_earned"] == 6 + 6, "six yuan were paid in money, and doubled"
    assert told["benefits"][0]["given"] == {"points": 6}
    assert broken() == []


def test_a_limit_closes_a_bonus_at_the_quote_and_at_the_till(till: Till) -> None:
    switch_on(DOUBLE, uses=2, per_member_day=1)
    first, told = bought(till, 30_00, member=card("C1"))
    assert told["points_earned"] == 60
    quoted = quote(till, 30_00, member=card("C1"))
    assert quoted.told["benefits"] == [], "once a day"
    assert [one["reason"] for one in quoted.told["not_applied"]] == ["limit_reached"]
    # Both were quoted while one was left.
    one, other = (paid(till, quote(till, 30_00, member=card(who)), member=card(who)) for who in ("C2", "C2"))
    assert till.record(one)["points_earned"] == 60
    told = till.record(other)
    assert told["points_earned"] == 30, "of two the second is told that it is gone"
    assert told["benefits_not_given"] == [{"offer": "double", "name": "双倍", "kind": "points_bonus"}]
    assert spent("double") == (2, 0, 0)
    till.record(till.back(first, (1, 1000, 30_00)))
    assert spent("double")[0] == 1, "a use goes back with the goods"
    assert bought(till, 30_00, member=card("C1"))[1]["points_earned"] == 60, "to whom it came from, too"
    assert broken() == []


def test_a_budget_counts_what_points_are_worth(till: Till) -> None:
    set_rate(PointsAsMoney(100, 1_00, 100, 100, 100), actor="ann", now=till.now)
    switch_on(HUNDRED, budget_fen=2_50)
    sale, _ = bought(till, 60_00, member=card("C1"))
    bought(till, 60_00, member=card("C2"))
    assert spent("hundred") == (2, 2_00, 0), "a hundred points are a yuan"
    quoted = quote(till, 60_00, member=card("C1"))
    assert [one["reason"] for one in quoted.told["not_applied"]] == ["budget_spent"], "half a yuan is left"
    till.record(till.back(sale, (1, 500, 30_00)))
    assert spent("hundred") == (2, 1_50, 0), "what came back is worth half of it"
    assert quote(till, 60_00, member=card("C1")).told["points"] == 160
    assert broken() == []


@pytest.mark.parametrize("seed", range(6))
def test_whatever_comes_back_in_whatever_order_points_are_as_before(till: Till, seed: int) -> None:
    chance = random.Random(seed)
    set_rate(PointsAsMoney(10, 1_00, 10, 10, 100), actor="ann", now=till.now)
    switch_on({**DOUBLE, "get": {"kind": "points_bonus", "multiply": str(chance.choice([150, 200, 333])), "add": 7}},
              budget_fen=10_000_00)  # fmt: skip
    switch_on(HUNDRED, per_member=9)
    till.record(till.sale(500_00, member=card("C1")))
    before = balance()
    amounts = [chance.randint(1, 60_00) for _ in range(chance.randint(1, 6))]
    sale, _ = bought(till, *amounts, member=card("C1"))
    left = {line.line: [1000, line.amount_fen] for line in sale.lines}
    while left:
        parts = []
        for line in chance.sample(sorted(left), chance.randint(1, len(left))):
            milli = left[line][0] if chance.random() < 0.5 else chance.randint(1, left[line][0])
            amount = left[line][1] if milli == left[line][0] else left[line][1] * milli // left[line][0]
            parts.append((line, milli, amount))
            left[line] = [left[line][0] - milli, left[line][1] - amount]
            if not left[line][0]:
                del left[line]
        till.record(till.back(sale, *parts))
        assert broken() == []
    assert balance() == before
    assert (spent("double"), spent("hundred")) == ((0, 0, 0), (0, 0, 0))


@pytest.mark.parametrize("trouble", [
    "UPDATE loyalty_bonus SET points = points + 20 WHERE line = 2",
    "UPDATE loyalty_bonus SET points = 900 WHERE line = 1",
    "UPDATE loyalty_bonus SET line = 3 - line",
])  # fmt: skip
def test_the_audit_names_what_is_changed_behind_our_back(till: Till, trouble: str) -> None:
    switch_on(HUNDRED)
    sale, _ = bought(till, 40_00, 20_00, member=card("C1"))
    till.record(till.back(sale, (2, 1000, 20_00)))
    assert broken() == []
    with pytest.raises(DatabaseError), transaction.atomic():
        run(trouble)
    run("ALTER TABLE loyalty_bonus DISABLE TRIGGER loyalty_bonus_never_changes")
    assert any(one.startswith("L3") for one in broken()), "nothing stands in the way of a change"
    run("ALTER TABLE loyalty_bonus DROP CONSTRAINT loyalty_bonus_once")
    run(trouble)
    run("ALTER TABLE loyalty_bonus ENABLE TRIGGER loyalty_bonus_never_changes")
    assert any(one.startswith("L10") for one in broken()), broken()
