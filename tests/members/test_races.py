"""Two tills at one moment: one new card makes one member, one code pays once. Real connections, real commits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from tests.builders import rows

from huitou.bulk.trip import trip
from huitou.catalogue import service as catalogue
from huitou.members import service as members
from huitou.members.errors import IdentityOfOthers
from huitou.members.store import online
from huitou.members.terms import MemberRef, NewMember, Registered, Registration

pytestmark = pytest.mark.django_db(transaction=True)

TILLS, ROUNDS = 6, 12
ENOUGH = 500
"""Rounds after which a control that has seen nothing gives up; on an idle machine the first round shows it."""
DAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.fixture
def east() -> int:
    return catalogue.take_stores([("east", "East", "")])[0]["east"]


def at_once(work: Callable[[], Any]) -> list[Any]:
    """What each of the tills got; all begin behind one barrier."""
    barrier = threading.Barrier(TILLS)

    def one() -> Any:
        try:
            with transaction.atomic():
                barrier.wait()
                return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(TILLS) as tills:
        return [till.result() for till in [tills.submit(one) for _ in range(TILLS)]]


def phone(number: int) -> MemberRef:
    return MemberRef("phone", f"1380013{number:04d}")


@pytest.mark.parametrize("ref", [lambda number: MemberRef("card", f"C{number}"), phone], ids=["card", "phone"])
def test_a_stranger_at_several_tills_becomes_one_member(east, ref):
    for number in range(ROUNDS):
        stranger = ref(number)
        found = at_once(lambda: members.take_strangers_online([(stranger, DAY, east)]))  # noqa: B023 - within the round
        assert len({made[stranger] for made in found}) == 1
    assert rows("SELECT count(*) FROM members_member") == [(ROUNDS,)]
    assert rows("SELECT count(*) FROM members_identity") == [(ROUNDS,)]


def test_without_the_lock_a_new_phone_becomes_several_members(east, monkeypatch):
    """The control: the harness does find the race."""
    monkeypatch.setattr(online, "MEET", "SELECT name FROM unnest(%s::text[]) AS a (name)")
    made = 0
    for number in range(ENOUGH):
        at_once(lambda: members.take_strangers_online([(phone(number), DAY, east)]))  # noqa: B023
        ((made,),) = rows("SELECT count(*) FROM members_member")
        if made > number + 1:
            break
    assert made > number + 1, "six tills that nobody holds back made one phone several members"


def test_a_person_who_registers_at_several_tills_is_one_member(east):
    for number in range(ROUNDS):
        person = Registration("林晓", (phone(number), MemberRef("card", f"C{number}")), None, DAY, east)
        found = at_once(lambda: members.register(person))  # noqa: B023
        assert len({member for member, _ in found}) == 1
        assert sorted(state for _, state in found) == [Registered.KNOWN] * (TILLS - 1) + [Registered.MADE]


def test_a_code_pays_at_one_till_only(east):
    with transaction.atomic():
        members.take_people([NewMember("C1", "王伟", DAY, home_store=east)])
    ((wang,),) = rows("SELECT id FROM members_member")

    def spend(code: MemberRef, at: datetime) -> int:
        with trip() as one:
            return members.spend_code(one, code, wang, at=at).count()

    for minute in range(ROUNDS):
        at = NOW.replace(minute=minute)
        code = MemberRef("code", members.dynamic_code(wang, at=at))
        assert sorted(at_once(lambda: spend(code, at))) == [0] * (TILLS - 1) + [1]  # noqa: B023


def test_a_batch_and_a_registration_with_one_card_and_phone_wait_for_each_other(east, monkeypatch):
    """One makes the card first, the other the phone: without one order each would wait for the other, for ever."""
    card, go_on, heard = MemberRef("card", "C1"), online.insert_phones, []

    def register() -> None:
        try:
            with transaction.atomic():
                members.register(Registration("林晓", (phone(1), card), None, DAY, east))
        except Exception as failure:
            heard.append(type(failure))
        finally:
            connection.close()

    registering = threading.Thread(target=register)

    def meanwhile(known: Any) -> Any:
        registering.start()
        registering.join(1)
        return go_on(known)

    monkeypatch.setattr(online, "insert_phones", meanwhile)
    with transaction.atomic():
        made = members.take_strangers_online([(card, DAY, east), (phone(1), DAY, east)])
    registering.join(30)
    assert heard == [IdentityOfOthers], "they are two people by then"
    assert set(made) == {card, phone(1)}
