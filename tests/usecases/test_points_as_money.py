"""Points that pay at the till (B4): within what the chain set, once for ever, and back to their own lots."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.builders import rows
from tests.usecases.test_coupons_at_the_till import quote
from tests.usecases.tills import Till, card, open_store

from huitou.catalogue import service as catalogue
from huitou.kernel.errors import HuitouError
from huitou.loyalty.errors import (
    NotEnoughPoints,
    PointsBeyondShare,
    PointsNotTaken,
    PointsOutOfStep,
    PointsWorthDiffers,
)
from huitou.loyalty.terms import PointsAsMoney
from huitou.members import service as members
from huitou.members.terms import MemberRef
from huitou.offers.service import programmes
from huitou.receipts.errors import PaidBackOtherwise, ReceiptDiffers
from huitou.receipts.terms import Tender
from huitou.usecases import record_receipts
from huitou.usecases.audit import audit
from huitou.usecases.bring_back import find_sales, quote_return
from huitou.usecases.points_rate import rates_set, set_rate
from huitou.usecases.till_terms import Return, ReturnLine, Sale

pytestmark = pytest.mark.django_db

RATE = PointsAsMoney(points=100, worth_fen=100, least=100, step=100, share_percent=50)
BALANCE = "SELECT balance, held, debt FROM loyalty_account WHERE role = 'member' ORDER BY id"
LISTED = "SELECT kind, body ->> 'code' FROM receipts_conflict ORDER BY id"


@pytest.fixture
def till(db: None, monkeypatch: pytest.MonkeyPatch) -> Till:
    """Its only member has 1,000 points, and 100 of them are worth 1.00, for up to half of a basket."""
    monkeypatch.setattr(programmes, "FRESH_SECONDS", 0.0)
    open_store("S1")
    till = Till()
    catalogue.take_products_online([(f"sku-{place}", "", "") for place in range(1, 9)])
    set_rate(RATE, now=till.now - timedelta(days=1), actor="ann")
    till.record(till.sale(100_000, member=card("C1")))
    return till


def code(till: Till) -> MemberRef:
    """What the phone of the first member shows at this minute."""
    ((member,),) = rows("SELECT member_id FROM members_identity WHERE value = 'C1'")
    return MemberRef("code", members.dynamic_code(member, at=till.now))


def paying(till: Till, *amounts: int, points: int, fen: int | None = None, **more: Any) -> Sale:
    """A sale that so many points pay a part of, and WeChat the rest."""
    paid = points if fen is None else fen
    ways = (Tender("points", paid), Tender("wechat", sum(amounts) - paid))
    said = {
        "member": code(till),
        "points_used": points,
        "tenders": tuple(way for way in ways if way.amount_fen),
        **more,
    }
    return till.sale(*amounts, **said)


def broken() -> list[str]:
    return [f"{verdict.name}: {verdict.first_broken}" for verdict in audit() if not verdict.holds]


def returning(till: Till, sale: Sale, *parts: tuple[int, int]) -> Return:
    """A return as its quote says it. Parts: line and thousandths."""
    lines = tuple(ReturnLine(place, *part, 0) for place, part in enumerate(parts, 1))
    asked = replace(till.back(sale), lines=lines)
    quoted = quote_return(till.caller, asked, now=till.now)
    told = {one["line"]: _fen(one["amount"]) for one in quoted["lines"]}
    ways = tuple(Tender(one["kind"], _fen(one["amount"])) for one in quoted["tenders"])
    return replace(asked, lines=tuple(replace(one, amount_fen=told[one.line]) for one in lines), tenders=ways)


def _fen(text: str) -> int:
    return int(text.replace(".", ""))


def test_a_quote_says_how_many_points_may_pay_and_what_they_are_worth(till: Till) -> None:
    rate = {"points": 100, "worth": "1.00", "least": 100, "step": 100, "share_percent": 50}
    asked = quote(till, 15_90, member=card("C1")).told["points_payment"]
    assert asked == {"most_points": 700, "most_amount": "7.00", **rate}, "half of 15.90, in whole steps"
    asked = quote(till, 99_00, member=card("C1")).told["points_payment"]
    assert asked["most_points"] == 1000, "no more than the member has"
    assert quote(till, 1_90, member=card("C1")).told["points_payment"]["most_points"] == 0, "fewer than the least"
    assert quote(till, 15_90).told["points_payment"] is None, "nobody has no points"
    record_receipts.hold(till.caller, "b-1", code(till), 600, now=till.now)
    assert quote(till, 99_00, member=card("C1")).told["points_payment"]["most_points"] == 400, "600 are promised"
    assert quote(till, 99_00, member=card("C1"), hold="b-1").told["points_payment"]["most_points"] == 1000
    set_rate(None, now=till.now, actor="ann")
    assert quote(till, 99_00, member=card("C1")).told["points_payment"] is None, "points do not pay any more"


def test_points_pay_once_and_change_nothing_that_is_earned(till: Till) -> None:
    sale = paying(till, 20_00, points=500)
    told = till.record(sale)
    assert (told["points_used"], told["points_earned"], told["balance"]) == (500, 20, 520), "a tender is a payment"
    assert till.record(sale) == told, "the same again has the same answer, and burns nothing"
    with pytest.raises(ReceiptDiffers):
        till.record(replace(sale, tenders=(Tender("wechat", 20_00),)))
    assert rows(BALANCE) == [(520, 0, 0)]
    assert rows("SELECT kind, amount_fen FROM receipts_tender ORDER BY place") == [("points", 500), ("wechat", 15_00)]
    assert broken() == []


def test_a_chain_may_let_what_points_paid_earn_nothing(till: Till) -> None:
    set_rate(replace(RATE, earns=False), now=till.now, actor="ann")
    sale = paying(till, 20_00, points=500)
    assert till.record(sale)["points_earned"] == 15
    assert till.record(returning(till, sale, (1, 1000)))["balance"] == 1000
    assert broken() == []


@pytest.mark.parametrize(
    ("points", "fen", "refused", "because"),
    [
        (50, None, PointsOutOfStep, "fewer than the least"),
        (150, None, PointsOutOfStep, "between two steps"),
        (500, 501, PointsWorthDiffers, "more than they are worth"),
        (500, 499, PointsWorthDiffers, "less than they are worth"),
        (1100, None, PointsBeyondShare, "more than half of 20.00"),
    ],
)
def test_what_does_not_fit_is_refused_and_moves_nothing(
    till: Till, points: int, fen: int | None, refused: type[HuitouError], because: str
) -> None:
    before = rows(BALANCE), rows("SELECT count(*) FROM receipts_receipt")
    with pytest.raises(refused):
        till.record(paying(till, 20_00, points=points, fen=fen))
    assert (rows(BALANCE), rows("SELECT count(*) FROM receipts_receipt")) == before, because
    assert till.record(paying(till, 20_00, points=100))["balance"] == 920, "the code has not paid yet"


def test_who_has_fewer_and_where_points_do_not_pay(till: Till) -> None:
    with pytest.raises(NotEnoughPoints):
        till.record(paying(till, 99_00, points=1100))
    set_rate(None, now=till.now, actor="ann")
    with pytest.raises(PointsNotTaken):
        till.record(paying(till, 20_00, points=500))
    assert rows(BALANCE) == [(1000, 0, 0)]


def test_a_quote_is_honoured_while_it_is_good(till: Till) -> None:
    quoted_at = till.now
    till.now += timedelta(minutes=5)
    set_rate(replace(RATE, worth_fen=50), now=till.now, actor="ann")
    programme = programmes.programme_now().version
    told = till.record(paying(till, 20_00, points=500, programme=programme, quoted_at=quoted_at))
    assert told["points_used"] == 500, "100 points were worth 1.00 when it was quoted"
    till.now += timedelta(minutes=11)
    with pytest.raises(PointsWorthDiffers):
        till.record(paying(till, 9_00, points=200, programme=programme, quoted_at=quoted_at))


def test_points_spent_for_something_else_need_no_rate(till: Till) -> None:
    set_rate(None, now=till.now, actor="ann")
    assert till.record(till.sale(20_00, member=code(till), points_used=7))["balance"] == 1013


def test_a_part_comes_back_as_it_was_paid(till: Till) -> None:
    sale = paying(till, 30_00, 10_00, points=800)
    till.record(sale)
    (found,) = find_sales(till.caller, sale.number)
    assert found["tenders"][0] == {"kind": "points", "amount": "8.00", "refunded": "0.00"}
    back = returning(till, sale, (2, 1000))
    assert back.tenders == (Tender("points", 2_00), Tender("wechat", 8_00)), "a quarter of it, and the rest as it came"
    wrong = replace(back, tenders=(Tender("wechat", 10_00),))
    for ways in (wrong.tenders, ()):
        with pytest.raises(PaidBackOtherwise):
            till.record(replace(wrong, tenders=ways))
    assert rows("SELECT count(*) FROM receipts_returnmatch") == [(0,)]
    told = till.record(back)
    assert (told["points_restored"], told["points_taken_back"]) == (200, 10)
    till.record(returning(till, sale, (1, 1000)))
    assert (rows(BALANCE), broken()) == ([(1000, 0, 0)], [])


def test_what_happened_offline_is_never_refused_and_what_does_not_fit_is_listed(till: Till) -> None:
    more = paying(till, 60_00, points=1200)
    till.now += timedelta(minutes=1)
    wrong = paying(till, 20_00, points=100, fen=50)
    found = till.upload(more, wrong)
    assert [one["status"] for one in found] == ["recorded", "recorded"]
    assert found[0]["points_honoured"] == 200, "the member had 1,000"
    assert rows(LISTED) == [
        ("points_honoured", None), ("points_paid_otherwise", "points_worth_differs"), ("points_honoured", None)
    ]  # fmt: skip
    till.upload(more, wrong)
    assert len(rows(LISTED)) == 3, "sent again, it is listed once"
    till.upload(till.back(more, (1, 1000, 60_00), tenders=(Tender("cash", 60_00),)))
    assert rows(LISTED)[3:] == [("points_paid_otherwise", "paid_back_otherwise")], "cash for what points paid"
    assert broken() == []


def test_a_return_that_came_first_is_judged_when_its_sale_comes(till: Till) -> None:
    sale = paying(till, 20_00, points=1000)
    right = till.back(sale, (1, 500, 10_00), tenders=(Tender("points", 5_00), Tender("wechat", 5_00)))
    wrong = till.back(sale, (1, 500, 10_00), tenders=(Tender("cash", 10_00),))
    for back in (right, wrong):
        assert till.record(back)["state"] == "parked"
    till.record(sale)
    assert rows(LISTED) == [("points_paid_otherwise", "paid_back_otherwise")]
    assert (rows(BALANCE), broken()) == ([(1000, 0, 0)], [])


@pytest.mark.parametrize("seed", range(12))
def test_after_everything_is_back_nothing_is_paid_and_the_points_are_as_before(till: Till, seed: int) -> None:
    """Random sales and returns, at rates at which a point is worth a part of a fen, some fen, or a yuan."""
    chance = random.Random(seed)
    rate = chance.choice([
        RATE, PointsAsMoney(1, 100, 1, 1, 100), PointsAsMoney(300, 100, 300, 3, 90), PointsAsMoney(7, 21, 7, 7, 100),
    ])  # fmt: skip
    set_rate(replace(rate, earns=chance.random() < 0.5), now=till.now, actor="ann")
    till.now += timedelta(minutes=1)
    for _ in range(3):
        amounts = [chance.choice([0, 1, 50, 99, 333, 1000, 2599]) for _ in range(chance.randint(1, 5))] + [700]
        before = rows(BALANCE)
        asked = quote(till, *amounts, member=card("C1")).told["points_payment"]
        points = asked["most_points"] - chance.randrange(2) * rate.step
        if points < rate.least:
            points = asked["most_points"]
        fen = points * rate.worth_fen // rate.points
        sale = paying(till, *amounts, points=points, fen=fen) if points else till.sale(*amounts, member=card("C1"))
        till.record(sale)
        left = {line.line: 1000 for line in sale.lines}
        paid = {way.kind: way.amount_fen for way in sale.tenders}
        while left:
            some = chance.sample(sorted(left), chance.randint(1, len(left)))
            parts = [(line, chance.choice([left[line], chance.randint(1, left[line])])) for line in some]
            back = returning(till, sale, *parts)
            till.record(back)
            for line, milli in parts:
                left[line] -= milli
                if not left[line]:
                    del left[line]
            for way in back.tenders:
                paid[way.kind] = paid.get(way.kind, 0) - way.amount_fen
                assert points == 0 or paid[way.kind] >= 0, "no way gives back more than it paid"
        assert points == 0 or not any(paid.values()), "net paid is 0.00, way by way"
        assert rows(BALANCE) == before
        till.now += timedelta(minutes=1)
    assert broken() == []


def test_the_setting_is_checked_and_kept_in_versions(till: Till) -> None:
    for wrong, field in (
        ({"points": 0}, "points"), ({"worth_fen": 0}, "worth"), ({"step": 33, "worth_fen": 10}, "step"),
        ({"least": 150}, "least"), ({"share_percent": 101}, "share"), ({"points": 10**9}, "points"),
    ):  # fmt: skip
        with pytest.raises(HuitouError) as refused:
            set_rate(replace(RATE, **wrong), now=till.now, actor="ann")
        assert (refused.value.code, refused.value.facts) == ("points_rate_unfit", {"field": field})
    assert set_rate(RATE, now=till.now, actor="ann") is False, "again, it changes nothing"
    assert [one["pays"] for one in rates_set()] == [True]
    assert rows("SELECT action FROM access_auditentry") == [("points.rate",)]
    with pytest.raises(Exception, match="loyalty_rate"), _own_transaction():
        rows("UPDATE loyalty_rate SET worth_fen = 1 RETURNING 1")


def _own_transaction() -> Any:
    from django.db import transaction

    return transaction.atomic()
