"""What tills do to one basket, or to one receipt that is nobody's yet, at the same moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import Moment
from huitou.members import service as members
from huitou.members.terms import MemberRef
from huitou.usecases import record_receipts
from huitou.usecases.recording.holds import HOLD_MINUTES
from tests.builders import rows
from tests.faults.races import (
    DONE,
    FAILURES,
    HELD,
    POINTS,
    Race,
    accounts_of,
    card_of,
    make_members,
    one_code,
)
from tests.faults.racing import Runner
from tests.usecases.tills import NOW, Till, key

REFUSED_HOLDS = ("hold_ended", "not_enough_points", *FAILURES)
"""Without the lock a sale may find its hold open and, a moment later, its points free and fewer."""


def one_basket(rounds: int, piece: int) -> Race:
    """Three tills hold points for the same basket, two of them for one member: it is one hold of one member."""
    his, hers = make_members(rounds, f"{piece}-his"), make_members(rounds, f"{piece}-hers")

    def hold(who: list[int], place: int) -> Runner:
        def promise(number: int) -> str:
            record_receipts.hold(key(), f"{piece}-{number}", one_code(who[number], place), HELD, now=NOW)
            return DONE

        return promise

    def wrong(said: list[list[Any]]) -> list[str]:
        accounts = accounts_of([*his, *hers])
        held, free = (POINTS, 0, HELD), (POINTS, 0, 0)
        found = []
        for number, (first, second, other) in enumerate(said):
            seen = accounts[his[number]], accounts[hers[number]]
            if seen == (held, free):
                fair = DONE in (first, second) and {first, second} <= {DONE, *FAILURES}
                fair = fair and other in ("hold_differs", *FAILURES)
            else:
                fair = seen == (free, held) and other == DONE and {first, second} <= {"hold_differs", *FAILURES}
            if not fair:
                found.append(f"{number}: {first}, {second}, {other}, {seen}")
        return found

    return Race([hold(his, 0), hold(his, 1), hold(hers, 0)], wrong)


def use_and_release(rounds: int, piece: int) -> Race:
    """A sale spends what its basket holds while another till gives it free: one of the two."""
    who = make_members(rounds, piece)
    for number, member in enumerate(who):
        record_receipts.hold(key(), f"{piece}-{number}", one_code(member, 0), HELD, now=NOW)

    def release(number: int) -> str:
        return record_receipts.release(key(), f"{piece}-{number}", now=NOW) and DONE

    def wrong(said: list[list[Any]]) -> list[str]:
        accounts = accounts_of(who)
        found = []
        for number, (used, freed) in enumerate(said):
            left = POINTS - HELD if used == DONE else POINTS
            fair = [used, freed].count(DONE) == 1 and {used, freed} <= {DONE, *REFUSED_HOLDS}
            if not fair or accounts[who[number]] != (left, 0, 0):
                found.append(f"{number}: {used}, {freed}, {accounts[who[number]]}")
        return found

    return Race([_use(rounds, piece, lambda number: NOW), release], wrong)


def use_and_time_out(rounds: int, piece: int) -> Race:
    """A sale spends what its basket holds in the last second, while the job takes what is over: one of the two."""
    who = make_members(rounds, piece)
    # A second for each round: the job of a round ends its own hold, and none of a later one.
    begins = [NOW + timedelta(seconds=number) for number in range(rounds)]
    for number, member in enumerate(who):
        ref = MemberRef("code", members.dynamic_code(member, at=begins[number]))
        record_receipts.hold(key(), f"{piece}-{number}", ref, HELD, now=begins[number])

    def ends(number: int) -> datetime:
        return begins[number] + timedelta(minutes=HOLD_MINUTES)

    def time_out(number: int) -> str:
        loyalty.time_out_holds(Moment(now=ends(number), today=ends(number).date()))
        return DONE

    def wrong(said: list[list[Any]]) -> list[str]:
        accounts = accounts_of(who)
        found = []
        for number, (used, ended) in enumerate(said):
            left = POINTS - HELD if used == DONE else POINTS
            fair = used in (DONE, *REFUSED_HOLDS) and (ended == DONE or ended in FAILURES)
            if not fair or accounts[who[number]] != (left, 0, 0):
                found.append(f"{number}: {used}, {ended}, {accounts[who[number]]}")
        return found

    return Race([_use(rounds, piece, lambda number: ends(number) - timedelta(seconds=1)), time_out], wrong)


def _use(rounds: int, piece: int, at: Any) -> Runner:
    """The sale of each round, which is paid with what its basket holds."""
    till = Till(number=f"{piece}")
    sales = [
        till.sale(1, member=card_of(piece, number), points_used=HELD, hold=f"{piece}-{number}")
        for number in range(rounds)
    ]

    def use(number: int) -> str:
        return record_receipts.record_sale(key(), sales[number], now=at(number)) and DONE

    return use


def claim_and_return(rounds: int, piece: int) -> Race:
    """A receipt that is nobody's is claimed while its goods go back: the member has neither points nor a debt."""
    till = Till(number=f"{piece}")
    who = make_members(rounds, piece)
    sales = [till.sale(POINTS * 100) for _ in range(rounds)]
    codes = [word["claim_code"] for word in till.upload(*sales)]
    backs = [till.back(sale, (1, 1000, POINTS * 100)) for sale in sales]

    def claim(number: int) -> str:
        record_receipts.claim(key(), codes[number], card_of(piece, number), now=NOW)
        return DONE

    def wrong(said: list[list[Any]]) -> list[str]:
        accounts = accounts_of(who)
        query = "SELECT number, member_id FROM receipts_receipt WHERE kind = 'return' AND till = %s"
        whose = dict(rows(query, till.number))
        return [
            f"{number}: {words} {accounts[who[number]]} return of {whose.get(backs[number].number)}"
            for number, words in enumerate(said)
            if words != [DONE, DONE]
            or accounts[who[number]] != (POINTS, 0, 0)
            or whose.get(backs[number].number) != who[number]
        ]

    return Race([claim, lambda number: till.tell(backs[number]) and DONE], wrong)


def claims(rounds: int, piece: int) -> Race:
    """Two members claim one receipt, one of them at two tills: one member gets it, and hears the same twice."""
    till = Till(number=f"{piece}")
    his, hers = make_members(rounds, f"{piece}-his"), make_members(rounds, f"{piece}-hers")
    codes = [word["claim_code"] for word in till.upload(*(till.sale(POINTS * 100) for _ in range(rounds)))]

    def claim(name: str) -> Runner:
        return lambda number: str(record_receipts.claim(key(), codes[number], card_of(name, number), now=NOW))

    def wrong(said: list[list[Any]]) -> list[str]:
        accounts = accounts_of([*his, *hers])
        got, none = (2 * POINTS, 0, 0), (POINTS, 0, 0)
        found = []
        for number, (first, second, other) in enumerate(said):
            seen = accounts[his[number]], accounts[hers[number]]
            heard = {word for word in (first, second, other) if word.startswith("{")}
            mine, theirs = ({other}, {first, second}) if other.startswith("{") else ({first, second}, {other})
            whose = seen == ((none, got) if other in mine else (got, none))
            fair = mine - heard <= FAILURES and theirs <= {"receipt_claimed", *FAILURES}
            if not whose or len(heard) != 1 or not fair:
                found.append(f"{number}: {first}, {second}, {other}, {seen}")
        return found

    return Race([claim(f"{piece}-his"), claim(f"{piece}-his"), claim(f"{piece}-hers")], wrong)
