"""The real ledger on the real database, driven as the till's recording drives it; and what can be seen of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from huitou.bulk.trip import Trip, trip
from huitou.catalogue.terms import StoreSeen
from huitou.kernel.errors import HuitouError
from huitou.loyalty import service as loyalty
from huitou.loyalty.store.promises import PROMISES
from huitou.loyalty.terms import Account, Bonus, Earning, GivenBack, Moment, Returning, SoldQuantity, Spending
from huitou.receipts.store import months

OUTLIVED = "No lot outlives its last day."
"""Asked of the real calendar; the tests' clock runs in another year."""
_EVERY_PROMISE = (
    "SELECT name, broken FROM (VALUES "
    + ", ".join(
        f"('{kept.name}', (SELECT x FROM ({kept.broken}) q (x) LIMIT 1))" for kept in PROMISES if kept.says != OUTLIVED
    )
    + ") v (name, broken) WHERE broken IS NOT NULL"
)

# Prepared once, as statements of a trip are: planning them takes longer than the few rows of a test.
_EVERY_PROMISE = _EVERY_PROMISE.replace("%", "%%")
_SEEN = (
    "SELECT member_id, balance, debt, held FROM loyalty_account WHERE role = 'member'",
    "SELECT t.receipt_id, l.remaining, l.held, l.expires_on FROM loyalty_lot l "
    "JOIN loyalty_transaction t ON t.id = l.transaction_id",
    "SELECT a.role, sum(e.points)::bigint FROM loyalty_account a JOIN loyalty_entry e ON e.account_id = a.id "
    "WHERE a.role <> 'member' GROUP BY a.role HAVING sum(e.points) <> 0",
    "SELECT key, state FROM loyalty_hold",
)


