"""What tills do at one moment to points that pay a part of a basket (ADR 31), and what may come of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from huitou.loyalty.terms import PointsAsMoney
from huitou.members.terms import MemberRef
from huitou.receipts.terms import Tender
from huitou.usecases.points_rate import set_rate
from huitou.usecases.till_terms import Return, Sale
from tests.builders import rows
from tests.faults import races
from tests.faults.races import BURNED, DONE, FAILURES, POINTS, Race, accounts_of, make_members, one_code
from tests.faults.racing import Runner
from tests.usecases.tills import Till

RATE = PointsAsMoney(points=1, worth_fen=1, least=1, step=1, share_percent=90)
"""A point pays a fen, so that what tenders say and what the ledger burnt must be one number."""
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
IN_MONEY = 10
"""Fen that WeChat pays of each basket; under a yuan, it earns nothing."""


def pays(till: Till, member: MemberRef, points: int, **more: Any) -> Sale:
    """Points pay a part of the basket, and WeChat the rest."""
    ways = (Tender("points", points), Tender("wechat", IN_MONEY))
    return till.sale(points + IN_MONEY, member=member, points_used=points, tenders=ways, **more)


def spent_at_three_tills(rounds: int, piece: int) -> Race:
    _let_points_pay()
    return _as_the_ledger_says(races.burns(rounds, piece, spend=pays))


def spent_while_what_earned_them_goes_back(rounds: int, piece: int) -> Race:
    _let_points_pay()
    return _as_the_ledger_says(races.burn_and_return(rounds, piece, spend=pays))


def spent_while_they_expire(rounds: int, piece: int) -> Race:
    _let_points_pay()
    return _as_the_ledger_says(races.burn_and_expiry(rounds, piece, spend=pays))


def spent_while_they_come_back(rounds: int, piece: int) -> Race:
    """60 of 100 points paid a sale that goes back, while 60 pay another: there are 40 before and 100 after."""
    till, who, sales = _paid_sales(rounds, piece)
    again = [pays(till, one_code(member, 1), BURNED) for member in who]
    backs = [_whole_back(till, sale) for sale in sales]

    def wrong(said: list[list[Any]]) -> list[str]:
        accounts, found = accounts_of(who), []
        for number, (spent, back) in enumerate(said):
            left = POINTS - BURNED + BURNED * (back == DONE) - BURNED * (spent == DONE)
            fair = spent in (DONE, "not_enough_points", *FAILURES) and (back == DONE or back in FAILURES)
            if not fair or accounts[who[number]] != (left, 0, 0) or not {spent, back} & {DONE}:
                found.append(f"{number}: {spent}, {back}, {accounts[who[number]]}")
        return found

    return _as_the_ledger_says(
        Race([lambda n: till.tell(again[n]) and DONE, lambda n: till.tell(backs[n]) and DONE], wrong)
    )


def back_at_two_tills(rounds: int, piece: int, tills: int = 2) -> Race:
    """A sale that points paid goes back twice: its points come back once."""
    till, who, sales = _paid_sales(rounds, piece)
    backs = [[_whole_back(till, sale) for sale in sales] for _ in range(tills)]

    def take(place: int) -> Runner:
        return lambda number: till.tell(backs[place][number]) and DONE

    def wrong(said: list[list[Any]]) -> list[str]:
        accounts = accounts_of(who)
        fair = {DONE, "returned_more_than_sold", *FAILURES}
        return [
            f"{number}: {words} {accounts[who[number]]}"
            for number, words in enumerate(said)
            if words.count(DONE) != 1 or not set(words) <= fair or accounts[who[number]] != (POINTS, 0, 0)
        ]

    return _as_the_ledger_says(Race([take(place) for place in range(tills)], wrong))


def _paid_sales(rounds: int, piece: int) -> tuple[Till, list[int], list[Sale]]:
    """Members with 100 points, of which 60 have paid a part of a sale."""
    _let_points_pay()
    who = make_members(rounds, piece)
    till = Till(number=f"{piece}")
    sales = [pays(till, one_code(member, 0), BURNED) for member in who]
    for sale in sales:
        till.tell(sale)
    return till, who, sales


def _whole_back(till: Till, sale: Sale) -> Return:
    return replace(till.back(sale, (1, 1000, sale.net_fen)), tenders=sale.tenders)


def _let_points_pay() -> None:
    set_rate(RATE, now=BEFORE_ALL, actor="test")


def _as_the_ledger_says(race: Race) -> Race:
    """And the fen that tenders say are the points that the ledger burnt, in all."""

    def wrong(said: list[list[Any]]) -> list[str]:
        ((paid, burnt),) = rows(
            "SELECT (SELECT coalesce(sum(t.amount_fen) FILTER (WHERE i.kind = 'sale'), 0) "
            "- coalesce(sum(t.amount_fen) FILTER (WHERE i.kind = 'return'), 0) "
            "FROM receipts_tender t JOIN receipts_identity i ON i.id = t.receipt_id WHERE t.kind = 'points'), "
            "(SELECT coalesce(sum(e.points), 0) FROM loyalty_entry e JOIN loyalty_account a ON a.id = e.account_id "
            "WHERE a.role = 'redeemed')"
        )
        return race.wrong(said) + ([] if paid == burnt else [f"tenders say {paid}, the ledger burnt {burnt}"])

    return Race(race.runners, wrong)
