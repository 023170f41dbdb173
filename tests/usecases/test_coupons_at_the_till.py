"""Coupons and offers from the quote to the return: who may use them, what is counted, and that all of it comes back."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from tests.builders import rows, run
from tests.usecases.tills import Till, card, open_store

from huitou.catalogue import service as catalogue
from huitou.loyalty.terms import PointsAsMoney
from huitou.members import service as members
from huitou.members.errors import SpendingNeedsCode
from huitou.members.terms import MemberRef, NewMember
from huitou.offers import errors
from huitou.offers import service as offers
from huitou.offers.service import coupons, programmes
from huitou.offers.service import till as at_till
from huitou.offers.service.reckoning import Scanned
from huitou.offers.terms.coupons import KindSeen
from huitou.offers.terms.kept import OfferTerms
from huitou.receipts.terms import Tender
from huitou.usecases import promotions, record_receipts
from huitou.usecases.audit import audit
from huitou.usecases.bring_back import quote_return
from huitou.usecases.points_rate import set_rate
from huitou.usecases.price_basket import BasketAsked, price_basket

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
LAST_DAY = date(2026, 12, 19)
MJ = {"id": "mj", "get": {"kind": "threshold", "steps": [{"least_amount": "38.00", "amount": "5.00"}]}}
TEN = {"id": "ten", "valid": {"coupon": "TEN"}, "get": {"kind": "amount_off", "amount": "10.00", "per": "lot"}}
MINE = {"id": "mine", "valid": {"coupon": "MINE"}, "get": {"kind": "percent_off", "percent": "20"},
        "funding": [{"payer": "meng", "percent": "60"}, {"payer": "us", "percent": "40"}]}  # fmt: skip


@pytest.fixture
def till(db, monkeypatch) -> Till:
    monkeypatch.setattr(programmes, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(at_till, "FRESH_SECONDS", 0.0)
    open_store()
    till = Till()
    members.take_people([NewMember(one, one, TODAY) for one in ("C1", "C2")])
    catalogue.take_products_online([(f"sku-{place}", "", "") for place in range(1, 9)])
    terms = {"mj": OfferTerms(budget_fen=12_00), "ten": OfferTerms(per_member=2), "mine": OfferTerms()}
    for document in (MJ, TEN, MINE):
        promotions.draft_offer(document, terms[document["id"]], actor="ann")
        promotions.switch_on(document["id"], actor="ann")
    coupons.make_kind(KindSeen("TEN", "ten off", valid_days=30), by="ann")
    coupons.make_kind(KindSeen("MINE", "a fifth off", personal=True), by="ann")
    issue("TEN", count=8)
    issue("MINE", members=[member("C1"), member("C1"), member("C2")])
    return till


def member(value: str) -> int:
    return members.ids_of("card", [value])["member_id"][0].as_py()


def code(till: Till, value: str = "C1") -> MemberRef:
    return MemberRef("code", members.dynamic_code(member(value), at=till.now))


def issue(kind, **more) -> None:
    begun = coupons.begin_batch(kind, kind, by="ann", today=TODAY, **more)
    coupons.issue_batch(begun.id, today=TODAY)


def codes(kind: str) -> list[str]:
    return [row[0] for row in rows(
        "SELECT c.code FROM offers_coupon c JOIN offers_couponbatch b ON b.id = c.batch_id "
        "JOIN offers_couponkind k ON k.id = b.kind_id WHERE k.code = %s ORDER BY c.id", kind)]  # fmt: skip


def state(one: str) -> str:
    return rows("SELECT state FROM offers_coupon WHERE code = %s", one)[0][0]


def quote(till: Till, *amounts: int, member: MemberRef | None = None, coupons=(), hold=None):
    scanned = tuple(Scanned(place, f"sku-{place}", 1000, fen) for place, fen in enumerate(amounts, 1))
    asked = BasketAsked(till.store, till.number, "store", member, scanned, tuple(coupons), hold)
    return price_basket(till.caller, asked, now=till.now)


def paid(till: Till, quoted, *, member: MemberRef | None = None, coupons=(), hold=None, **more):
    """The sale that the quote promised."""
    lines = quoted.told["lines"]
    sale = till.sale(*(fen(one["amount"]) for one in lines), member=member, **more)
    said = tuple(one._replace(discount_fen=fen(told["discount"])) for one, told in zip(sale.lines, lines, strict=True))
    return replace(sale, lines=said, programme=quoted.told["programme"], quoted_at=till.now, coupons=tuple(coupons),
                   hold=hold)  # fmt: skip


def fen(text: str) -> int:
    return int(Decimal(text) * 100)


def kept() -> list[str]:
    return [f"{one.name}: {one.first_broken}" for one in offers.verdicts() if not one.holds]


def spent(offer: str) -> tuple[int, int, int]:
    return rows(
        "SELECT sum(uses), sum(fen), sum(honoured_fen) FROM offers_tally t JOIN offers_offer o ON o.id = t.offer_id "
        "WHERE o.code = %s", offer)[0]  # fmt: skip


def test_who_only_names_a_member_hears_no_code_that_is_good_in_any_hand(till):
    """A phone number is known to many; what may be handed on would be spent by whoever said it."""
    gift = {
        "id": "gift",
        "name": "to hand on, 3.00",
        "valid": {"coupon": "GIFT"},
        "get": {"kind": "amount_off", "amount": "3.00", "per": "lot"},
    }
    promotions.draft_offer(gift, OfferTerms(), actor="ann")
    promotions.switch_on("gift", actor="ann")
    coupons.make_kind(KindSeen("GIFT", "to hand on", personal=True, transferable=True), by="ann")
    issue("GIFT", members=[member("C1")])
    mine = {coupons.shown_code(one) for one in codes("MINE")[:2]}

    def suggested(ref: MemberRef) -> set[tuple[str | None, bool]]:
        told = quote(till, 30_00, 20_00, member=ref).told["suggestions"]
        return {(one["coupon"], one["needs_code"]) for one in told}

    assert suggested(card("C1")) == {(None, True)} | {(one, True) for one in mine}
    named = {one["offer"]: one["name"] for one in quote(till, 30_00, 20_00, member=card("C1")).told["suggestions"]}
    assert named["gift"] == "to hand on, 3.00", "a cashier reads a name and no code"
    assert suggested(code(till)) == {(coupons.shown_code(codes("GIFT")[0]), False)} | {(one, False) for one in mine}


def test_from_the_quote_to_the_return(till):
    ten, other = codes("TEN")[:2]
    before = rows("SELECT count(*) FROM offers_couponuse")
    quoted = quote(till, 30_00, 20_00, member=card("C1"), coupons=[coupons.shown_code(ten).lower(), "NONSENSE"])
    told = quoted.told
    assert (told["total_before"], told["discount"], told["total"], told["points"]) == ("50.00", "15.00", "35.00", 35)
    assert [one["amount"] for one in told["lines"]] == ["21.00", "14.00"], "9 and 6 of 15 by what entered each stage"
    assert isinstance(quoted.refused["NONSENSE"], errors.CouponUnknown)
    assert {one["coupon"] for one in told["suggestions"]} == {coupons.shown_code(one) for one in codes("MINE")[:2]}
    assert rows("SELECT count(*) FROM offers_couponuse") == before, "a quote writes nothing"

    # Two baskets, one coupon.
    held = record_receipts.hold(till.caller, "b-1", None, 0, coupons=[ten], now=till.now)
    assert held["coupons"] == [coupons.shown_code(ten)]
    again = record_receipts.hold(till.caller, "b-1", None, 0, coupons=[ten], now=till.now + timedelta(minutes=1))
    assert again["ends_at"] == held["ends_at"], "the same promise"
    with pytest.raises(errors.CouponHeld):
        record_receipts.hold(till.caller, "b-2", None, 0, coupons=[ten], now=till.now)
    with pytest.raises(errors.CouponHeld):
        till.record(paid(till, quoted, member=card("C1"), coupons=[ten]))
    assert isinstance(quote(till, 30_00, coupons=[ten]).refused[ten], errors.CouponHeld)
    late = replace(till, now=till.now + timedelta(minutes=16))
    assert not quote(late, 30_00, coupons=[ten]).refused, "a hold whose time is over holds no more"
    record_receipts.hold(till.caller, "b-1", None, 0, coupons=[ten, other], now=till.now)
    assert (state(ten), state(other)) == ("held", "held")

    sale = paid(till, quoted, member=card("C1"), coupons=[ten], hold="b-1")
    told = till.record(sale)
    assert (told["difference"], told["coupons_used"], told["points_earned"]) == ("0.00", [coupons.shown_code(ten)], 35)
    assert (state(ten), state(other)) == ("used", "live"), "the basket's other coupon is free again"
    assert till.record(sale) == told, "once"
    with pytest.raises(errors.CouponUsed):
        till.record(paid(till, quote(till, 20_00), member=card("C1"), coupons=[ten]))
    assert (spent("mj"), spent("ten")) == ((1, 5_00, 0), (1, 10_00, 0))

    # Half of it comes back, and the rest.
    assert "coupons_given_back" not in till.record(till.back(sale, (1, 1000, 21_00)))
    assert (state(ten), spent("mj")[1], spent("ten")[1]) == ("used", 2_00, 4_00)
    rest = till.back(sale, (2, 1000, 14_00))
    assert till.record(rest)["coupons_given_back"] == [coupons.shown_code(ten)]
    assert till.record(rest)["coupons_given_back"] == [coupons.shown_code(ten)], "the same return, once"
    assert (state(ten), spent("mj"), spent("ten")) == ("live", (0, 0, 0), (0, 0, 0))
    assert rows("SELECT sum(net_fen) FROM receipts_receipt") == [(0,)], "net paid is exactly 0.00"
    seen, _, uses = coupons.coupon(ten)
    assert (seen.state, len(uses), uses[0].given_back_by is not None) == ("live", 1, True)
    assert till.record(paid(till, quote(till, 20_00, coupons=[ten]), coupons=[ten]))["difference"] == "0.00"
    assert kept() == []


def test_a_basket_whose_own_hold_has_ended_holds_anew(till):
    """Nobody has swept it yet: it stands as held by this basket, until a moment that is over."""
    ten, mine = codes("TEN")[0], codes("MINE")[0]
    record_receipts.hold(till.caller, "b-1", code(till), 0, coupons=[ten, mine], now=till.now)
    late = till.now + timedelta(minutes=16)
    with pytest.raises(SpendingNeedsCode):
        record_receipts.hold(till.caller, "b-1", card("C1"), 0, coupons=[ten, mine], now=late)
    sale = paid(till, quote(till, 10_00), member=card("C1"), coupons=[mine], hold="b-1")
    with pytest.raises(SpendingNeedsCode):
        record_receipts.record_sale(till.caller, sale, now=late)
    shown = MemberRef("code", members.dynamic_code(member("C1"), at=late))
    again = record_receipts.hold(till.caller, "b-1", shown, 0, coupons=[ten, mine], now=late)
    end = late + timedelta(minutes=15)
    assert again["ends_at"] == end.isoformat()
    assert rows("SELECT DISTINCT held_until FROM offers_coupon WHERE state = 'held'") == [(end,)]
    then = late + timedelta(minutes=14)
    told = json.loads(record_receipts.record_sale(till.caller, sale, now=then))
    assert told["coupons_used"] == [coupons.shown_code(mine)], "while it holds, the code was shown"
    assert kept() == []


def test_whose_coupon_it_is_and_what_a_limit_leaves(till):
    mine, second, others = codes("MINE")
    for asked, refusal in (
        ({"member": code(till), "coupons": [others]}, errors.CouponOfAnother),
        ({"member": card("C1"), "coupons": [mine]}, SpendingNeedsCode),
        ({"member": None, "coupons": [mine]}, errors.CouponOfAnother),
    ):
        with pytest.raises(refusal):
            till.record(paid(till, quote(till, 10_00), **asked))
    assert rows("SELECT count(*) FROM receipts_receipt") == [(0,)], "a refusal moves nothing"
    proved = code(till)
    record_receipts.hold(till.caller, "b-1", proved, 0, coupons=[mine], now=till.now)
    quoted = quote(till, 10_00, member=card("C1"), coupons=[mine], hold="b-1")
    told = till.record(paid(till, quoted, member=card("C1"), coupons=[mine], hold="b-1"))
    assert told["difference"] == "0.00", "the code was shown when it was held"
    assert rows("SELECT applied::text FROM offers_settled")[0][0].count("meng"), "who pays is kept"
    till.now += timedelta(minutes=1)
    quoted = quote(till, 10_00, member=code(till), coupons=[second])
    assert quoted.told["total"] == "8.00"

    # A budget of 12.00 for 5.00 each: the third is honoured, listed, and the offer is closed.
    open_quotes = [quote(till, 40_00) for _ in range(3)]
    assert {one.told["total"] for one in open_quotes} == {"35.00"}
    beyond = [till.record(paid(till, one)).get("beyond_limits") for one in open_quotes]
    assert beyond == [None, None, [{"offer": "mj", "name": "mj", "uses": 0, "amount": "3.00"}]], "the till hears of it"
    assert spent("mj") == (3, 12_00, 3_00)
    assert rows("SELECT kind, body ->> 'fen' FROM receipts_conflict") == [("offer_over_limit", "300")]
    closed = quote(till, 40_00).told
    reasons = {one["offer"]: one["reason"] for one in closed["not_applied"]}
    assert (closed["total"], reasons["mj"]) == ("40.00", "budget_spent")
    told = till.record(paid(till, quote(till, 40_00)))
    assert (told["difference"], spent("mj")) == ("0.00", (3, 12_00, 3_00)), "a limit had cut it: it is reckoned so"

    # Two for each member.
    ten = codes("TEN")
    for one in ten[:2]:
        till.record(paid(till, quote(till, 20_00, member=card("C2"), coupons=[one]), member=card("C2"), coupons=[one]))
    assert quote(till, 20_00, member=card("C2"), coupons=[ten[2]]).told["total"] == "20.00", "a third saves nothing"
    assert quote(till, 20_00, member=card("C1"), coupons=[ten[2]]).told["total"] == "10.00"

    # Offline: used elsewhere meanwhile, void, and of nobody; each is honoured and listed.
    coupons.void_coupon(ten[3], today=TODAY)
    quoted = quote(till, 20_00)
    for one in (ten[0], ten[3], "GONE"):
        (answer,) = till.upload(paid(till, quoted, coupons=[one]))
        assert answer["status"] == "recorded"
    (answer,) = till.upload(paid(till, quote(till, 20_00, coupons=[ten[4]]), coupons=[ten[4]]))
    assert (answer["coupons_used"], state(ten[4])) == ([coupons.shown_code(ten[4])], "used")
    listed = rows("SELECT body ->> 'code' FROM receipts_conflict WHERE kind = 'coupon_honoured' ORDER BY id")
    assert [row[0] for row in listed] == ["coupon_used", "coupon_void", "coupon_unknown"]
    with pytest.raises(errors.ProgrammeUnknown):
        till.record(replace(till.sale(99), programme=10**9))
    assert kept() == []


def test_a_coupon_used_in_time_is_used_though_its_last_day_is_over_when_it_is_sent(till):
    in_time, again, late = codes("TEN")[:3]
    till.now += LAST_DAY - TODAY
    sold = [paid(till, quote(till, 20_00, coupons=[one]), coupons=[one]) for one in (in_time, again)]
    till.now += timedelta(days=1)
    too_late = replace(till.sale(10_00), coupons=(late,))
    assert coupons.expire_due(today=LAST_DAY + timedelta(days=1)) == 8, "the night's job was there before the till"
    with pytest.raises(errors.CouponEnded):
        till.record(sold[1])  # with a server at hand the server's day counts, and no clock of a till
    for sale in (sold[0], too_late):
        (answer,) = till.upload(sale)
        assert answer["coupons_used"] == [coupons.shown_code(one) for one in sale.coupons]
    listed = rows("SELECT body ->> 'coupon', body ->> 'code' FROM receipts_conflict WHERE kind = 'coupon_honoured'")
    assert listed == [(late, "coupon_ended")], "who used it in time did nothing that a person must look at"
    assert [state(one) for one in (in_time, again, late)] == ["used", "expired", "used"]
    assert kept() == []


@pytest.mark.parametrize("off", [timedelta(days=2), timedelta(days=-2)])
def test_a_till_whose_clock_is_two_days_off_pays_with_the_coupons_that_it_was_quoted(till, off):
    """On their first day and on their last one: a quote goes by our clock, and nobody sees the till's."""
    first, last = codes("TEN")[:2]
    for one, later in ((first, 0), (last, (LAST_DAY - TODAY).days)):
        here = replace(till, now=till.now + timedelta(days=later))
        quoted = quote(here, 20_00, coupons=[one])
        assert quoted.refused == {}
        told = here.record(replace(paid(here, quoted, coupons=[one]), at=here.now + off))
        assert (told["coupons_used"], told["difference"]) == ([coupons.shown_code(one)], "0.00")
    assert kept() == []