def ask(query: str, *values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return cursor.fetchall()


class Refusal(Exception):
    """The ledger refused, by this code."""


class World:
    """A few members of one store, and their ledger. Lives in a transaction that is taken back."""

    def __init__(self, members: int) -> None:
        ((self.store,),) = ask("INSERT INTO catalogue_store (code, name) VALUES ('S', 'S') RETURNING id")
        self.store_seen = StoreSeen(self.store, "S", "S", "", zone="UTC")
        self.members = [
            ask("INSERT INTO members_member (joined_on, home_store_id) VALUES ('2020-01-01', %s) RETURNING id",
                self.store)[0][0] for _ in range(members)
        ]  # fmt: skip

    def new_receipt(self, kind: str, on: date) -> int:
        return ask(
            "INSERT INTO receipts_identity (source, store_id, business_date, number, kind, digest) "
            "SELECT 'till', %s, %s, count(*), %s, '' FROM receipts_identity RETURNING id",
            self.store, on, kind,
        )[0][0]  # fmt: skip

    def on_account(self, member: int, moment: Moment, do: Callable[[Trip, Account], Any]) -> Any:
        try:
            with transaction.atomic(), trip() as travel:
                return do(travel, loyalty.lock_accounts(travel, [member], moment).read()[member])
        except HuitouError as refused:
            raise Refusal(refused.code) from refused

    def sell(
        self, receipt: int, member: int, moment: Moment, on: date, earned: int, spent: int, *, earned_at: datetime,
        expires_on: date | None, hold: str | None, honour: bool, bonus: Mapping[int, int] | None = None,
    ) -> tuple[int, int]:  # fmt: skip
        """Record what a sale spends and earns; points taken from the member, and honoured."""

        def do(travel: Trip, account: Account) -> tuple[int, int]:
            spending = Spending(receipt, spent, on, self.store, "till", hold, honour)
            burnt = loyalty.burn(travel, account, spending, actor="test")
            if not burnt.replayed:
                brought = tuple(Bonus("offer", line, points) for line, points in (bonus or {}).items() if points)
                earning = Earning(receipt, member, earned, earned_at, on, self.store, "till", expires_on, brought)
                after = loyalty.earn(travel, {member: burnt.account}, [earning], actor="test")[member]
                _is_as_told(travel, after)
            return burnt.points, burnt.honoured

        return self.on_account(member, moment, do)

    def earn_again(self, receipt: int, member: int, moment: Moment, on: date, earned: int) -> bool:
        """Whether a second earning of the same sale was refused."""
        earning = Earning(receipt, member, earned, moment.now, on, self.store, "till")
        try:
            self.on_account(member, moment, lambda travel, account: loyalty.earn(
                travel, {member: account}, [earning], actor="test"))  # fmt: skip
        except IntegrityError:
            return True
        return False

    def give_back(
        self, receipt: int, sale: int, member: int, moment: Moment, on: date, sold: Sequence[SoldQuantity],
        given: Sequence[GivenBack],
    ) -> tuple[int, int, int]:  # fmt: skip
        """Apply a return: points taken back, restored, and owed."""
        self._keep_goods(sale, sold, given)

        def do(travel: Trip, account: Account) -> tuple[int, int, int]:
            returning = Returning(receipt, sale, on, self.store, "till")
            moved = loyalty.apply_return(travel, account, returning, sold, given, actor="test")
            _is_as_told(travel, moved.account)
            return moved.taken_back, moved.restored, moved.debt

        return self.on_account(member, moment, do)

    def _keep_goods(self, sale: int, sold: Sequence[SoldQuantity], given: Sequence[GivenBack]) -> None:
        """What was sold and came back, as receipts keep it: the ledger's promises reckon the points anew from it."""
        ((day,),) = ask("SELECT business_date FROM receipts_identity WHERE id = %s", sale)
        months.ensure([day])
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO receipts_line (receipt_id, business_date, line, quantity_milli, discount_fen, net_fen) "
                "VALUES (%s, %s, %s, %s, 0, %s) ON CONFLICT DO NOTHING",
                [(sale, day, line.line, line.quantity_milli, line.net_fen) for line in sold],
            )
            cursor.executemany(
                "INSERT INTO receipts_returnmatch (return_receipt_id, return_line, sale_receipt_id, sale_line, "
                "quantity_milli) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [(part.return_receipt, part.sale_line, sale, part.sale_line, part.quantity_milli) for part in given],
            )
            cursor.executemany(
                "INSERT INTO receipts_returnof (return_receipt_id, sale_source, sale_store_id, sale_till, "
                "sale_business_date, sale_number) SELECT %s, source, store_id, till, business_date, number "
                "FROM receipts_identity WHERE id = %s ON CONFLICT DO NOTHING",
                [(part.return_receipt, sale) for part in given],
            )

    def hold(self, key: str, member: int, moment: Moment, points: int, ends_at: datetime) -> str:
        def do(travel: Trip, account: Account) -> str:
            seen = loyalty.hold(travel, account, key, points, ends_at)
            _is_as_told(travel, seen.account)
            return seen.state

        return self.on_account(member, moment, do)

    def release(self, key: str, member: int, moment: Moment) -> str:
        def do(travel: Trip, account: Account) -> str:
            seen = loyalty.release(travel, account, key)
            _is_as_told(travel, seen.account)
            return seen.state

        return self.on_account(member, moment, do)

    def run_jobs(self, moment: Moment) -> None:
        loyalty.time_out_holds(moment)
        loyalty.expire_due(moment)

    def seen(self) -> dict[str, Any]:
        """All that can be compared: accounts, lots by their sale, holds, and the programme's accounts."""
        with trip() as travel:
            answers = [travel.ask(query) for query in _SEEN]
        accounts, lots, programme, holds = [answer.rows() for answer in answers]
        return {
            "accounts": {row[0]: row[1:] for row in accounts if any(row[1:])},
            "lots": {row[0]: row[1:] for row in lots},
            "holds": dict(holds),
            "programme": dict(programme),
        }

    def broken_promises(self) -> list[tuple]:
        """Each promise that does not hold, with its first broken row; constraints that wait are asked now."""
        with trip() as travel:
            travel.ask("SET CONSTRAINTS ALL IMMEDIATE")
            travel.ask("SET CONSTRAINTS ALL DEFERRED")
            broken = travel.ask(_EVERY_PROMISE)
        return broken.rows()


def _is_as_told(travel: Trip, account: Account) -> None:
    """What an operation says of the account afterwards is what stands there."""
    found = travel.ask("SELECT id, member_id, balance, debt, held FROM loyalty_account WHERE id = %s", [account.id])
    assert Account(*found.row()) == account, "an operation told another balance than it left"
