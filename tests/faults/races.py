"""What tills do to one receipt or one member at the same moment, and what may come of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import Moment
from huitou.members import service as members
from huitou.members.terms import MemberRef
from huitou.usecases import record_receipts
from huitou.usecases.till_terms import Sale
from tests.builders import rows, run
from tests.faults.racing import Runner
from tests.usecases.tills import NOW, Till, card, key

POINTS = 100
"""What each member has before the race."""
BURNED, HELD = 60, 60
BURNED_OF_A_SALE = 80
DONE = "done"
FIRST_DAY = date(2001, 1, 1)


@dataclass(frozen=True)
class Race:
    """The runners of a race, and how to find the rounds that ended wrongly from what each runner said."""

    runners: Sequence[Runner]
    wrong: Callable[[list[list[Any]]], list[str]]


def same_receipt(rounds: int, piece: int, tills: int = 10) -> Race:
    """One receipt, sent by all tills at once: it counts once, and all are told the same, byte for byte."""
    till = Till(number=f"{piece}")
    sales = [till.sale(POINTS * 100, 250, member=card_of(piece, number)) for number in range(rounds)]

    def wrong(said: list[list[Any]]) -> list[str]:
        found = [f"{number}: {set(words)}" for number, words in enumerate(said) if not _one_answer(words)]
        counted = rows("SELECT member_id, count(*) FROM loyalty_lot l JOIN loyalty_account a ON a.id = account_id "
                       "GROUP BY 1 HAVING count(*) <> 1 OR sum(remaining) <> %s", POINTS + 2)  # fmt: skip
        (kept,) = rows("SELECT count(*), count(DISTINCT number) FROM receipts_receipt WHERE till = %s", till.number)
        return found + [f"points: {row}" for row in counted] + ([] if kept == (rounds, rounds) else [f"{kept}"])

    return Race([lambda number: till.tell(sales[number])] * tills, wrong)


def _one_answer(words: Sequence[Any]) -> bool:
    """All the same; a runner that failed may only have failed to hear it."""
    heard = {word for word in words if word.startswith("{")}
    return len(heard) == 1 and all(word in heard or word in FAILURES for word in words)


FAILURES = frozenset({"IntegrityError", "AssertionError", "OperationalError"})
"""How a runner may fail whose own checks were taken away: loudly, and nothing of it stands."""


Spend = Callable[..., Sale]
"""A sale that spends points: of a till, a member who says who they are, so many points, and what else it says."""


def as_points_alone(till: Till, member: MemberRef, points: int, **more: Any) -> Sale:
    """Points that are spent with a sale and pay nothing of it: for a gift."""
    return till.sale(1, member=member, points_used=points, **more)


def burns(rounds: int, piece: int, tills: int = 3, spend: Spend = as_points_alone) -> Race:
    """Each till spends 60 of the same 100 points: one sale is paid with them."""
    who = make_members(rounds, piece)
    till = Till(number=f"{piece}")
    sales = [[spend(till, one_code(member, place), BURNED) for member in who] for place in range(tills)]

    def burn(place: int) -> Runner:
        return lambda number: till.tell(sales[place][number]) and DONE

    return Race([burn(place) for place in range(tills)], lambda said: _one_wins(said, who, POINTS - BURNED, 0))


def holds(rounds: int, piece: int, tills: int = 3) -> Race:
    """Each till promises 60 of the same 100 points to its basket: one basket gets them."""
    who = make_members(rounds, piece)

    def hold(place: int) -> Runner:
        def promise(number: int) -> str:
            ref = one_code(who[number], place)
            record_receipts.hold(key(), f"{piece}-{place}-{number}", ref, HELD, now=NOW)
            return DONE

        return promise

    return Race([hold(place) for place in range(tills)], lambda said: _one_wins(said, who, POINTS, HELD))


def _one_wins(said: list[list[Any]], who: Sequence[int], balance: int, held: int) -> list[str]:
    """Exactly one runner of each round did it, the others were refused, and the points say the same."""
    found = []
    accounts = accounts_of(who)
    for number, words in enumerate(said):
        others = [word for word in words if word != DONE]
        fair = words.count(DONE) == 1 and all(word == "not_enough_points" or word in FAILURES for word in others)
        if not fair or accounts[who[number]] != (balance, 0, held):
            found.append(f"{number}: {words} {accounts[who[number]]}")
    return found


def burn_and_return(rounds: int, piece: int, spend: Spend = as_points_alone) -> Race:
    """80 of the sale's 100 points are spent while the whole sale goes back: spent and owed, or not spent."""
    till = Till(number=f"{piece}")
    first = [till.sale(POINTS * 100, member=card_of(piece, number)) for number in range(rounds)]
    who = _record(till, first)
    spending = [spend(till, one_code(member, 0), BURNED_OF_A_SALE) for member in who]
    backs = [till.back(sale, (1, 1000, POINTS * 100)) for sale in first]

    def wrong(said: list[list[Any]]) -> list[str]:
        accounts = accounts_of(who)
        found = []
        for number, (burnt, back) in enumerate(said):
            spent = BURNED_OF_A_SALE if burnt == DONE else 0
            taken = POINTS if back == DONE else 0
            owed = max(0, spent + taken - POINTS)
            known = (DONE, "not_enough_points", *FAILURES)
            if accounts[who[number]] != (POINTS - spent - taken, owed, 0) or not {burnt, back} <= set(known):
                found.append(f"{number}: {burnt}, {back}, {accounts[who[number]]}")
            elif burnt != DONE and back != DONE:
                found.append(f"{number}: nothing happened ({burnt}, {back})")
        return found

    return Race([lambda n: till.tell(spending[n]) and DONE, lambda n: till.tell(backs[n]) and DONE], wrong)


