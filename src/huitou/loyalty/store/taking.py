"""Postings written by the thousand, of members who owe nothing and of lots that hold enough; the others go one by one.

Every posting: a transaction, entries that sum to zero, the lot it moves.
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.bulk.trip import trip
from huitou.loyalty.store import online, spending, state
from huitou.loyalty.store.posting import make_missing
from huitou.loyalty.store.state import EARNS_FROM
from huitou.loyalty.terms import Earning, Returning

# In a subquery the sequence is looked up once, and not for each row.
_AT_ONCE = 1_000_000
"""Postings written by one statement: it remembers each of its rows until its end, to check their keys."""
_NEW_IDS = "nextval((SELECT pg_get_serial_sequence('loyalty_{table}', 'id')::regclass))"


def programme_account(asset: str, role: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loyalty_account (asset, role) VALUES (%s, %s) ON CONFLICT DO NOTHING", [asset, role]
        )
        cursor.execute(
            "SELECT id FROM loyalty_account WHERE asset = %s AND role = %s AND member_id IS NULL",
            [asset, role],
        )
        return cursor.fetchone()[0]


def post_earnings(
    rows: pa.Table | pa.RecordBatchReader, *, asset: str, rule: str, version: int, fen_per_point: int, actor: str
) -> int:
    """Post what each sale earned, one lot a sale; a sale that was posted before is left alone (L4).

    `rows`: receipt_id, member_id, net_fen, at (UTC), business_date, store_id. Returns how many sales earned points.
    """
    issued = programme_account(asset, "issued")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arriving_sale (receipt_id bigint, member_id bigint, net_fen bigint, at timestamp, "
            "business_date date, store_id int) ON COMMIT DROP"
        )
    bulk.copy_in("arriving_sale", rows.schema.names, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loyalty_account (asset, role, member_id, balance) "
            "SELECT DISTINCT %s, 'member', member_id, 0 FROM arriving_sale WHERE net_fen >= %s "
            "ORDER BY member_id ON CONFLICT DO NOTHING",
            [asset, fen_per_point],
        )
        # The accounts first, in one order, so that two writers never wait for each other in a ring.
        cursor.execute(
            "CREATE TEMP TABLE earning ON COMMIT DROP AS "
            f"SELECT {_NEW_IDS.format(table='transaction')} AS transaction_id, "
            f"{_NEW_IDS.format(table='lot')} AS lot_id, s.receipt_id, a.id AS account_id, "
            "s.net_fen / %s AS points, s.at AT TIME ZONE 'UTC' AS at, s.business_date, s.store_id, "
            "'earn/' || s.receipt_id AS key "
            "FROM (SELECT * FROM arriving_sale ORDER BY receipt_id) s JOIN loyalty_account a "
            "ON a.member_id = s.member_id AND a.asset = %s AND a.role = 'member' WHERE s.net_fen >= %s "
            # What earlier days earned came with the opening of an old programme's balances.
            f"AND s.business_date >= coalesce({EARNS_FROM}, '-infinity'::date) "
            "AND NOT EXISTS (SELECT FROM loyalty_transaction t WHERE t.key = 'earn/' || s.receipt_id)",
            [fen_per_point, asset, fen_per_point],
        )
        cursor.execute("ANALYZE earning")
        _lock_accounts("earning")
        cursor.execute(
            "DELETE FROM earning e USING loyalty_account a WHERE a.id = e.account_id AND a.debt > 0 "
            "RETURNING e.receipt_id, a.member_id, e.points, e.at, e.business_date, e.store_id"
        )
        of_debtors = [Earning(*row, "receipt") for row in sorted(cursor.fetchall())]
        posted = _write_earnings(rule, version, actor, issued)
        cursor.execute(
            "UPDATE loyalty_account a SET balance = a.balance + e.points FROM "
            "(SELECT account_id, sum(points) AS points FROM earning GROUP BY account_id) e WHERE a.id = e.account_id"
        )
        cursor.execute("DROP TABLE arriving_sale, earning")
    _post_for_debtors(of_debtors, actor)
    bulk.freshen_statistics("loyalty_account", "loyalty_transaction", "loyalty_lot", "loyalty_entry")
    return posted + len(of_debtors)


def _write_earnings(rule: str, version: int, actor: str, issued: int) -> int:
    """Write the postings of `earning`; returns how many."""
    posted = 0
    with connection.cursor() as cursor:
        # Keys that wait for the commit are remembered row by row until then.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT coalesce(min(transaction_id), 0), coalesce(max(transaction_id), -1) FROM earning")
        lowest, highest = cursor.fetchone()
        for first in range(lowest, highest + 1, _AT_ONCE):
            of = f"FROM earning WHERE transaction_id BETWEEN {first} AND {first + _AT_ONCE - 1}"
            cursor.execute(
                "INSERT INTO loyalty_transaction (id, key, kind, receipt_id, store_id, rule, rule_version, actor, "
                "source, business_date) SELECT transaction_id, key, 'earn', receipt_id, store_id, %s, %s, %s, "
                f"'receipt', business_date {of}",
                [rule, version, actor],
            )
            posted += cursor.rowcount
            cursor.execute(f"INSERT INTO loyalty_unsealed (transaction_id) SELECT transaction_id {of}")
            cursor.execute(
                "INSERT INTO loyalty_lot (id, account_id, transaction_id, original, remaining, earned_at) "
                f"SELECT lot_id, account_id, transaction_id, points, points, at {of}"
            )
            cursor.execute(
                "INSERT INTO loyalty_entry (transaction_id, account_id, lot_id, points) "
                f"SELECT transaction_id, account_id, lot_id, points {of} "
                f"UNION ALL SELECT transaction_id, %s, NULL, -points {of}",
                [issued],
            )
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return posted


def _lock_accounts(of: str) -> None:
    """Those that the rows of this table name, in one order. They are counted there: a row for each account of a long
    history would come here for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT id FROM loyalty_account WHERE id IN (SELECT account_id FROM {of}) "
            "ORDER BY id FOR UPDATE) locked"
        )


