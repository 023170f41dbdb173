"""What an import's sales and returns posted, taken back by postings that name the old ones (ADR 16).

By the thousand where a lot still holds what it was given; one by one where points were spent, expired or owed.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

from huitou.bulk import service as bulk
from huitou.bulk.trip import trip
from huitou.loyalty.rules import debts, expiry, undoing
from huitou.loyalty.store import state
from huitou.loyalty.store.posting import LotChange, NewDebt, Posting, make_missing, post
from huitou.loyalty.store.taking import programme_account
from huitou.loyalty.terms import Unposted

_NEW_ID = "nextval(pg_get_serial_sequence('loyalty_transaction', 'id'))"

# What came back of a leaving sale is undone with it, whoever brought the return.
_OLD = """
CREATE TEMP TABLE unposting ON COMMIT DROP AS
WITH earned AS (
    SELECT t.id FROM loyalty_transaction t WHERE t.kind = 'earn' AND t.receipt_id = ANY(%(receipts)s)
), old AS (
    SELECT id FROM earned UNION SELECT t.id FROM loyalty_transaction t
    WHERE t.kind = 'reverse' AND (t.receipt_id = ANY(%(receipts)s) OR t.corrects_id IN (SELECT id FROM earned))
)
SELECT t.id AS old_id, t.kind, t.receipt_id, t.store_id, earn.receipt_id AS sale_id, l.id AS lot_id,
    l.account_id, a.member_id, coalesce(d.original, 0) AS owed, coalesce(x.points, 0)::bigint AS of_expired,
    (SELECT abs(sum(e.points))::bigint FROM loyalty_entry e JOIN loyalty_account p ON p.id = e.account_id
     WHERE e.transaction_id = t.id AND p.role = CASE t.kind WHEN 'earn' THEN 'issued' ELSE 'reversed' END) AS points
FROM old JOIN loyalty_transaction t USING (id)
JOIN loyalty_transaction earn ON earn.id = coalesce(t.corrects_id, t.id)
JOIN loyalty_lot l ON l.transaction_id = earn.id JOIN loyalty_account a ON a.id = l.account_id
LEFT JOIN loyalty_debt d ON d.transaction_id = t.id
LEFT JOIN LATERAL (
    SELECT -sum(e.points) AS points FROM loyalty_entry e JOIN loyalty_account p ON p.id = e.account_id
    WHERE e.transaction_id = t.id AND p.role = 'expired') x ON true
WHERE NOT EXISTS (SELECT FROM loyalty_transaction u WHERE u.key = 'undo/' || t.id)
"""
# A reversal that neither owed nor touched expired points goes back into a lot of which nothing is owed.
_PLAIN_REVERSALS = """
CREATE TEMP TABLE plain ON COMMIT DROP AS SELECT {new_id} AS transaction_id, u.*, u.points AS moved FROM unposting u
JOIN loyalty_lot l ON l.id = u.lot_id
WHERE u.kind = 'reverse' AND u.owed = 0 AND u.of_expired = 0 AND (l.expires_on IS NULL OR l.expires_on >= %(today)s)
  AND NOT EXISTS (SELECT FROM loyalty_debt d WHERE d.lot_id = u.lot_id AND d.remaining > 0)
"""
_PLAIN_EARNINGS = """
CREATE TEMP TABLE plain ON COMMIT DROP AS SELECT {new_id} AS transaction_id, u.*, -u.points AS moved FROM unposting u
JOIN loyalty_lot l ON l.id = u.lot_id
WHERE u.kind = 'earn' AND l.remaining - l.held >= u.points
"""


def undo_postings(receipts: list[int], *, actor: str, source: str, today: date) -> Unposted:
    """Take back every posting of these receipts, and what returns posted about their sales."""
    with connection.cursor() as cursor:
        cursor.execute(_OLD, {"receipts": receipts})
        cursor.execute("ANALYZE unposting")
        # The accounts first, in one order, so that two writers never wait for each other in a ring.
        cursor.execute(
            "SELECT FROM loyalty_account WHERE id IN (SELECT account_id FROM unposting) ORDER BY id FOR UPDATE"
        )
        cursor.execute(
            "SELECT coalesce(sum(points) FILTER (WHERE kind = 'earn'), 0)::bigint, "
            "coalesce(sum(points) FILTER (WHERE kind = 'reverse'), 0)::bigint FROM unposting"
        )
        earned, reversed_ = cursor.fetchone()
    _post_plain(_PLAIN_REVERSALS, "reversed", actor, source, today)
    _post_with_care("reverse", actor, source, today)
    _post_plain(_PLAIN_EARNINGS, "issued", actor, source, today)
    owed, members = _post_with_care("earn", actor, source, today)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE unposting")
    bulk.freshen_statistics("loyalty_account", "loyalty_transaction", "loyalty_lot", "loyalty_entry")
    return Unposted(taken_back=earned, given_back=reversed_, owed=owed, members_owing=members)


def opened(receipts: list[int]) -> int:
    """Of how many members an opening balance counts in what these receipts earned."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT l.account_id) FROM loyalty_transaction t "
            "JOIN loyalty_lot l ON l.transaction_id = t.id JOIN loyalty_opening o ON o.account_id = l.account_id "
            "WHERE t.kind = 'earn' AND t.receipt_id = ANY(%s) AND o.undone_at IS NULL "
            "AND o.first_day > t.business_date",
            [receipts],
        )
        return cursor.fetchone()[0]


