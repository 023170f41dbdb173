"""Balances of an old programme into the books, and out again: as postings, a whole file in one transaction.

Most members come in sets: who owes nothing and has nothing of days before the cut-over. The others go one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.bulk.trip import Trip, trip
from huitou.loyalty.rules import opening
from huitou.loyalty.store import expiring
from huitou.loyalty.store.posting import LotChange, NewDebt, NewLot, Posting, make_missing, post
from huitou.loyalty.store.state import open_debts
from huitou.loyalty.terms import Account, Opened, OpenedLot, OpeningLot, OwedDebt, Share, SpendableLot

OPENING, UNOPENING = "opening", "unopening"
_KNOWN = pa.schema([("member_id", pa.int64()), ("digest", pa.string()), ("batch_id", pa.int64())])
_NEW_ID = "nextval(pg_get_serial_sequence('loyalty_{table}', 'id'))"

# What our own books hold of account `a` for the days before the cut-over. Where an opening stands already, or the chain
# began here earlier, our books are no copy of this old programme, and it only adds to them.
_BEFORE = """CASE WHEN EXISTS (SELECT FROM loyalty_opening o WHERE o.account_id = a.id AND o.undone_at IS NULL)
    OR EXISTS (SELECT FROM loyalty_opening o JOIN loyalty_account oa ON oa.id = o.account_id AND oa.asset = a.asset
        WHERE o.undone_at IS NULL AND o.first_day < %s) THEN 0
ELSE coalesce((SELECT sum(e.points) FROM loyalty_entry e JOIN loyalty_transaction t ON t.id = e.transaction_id
    WHERE e.account_id = a.id AND t.business_date < %s), 0)::bigint END"""


def standing(asset: str, source: str) -> pa.Table:
    """(member_id, digest, batch_id) of every opening of this source that stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.member_id, o.digest, o.batch_id FROM loyalty_opening o JOIN loyalty_account a "
            "ON a.id = o.account_id WHERE a.asset = %s AND o.source = %s AND o.undone_at IS NULL",
            [asset, source],
        )
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) or [[], [], []]
    return pa.table([list(column) for column in columns], schema=_KNOWN)