def returns(rounds: int, piece: int, tills: int = 2) -> Race:
    """The same goods go back at two tills: one takes them."""
    till = Till(number=f"{piece}")
    sales = [till.sale(POINTS * 100, member=card_of(piece, number)) for number in range(rounds)]
    who = _record(till, sales)
    backs = [[till.back(sale, (1, 1000, POINTS * 100)) for sale in sales] for _ in range(tills)]

    def wrong(said: list[list[Any]]) -> list[str]:
        accounts = accounts_of(who)
        return [
            f"{number}: {words} {accounts[who[number]]}"
            for number, words in enumerate(said)
            if words.count(DONE) != 1 or accounts[who[number]] != (0, 0, 0)
        ]

    def take(place: int) -> Runner:
        return lambda number: till.tell(backs[place][number]) and DONE

    return Race([take(place) for place in range(tills)], wrong)


def burn_and_expiry(rounds: int, piece: int, spend: Spend = as_points_alone) -> Race:
    """60 of 100 points are spent in the last moment of their day while the night takes them: either, never both."""
    who = make_members(rounds, piece)
    till = Till(number=f"{piece}")
    # A day for each round, long ago: one night takes all that is over, and the audit finds what goes before its time.
    days = [FIRST_DAY + timedelta(days=number) for number in range(rounds)]
    _expire_on(who, days)
    fixed = {"business_date": FIRST_DAY, "at": NOW}

    def burn(number: int) -> str:
        # The chain's days are those of Shanghai, eight hours ahead.
        late = datetime.combine(days[number], NOW.timetz()).replace(hour=15, minute=59, second=59)
        ref = MemberRef("code", members.dynamic_code(who[number], at=late))
        record_receipts.record_sale(key(), spend(till, ref, BURNED, number=f"late {number}", **fixed), now=late)
        return DONE

    def expire(number: int) -> str:
        midnight = datetime.combine(days[number], NOW.timetz()).replace(hour=16, minute=0, second=0)
        loyalty.expire_due(Moment(now=midnight, today=days[number] + timedelta(days=1)))
        return DONE

    def wrong(said: list[list[Any]]) -> list[str]:
        accounts = accounts_of(who)
        taken = _posted(who, "expire")
        found = []
        for number, (burnt, expired) in enumerate(said):
            gone = POINTS - BURNED if burnt == DONE else POINTS
            fair = burnt in (DONE, "not_enough_points", *FAILURES) and (expired == DONE or expired in FAILURES)
            left = POINTS - (BURNED if burnt == DONE else 0) - taken.get(who[number], 0)
            stays = left == 0 or expired in FAILURES
            if not fair or not stays or accounts[who[number]] != (left, 0, 0) or taken.get(who[number], gone) != gone:
                found.append(f"{number}: {burnt}, {expired}, {accounts[who[number]]}, expired {taken.get(who[number])}")
        return found

    return Race([burn, expire], wrong)


def card_of(piece: int | str, number: int) -> MemberRef:
    return card(f"C{piece}-{number}")


def make_members(rounds: int, piece: int | str) -> list[int]:
    """So many members with 100 points each, of one sale."""
    till = Till(number=f"before {piece}")
    return _record(till, [till.sale(POINTS * 100, member=card_of(piece, number)) for number in range(rounds)])


def _record(till: Till, sales: Sequence[Any]) -> list[int]:
    """Record the sales, each of its own card; the members."""
    said = till.upload(*sales)
    assert all(isinstance(word, dict) and word["status"] == "recorded" for word in said), said[0]
    known = dict(rows("SELECT value, member_id FROM members_identity WHERE kind = 'card'"))
    return [known[sale.member.value] for sale in sales]


def one_code(member: int, place: int) -> MemberRef:
    """A code of the member's phone, another one for each of three tills."""
    return MemberRef("code", members.dynamic_code(member, at=NOW - timedelta(minutes=place)))


def accounts_of(who: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """(balance, debt, held) of these members."""
    query = "SELECT member_id, balance, debt, held FROM loyalty_account WHERE member_id = ANY(%s)"
    return {member: (balance, debt, held) for member, balance, debt, held in rows(query, list(who))}


def _posted(who: Sequence[int], kind: str) -> dict[int, int]:
    """Points that postings of this kind took from these members."""
    query = (
        "SELECT a.member_id, -sum(e.points)::int FROM loyalty_entry e JOIN loyalty_account a ON a.id = e.account_id "
        "JOIN loyalty_transaction t ON t.id = e.transaction_id WHERE t.kind = %s AND a.member_id = ANY(%s) GROUP BY 1"
    )
    return dict(rows(query, kind, list(who)))


def _expire_on(who: Sequence[int], days: Sequence[date]) -> None:
    pairs = ", ".join(f"({member}, date '{day}')" for member, day in zip(who, days, strict=True))
    run(f"UPDATE loyalty_lot l SET expires_on = d.day FROM (VALUES {pairs}) AS d (member_id, day), loyalty_account a "
        "WHERE a.member_id = d.member_id AND l.account_id = a.id")  # fmt: skip
