"""Random baskets cost the same at the server and at a till that is alone with the server's bundle, to the fen; and what
the till sold then settles as it was sold, with every conflict listed."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.builders import rows, run
from tests.usecases.tills import NOW, Till, key, open_store

from huitou.catalogue import service as catalogue
from huitou.doors.api.batches import _read
from huitou.members import service as members
from huitou.members.terms import MemberRef, NewMember
from huitou.offers.service import coupons, programmes
from huitou.offers.service import till as at_till
from huitou.offers.service.reckoning import Scanned
from huitou.offers.terms.coupons import KindSeen
from huitou.offers.terms.kept import OfferTerms
from huitou.offline import service as offline
from huitou.offline.service.till import Basket
from huitou.offline.service.till import Till as Alone
from huitou.offline.store.folder import TillFolder
from huitou.privacy.without_database import public_key_of
from huitou.usecases import promotions, record_receipts
from huitou.usecases.offline_bundle import offline_bundle
from huitou.usecases.price_basket import price_basket
from huitou.usecases.till_terms import BasketAsked

pytestmark = pytest.mark.django_db
API_KEY, SECRET = "ht_test", b"s" * 32
BASKETS = 150
SKUS = ("milk", "tea", "rice", "apples")
OFFERS: list[tuple[dict[str, Any], OfferTerms]] = [
    ({"id": "ladder", "get": {"kind": "threshold", "steps": [{"least_amount": "38.00", "amount": "5.00"}]}},
     OfferTerms(budget_fen=40_00)),
    ({"id": "second", "get": {"kind": "nth_unit", "goods": {"skus": ["milk"]}}}, OfferTerms(per_member_day=2)),
    ({"id": "gold", "valid": {"tiers": ["gold"]}, "get": {"kind": "percent_off", "percent": "7"}}, OfferTerms()),
    ({"id": "born", "valid": {"birthday_month": True}, "get": {"kind": "percent_off", "percent": "3"},
      "stage": "order"}, OfferTerms()),
    ({"id": "mine", "valid": {"coupon": "MINE"}, "get": {"kind": "amount_off", "amount": "3.33", "per": "lot"}},
     OfferTerms(per_member=1)),
    ({"id": "staff", "valid": {"staff_only": True}, "get": {"kind": "percent_off", "percent": "11"}},
     OfferTerms(per_member_month_fen=9_00)),
    ({"id": "three", "get": {"kind": "bundle", "price": "20.00", "groups": [
        {"goods": {"skus": ["tea", "rice"]}, "pieces": 3}]}}, OfferTerms(per_store_day=3)),
    ({"id": "double", "get": {"kind": "points_bonus", "multiply": "200", "add": 3}}, OfferTerms(per_member_day=2)),
    ({"id": "next", "buy": [{"least_amount": "30.00"}], "get": {"kind": "next_coupon", "coupon": "NEXT"}},
     OfferTerms(uses=5)),
    ({"id": "paper", "buy": [{"least_amount": "60.00"}], "get": {"kind": "next_coupon", "coupon": "PAPER"}},
     OfferTerms()),
    ({"id": "bag", "get": {"kind": "gift", "gifts": [{"sku": "bag"}]}}, OfferTerms(per_store_day=8)),
]  # fmt: skip


@pytest.fixture
def shop(db, monkeypatch, settings, tmp_path) -> tuple[Till, Alone]:
    monkeypatch.setattr(programmes, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(at_till, "FRESH_SECONDS", 0.0)
    settings.OFFLINE_PATH = tmp_path / "server"
    store = open_store()
    day = NOW.date()
    members.take_people(
        [NewMember(f"C{n}", f"C{n}", day, None, day.replace(year=1990, month=11 - n % 2), store) for n in range(1, 5)]
    )
    run("INSERT INTO members_tier (member_id, tier, since) SELECT id, 'gold', '2026-01-01' FROM members_member "
        "WHERE id % 2 = 0")  # fmt: skip
    run("INSERT INTO members_staff (member_id, number, since) SELECT id, 'E' || id, '2026-01-01' FROM members_member "
        "WHERE id % 3 = 0")  # fmt: skip
    catalogue.take_products_online([(sku, sku, "food") for sku in SKUS])
    run("UPDATE catalogue_product SET price_fen = 640 + 123 * length(sku), weighed = sku = 'apples', "
        "promotable = sku <> 'apples'")  # fmt: skip
    run("INSERT INTO catalogue_code (product_id, kind, code, pieces) SELECT id, 'barcode', '6901234567892', 6 "
        "FROM catalogue_product WHERE sku = 'milk'")  # fmt: skip
    coupons.make_kind(KindSeen("MINE", "mine", personal=True), by="ann")
    coupons.make_kind(KindSeen("NEXT", "next", personal=True, valid_days=14), by="ann")
    coupons.make_kind(KindSeen("PAPER", "paper"), by="ann")
    batch = coupons.begin_batch("MINE", "mine", by="ann", today=day, members=[who(f"C{n}") for n in (1, 1, 2, 3)])
    coupons.issue_batch(batch.id, today=day)
    for document, terms in OFFERS:
        promotions.draft_offer(document, terms, actor="ann")
        promotions.switch_on(document["id"], actor="ann")
    run("SET CONSTRAINTS ALL DEFERRED")  # as in every transaction that nobody has prepared
    alone = Alone(TillFolder(tmp_path / "till"), "S1", offline.cards_key_of(API_KEY, "S1"), None, lambda: SECRET)
    fetch(alone)
    return Till(), alone


def who(card: str) -> int:
    return members.ids_of("card", [card])["member_id"][0].as_py()


def fetch(alone: Alone, now: Any = NOW) -> None:
    signed = offline_bundle(key(), API_KEY, "S1", have=alone.have(), till_key=public_key_of(SECRET), now=now)
    alone.take_bundle(signed, now=now, sent=alone.memory.last)


def codes_of(card: str) -> list[str]:
    found = rows("SELECT code FROM offers_coupon WHERE member_id = %s ORDER BY code", who(card))
    return [code for (code,) in found]


def drawn(dice: random.Random) -> tuple[Basket, BasketAsked]:
    """The same basket for both."""
    lines = []
    for place in range(1, dice.randrange(2, 7)):
        sku = dice.choice((*SKUS, "6901234567892"))
        milli = dice.randrange(100, 3000) if sku == "apples" else 1000 * dice.randrange(1, 5)
        lines.append(Scanned(place, sku, milli, dice.choice((None, None, dice.randrange(1, 4000)))))
    card = dice.choice((None, "C1", "C2", "C3", "C4"))
    ref = MemberRef("card", card) if card else None
    shown = tuple(dice.sample(codes_of("C1") + codes_of("C2") + codes_of("C3"), dice.randrange(0, 3)))
    mine = Basket(tuple(lines), "store", ref, shown, None, deadline_ms=60_000)
    return mine, BasketAsked("S1", "1", "store", ref, tuple(lines), shown, None, 60_000)


def test_random_baskets_cost_the_same_to_the_fen(shop):
    _, alone = shop
    dice = random.Random(20261129)
    touched: set[str] = set()
    for number in range(BASKETS):
        mine, theirs = drawn(dice)
        told, refused = alone.price(mine, now=NOW)
        quoted = price_basket(key(), theirs, now=NOW)
        assert told == quoted.told | {"proof": None}, (number, mine)
        assert {code: one.code for code, one in refused.items()} == {
            code: one.code for code, one in quoted.refused.items()
        }
        touched |= {one["offer"] for one in (*told["applied"], *told["benefits"])}
    assert touched == {document["id"] for document, _ in OFFERS}, "each offer was seen at work"
    run("UPDATE catalogue_product SET price_fen = price_fen + 1")
    differing = [drawn(dice) for _ in range(20)]
    assert any(
        alone.price(mine, now=NOW)[0] != price_basket(key(), theirs, now=NOW).told for mine, theirs in differing
    ), "the control: a price that the till has not heard of is seen"


def test_what_was_used_is_counted_alike_after_it_was_sent(shop):
    """Sold alone, sent, and fetched anew: both sides still agree on limits, budgets and coupons."""
    till, alone = shop
    dice = random.Random(7)
    at = NOW
    for number in range(12):
        mine, _ = drawn(dice)
        told, _ = alone.price(mine, now=at)
        body = sale_of(told, mine, str(number), at)
        alone.sell(body, now=at)
        at += timedelta(minutes=1)
    sent = send(till, alone, at)
    assert {one["status"] for one in sent} == {"recorded"}
    fetch(alone, at)
    for _ in range(20):
        mine, theirs = drawn(dice)
        assert alone.price(mine, now=at)[0] == price_basket(key(), theirs, now=at).told | {"proof": None}


def test_what_a_till_alone_promised_is_given_when_it_is_sent(shop):
    """Points and a coupon follow; the last one was given elsewhere meanwhile, and is honoured and listed."""
    till, alone = shop
    run("UPDATE offers_tally SET uses = 4 WHERE offer_id = (SELECT id FROM offers_offer WHERE code = 'next')")
    run("SET CONSTRAINTS ALL DEFERRED")
    fetch(alone)
    asked = Basket((Scanned(1, "rice", 1000, 50_00),), "store", MemberRef("card", "C1"), (), None, deadline_ms=60_000)
    quoted, _ = alone.price(asked, now=NOW)
    assert [one["offer"] for one in quoted["benefits"]] == ["bag", "double", "next"]
    told = alone.sell(sale_of(quoted, asked, "1", NOW), now=NOW)
    assert told["points_earned"] == quoted["points"] == int(float(quoted["total"])) * 2 + 3
    assert told["benefits"] == quoted["benefits"]
    assert "next" not in [one["offer"] for one in alone.price(asked, now=NOW)[0]["benefits"]], "it was the last one"
    theirs = price_basket(key(), BasketAsked("S1", "2", "store", MemberRef("card", "C2"), asked.scanned, (), None),
                          now=NOW).told  # fmt: skip
    other = replace(till, number="2")
    line = till.sale(int(float(theirs["total"]) * 100)).lines[0]
    said = replace(other.sale(member=MemberRef("card", "C2")), programme=theirs["programme"], quoted_at=NOW,
                   lines=(line._replace(sku="rice", discount_fen=50_00 - line.amount_fen),))  # fmt: skip
    assert len(other.record(said)["coupons_given"]) == 1
    (sent,) = send(till, alone, NOW + timedelta(hours=1))
    assert sent["points_earned"] == told["points_earned"]
    assert [one["kind"] for one in sent["coupons_given"]] == ["NEXT"], "promised is given"
    assert "benefits_not_given" not in sent
    assert [one[0] for one in conflicts()] == ["offer_over_limit"]
    (again,) = send_again(till, alone, NOW + timedelta(hours=2))
    assert {**again, "status": ""} == {**sent, "status": ""}, "sent again it is told the same"
    assert rows("SELECT count(*) FROM offers_brought") == [(2,)]
    (unmarked,) = send_again_changed(till, alone, lambda line: {
        **line, "number": "9", "offline": {**line["offline"], "promised": []}})  # fmt: skip
    assert unmarked["benefits_not_given"][0]["offer"] == "next", "what is not proven is given while there is room"


def sale_of(told: dict[str, Any], asked: Basket, number: str, at: Any) -> dict[str, Any]:
    lines = [
        {"line": one["line"], "sku": scanned.sku, "quantity": _milli(scanned.quantity_milli or 1000),
         "discount": one["discount"], "amount": one["amount"]}
        for one, scanned in zip(told["lines"], asked.scanned, strict=True)
    ]  # fmt: skip
    body = {"store": "S1", "till": "1", "number": number, "at": at.isoformat(), "lines": lines,
            "quote": {"programme": told["programme"], "at": told["at"]}}  # fmt: skip
    if asked.member is not None:
        body["member"] = {"kind": "card", "value": asked.member.value}
    used = [one["coupon"] for one in told["coupons"] if one["used"]]
    if used and asked.member is not None:
        body["coupons"] = used
        body["member"] = {"kind": "code", "value": members.signed_code(who(asked.member.value), at=at)}
    return body


def _milli(milli: int) -> str:
    return f"{milli // 1000}.{milli % 1000:03d}"


def send(till: Till, alone: Alone, now: Any, change: Any = lambda line: line) -> list[dict[str, Any]]:
    """What waits, as `receipts/batch` reads and records it."""
    lines = [(sequence, change(line)) for sequence, line in alone.to_send(10_000)]
    read = [_read(place, json.dumps(line).encode(), till.caller) for place, (_, line) in enumerate(lines, 1)]
    told = [found for _, found in record_receipts.record_batch(till.caller, read, now=now)]
    alone.folder.note_sent(lines[-1][0])
    return told


def paid(alone: Alone, number: str, at: Any, card: str = "C1", **more: Any) -> dict[str, Any]:
    line = {"line": 1, "sku": "rice", "quantity": "1.000", "amount": "50.00"}
    body = {"store": "S1", "till": "1", "number": number, "at": at.isoformat(), "lines": [line],
            "member": {"kind": "code", "value": members.signed_code(who(card), at=at)}, **more}  # fmt: skip
    return alone.sell(body, now=at)


def conflicts() -> list[tuple[Any, ...]]:
    return rows("SELECT kind, body ->> 'number', coalesce(body ->> 'code', body ->> 'says') FROM receipts_conflict "
                "ORDER BY id")  # fmt: skip


def test_what_no_longer_fits_is_listed_and_nothing_is_refused(shop):
    till, alone = shop
    first, second = codes_of("C1")
    (theirs,) = codes_of("C2")
    paid(alone, "fits", NOW, coupons=[first])
    paid(alone, "used meanwhile", NOW + timedelta(minutes=1), coupons=[second])
    paid(alone, "void meanwhile", NOW + timedelta(minutes=2), "C2", coupons=[theirs])
    # Meanwhile another store's till used one of them, somebody made the other void, and the ladder was switched off.
    code = MemberRef("code", members.signed_code(who("C1"), at=NOW + timedelta(hours=1)))
    till.now = NOW + timedelta(hours=1)
    till.record(till.sale(900, member=code, coupons=(second,)))
    coupons.void_coupon(theirs, today=NOW.date())
    promotions.pause_offer("ladder", actor="ann")
    told = send(till, alone, NOW + timedelta(hours=2))
    assert [one["status"] for one in told] == ["recorded"] * 3
    listed = conflicts()
    assert [one for one in listed if one[0] == "coupon_honoured"] == [
        ("coupon_honoured", "used meanwhile", "coupon_used"),
        ("coupon_honoured", "void meanwhile", "coupon_void"),
    ]
    assert len({one["programme"] for one in told}) == 1
    again = send_again(till, alone, NOW + timedelta(hours=3))
    assert [one["status"] for one in again] == ["replayed"] * 3
    assert conflicts() == listed, "sent again it is listed once"


def send_again(till: Till, alone: Alone, now: Any) -> list[dict[str, Any]]:
    alone.folder.note_sent(0)
    return send(till, alone, now)


def test_points_of_a_hold_that_the_till_made_are_proven_by_the_code_it_saw(shop):
    till, alone = shop
    till.record(till.sale(500_00, member=MemberRef("card", "C1")))
    fetch(alone, NOW + timedelta(minutes=1))
    at = NOW + timedelta(minutes=2)
    alone.hold("b1", MemberRef("code", members.signed_code(who("C1"), at=at)), 100, [], now=at)
    card = {"kind": "card", "value": "C1"}
    paid(alone, "held", at + timedelta(minutes=9), member=card, points_used=100, hold="b1")
    (told,) = send(till, alone, NOW + timedelta(hours=9))
    assert (told["points_used"], told["points_honoured"]) == (100, 0)
    assert conflicts() == []


@pytest.mark.parametrize(
    ("change", "kind", "because"),
    [
        (lambda line: {**line, "lines": [{**line["lines"][0], "amount": "0.01"}]}, "offline_unproven", "other words"),
        (lambda line: {**line, "offline": {**line["offline"], "sequence": 9}}, "offline_unproven", "another place"),
        (lambda line: {**line, "offline": {**line["offline"], "ticket": "x.y"}}, "offline_unproven", "not our ticket"),
        (lambda line: {**line, "offline": {**line["offline"], "signature": "!"}}, "offline_unproven", "no signature"),
    ],
)
def test_an_unproven_receipt_stands_and_is_listed(shop, change, kind, because):
    till, alone = shop
    paid(alone, "1", NOW)
    (told,) = send(till, alone, NOW + timedelta(hours=1), change)
    assert told["status"] == "recorded", because
    assert [one[:2] for one in conflicts()] == [(kind, "1")], because
    (again,) = send_again_changed(till, alone, change)
    assert (again["status"], len(conflicts())) == ("replayed", 1)


def send_again_changed(till: Till, alone: Alone, change: Any) -> list[dict[str, Any]]:
    alone.folder.note_sent(0)
    return send(till, alone, NOW + timedelta(hours=2), change)


def test_a_ticket_of_another_key_and_a_bundle_that_had_ended(shop, monkeypatch):
    till, alone = shop
    paid(alone, "theirs", NOW)
    till.caller = replace(key(), name="other")
    send(till, alone, NOW + timedelta(hours=1))
    assert [one[0] for one in conflicts()] == ["offline_unproven"]
    till.caller = key()
    late = NOW + timedelta(hours=50)
    monkeypatch.setattr("huitou.offline.service.shop.Shop.require_people", lambda *_: None)
    paid(alone, "late", late, coupons=codes_of("C1")[:1])
    (told,) = send(till, alone, late + timedelta(hours=1))
    assert told["status"] == "recorded"
    assert [one[0] for one in conflicts()][1:] == ["bundle_ended"]


def test_a_receipt_that_was_recorded_before_the_line_broke_is_the_same_one(shop):
    till, alone = shop
    body = {"store": "S1", "till": "1", "number": "7", "at": NOW.isoformat(),
            "lines": [{"line": 1, "sku": "rice", "quantity": "1.000", "amount": "50.00"}]}  # fmt: skip
    heard = _read(1, json.dumps({"kind": "sale", **body}).encode(), till.caller).said
    till.record(heard)
    alone.sell(body, now=NOW)
    (told,) = send(till, alone, NOW + timedelta(hours=1))
    assert told["status"] == "replayed"