class OpeningRun:
    """One file's openings: `lots` (member_id, points, earned_at, expires_on) and `people` (member_id, owed, digest)."""

    def __init__(
        self, lots: pa.Table, people: pa.Table, *, asset: str, source: str, batch: int, first_day: date, actor: str
    ) -> None:
        self.asset, self.source, self.batch = asset, source, batch
        self.first_day, self.actor = first_day, actor
        self._load(lots, people)

    def _load(self, lots: pa.Table, people: pa.Table) -> None:
        """Leaves `opening_lot` and `opening_person`, each with the locked account and what our books say of it."""
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE opening_lot (member_id bigint, points bigint, earned_at timestamptz, "
                "expires_on date) ON COMMIT DROP"
            )
            cursor.execute(
                "CREATE TEMP TABLE opening_person (member_id bigint, owed bigint, digest text) ON COMMIT DROP"
            )
        bulk.copy_in("opening_lot", ["member_id", "points", "earned_at", "expires_on"], lots)
        bulk.copy_in("opening_person", ["member_id", "owed", "digest"], people)
        with trip() as travel:
            make_missing(travel, people["member_id"].to_pylist(), self.asset)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE opening_lot, opening_person")
            # The accounts first, in one order, so that two writers never wait for each other in a ring.
            cursor.execute(
                "SELECT FROM loyalty_account a JOIN opening_person p ON p.member_id = a.member_id "
                "WHERE a.asset = %s AND a.role = 'member' ORDER BY a.id FOR UPDATE OF a",
                [self.asset],
            )
            cursor.execute(
                "CREATE TEMP TABLE opening ON COMMIT DROP AS SELECT a.id AS account_id, p.member_id, p.owed, p.digest, "
                "a.balance AS now, a.debt, a.held, coalesce((SELECT sum(l.points) FROM opening_lot l "
                "    WHERE l.member_id = p.member_id), 0)::bigint AS coming, "
                f"{_BEFORE} AS before FROM opening_person p JOIN loyalty_account a ON a.member_id = p.member_id "
                "AND a.asset = %s AND a.role = 'member'",
                [self.first_day, self.first_day, self.asset],
            )
            cursor.execute("ANALYZE opening")

    def posted_before(self) -> tuple[int, int]:
        """How many of these members have something in our books for days before the cut-over, and how much."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), coalesce(sum(before), 0)::bigint FROM opening WHERE before <> 0")
            return cursor.fetchone()

    def post(self, today: date, given_back: OpeningLot) -> Opened:
        """Post every opening. Lots whose last day is over meanwhile expire at once."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), sum(before)::bigint FROM opening")
            people, before = cursor.fetchone()
        singles = self._singles()
        moved = self._post_at_once() + sum(self._post_one(single, given_back) for single in singles)
        self._expire(today)
        bulk.freshen_statistics("loyalty_account", "loyalty_transaction", "loyalty_lot", "loyalty_entry")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM loyalty_opening o JOIN loyalty_account a ON a.id = o.account_id "
                "WHERE o.batch_id = %s AND a.debt > 0",
                [self.batch],
            )
            (owing,) = cursor.fetchone()
            cursor.execute("DROP TABLE opening, opening_lot, opening_person, opening_set, opening_set_lot")
        return Opened(people, moved, owing, before or 0)

    def _post_at_once(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE opening_set ON COMMIT DROP AS SELECT o.*, CASE WHEN coming > 0 THEN "
                f"{_NEW_ID.format(table='transaction')} END AS transaction_id FROM (SELECT * FROM opening "
                "WHERE owed = 0 AND before = 0 AND debt = 0 ORDER BY member_id) o"
            )
            cursor.execute(
                "CREATE TEMP TABLE opening_set_lot ON COMMIT DROP AS SELECT "
                f"{_NEW_ID.format(table='lot')} AS lot_id, l.* FROM (SELECT s.account_id, s.transaction_id, l.points, "
                "l.earned_at, l.expires_on FROM opening_set s JOIN opening_lot l USING (member_id) "
                "ORDER BY member_id, expires_on, earned_at) l"
            )
            cursor.execute(
                "INSERT INTO loyalty_transaction (id, key, kind, rule, rule_version, actor, source, business_date) "
                "SELECT transaction_id, 'open/' || %s || '/' || member_id, %s, %s, %s, %s, %s, %s::date - 1 "
                "FROM opening_set WHERE transaction_id IS NOT NULL",
                [self.batch, OPENING, opening.NAME, opening.VERSION, self.actor, self.source, self.first_day],
            )
            cursor.execute(
                "INSERT INTO loyalty_unsealed (transaction_id) SELECT transaction_id FROM opening_set "
                "WHERE transaction_id IS NOT NULL"
            )
            cursor.execute(
                "INSERT INTO loyalty_lot (id, account_id, transaction_id, original, remaining, earned_at, expires_on) "
                "SELECT lot_id, account_id, transaction_id, points, points, earned_at, expires_on FROM opening_set_lot"
            )
            cursor.execute(
                "INSERT INTO loyalty_entry (transaction_id, account_id, lot_id, points) "
                "SELECT transaction_id, account_id, lot_id, points FROM opening_set_lot UNION ALL "
                "SELECT transaction_id, (SELECT id FROM loyalty_account WHERE asset = %s AND role = 'issued' "
                "AND member_id IS NULL), NULL, -coming FROM opening_set WHERE transaction_id IS NOT NULL",
                [self.asset],
            )
            cursor.execute(
                "UPDATE loyalty_account a SET balance = a.balance + s.coming FROM opening_set s "
                "WHERE a.id = s.account_id AND s.coming > 0"
            )
            cursor.execute(
                "INSERT INTO loyalty_opening (account_id, batch_id, source, first_day, balance, digest, "
                "transaction_id) SELECT account_id, %s, %s, %s, coming, digest, transaction_id FROM opening_set",
                [self.batch, self.source, self.first_day],
            )
            cursor.execute("SELECT coalesce(sum(coming), 0)::bigint FROM opening_set")
            return cursor.fetchone()[0]

    def _singles(self) -> list[tuple[Account, int, int, str, list[OpeningLot]]]:
        """Who owes something, or has something of the days before: (account, owed, before, digest, lots)."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT o.account_id, o.member_id, o.now, o.debt, o.held, o.owed, o.before, o.digest, "
                "array_agg(l.points ORDER BY l.expires_on, l.earned_at), "
                "array_agg(l.earned_at ORDER BY l.expires_on, l.earned_at), "
                "array_agg(l.expires_on ORDER BY l.expires_on, l.earned_at) "
                "FROM opening o LEFT JOIN opening_lot l USING (member_id) "
                "WHERE o.owed <> 0 OR o.before <> 0 OR o.debt <> 0 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1"
            )
            rows = cursor.fetchall()
        return [
            (
                Account(*row[:5]),
                row[5],
                row[6],
                row[7],
                [OpeningLot(*lot) for lot in zip(*row[8:], strict=True) if lot[0] is not None],
            )
            for row in rows
        ]

    def _post_one(self, single: tuple[Account, int, int, str, list[OpeningLot]], given_back: OpeningLot) -> int:
        account, owed, before, digest, lots = single
        with trip() as travel:
            own = _own_lots(travel, account.id, self.first_day) if before > 0 else []
            debts = open_debts(travel, account.id) if account.debt else []
            plan = opening.plan(lots, owed, before=before, own=own, debts=debts, given_back=given_back)
            key = f"open/{self.batch}/{account.member}"
            if plan.moves:
                posting = Posting(
                    key=key,
                    kind=OPENING,
                    receipt_id=None,
                    store_id=None,
                    rule=opening.NAME,
                    rule_version=opening.VERSION,
                    actor=self.actor,
                    source=self.source,
                    business_date=date.fromordinal(self.first_day.toordinal() - 1),
                    programme={"issued": plan.issued} if plan.issued else {},
                    new_lots=tuple(
                        NewLot(lot.points, lot.earned_at, lot.expires_on, repaid)
                        for lot, repaid in zip(plan.lots, plan.repaid, strict=True)
                    ),
                    lots=tuple(LotChange(share.id, points=-share.points) for share in plan.taken),
                    debts_repaid=plan.debts_repaid,
                    new_debts=(NewDebt(None, plan.owed),) if plan.owed else (),
                    asset=self.asset,
                )
                post(travel, account, posting)
            travel.ask(
                "INSERT INTO loyalty_opening (account_id, batch_id, source, first_day, balance, before, digest, "
                "transaction_id) VALUES (%s::bigint, %s::bigint, %s, %s::date, %s::bigint, %s::bigint, %s, "
                "(SELECT id FROM loyalty_transaction WHERE key = %s))",
                [
                    account.id, self.batch, self.source, self.first_day,
                    sum(lot.points for lot in lots) - owed, before, digest, key,
                ],
            )  # fmt: skip
        return -plan.issued

    def _expire(self, today: date) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT l.account_id FROM loyalty_lot l JOIN opening o USING (account_id) "
                "WHERE l.remaining > 0 AND l.held = 0 AND l.expires_on < %s ORDER BY 1",
                [today],
            )
            due = [account for (account,) in cursor.fetchall()]
        if due:
            with trip() as travel:
                expiring.expire_lots(travel, due, today)


def _own_lots(travel: Trip, account_id: int, first_day: date) -> list[SpendableLot]:
    """Lots that our books made for days before the cut-over, with something free."""
    rows = travel.ask(
        "SELECT l.id, l.original, l.remaining, l.held, l.earned_at, l.expires_on FROM loyalty_lot l "
        "JOIN loyalty_transaction t ON t.id = l.transaction_id WHERE l.account_id = %s::bigint "
        "AND t.business_date < %s::date AND l.remaining > l.held",
        [account_id, first_day],
    ).rows()
    return [SpendableLot(*row) for row in rows]


def take_back(batch: int, *, actor: str, now: datetime, today: date) -> tuple[int, int, int]:
    """Undo every opening of an import that stands: (openings undone, of them left owing, points owed).

    Each by one posting that corrects it. What was spent of it is owed, by name; what had expired is gone.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM loyalty_account WHERE id IN (SELECT account_id FROM loyalty_opening WHERE batch_id = %s "
            "AND undone_at IS NULL) ORDER BY id FOR UPDATE",
            [batch],
        )
        cursor.execute(
            "SELECT o.id, o.transaction_id, a.id, a.member_id, a.balance, a.debt, a.held, a.asset, o.source, "
            "o.first_day FROM loyalty_opening o JOIN loyalty_account a ON a.id = o.account_id "
            "WHERE o.batch_id = %s AND o.undone_at IS NULL ORDER BY a.id",
            [batch],
        )
        rows = cursor.fetchall()
    owing = points = 0
    for opening_id, transaction_id, *account, asset, source, first_day in rows:
        owed = 0
        with trip() as travel:
            key = f"unopen/{batch}/{account[1]}"
            if transaction_id is not None:
                plan = _back_plan(travel, Account(*account), transaction_id, today)
                owed = sum(share.points for share in plan.owed) + plan.owed_again
                posting = _back_posting(
                    plan, key=key, corrects=transaction_id, actor=actor, source=source, asset=asset,
                    business_date=date.fromordinal(first_day.toordinal() - 1), now=now,
                )  # fmt: skip
                if posting is not None:
                    post(travel, Account(*account), posting)
            travel.ask(
                "UPDATE loyalty_opening SET undone_at = %s::timestamptz, undone_by_id = (SELECT id "
                "FROM loyalty_transaction WHERE key = %s) WHERE id = %s::bigint",
                [now, key, opening_id],
            )
        owing += owed > 0
        points += owed
    return len(rows), owing, points