def _post_for_debtors(sales: list[Earning], actor: str) -> None:
    if not sales:
        return
    with trip() as travel:
        accounts = {account.member: account for account in state.accounts(travel, [sale.member for sale in sales])}
        online.earn(travel, accounts, sales, actor=actor)


def points_of_sales(receipts: list[int]) -> dict[int, int]:
    """The points that each of these sales earned."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.receipt_id, l.original FROM loyalty_transaction t JOIN loyalty_lot l ON l.transaction_id = t.id "
            "WHERE t.kind = 'earn' AND t.receipt_id = ANY(%s)",
            [receipts],
        )
        return dict(cursor.fetchall())


def bonus_of_sales(receipts: list[int]) -> dict[int, dict[int, int]]:
    """Of what these sales earned the points that offers brought, by line; sales without are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.receipt_id, b.line, sum(b.points)::bigint FROM loyalty_transaction t "
            "JOIN loyalty_bonus b ON b.transaction_id = t.id "
            "WHERE t.kind = 'earn' AND t.receipt_id = ANY(%s) GROUP BY 1, 2",
            [receipts],
        )
        found: dict[int, dict[int, int]] = {}
        for receipt, line, points in cursor.fetchall():
            found.setdefault(receipt, {})[line] = points
        return found


def post_reversals(rows: pa.Table, *, asset: str, rule: str, version: int, actor: str) -> int:
    """Take points back from the lots of their own sales; a reversal that was posted before is left alone.

    `rows`: return_receipt_id, sale_receipt_id, points, business_date. Returns how many were posted. Where a lot no
    longer holds the points they become a debt, by a posting of its own. A reversal stands with the store of its sale.
    """
    taken_back = programme_account(asset, "reversed")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arriving_reversal (return_receipt_id bigint, sale_receipt_id bigint, points bigint, "
            "business_date date) ON COMMIT DROP"
        )
    bulk.copy_in("arriving_reversal", rows.column_names, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE reversal ON COMMIT DROP AS "
            f"SELECT {_NEW_IDS.format(table='transaction')} AS transaction_id, r.*, t.id AS earn_id, t.store_id, "
            "l.id AS lot_id, l.account_id, "
            "'reverse/' || r.return_receipt_id || '/' || r.sale_receipt_id AS key FROM arriving_reversal r "
            "JOIN loyalty_transaction t ON t.key = 'earn/' || r.sale_receipt_id "
            "JOIN loyalty_lot l ON l.transaction_id = t.id WHERE NOT EXISTS (SELECT FROM loyalty_transaction p "
            "WHERE p.key = 'reverse/' || r.return_receipt_id || '/' || r.sale_receipt_id)"
        )
        _lock_accounts("reversal")
        cursor.execute(
            "DELETE FROM reversal r USING loyalty_account a WHERE a.id = r.account_id AND r.lot_id IN ("
            "    SELECT l.id FROM reversal s JOIN loyalty_lot l ON l.id = s.lot_id GROUP BY l.id "
            "    HAVING sum(s.points) > l.remaining - l.held) "
            "RETURNING r.return_receipt_id, r.sale_receipt_id, r.business_date, r.store_id, r.points, a.member_id"
        )
        beyond = sorted(cursor.fetchall())
        cursor.execute(
            "INSERT INTO loyalty_transaction (id, key, kind, receipt_id, store_id, corrects_id, rule, rule_version, "
            "actor, source, business_date) SELECT transaction_id, key, 'reverse', return_receipt_id, store_id, "
            "earn_id, %s, %s, %s, 'return', business_date FROM reversal",
            [rule, version, actor],
        )
        posted = cursor.rowcount
        cursor.execute("INSERT INTO loyalty_unsealed (transaction_id) SELECT transaction_id FROM reversal")
        cursor.execute(
            "UPDATE loyalty_lot l SET remaining = l.remaining - r.points FROM "
            "(SELECT lot_id, sum(points) AS points FROM reversal GROUP BY lot_id) r WHERE l.id = r.lot_id"
        )
        cursor.execute(
            "INSERT INTO loyalty_entry (transaction_id, account_id, lot_id, points) "
            "SELECT transaction_id, account_id, lot_id, -points FROM reversal "
            "UNION ALL SELECT transaction_id, %s, NULL, points FROM reversal",
            [taken_back],
        )
        cursor.execute(
            "UPDATE loyalty_account a SET balance = a.balance - r.points FROM "
            "(SELECT account_id, sum(points) AS points FROM reversal GROUP BY account_id) r WHERE a.id = r.account_id"
        )
        cursor.execute("DROP TABLE arriving_reversal, reversal")
    _post_beyond_their_lots(beyond, actor)
    return posted + len(beyond)


def _post_beyond_their_lots(rows: list[tuple[int, int, date, int | None, int, int]], actor: str) -> None:
    if not rows:
        return
    with trip() as travel:
        make_missing(travel, [])
        accounts = {account.member: account for account in state.accounts(travel, [row[5] for row in rows])}
        for return_receipt, sale, on, store, points, member in rows:
            returning = Returning(return_receipt, sale, on, store, "return")
            accounts[member] = spending.take_back(travel, accounts[member], returning, points, actor=actor)
