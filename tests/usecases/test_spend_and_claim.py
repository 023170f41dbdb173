"""A hold stands for its own points, and only while it is open; a claim and a return pass one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from tests.builders import rows, run
from tests.usecases.tills import Till, card, open_store

from huitou.kernel.errors import HuitouError
from huitou.loyalty import service as loyalty
from huitou.loyalty.errors import HoldDiffers, HoldEnded
from huitou.members import service as members
from huitou.members.errors import SpendingNeedsCode
from huitou.members.terms import MemberRef
from huitou.usecases import record_receipts
from huitou.usecases.audit import audit
from huitou.usecases.recording import returns
from huitou.usecases.recording.placing import settled

BALANCE = "SELECT balance FROM loyalty_account WHERE role = 'member'"


def broken() -> list[str]:
    return [f"{verdict.name}: {verdict.first_broken}" for verdict in audit() if not verdict.holds]


def code(till: Till) -> MemberRef:
    """What the phone of the only member shows."""
    ((member,),) = rows("SELECT member_id FROM members_identity")
    return MemberRef("code", members.dynamic_code(member, at=till.now))


@pytest.fixture
def till(db: None) -> Till:
    """Its only member has 1,000 points, and the basket b-1 holds 40 of them."""
    open_store("S1")
    till = Till()
    till.record(till.sale(100_000, member=card("C1")))
    record_receipts.hold(till.caller, "b-1", code(till), 40, now=till.now)
    return till


def test_a_card_spends_what_a_code_has_held_and_no_point_more(till: Till) -> None:
    with pytest.raises(SpendingNeedsCode):
        till.record(till.sale(99, member=card("C1"), points_used=41, hold="b-1"))
    assert till.record(till.sale(99, member=card("C1"), points_used=40, hold="b-1"))["balance"] == 960
    assert broken() == []


def test_the_member_shows_the_next_code_to_spend_more_than_was_held(till: Till) -> None:
    till.now += timedelta(minutes=1)
    sale = till.sale(99, member=code(till), points_used=100, hold="b-1")
    assert till.record(sale)["available"] == 900
    assert broken() == []


def test_a_refused_hold_names_the_basket_as_the_till_does(till: Till) -> None:
    with pytest.raises(HoldDiffers) as differs:
        record_receipts.hold(till.caller, "b-1", code(till), 41, now=till.now)
    _spend(till)
    with pytest.raises(HoldEnded) as ended:
        record_receipts.release(till.caller, "b-1", now=till.now)
    assert [refusal.value.facts["key"] for refusal in (differs, ended)] == ["b-1", "b-1"]


def _spend(till: Till) -> None:
    till.record(till.sale(99, member=card("C1"), points_used=40, hold="b-1"))


def _release(till: Till) -> None:
    record_receipts.release(till.caller, "b-1", now=till.now)


def _wait(till: Till) -> None:
    till.now += timedelta(minutes=15)


@pytest.mark.parametrize("end", [_spend, _release, _wait])
def test_a_hold_that_has_ended_opens_nothing(till: Till, end: Callable[[Till], None]) -> None:
    end(till)
    before = rows(BALANCE)
    with pytest.raises(HoldEnded):
        till.record(till.sale(99, member=card("C1"), points_used=1, hold="b-1"))
    assert rows(BALANCE) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("other", "told"), [("C2", "hold_differs"), ("C1", "open")])
def test_a_basket_that_is_held_twice_at_one_moment(monkeypatch: pytest.MonkeyPatch, other: str, told: str) -> None:
    open_store("S1")
    till = Till()
    for each in ("C1", "C2"):
        till.record(till.sale(10_000, member=card(each)))
    owner = dict(rows("SELECT value, member_id FROM members_identity"))
    codes = {each: MemberRef("code", members.dynamic_code(owner[each], at=till.now)) for each in owner}
    go_on, heard = loyalty.hold, []

    def hold(whose: str) -> None:
        try:
            heard.append(record_receipts.hold(till.caller, "b-1", codes[whose], 40, now=till.now)["state"])
        except HuitouError as refusal:
            heard.append(refusal.code)
        finally:
            connection.close()

    second = threading.Thread(target=hold, args=(other,))

    def held_meanwhile(*known: object) -> object:
        if second.ident is None:
            second.start()
            second.join(1)
        return go_on(*known)

    monkeypatch.setattr(loyalty, "hold", held_meanwhile)
    hold("C1")
    second.join(30)
    assert heard == ["open", told]
    assert rows("SELECT sum(held)::int FROM loyalty_account") == [(40,)]


@pytest.mark.django_db(transaction=True)
def test_a_claim_in_the_middle_of_a_return_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    open_store("S1")
    till = Till()
    till.record(till.sale(100, member=card("C1")))
    sale = till.sale(3000, 2000)
    claim_code = till.record(sale)["claim_code"]
    go_on = returns._apply

    def claim() -> None:
        try:
            record_receipts.claim(till.caller, claim_code, card("C1"), now=till.now)
        finally:
            connection.close()

    claiming = threading.Thread(target=claim)

    def claimed_meanwhile(*known: object) -> object:
        claiming.start()
        claiming.join(1)
        return go_on(*known)

    monkeypatch.setattr(returns, "_apply", claimed_meanwhile)
    till.record(till.back(sale, (2, 1000, 2000)))
    claiming.join(30)
    assert rows(BALANCE) == [(31,)], "the 20 yuan that came back earn nothing, whoever came first"
    assert rows("SELECT count(*) FROM receipts_receipt WHERE member_id IS NULL") == [(0,)]
    assert broken() == []


def test_points_that_an_offline_till_took_of_nobody_are_listed(till: Till) -> None:
    stale = MemberRef("code", "99" + "1" * 18)
    (found,) = till.upload(till.sale(99, member=stale, points_used=30))
    assert (found["member"], found["points_used"], found["points_honoured"]) == (None, 0, 0)
    listed = "SELECT kind, member_id, identity_id, (body->>'points_used')::int FROM receipts_conflict"
    assert rows(listed) == [("points_honoured", None, found["receipt"], 30)]
    assert broken() == []


def test_the_largest_line_that_a_till_may_say_comes_back_in_parts(till: Till) -> None:
    most_milli, most_fen = 10**12 - 1, 10**12 - 1
    sale = till.sale(most_fen, member=card("C1"))
    sale = replace(sale, lines=(sale.lines[0]._replace(quantity_milli=most_milli),))
    till.record(sale)
    till.record(till.back(sale, (1, most_milli - 1, most_fen - 100)))
    assert till.record(till.back(sale, (1, 1, 100)))["balance"] == 1000
    assert broken() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("fails", "ends"), [(1, "done"), (2, "OperationalError")])
def test_work_that_gave_way_to_another_is_done_once_more(fails: int, ends: str) -> None:
    tried: list[int] = []

    def work() -> str:
        tried.append(len(tried))
        if len(tried) <= fails:
            run("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")
        return "done"

    try:
        found = settled(work)
    except OperationalError as error:
        found = type(error).__name__
    assert (found, len(tried)) == (ends, 2)
