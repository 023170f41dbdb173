"""The log of what changed, for who keeps their own answers: what was not seen yet, and where it ends now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

MARK = """json_build_object(
    'snapshot', pg_current_snapshot()::text, 'at', extract(epoch FROM clock_timestamp()),
    'last', (SELECT json_build_array(id, txid::text, extract(epoch FROM at)::text)
             FROM members_change ORDER BY id DESC LIMIT 1){more}
)::text"""
# What came after a mark: unseen by its snapshot, or of a higher number (the log of a restored database goes on from
# there, under transactions of the same numbers).
SINCE = """
SELECT member_id, at FROM members_change WHERE what IN ({what}) AND id > {last}
UNION ALL SELECT member_id, at FROM members_change WHERE what IN ({what}) AND id <= {last}
    AND txid >= pg_snapshot_xmin('{snapshot}') AND NOT pg_visible_in_snapshot(txid, '{snapshot}')
"""

Mark = Mapping[str, Any]
"""Where the log ended when somebody read it: what they saw, and the newest entry."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed after a mark, seen in one look; `everybody` where nobody can tell who, or so many did."""

    mark: Mark
    everybody: bool
    members: tuple[int, ...]
    oldest: float | None
    """When the first of it was noted, in seconds since 1970."""


def since(mark: Mark | None) -> Changed:
    """Whoever changed in any way: person, events or receipts. Without a mark it is everybody."""
    if mark is None or not mark.get("last"):
        (text,) = _one(f"SELECT {MARK.format(more='')}")
        return Changed(json.loads(text), True, (), None)
    more = (
        f", 'known', {known_sql(mark)}, 'members', (SELECT json_agg(DISTINCT member_id) FROM changed), "
        "'oldest', (SELECT extract(epoch FROM min(at)) FROM changed)"
    )
    (text,) = _one(f"WITH changed AS MATERIALIZED ({since_sql(mark, 'pert')}) SELECT {MARK.format(more=more)}")
    now = json.loads(text)
    known, members, oldest = now.pop("known"), now.pop("members") or [], now.pop("oldest")
    return Changed(now, not known or None in members, tuple(one for one in members if one is not None), oldest)


def since_sql(mark: Mark, what: str) -> str:
    """SQL of (member_id, at) of what came after a mark, of these kinds."""
    kinds = ", ".join(f"'{kind}'" for kind in what)
    return SINCE.format(what=kinds, last=int(mark["last"][0]), snapshot=_plain(mark["snapshot"]))


def known_sql(mark: Mark) -> str:
    """SQL: whether the log still holds the entry where it ended then."""
    last, txid, at = mark["last"]
    same = f"id = {int(last)} AND txid = '{int(txid)}' AND extract(epoch FROM at)::text = '{_plain(at)}'"
    return f"EXISTS (SELECT FROM members_change WHERE {same})"


def note_everybody() -> None:
    """All of everybody has changed, in every way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT members_note_everybody(kind) FROM unnest(ARRAY['p', 'e', 'r', 't']) AS kind")


def forget(minutes: int) -> int:
    """Delete what is older than this; the newest stays, and says where the log ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM members_change WHERE at < clock_timestamp() - make_interval(mins => %s) "
            "AND id < (SELECT max(id) FROM members_change)",
            [minutes],
        )
        return cursor.rowcount


def _plain(text: str) -> str:
    assert set(text) <= set("0123456789:,."), "a snapshot or a moment, as the database wrote it"
    return text


def _one(query: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()
