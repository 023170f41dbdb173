"""Offers, their versions, and which of them stand. Few writes, read whole; no till waits for any of this."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from huitou.offers.terms.kept import OfferTerms, ProgrammeSeen, Standing, VersionSeen, VersionState

SHARDS = 8
"""Rows among which an offer that has no limits altogether is counted."""
_TERM_NAMES = ("budget_fen", "uses", "per_member", "per_member_day", "per_store_day", "per_member_month_fen")
_TERMS = ", ".join(f"v.{name}" for name in _TERM_NAMES)
# What was spent counts against what stands at the tills, whatever the next draft says.
_TERMS_THAT_STAND = ", ".join(f"CASE WHEN sv.id IS NULL THEN v.{name} ELSE sv.{name} END" for name in _TERM_NAMES)
_VERSION = (
    f"v.id, o.code, v.number, v.document, {_TERMS}, v.state, v.made_by, v.made_at, v.submitted_by, "
    "v.approved_by, v.note"
)


def _rows(query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def lock_offer(code: str, by: str) -> tuple[int, str]:
    """(id, state) of the offer of this code, made where there is none; locked to the end of the transaction."""
    _rows("INSERT INTO offers_offer (code, changed_by) VALUES (%s, %s) ON CONFLICT (code) DO NOTHING", [code, by])
    return found_offer(code, lock=True) or (0, "")


def found_offer(code: str, *, lock: bool = False) -> tuple[int, str] | None:
    """(id, state), or None."""
    rows = _rows("SELECT id, state FROM offers_offer WHERE code = %s" + " FOR NO KEY UPDATE" * lock, [code])
    return rows[0] if rows else None


def set_state(offer_id: int, state: str, by: str) -> None:
    _rows(
        "UPDATE offers_offer SET state = %s, changed_by = %s, changed_at = now() WHERE id = %s", [state, by, offer_id]
    )


def insert_version(offer_id: int, document: str, terms: OfferTerms, by: str, note: str) -> int:
    """Its number: the offer is locked."""
    return _rows(
        "INSERT INTO offers_offerversion (offer_id, number, document, budget_fen, uses, per_member, per_member_day, "
        "per_store_day, per_member_month_fen, made_by, note) "
        "SELECT %s, coalesce(max(number), 0) + 1, %s, %s, %s, %s, %s, %s, %s, %s, %s "
        "FROM offers_offerversion WHERE offer_id = %s RETURNING number",
        [offer_id, document, terms.budget_fen, terms.uses, terms.per_member, terms.per_member_day,
         terms.per_store_day, terms.per_member_month_fen, by, note, offer_id],
    )[0][0]  # fmt: skip


def versions_of(code: str) -> list[VersionSeen]:
    """Newest first."""
    rows = _rows(
        f"SELECT {_VERSION} FROM offers_offerversion v JOIN offers_offer o ON o.id = v.offer_id WHERE o.code = %s "
        "ORDER BY v.number DESC",
        [code],
    )
    return [_version(row) for row in rows]


def _version(row: tuple[Any, ...]) -> VersionSeen:
    number, code, count, document, *rest = row
    terms, (state, *people) = OfferTerms(*rest[:6]), rest[6:]
    return VersionSeen(number, code, count, json.loads(document), terms, VersionState(state), *people)


def submit(version_id: int, state: str, by: str, *, needs_second: bool) -> bool:
    """Hand a draft in; whether it was one."""
    return bool(
        _rows(
            "UPDATE offers_offerversion SET state = %s, submitted_by = %s, needs_second = %s "
            "WHERE id = %s AND state = 'draft' RETURNING id",
            [state, by, needs_second, version_id],
        )
    )


def approve(version_id: int, by: str) -> bool:
    return bool(
        _rows(
            "UPDATE offers_offerversion SET state = 'approved', approved_by = %s "
            "WHERE id = %s AND state = 'waiting' RETURNING id",
            [by, version_id],
        )
    )


def send_back(version_id: int, note: str) -> bool:
    """Back to a draft, with the reason."""
    return bool(
        _rows(
            "UPDATE offers_offerversion SET state = 'draft', submitted_by = '', needs_second = false, note = %s "
            "WHERE id = %s AND state = 'waiting' RETURNING id",
            [note, version_id],
        )
    )


def begin_programme(by: str, why: str) -> int:
    """The next programme's version. One at a time: a version that is seen has all smaller ones behind it."""
    _rows("SELECT pg_advisory_xact_lock(hashtextextended('offers_programme', 0))")
    return _rows("INSERT INTO offers_programme (made_by, why) VALUES (%s, %s) RETURNING id", [by, why])[0][0]


