"""The statements of the hot trip: accounts locked, sales earning. Few, short, prepared, the same for 1 and for 50."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from huitou.bulk.trip import Answer, Trip
from huitou.loyalty.errors import AccountMerged
from huitou.loyalty.rules import debts, expiry
from huitou.loyalty.rules import one_point_per_yuan as earning
from huitou.loyalty.store.expiring import expire_lots, time_out
from huitou.loyalty.store.posting import FOUND, NewLot, Posting, make_missing, post
from huitou.loyalty.store.state import EARNS_FROM, open_debts
from huitou.loyalty.terms import POINTS, Account, Earning, Moment

_LOCK = f"""
SELECT a.id, a.member_id, a.balance, a.debt, a.held,
    EXISTS (SELECT FROM loyalty_lot l WHERE l.account_id = a.id AND l.remaining > 0 AND l.held = 0
        AND l.expires_on <= %s::date)
    OR a.held > 0 AND EXISTS (SELECT FROM loyalty_hold h
        WHERE h.account_id = a.id AND h.state = 'open' AND h.ends_at <= %s::timestamptz),
    {EARNS_FROM}, a.merged
FROM loyalty_account a WHERE a.asset = %s AND a.role = 'member' AND a.member_id = ANY(%s::bigint[])
ORDER BY a.id FOR UPDATE
"""
_LOCK_FOUND = _LOCK.replace("%s::bigint[]", FOUND)
_EARN = """
WITH earning AS MATERIALIZED (
    SELECT nextval('loyalty_transaction_id_seq') AS transaction_id, nextval('loyalty_lot_id_seq') AS lot_id, s.*
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::date[], %s::int[], %s::text[],
        %s::date[]) AS s (receipt_id, account_id, points, earned_at, business_date, store_id, source, expires_on)
), posted AS (
    INSERT INTO loyalty_transaction (id, key, kind, receipt_id, store_id, rule, rule_version, actor, source,
        business_date)
    SELECT transaction_id, 'earn/' || receipt_id, 'earn', receipt_id, store_id, %s, %s, %s, source, business_date
    FROM earning
), queued AS (
    INSERT INTO loyalty_unsealed (transaction_id) SELECT transaction_id FROM earning
), lots AS (
    INSERT INTO loyalty_lot (id, account_id, transaction_id, original, remaining, earned_at, expires_on)
    SELECT lot_id, account_id, transaction_id, points, points, earned_at, expires_on FROM earning
), entries AS (
    INSERT INTO loyalty_entry (transaction_id, account_id, lot_id, points)
    SELECT transaction_id, account_id, lot_id, points FROM earning UNION ALL
    SELECT transaction_id, (SELECT id FROM loyalty_account WHERE asset = %s AND role = 'issued' AND member_id IS NULL),
        NULL, -points FROM earning
)
UPDATE loyalty_account a SET balance = a.balance + e.points
FROM (SELECT account_id, sum(points) AS points FROM earning GROUP BY account_id) e WHERE a.id = e.account_id
"""

# After the posting, in the same trip: beside what is posted at once and what repays debts alike.
_BRING = """
INSERT INTO loyalty_bonus (transaction_id, offer, line, points)
SELECT t.id, b.offer, b.line, b.points
FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::bigint[]) AS b (receipt_id, offer, line, points)
JOIN loyalty_transaction t ON t.key = 'earn/' || b.receipt_id ORDER BY t.id, b.offer, b.line
"""


class LockedAccounts:
    """Accounts that are locked until the transaction ends."""

    def __init__(self, trip: Trip, answer: Answer, moment: Moment) -> None:
        self._trip, self._answer, self._moment = trip, answer, moment

    def read(self) -> dict[int, Account]:
        """The accounts by member, after overdue holds were timed out and overdue lots expired.

        Raises AccountMerged where a member became one with another since the trip found them.
        """
        rows = self._answer.rows()
        if any(row[7] for row in rows):
            raise AccountMerged()
        overdue = [row[0] for row in rows if row[5]]
        if overdue:
            time_out(self._trip, overdue, self._moment.now)
            expire_lots(self._trip, overdue, self._moment.today)
            rows = _ask(self._trip, self._moment, [row[1] for row in rows]).rows()
        return {row[1]: Account(*row[:5], earns_from=row[6]) for row in rows}


def lock_accounts(trip: Trip, members: Collection[int], moment: Moment) -> LockedAccounts:
    """Queue the lock on the accounts of these members, in the order of their ids; who has none gets one."""
    asked = sorted(set(members))
    make_missing(trip, asked)
    return LockedAccounts(trip, _ask(trip, moment, asked), moment)


def lock_found(trip: Trip, moment: Moment) -> LockedAccounts:
    """The same of the members whom lookups of this trip find; of nobody, where one of them finds more to do before."""
    make_missing(trip, None)
    return LockedAccounts(trip, _ask(trip, moment, None), moment)


def _ask(trip: Trip, moment: Moment, members: list[int] | None) -> Answer:
    at = [expiry.last_day_to_expire(moment.today), moment.now, POINTS]
    return trip.ask(_LOCK_FOUND, at) if members is None else trip.ask(_LOCK, [*at, members])


def earn(trip: Trip, accounts: Mapping[int, Account], earnings: Sequence[Earning], *, actor: str) -> dict[int, Account]:
    """Queue what these sales earn; one statement for everybody who owes nothing. The accounts as they are after.

    What a sale of a day before the cut-over earned came with the opening.
    """
    after = dict(accounts)
    earnings = [sale for sale in earnings if accounts[sale.member].earns_on(sale.business_date)]
    at_once = [sale for sale in earnings if sale.points > 0 and accounts[sale.member].debt == 0]
    if at_once:
        trip.ask(
            _EARN,
            [
                [sale.receipt_id for sale in at_once],
                [accounts[sale.member].id for sale in at_once],
                [sale.points for sale in at_once],
                [sale.earned_at for sale in at_once],
                [sale.business_date for sale in at_once],
                [sale.store_id for sale in at_once],
                [sale.source for sale in at_once],
                [sale.expires_on for sale in at_once],
                earning.NAME,
                earning.VERSION,
                actor,
                POINTS,
            ],
        )
    for sale in at_once:
        account = after[sale.member]
        after[sale.member] = replace(account, balance=account.balance + sale.points)
    for sale in earnings:
        if sale.points > 0 and accounts[sale.member].debt > 0:
            after[sale.member] = _earn_and_repay(trip, after[sale.member], sale, actor)
    bonus = [(sale.receipt_id, one.offer, one.line, one.points) for sale in earnings for one in sale.bonus]
    if bonus:
        trip.ask(_BRING, [list(column) for column in zip(*bonus, strict=True)])
    return after


def _earn_and_repay(trip: Trip, account: Account, sale: Earning, actor: str) -> Account:
    """Queue what a sale earns for a member who owes: the oldest debts are repaid first."""
    repaid = tuple(debts.repay(sale.points, open_debts(trip, account.id))) if account.debt else ()
    return post(
        trip,
        account,
        Posting(
            key=f"earn/{sale.receipt_id}",
            kind="earn",
            receipt_id=sale.receipt_id,
            store_id=sale.store_id,
            rule=earning.NAME,
            rule_version=earning.VERSION,
            actor=actor,
            source=sale.source,
            business_date=sale.business_date,
            programme={"issued": -sale.points},
            new_lots=(NewLot(sale.points, sale.earned_at, sale.expires_on, sum(share.points for share in repaid)),),
            debts_repaid=repaid,
        ),
    )