def test_a_sale_is_reckoned_with_what_was_left_when_it_was_quoted(till):
    half = {"id": "half", "priority": 9, "get": {"kind": "nth_unit", "goods": {"skus": ["sku-8"]}, "percent": "50"}}
    promotions.draft_offer(half, OfferTerms(per_member_day=2), actor="ann")
    promotions.switch_on("half", actor="ann")

    def of(pieces: int, who: str):
        asked = BasketAsked(till.store, till.number, "store", card(who), (Scanned(1, "sku-8", pieces * 1000, None),),
                            (), None)  # fmt: skip
        return price_basket(till.caller, asked, now=till.now)

    def sold(quoted, pieces: int, who: str):
        sale = paid(till, quoted, member=card(who))
        (line,) = sale.lines
        return replace(sale, lines=(line._replace(sku="sku-8", quantity_milli=pieces * 1000),))

    run("UPDATE catalogue_product SET price_fen = 400 WHERE sku = 'sku-8'")
    run("SET CONSTRAINTS ALL DEFERRED")  # as in every transaction that nobody has prepared
    cut = of(6, "C1")
    assert cut.told["total"] == "20.00", "three pairs, of which the member gets two for the day"
    told = till.record(sold(cut, 6, "C1"))
    assert (told["difference"], spent("half")) == ("0.00", (2, 4_00, 0)), "it takes no more than it was quoted"
    till.record(sold(of(2, "C2"), 2, "C2"))
    asked = of(6, "C2")
    assert asked.told["total"] == "22.00", "one is left"
    till.record(sold(of(2, "C2"), 2, "C2"))
    told = till.record(sold(asked, 6, "C2"))
    assert told["difference"] == "0.00", "another sale has used it meanwhile: it is what was quoted all the same"
    assert told["beyond_limits"] == [{"offer": "half", "name": "half", "uses": 1, "amount": "0.00"}]
    assert rows("SELECT kind, body ->> 'offer', body ->> 'uses' FROM receipts_conflict") == [
        ("offer_over_limit", "half", "1")], "and a person hears of the one that went beyond"  # fmt: skip
    at_shelf = till.sale(24_00, member=card("C1"))
    (line,) = at_shelf.lines
    lines = (line._replace(sku="sku-8", quantity_milli=6000),)
    stale = replace(at_shelf, lines=lines, programme=cut.told["programme"], quoted_at=till.now)
    assert till.record(stale)["difference"] == "0.00", "nothing is left of it"
    fresh = replace(sold(of(2, "C1"), 2, "C1"), member=None)
    told = till.record(replace(fresh, number="nobody"))
    assert told["difference"] == "2.00", "the control: for whom no limit holds it is a difference"
    (first, second) = till.upload(sold(of(2, "C2"), 2, "C2"), sold(of(2, "C2"), 2, "C2"))
    assert (first["difference"], second["difference"]) == ("0.00", "0.00")
    assert kept() == []


