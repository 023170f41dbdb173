"""One person's rows of the ledger, as they are handed to that person."""

from __future__ import annotations

from typing import Any

from django.db import connection


def account_rows(member_id: int) -> list[dict[str, Any]]:
    return _rows(
        "SELECT asset, balance, debt, held FROM loyalty_account WHERE member_id = %s ORDER BY asset",
        member_id,
    )


def lot_rows(member_id: int) -> list[dict[str, Any]]:
    # By way of the entries: spent lots stand in no index of their account.
    return _rows(
        "SELECT a.asset, l.original, l.remaining, l.held, l.earned_at, l.expires_on FROM loyalty_lot l "
        "JOIN loyalty_account a ON a.id = l.account_id WHERE l.id IN (SELECT e.lot_id FROM loyalty_entry e "
        "JOIN loyalty_account o ON o.id = e.account_id WHERE o.member_id = %s) ORDER BY l.id",
        member_id,
    )


def debt_rows(member_id: int) -> list[dict[str, Any]]:
    return _rows(
        "SELECT a.asset, d.name, d.original, d.remaining FROM loyalty_debt d "
        "JOIN loyalty_account a ON a.id = d.account_id WHERE a.member_id = %s ORDER BY d.id",
        member_id,
    )


def hold_rows(member_id: int) -> list[dict[str, Any]]:
    return _rows(
        "SELECT a.asset, h.key, h.points, h.state, h.made_at, h.ends_at, h.ended_at FROM loyalty_hold h "
        "JOIN loyalty_account a ON a.id = h.account_id WHERE a.member_id = %s ORDER BY h.id",
        member_id,
    )


def opening_rows(member_id: int) -> list[dict[str, Any]]:
    return _rows(
        "SELECT a.asset, o.source, o.first_day, o.balance, o.before, o.undone_at FROM loyalty_opening o "
        "JOIN loyalty_account a ON a.id = o.account_id WHERE a.member_id = %s ORDER BY o.id",
        member_id,
    )


def tier_rows(member_id: int) -> list[dict[str, Any]]:
    return _rows(
        "SELECT tier, since, until, rule, rule_version, source, noted_at, undone_at FROM loyalty_tierentry "
        "WHERE member_id = %s ORDER BY since, id",
        member_id,
    )


def entry_rows(member_id: int) -> list[dict[str, Any]]:
    return _rows(
        "SELECT a.asset, t.kind, e.points, t.rule, t.rule_version, t.source, t.receipt_id, t.business_date, "
        "t.posted_at FROM loyalty_entry e JOIN loyalty_account a ON a.id = e.account_id "
        "JOIN loyalty_transaction t ON t.id = e.transaction_id WHERE a.member_id = %s ORDER BY e.id",
        member_id,
    )


def _rows(query: str, member_id: int) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [member_id])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