def stand(offer_id: int, version_id: int, programme: int) -> None:
    """From this programme on the version prices baskets, and the offer's earlier one no more."""
    stand_down(offer_id, programme)
    _rows(
        "INSERT INTO offers_standing (offer_id, version_id, since_id) VALUES (%s, %s, %s)",
        [offer_id, version_id, programme],
    )


def stand_down(offer_id: int, programme: int) -> None:
    _rows("UPDATE offers_standing SET until_id = %s WHERE offer_id = %s AND until_id IS NULL", [programme, offer_id])


def standing_version(offer_id: int) -> int | None:
    """The id of the version that stands."""
    rows = _rows("SELECT version_id FROM offers_standing WHERE offer_id = %s AND until_id IS NULL", [offer_id])
    return rows[0][0] if rows else None


def newest_programme() -> tuple[int, datetime] | None:
    """(version, made at); None where no offer was ever switched on."""
    rows = _rows("SELECT id, made_at FROM offers_programme ORDER BY id DESC LIMIT 1")
    return rows[0] if rows else None


def programme_made_at(version: int) -> datetime | None:
    rows = _rows("SELECT made_at FROM offers_programme WHERE id = %s", [version])
    return rows[0][0] if rows else None


def standing_in(programme: int) -> list[Standing]:
    """The versions that stand or stood in this programme, by code."""
    rows = _rows(
        f"SELECT s.offer_id, s.version_id, v.document, {_TERMS} FROM offers_standing s "
        "JOIN offers_offerversion v ON v.id = s.version_id JOIN offers_offer o ON o.id = s.offer_id "
        "WHERE s.since_id <= %s AND (s.until_id IS NULL OR s.until_id > %s) ORDER BY o.code",
        [programme, programme],
    )
    return [Standing(offer, version, document, OfferTerms(*terms)) for offer, version, document, *terms in rows]


def programmes(limit: int) -> list[ProgrammeSeen]:
    """Newest first."""
    rows = _rows(
        "SELECT p.id, p.made_at, p.made_by, p.why, (SELECT count(*) FROM offers_standing s WHERE s.since_id <= p.id "
        "AND (s.until_id IS NULL OR s.until_id > p.id)) FROM offers_programme p ORDER BY p.id DESC LIMIT %s",
        [limit],
    )
    return [ProgrammeSeen(*row) for row in rows]


def every_offer() -> list[tuple[Any, ...]]:
    """(code, state, changed_by, changed_at, newest: number, state, document; terms ×6 of what stands, else of the
    newest; standing number and document or None; uses, fen, honoured fen), by code."""
    return _rows(
        f"SELECT o.code, o.state, o.changed_by, o.changed_at, v.number, v.state, v.document, {_TERMS_THAT_STAND}, "
        "sv.number, sv.document, coalesce(t.uses, 0)::bigint, coalesce(t.fen, 0)::bigint, "
        "coalesce(t.honoured, 0)::bigint FROM offers_offer o "
        "JOIN LATERAL (SELECT * FROM offers_offerversion n WHERE n.offer_id = o.id ORDER BY n.number DESC LIMIT 1) v "
        "ON true LEFT JOIN offers_standing s ON s.offer_id = o.id AND s.until_id IS NULL "
        "LEFT JOIN offers_offerversion sv ON sv.id = s.version_id "
        "LEFT JOIN LATERAL (SELECT sum(uses) + sum(honoured_uses) AS uses, sum(fen) AS fen, sum(honoured_fen) AS "
        "honoured FROM offers_tally t WHERE t.offer_id = o.id) t ON true ORDER BY o.code"
    )


