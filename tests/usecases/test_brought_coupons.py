"""Coupons for next time come with the sale, once, and end when what is left of the purchase would not bring them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from tests.builders import rows, run
from tests.usecases.quoted import balance, bought, code, paid, quote, spent, state, switch_on, till_of_store
from tests.usecases.tills import Till, card

from huitou.offers.rules.coupon_codes import is_sound
from huitou.offers.service import coupons
from huitou.offers.terms.coupons import KindSeen
from huitou.usecases import record_receipts
from huitou.usecases.audit import audit
from huitou.usecases.bring_back import quote_return

pytestmark = pytest.mark.django_db

GIVE = {"id": "give", "name": "满60送券", "get": {"kind": "next_coupon", "coupon": "NEXT"},
        "buy": [{"least_amount": "60.00"}]}  # fmt: skip
TAKE = {"id": "take", "valid": {"coupon": "NEXT"}, "get": {"kind": "amount_off", "amount": "10.00", "per": "lot"}}


@pytest.fixture
def till(db: None, monkeypatch: pytest.MonkeyPatch) -> Till:
    found = till_of_store(monkeypatch, "C1", "C2")
    coupons.make_kind(KindSeen("NEXT", "回头券", "满 20 减 10", 10_00, personal=True, valid_days=14), by="ann")
    coupons.make_kind(KindSeen("BEARER", "纸券", valid_until=date(2026, 12, 31)), by="ann")
    coupons.make_kind(KindSeen("OVER", "old", valid_until=date(2026, 10, 31)), by="ann")
    switch_on(GIVE)
    switch_on(TAKE)
    return found


def broken() -> list[str]:
    return [f"{one.name}: {one.first_broken}" for one in audit() if not one.holds]


def conflicts() -> list[str]:
    return [row[0] for row in rows("SELECT kind FROM receipts_conflict ORDER BY id")]


def test_a_member_s_coupon_comes_with_the_sale_and_is_good_from_that_day_on(till: Till) -> None:
    quoted = quote(till, 60_00, member=card("C1"))
    assert quoted.told["benefits"][0]["given"] == {"coupons": [{"kind": "NEXT", "count": 1}]}
    sale = paid(till, quoted, member=card("C1"))
    told = till.record(sale)
    (given,) = told["coupons_given"]
    assert given == {
        "coupon": given["coupon"], "kind": "NEXT", "title": "回头券", "terms": "满 20 减 10", "first_day": "2026-11-20",
        "last_day": "2026-12-03", "personal": True, "offer": "give",
    }, "fourteen days, this one included"  # fmt: skip
    assert is_sound(given["coupon"].replace("-", "")), "with a check character"
    assert till.record(sale) == told, "the same again is told the same code"
    assert rows("SELECT count(*) FROM offers_coupon") == [(1,)]
    seen, of, _ = coupons.coupon(given["coupon"])
    life = coupons.life_of(seen)
    assert (life.offer, life.brought_by, of) == (
        "give",
        told["receipt"],
        rows("SELECT min(id) FROM members_member")[0][0],
    )
    again, told = bought(till, 30_00, member=code(till), coupons=[given["coupon"]])
    assert told["difference"] == "0.00"
    assert sum(one.amount_fen for one in again.lines) == 20_00, "and takes off what it says"
    assert told["coupons_used"] == [given["coupon"]]
    assert "coupons_given" not in told
    assert broken() == []


def test_whoever_is_not_promised_one_gets_none(till: Till) -> None:
    for who, amount, reason in ((None, 60_00, "members_only"), ("C1", 59_99, "too_little")):
        ref = card(who) if who else None
        quoted = quote(till, amount, member=ref)
        assert quoted.told["benefits"] == []
        assert reason in [one["reason"] for one in quoted.told["not_applied"]]
        assert "coupons_given" not in till.record(paid(till, quoted, member=ref))
    sale = paid(till, quote(till, 70_00, member=card("C1")), member=card("C1"))
    assert "coupons_given" not in till.record(replace(sale, programme=None, quoted_at=None)), "nobody reckoned it"
    assert rows("SELECT count(*) FROM offers_coupon") == [(0,)]


def test_a_bearer_s_coupon_is_anybody_s_and_a_kind_that_is_over_gives_none(till: Till) -> None:
    switch_on({**GIVE, "id": "paper", "get": {"kind": "next_coupon", "coupon": "BEARER", "count": 2}})
    switch_on({**GIVE, "id": "late", "get": {"kind": "next_coupon", "coupon": "OVER"}})
    quoted = quote(till, 80_00)
    told = till.record(paid(till, quoted))
    assert [(one["kind"], one["personal"], one["last_day"]) for one in told["coupons_given"]] == [
        ("BEARER", False, "2026-12-31")] * 2  # fmt: skip
    assert len({one["coupon"] for one in told["coupons_given"]}) == 2
    assert {one["offer"]: one["reason"] for one in quoted.told["not_applied"]}["late"] == "coupon_kind_ended"
    assert rows("SELECT member_id FROM offers_coupon") == [(None,), (None,)]
    assert broken() == []


def test_a_kind_that_is_not_there_is_promised_to_nobody(till: Till) -> None:
    switch_on({**GIVE, "id": "paper", "get": {"kind": "next_coupon", "coupon": "BEARER"}})
    run("UPDATE offers_couponkind SET code = 'GONE' WHERE code = 'BEARER'")
    run("SET CONSTRAINTS ALL DEFERRED")
    switch_on({**TAKE, "id": "again"})
    quoted = quote(till, 80_00)
    assert {one["offer"]: one["reason"] for one in quoted.told["not_applied"]}["paper"] == "coupon_kind_unknown"
    assert "coupons_given" not in till.record(paid(till, quoted))


def test_what_is_left_decides_whether_it_stands(till: Till) -> None:
    sale, told = bought(till, 50_00, 20_00, 5_00, member=card("C1"))
    (given,) = (one["coupon"] for one in told["coupons_given"])
    told = till.record(till.back(sale, (3, 1000, 5_00)))
    assert "coupons_void" not in told, "70.00 are left"
    assert (state(given), spent("give")) == ("live", (1, 0, 0))
    back = till.back(sale, (2, 1000, 20_00))
    assert quote_return(till.caller, back, now=till.now)["coupons_void"] == [given]
    assert state(given) == "live", "a quote writes nothing"
    told = till.record(back)
    assert told["coupons_void"] == [given], "50.00 are not enough"
    assert told["benefits_gone"][0]["offer"] == "give"
    assert (state(given), spent("give")) == ("void", (0, 0, 0))
    assert till.record(back) == told
    assert "coupons_void" not in till.record(till.back(sale, (1, 1000, 50_00))), "once"
    assert conflicts() == []
    assert broken() == []


def test_one_that_was_used_already_is_listed_for_a_person(till: Till) -> None:
    sale, told = bought(till, 60_00, member=card("C1"))
    (given,) = (one["coupon"] for one in told["coupons_given"])
    other, _ = bought(till, 30_00, member=code(till), coupons=[given])
    told = till.record(till.back(sale, (1, 1000, 60_00)))
    assert "coupons_void" not in told
    assert conflicts() == ["brought_coupon_used"]
    assert state(given) == "used"
    assert rows("SELECT body ->> 'coupon', body ->> 'kind', body ->> 'offer' FROM receipts_conflict") == [
        (given.replace("-", ""), "NEXT", "give")]  # fmt: skip
    told = till.record(till.back(other, (1, 1000, 20_00)))
    assert "coupons_given_back" not in told, "nobody gets back what is void"
    assert state(given) == "void"
    assert broken() == []


def test_a_return_that_came_first_leaves_no_coupon(till: Till) -> None:
    sale = paid(till, quote(till, 50_00, 20_00, member=card("C1")), member=card("C1"))
    assert till.record(till.back(sale, (2, 1000, 20_00)))["state"] == "parked"
    told = till.record(sale)
    assert "coupons_given" not in told, "nobody prints what is void already"
    assert rows("SELECT state FROM offers_coupon") == [("void",)]
    assert spent("give") == (0, 0, 0)
    assert broken() == []


def test_a_coupon_that_another_basket_holds_ends_there_too(till: Till) -> None:
    sale, told = bought(till, 60_00, member=card("C1"))
    (given,) = (one["coupon"] for one in told["coupons_given"])
    record_receipts.hold(till.caller, "b1", code(till), 0, now=till.now, coupons=(given,), store="S1")
    assert state(given) == "held"
    assert till.record(till.back(sale, (1, 1000, 60_00)))["coupons_void"] == [given]
    assert state(given) == "void"
    assert broken() == []


def test_limits_close_it(till: Till) -> None:
    switch_on(GIVE, per_member_day=1, uses=2)
    first, _ = bought(till, 60_00, member=card("C1"))
    assert quote(till, 60_00, member=card("C1")).told["benefits"] == []
    one, other = (paid(till, quote(till, 60_00, member=card("C2")), member=card("C2")) for _ in range(2))
    assert len(till.record(one)["coupons_given"]) == 1
    told = till.record(other)
    assert told["benefits_not_given"] == [{"offer": "give", "name": "满60送券", "kind": "next_coupon"}]
    assert "coupons_given" not in told
    till.record(till.back(first, (1, 1000, 60_00)))
    assert spent("give") == (1, 0, 0)
    _, told = bought(till, 60_00, member=card("C1"))
    assert len(told["coupons_given"]) == 1, "the day is C1's again, too"
    assert broken() == []


def test_a_batch_gives_each_once_and_no_more_than_limits_allow(till: Till) -> None:
    switch_on(GIVE, uses=1)
    sales = [paid(till, quote(till, 60_00, member=card(who)), member=card(who)) for who in ("C1", "C2")]
    first = till.upload(*sales)
    assert [len(one.get("coupons_given", ())) for one in first] == [1, 0]
    assert first[1]["benefits_not_given"][0]["offer"] == "give"
    again = till.upload(*sales)
    assert [one.get("coupons_given") for one in again] == [one.get("coupons_given") for one in first]
    assert rows("SELECT count(*) FROM offers_coupon") == [(1,)]
    assert spent("give") == (1, 0, 0)
    assert broken() == []


@pytest.mark.parametrize("seed", range(6))
def test_whatever_comes_back_in_whatever_order_coupons_and_uses_are_as_before(till: Till, seed: int) -> None:
    chance = random.Random(seed)
    till.record(till.sale(10_00, member=card("C1")))
    before = balance()
    first, told = bought(till, *(chance.randint(15_00, 60_00) for _ in range(4)), member=card("C1"))
    given = told.get("coupons_given", [])
    use = chance.random() < 0.7 and given
    sales = [first]
    if use:
        other, told = bought(till, *(chance.randint(5_00, 60_00) for _ in range(3)), member=code(till),
                             coupons=[given[0]["coupon"]])  # fmt: skip
        sales.append(other)
        given += told.get("coupons_given", [])
    left = {(place, line.line): [1000, line.amount_fen] for place, sale in enumerate(sales) for line in sale.lines}
    while left:
        place = chance.choice(sorted({place for place, _ in left}))
        mine = sorted(line for at, line in left if at == place)
        parts = []
        for line in chance.sample(mine, chance.randint(1, len(mine))):
            milli, amount = left[place, line]
            if chance.random() < 0.4:
                milli = chance.randint(1, milli)
                amount = amount if milli == left[place, line][0] else amount * milli // left[place, line][0]
            parts.append((line, milli, amount))
            left[place, line] = [left[place, line][0] - milli, left[place, line][1] - amount]
            if not left[place, line][0]:
                del left[place, line]
        till.record(till.back(sales[place], *parts))
        assert broken() == []
    assert balance() == before
    assert {state(one["coupon"]) for one in given} <= {"void"}, "nobody keeps what nothing brought"
    assert (spent("give"), spent("take")) == ((0, 0, 0), (0, 0, 0))


@pytest.mark.parametrize(("trouble", "trigger"), [
    ("UPDATE offers_brought SET gone_by_id = receipt_id", None),
    ("DELETE FROM offers_brought", "offers_brought_is_kept"),
    ("DELETE FROM offers_brought WHERE number = 2", "offers_brought_is_kept"),
    ("UPDATE receipts_returnmatch SET quantity_milli = 1", None),
])  # fmt: skip
def test_the_audit_names_what_is_changed_behind_our_back(till: Till, trouble: str, trigger: str | None) -> None:
    switch_on({**GIVE, "get": {**GIVE["get"], "count": 2}})
    bought(till, 60_00, member=card("C1"))
    sale, _ = bought(till, 65_00, member=card("C2"))
    till.record(till.back(sale, (1, 1000, 65_00)))
    assert broken() == []
    if trigger is not None:
        with pytest.raises(DatabaseError), transaction.atomic():
            run(trouble)
        run(f"ALTER TABLE offers_brought DISABLE TRIGGER {trigger}")
        assert any(one.startswith("C17") for one in broken()), "nothing stands in the way of a change"
    run(trouble.replace("receipt_id", "receipt_id WHERE gone_by_id IS NULL"))
    if trigger is not None:
        run(f"ALTER TABLE offers_brought ENABLE TRIGGER {trigger}")
    assert any(one.startswith("C17") for one in broken()), broken()