def _back_plan(travel: Trip, account: Account, transaction_id: int, today: date) -> opening.BackPlan:
    lots = travel.ask(
        "SELECT l.id, l.original, coalesce((SELECT -sum(e.points) FROM loyalty_entry e WHERE e.lot_id = l.id "
        "    AND e.transaction_id = l.transaction_id AND e.points < 0), 0)::bigint, l.remaining - l.held, "
        "coalesce((SELECT -sum(e.points) FROM loyalty_entry e JOIN loyalty_transaction x ON x.id = e.transaction_id "
        "    WHERE e.lot_id = l.id AND x.kind = 'expire'), 0)::bigint "
        "FROM loyalty_lot l WHERE l.transaction_id = %s::bigint ORDER BY l.id",
        [transaction_id],
    )
    given = travel.ask(
        "SELECT l.id, -e.points FROM loyalty_entry e JOIN loyalty_lot l ON l.id = e.lot_id "
        "WHERE e.transaction_id = %s::bigint AND l.transaction_id <> %s::bigint AND e.points < 0 "
        "AND (l.expires_on IS NULL OR l.expires_on >= %s::date) ORDER BY l.id",
        [transaction_id, transaction_id, today],
    )
    repaid = travel.ask(
        "SELECT coalesce(sum(points), 0)::bigint FROM loyalty_entry WHERE transaction_id = %s::bigint "
        "AND account_id = %s::bigint AND lot_id IS NULL AND points > 0",
        [transaction_id, account.id],
    )
    made = travel.ask(
        "SELECT id, lot_id, remaining, original FROM loyalty_debt WHERE transaction_id = %s::bigint", [transaction_id]
    )
    debt = made.row()
    return opening.plan_back(
        [OpenedLot(*row) for row in lots.rows()],
        given=[Share(*row) for row in given.rows()],
        repaid_debts=repaid.row()[0],
        made_debt=OwedDebt(*debt[:3]) if debt else None,
        made=debt[3] if debt else 0,
    )


def _back_posting(
    plan: opening.BackPlan, *, key: str, corrects: int, actor: str, source: str, asset: str, business_date: date,
    now: datetime,
) -> Posting | None:  # fmt: skip
    owed = [NewDebt(share.id, share.points) for share in plan.owed]
    if plan.owed_again:
        owed.append(NewDebt(None, plan.owed_again))
    changes: Sequence[LotChange] = (
        *(LotChange(share.id, points=-share.points) for share in plan.taken),
        *(LotChange(share.id, points=share.points) for share in plan.given),
    )
    if not (changes or owed or plan.forgiven or plan.back):
        return None
    return Posting(
        key=key,
        kind=UNOPENING,
        receipt_id=None,
        store_id=None,
        corrects=corrects,
        rule=opening.NAME,
        rule_version=opening.VERSION,
        actor=actor,
        source=source,
        business_date=business_date,
        programme={"issued": plan.issued} if plan.issued else {},
        new_lots=(NewLot(plan.back, now, None),) if plan.back else (),
        lots=tuple(changes),
        debts_repaid=plan.forgiven,
        new_debts=tuple(owed),
        asset=asset,
    )