def test_whatever_comes_back_in_whatever_order_all_of_it_does(till):
    chance = random.Random(7)
    ten = codes("TEN")
    for number in range(5):
        amounts = [chance.randrange(1, 60_00) for _ in range(chance.randrange(1, 5))]
        presented = ten[number : number + chance.randrange(0, 2)]
        quoted = quote(till, *amounts, coupons=presented)
        used = [one["coupon"] for one in quoted.told["coupons"] if one["used"]]
        sale = paid(till, quoted, coupons=used)
        sale = replace(sale, lines=tuple(one._replace(quantity_milli=1000) for one in sale.lines))
        parts = []
        for line in sale.lines:
            pieces = chance.choice([(1000,), (400, 600), (333, 333, 334)])
            given = [line.amount_fen * piece // 1000 for piece in pieces[:-1]]
            parts += [(line.line, piece, amount) for piece, amount in zip(
                pieces, [*given, line.amount_fen - sum(given)], strict=True)]  # fmt: skip
        chance.shuffle(parts)
        early = number == 3  # the returns of one sale come before it
        if not early:
            till.record(sale)
        while parts:
            now, parts = parts[:2], parts[2:]
            till.record(till.back(sale, *now))
        if early:
            till.record(sale)
        assert rows("SELECT sum(net_fen) FROM receipts_receipt") == [(0,)], number
        assert all(state(one) == "live" for one in ten), number
        assert (spent("mj"), spent("ten")) == ((0, 0, 0), (0, 0, 0)), number
    assert rows("SELECT count(*) FROM offers_couponuse WHERE given_back_by_id IS NULL") == [(0,)]
    assert kept() == []
    assert rows("SELECT sum(balance) FROM loyalty_account WHERE member_id IS NOT NULL") in ([(None,)], [(0,)])


@pytest.mark.parametrize("seed", range(6))
def test_member_points_coupons_and_every_way_of_paying_are_as_before_when_all_is_back(till, seed):
    """Random sales, and returns in random pieces, each paid back as `returns/quote` says."""
    chance = random.Random(seed)
    rate = chance.choice([PointsAsMoney(100, 100, 100, 100, 50), PointsAsMoney(1, 3, 1, 1, 100),
                          PointsAsMoney(300, 100, 300, 3, 90)])  # fmt: skip
    set_rate(replace(rate, earns=chance.random() < 0.5), now=till.now - timedelta(days=1), actor="ann")
    till.record(till.sale(1_000_00, member=card("C1")))
    wallet = "SELECT balance, held, debt FROM loyalty_account WHERE role = 'member' ORDER BY id"
    seen = {"points": 0, "coupons": 0, "offers": 0}
    for number in range(3):
        before = rows(wallet)
        amounts = [chance.choice([1, 99, 333, 19_99, chance.randrange(1, 60_00)]) for _ in range(chance.randint(1, 5))]
        everything = number == 0  # a member with points, both coupons, and enough for each offer
        amounts += [45_00] * everything
        named = everything or chance.random() < 0.8
        who = code(till) if named else None
        shown = [codes("TEN")[number]] * (everything or chance.randrange(2))
        shown += [codes("MINE")[0]] * (named and (everything or chance.randrange(2)))
        quoted = quote(till, *amounts, member=who, coupons=shown)
        used = [one["coupon"] for one in quoted.told["coupons"] if one["used"]]
        points = (quoted.told.get("points_payment") or {}).get("most_points", 0) if named else 0
        by_points = points * rate.worth_fen // rate.points
        rest = fen(quoted.told["total"]) - by_points
        card_fen = chance.randint(0, rest)
        ways = (Tender("points", by_points), Tender("wechat", card_fen), Tender("cash", rest - card_fen))
        sale = paid(till, quoted, member=who, coupons=used, points_used=points,
                    tenders=tuple(way for way in ways if way.amount_fen))  # fmt: skip
        assert till.record(sale)["difference"] == "0.00"
        left = {line.line: 1000 for line in sale.lines}
        out = {way.kind: way.amount_fen for way in sale.tenders}
        while left:
            some = chance.sample(sorted(left), chance.randint(1, len(left)))
            parts = [(line, chance.choice([left[line], chance.randint(1, left[line])]), 0) for line in some]
            asked = till.back(sale, *parts)
            told = quote_return(till.caller, asked, now=till.now)
            lines = tuple(replace(line, amount_fen=fen(one["amount"]))
                          for line, one in zip(asked.lines, told["lines"], strict=True))  # fmt: skip
            back = tuple(Tender(one["kind"], fen(one["amount"])) for one in told["tenders"])
            till.record(replace(asked, lines=lines, tenders=back))
            for line, milli, _ in parts:
                left[line] -= milli
            left = {line: milli for line, milli in left.items() if milli}
            for way in back:
                out[way.kind] = out.get(way.kind, 0) - way.amount_fen
                assert out[way.kind] >= 0, "no way gives back more than it paid"
        assert not any(out.values()), "net paid is 0.00, way by way"
        assert rows(wallet) == before
        assert all(state(one) == "live" for one in codes("TEN") + codes("MINE")), used
        assert [spent(one) for one in ("mj", "ten", "mine")] == [(0, 0, 0)] * 3
        seen = {"points": seen["points"] + points, "coupons": seen["coupons"] + len(used),
                "offers": seen["offers"] + fen(quoted.told["discount"])}  # fmt: skip
        till.now += timedelta(minutes=1)
    assert kept() == []
    assert [one.first_broken for one in audit() if not one.holds] == []
    assert all(seen.values()), f"these sales try everything: {seen}"


BREAKS = [
    ("C1", "UPDATE offers_coupon SET state = 'live', receipt_id = NULL WHERE state = 'used'", "has used it"),
    ("C1", "DROP INDEX offers_couponuse_one_at_a_time", "no unique index"),
    ("C3", "ALTER TABLE offers_limitedtally DROP CONSTRAINT offers_limitedtally_within; "
           "UPDATE offers_limitedtally SET uses = most + 1", "3 uses of 2"),
    ("C3", "ALTER TABLE offers_tally DROP CONSTRAINT offers_tally_within_uses", "is missing"),
    ("C4", "UPDATE offers_settled SET takings = jsonb_set(takings, '{0,4}', '499') WHERE takings <> '[]'", "499"),
    ("C4", "UPDATE receipts_line SET discount_fen = 0, net_fen = 1", "were taken off line"),
    ("C7", "ALTER TABLE offers_tally DROP CONSTRAINT offers_tally_within_budget; "
           "UPDATE offers_tally SET fen = most_fen + 1 WHERE most_fen IS NOT NULL", "1201 fen of 1200"),
    ("C7", "UPDATE offers_settled SET applied = jsonb_set(applied, '{0,3,0,1}', '1') "
           "WHERE jsonb_array_length(applied -> 0 -> 3) > 0", "do not sum"),
    ("C8", "UPDATE offers_couponuse SET given_back_by_id = receipt_id", "which is no return"),
    ("C8", "ALTER TABLE offers_couponuse DISABLE TRIGGER offers_couponuse_is_kept", "missing or off"),
]  # fmt: skip


def test_each_promise_that_is_broken_behind_our_back_is_named(till):
    mine, ten = codes("MINE")[0], codes("TEN")[0]
    quoted = quote(till, 60_00, member=code(till), coupons=[ten])
    till.record(paid(till, quoted, member=code(till), coupons=[ten]))
    till.now += timedelta(minutes=1)
    till.record(paid(till, quote(till, 9_00, member=code(till), coupons=[mine]), member=code(till), coupons=[mine]))
    assert kept() == []
    for name, statement, says in BREAKS:
        with transaction.atomic():
            run("ALTER TABLE offers_settled DISABLE TRIGGER offers_settled_never_changes", *statement.split("; "))
            assert any(one.startswith(f"{name}: ") and says in one for one in kept()), (name, statement, kept())
            transaction.set_rollback(True)