def approval_rule() -> int | None:
    """Fen above which a second person approves; None: never."""
    rows = _rows("SELECT above_fen FROM offers_approvalrule ORDER BY id DESC LIMIT 1")
    return rows[0][0] if rows else None


def set_approval_rule(above_fen: int | None, by: str, note: str) -> None:
    _rows("INSERT INTO offers_approvalrule (above_fen, made_by, note) VALUES (%s, %s, %s)", [above_fen, by, note])


def fold_totals(offer_id: int, terms: OfferTerms) -> None:
    """What was counted of an offer so far, in one row with its limits: those of the version that stands from now on.

    Where less is allowed than was used already, what was used is the limit: nothing more, and nothing taken back.
    Without limits the rows stay as they are, and there are as many as there may be.
    """
    capped = terms.uses is not None or terms.budget_fen is not None
    if capped and _rows("SELECT 1 FROM offers_tally WHERE offer_id = %s AND shard > 0 LIMIT 1", [offer_id]):
        # A till that has chosen one of the rows that go would find it gone, and count nothing: those that are at it
        # end first, and who comes meanwhile chooses when this has ended.
        _rows("LOCK TABLE offers_tally IN SHARE ROW EXCLUSIVE MODE")
    _rows("SELECT FROM offers_tally WHERE offer_id = %s ORDER BY shard FOR UPDATE", [offer_id])
    _rows(
        "WITH old AS (SELECT * FROM offers_tally WHERE offer_id = %s AND (%s OR shard = 0)), "
        "sums AS (SELECT coalesce(sum(uses), 0)::bigint AS uses, coalesce(sum(fen), 0)::bigint AS fen, "
        "  coalesce(sum(honoured_uses), 0)::bigint AS honoured_uses, "
        "  coalesce(sum(honoured_fen), 0)::bigint AS honoured_fen FROM old), "
        "gone AS (DELETE FROM offers_tally t USING old WHERE t.id = old.id AND t.shard > 0) "
        "INSERT INTO offers_tally (offer_id, uses, fen, honoured_uses, honoured_fen, most_uses, most_fen) "
        "SELECT %s, uses, fen, honoured_uses, honoured_fen, CASE WHEN m.most_uses > 0 THEN greatest(m.most_uses, uses) "
        "  END, CASE WHEN m.most_fen > 0 THEN greatest(m.most_fen, fen) END "
        "FROM sums, (SELECT %s::bigint AS most_uses, %s::bigint AS most_fen) m "
        "ON CONFLICT (offer_id, shard) DO UPDATE SET uses = excluded.uses, fen = excluded.fen, "
        "honoured_uses = excluded.honoured_uses, honoured_fen = excluded.honoured_fen, "
        "most_uses = excluded.most_uses, most_fen = excluded.most_fen",
        [offer_id, capped, offer_id, terms.uses, terms.budget_fen],
    )
    if not capped:
        _rows(
            "INSERT INTO offers_tally (offer_id, shard) SELECT %s, generate_series(1, %s) ON CONFLICT DO NOTHING",
            [offer_id, SHARDS - 1],
        )


def totals(offer_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """(uses, fen) of these offers altogether, within their limits."""
    rows = _rows(
        "SELECT offer_id, sum(uses)::bigint, sum(fen)::bigint FROM offers_tally WHERE offer_id = ANY(%s) GROUP BY 1",
        [list(offer_ids)],
    )
    return {offer: (uses, fen) for offer, uses, fen in rows}


def tallies_of(member_id: int) -> list[dict[str, Any]]:
    """How often the member used which limited offer."""
    rows = _rows(
        "SELECT o.code, t.day, t.uses, t.honoured FROM offers_limitedtally t JOIN offers_offer o ON o.id = t.offer_id "
        "WHERE t.member_id = %s ORDER BY o.code, t.day NULLS FIRST",
        [member_id],
    )
    return [dict(zip(("offer", "day", "uses", "honoured"), row, strict=True)) for row in rows]