def _post_plain(which: str, role: str, actor: str, source: str, today: date) -> None:
    programme = programme_account("points", role)
    with connection.cursor() as cursor:
        cursor.execute(which.format(new_id=_NEW_ID), {"today": today})
        cursor.execute(
            "INSERT INTO loyalty_transaction (id, key, kind, receipt_id, store_id, corrects_id, rule, rule_version, "
            "actor, source, business_date) SELECT transaction_id, 'undo/' || old_id, 'undo', receipt_id, store_id, "
            "old_id, %s, %s, %s, %s, %s FROM plain",
            [undoing.NAME, undoing.VERSION, actor, source, today],
        )
        cursor.execute("INSERT INTO loyalty_unsealed (transaction_id) SELECT transaction_id FROM plain")
        cursor.execute(
            "UPDATE loyalty_lot l SET remaining = l.remaining + p.points FROM "
            "(SELECT lot_id, sum(moved) AS points FROM plain GROUP BY lot_id) p WHERE l.id = p.lot_id"
        )
        cursor.execute(
            "INSERT INTO loyalty_entry (transaction_id, account_id, lot_id, points) "
            "SELECT transaction_id, account_id, lot_id, moved FROM plain "
            "UNION ALL SELECT transaction_id, %s, NULL, -moved FROM plain",
            [programme],
        )
        cursor.execute(
            "UPDATE loyalty_account a SET balance = a.balance + p.points FROM "
            "(SELECT account_id, sum(moved) AS points FROM plain GROUP BY account_id) p WHERE a.id = p.account_id"
        )
        cursor.execute("DELETE FROM unposting u USING plain p WHERE p.old_id = u.old_id")
        cursor.execute("DROP TABLE plain")


def _post_with_care(kind: str, actor: str, source: str, today: date) -> tuple[int, int]:
    """What is left of a kind, one by one, newest first. Returns the points owed since then, and by how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT old_id, receipt_id, store_id, sale_id, lot_id, member_id, owed, of_expired, points FROM unposting "
            "WHERE kind = %s ORDER BY old_id DESC",
            [kind],
        )
        rows = cursor.fetchall()
    if not rows:
        return 0, 0
    owed_now, owing = 0, set()
    with trip() as travel:
        make_missing(travel, [])
        for old, receipt, store, sale_id, lot, member, owed, of_expired, points in rows:
            account = state.accounts(travel, [member])[0]
            sale = state.sale_state(state.ask_sale(travel, sale_id))
            assert sale.lot is not None
            open_debts = debts.owed_of(lot, state.open_debts(travel, account.id))
            moves, owes = undoing.moves(
                kind,
                points,
                lot=sale.lot,
                expired=sale.expired,
                owed=owed,
                of_expired=of_expired,
                debts=open_debts,
            )
            change = LotChange(
                lot, points=moves.lot, repaid=moves.repaid, new_expiry=expiry.grace(moves.expires_on, today)
            )
            post(
                travel,
                account,
                Posting(
                    key=f"undo/{old}",
                    kind="undo",
                    receipt_id=receipt,
                    store_id=store,
                    corrects=old,
                    rule=undoing.NAME,
                    rule_version=undoing.VERSION,
                    actor=actor,
                    source=source,
                    business_date=today,
                    programme={role: amount for role, amount in moves.programme.items() if amount},
                    lots=(change,) if moves.lot else (),
                    debts_repaid=tuple(debts.repay(moves.repaid, open_debts)),
                    new_debts=(NewDebt(lot, owes),) if owes else (),
                ),
            )
            if owes:
                owed_now += owes
                owing.add(member)
    return owed_now, len(owing)


def unbound(members: list[int]) -> list[int]:
    """Those of these members for whom nothing stands that was not taken back: no point, no hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH asked AS (SELECT unnest(%s::bigint[]) AS id), busy AS ("
            "    SELECT DISTINCT a.member_id AS id FROM loyalty_account a JOIN asked ON asked.id = a.member_id "
            "    WHERE a.balance <> 0 OR a.debt <> 0 OR a.held <> 0 "
            "    OR EXISTS (SELECT FROM loyalty_hold h WHERE h.account_id = a.id) "
            "    OR EXISTS (SELECT FROM loyalty_entry e JOIN loyalty_transaction t ON t.id = e.transaction_id "
            "        WHERE e.account_id = a.id AND t.kind NOT IN ('undo', 'unopening') AND NOT EXISTS (SELECT "
            "        FROM loyalty_transaction u WHERE u.corrects_id = t.id AND u.kind IN ('undo', 'unopening')))"
            ") SELECT id FROM asked WHERE NOT EXISTS (SELECT FROM busy WHERE busy.id = asked.id) ORDER BY 1",
            [members],
        )
        return [member for (member,) in cursor.fetchall()]


def let_go(members: list[int]) -> None:
    """Part accounts from these members, who are unbound: each stays with its postings, under no name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE loyalty_account SET role = 'undone/' || id, member_id = NULL, balance = NULL "
            "WHERE role = 'member' AND member_id = ANY(%s)",
            [members],
        )
