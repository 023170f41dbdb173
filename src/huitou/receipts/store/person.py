"""One person's rows of receipts: all of them out, or what names the person gone."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from django.db import connection

from huitou.privacy import service as privacy

# A refused row keeps the file's own cells, and a cell may be a card or an outside id; of a row with too few or too many
# cells only the raw text is kept.
_REFUSED_ROWS = (
    "receipts_refusal WHERE jsonb_path_exists(row, '$.** ? (@ == $known[*])', %s::jsonb) "
    "OR jsonb_path_exists(mended, '$.** ? (@ == $known[*])', %s::jsonb) "
    "OR row ->> 'raw' ~ ANY(%s) OR owner_indexes && %s"
)

_RECEIPT = """
    r.id, r.source, r.store_id, r.till, r.business_date, r.number, r.kind, r.at, r.channel, r.net_fen, r.discount_fen
"""
_LINES = """
    (SELECT coalesce(json_agg(json_build_object(
        'line', l.line, 'product_id', l.product_id, 'quantity_milli', l.quantity_milli,
        'unit_price', l.unit_price::text, 'discount_fen', l.discount_fen, 'net_fen', l.net_fen
    ) ORDER BY l.line), '[]')::text FROM receipts_line l
     WHERE l.receipt_id = r.id AND l.business_date = r.business_date)
"""


def receipt_rows(member_id: int) -> list[dict[str, Any]]:
    """Oldest first, each with its lines; amounts in fen, quantities in thousandths."""
    rows = _rows(
        f"SELECT {_RECEIPT}, {_LINES} AS lines FROM receipts_receipt r WHERE member_id = %s ORDER BY at, id", member_id
    )
    for row in rows:
        row["lines"] = json.loads(row["lines"])
    return rows


def claim_rows(member_id: int) -> list[dict[str, Any]]:
    """Which receipts became the person's later, and when."""
    return _rows(
        "SELECT receipt_id, source, claimed_at FROM receipts_claim WHERE member_id = %s ORDER BY receipt_id", member_id
    )


def named_rows(member_id: int) -> list[dict[str, Any]]:
    """Receipts that were recorded under this member, while they were one with another."""
    return _rows("SELECT receipt_id FROM receipts_named WHERE member_id = %s ORDER BY receipt_id", member_id)


def conflict_rows(member_id: int) -> list[dict[str, Any]]:
    """What happened at a till with this member and did not fit the books, oldest first, and what was done about it."""
    rows = _rows(
        "SELECT id, kind, store_id, identity_id, source, body::text AS body, made_at, resolved_at, resolved_note "
        "FROM receipts_conflict WHERE member_id = %s ORDER BY id",
        member_id,
    )
    for row in rows:
        row["body"] = json.loads(row["body"])
    return rows


def _rows(query: str, member_id: int) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [member_id])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def refused_rows(known_as: Sequence[str], email: str | None) -> list[Any]:
    """The refused rows that hold one of these cards or outside ids, as they stood in their files; and those with one of
    these phones or this e-mail, which show a mask."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row::text FROM {_REFUSED_ROWS} ORDER BY id", _known(known_as, email))
        return [json.loads(row) for (row,) in cursor.fetchall()]


def blank_refused_rows(known_as: Sequence[str], email: str | None) -> int:
    """Empty the cells of those rows; number and reason stay. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE receipts_refusal SET row = '{}', mended = '{}', sealed = NULL, owner_indexes = '{}' "
            "WHERE id IN (SELECT id FROM " + _REFUSED_ROWS + ")",
            _known(known_as, email),
        )
        return cursor.rowcount


def _known(known_as: Sequence[str], email: str | None) -> list[Any]:
    """The values of _REFUSED_ROWS: cells, patterns of a whole cell inside a raw row, indexes of phones and e-mail."""
    patterns = [rf"""(^|[,;|\t"'])\s*{re.escape(one)}\s*($|[,;|\t"'\r\n])""" for one in known_as]
    cells = json.dumps({"known": list(known_as)})
    indexes = [index for one in known_as if (index := privacy.blind_index(one))]
    return [cells, cells, patterns, [*indexes, *([privacy.email_index(email)] if email else [])]]
