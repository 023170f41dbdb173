"""Who bears which tag, as rows: read for conditions and pages, given and taken by hand, renewed by sources.

A row belongs to the member it was made for; who bears it is the person that they are a part of now. A sensitive tag is
borne by whoever agreed to it and by nobody else, whatever the rows say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.kernel.ids import as_array
from huitou.segments.store.views import TAGGED
from huitou.segments.terms.tags import BearerSeen

RENEWAL = "renewal"
"""Who ended what a source does not find any more; whoever else ended it is a person, whose word stands."""
CONSENT = "consent withdrawn"
_AGREED = """(t.sensitive = '' OR EXISTS (
    SELECT FROM members_agreed a WHERE a.person_id = p.person_id AND a.about = t.sensitive))"""
_BORNE = f"b.ended_at IS NULL AND t.archived_at IS NULL AND {_AGREED}"
# What has expired or faded away waits for the night's renewal to end it, and is borne no more all the same. `n` has the
# day, and by strength for how many days it is borne: -1 where it is too weak from the first of them.
_HOLDS = """{row}.ended_at IS NULL AND ({row}.until IS NULL OR {row}.until >= n.day)
    AND n.lasts[{row}.strength + 1] >= CASE WHEN {row}.ongoing THEN 0 ELSE greatest(n.day - {row}.as_of, 0) END"""
_HELD = _HOLDS.format(row="b")
_TAGGED = f"""
SELECT p.person_id, t.name, b.since, b.until, b.strength, b.as_of, b.ongoing
FROM segments_bearer b JOIN segments_tag t ON t.id = b.tag_id JOIN {{persons}} p ON p.member_id = b.member_id
WHERE {_BORNE} AND {{of}}"""


def tagged_query(of: str) -> str:
    """SQL of TAGGED, of the members whom the condition lets through, which names them {member}."""
    themselves = f"p.person_id = b.member_id AND {of.format(member='b.member_id')}"
    own = _TAGGED.format(persons="members_persons", of=themselves)
    parts = _TAGGED.format(persons="members_parts", of=of.format(member="p.person_id"))
    return f"{own} UNION ALL {parts}"


def tagged(of: str) -> Iterable[pa.Table]:
    """Rows of TAGGED."""
    return chain([TAGGED.empty_table()], bulk.copy_out(tagged_query(of), TAGGED))


def digest() -> str:
    """Names what rows of TAGGED depend on beside the bearers: which tags there are, and what they are called."""
    ((text,),) = _run(
        "SELECT md5(coalesce(string_agg(concat_ws('/', id, name, sensitive, archived_at IS NULL), ',' ORDER BY id), "
        "'')) FROM segments_tag"
    )
    return str(text)


_SEEN = """
SELECT b.id, b.tag_id, t.name, t.sensitive, p.person_id, b.since, b.given_at, b.given_by, b.source, b.because::text,
    b.strength, b.as_of, b.ongoing, b.until, v.half_life_days, v.least, b.ended_at, b.ended_by
FROM segments_bearer b JOIN segments_tag t ON t.id = b.tag_id JOIN members_persons p ON p.member_id = b.member_id
JOIN LATERAL (SELECT half_life_days, least FROM segments_tagversion v WHERE v.tag_id = t.id
              ORDER BY number DESC LIMIT 1) v ON true
"""


def of_members(members: Sequence[int], day: date) -> list[BearerSeen]:
    """What these members bear, the strongest first. Whoever asks sees what the policies let through."""
    return _bearers(
        f"{_SEEN} WHERE {_BORNE} AND p.person_id = ANY(%s) AND (b.until IS NULL OR b.until >= %s) "
        "ORDER BY b.strength DESC, t.name",
        list(members),
        day,
    )


def lost_by(member: int) -> list[BearerSeen]:
    """What persons took off a member and can be given back, the last first."""
    return _bearers(
        f"{_SEEN} WHERE p.person_id = %s AND b.ended_at IS NOT NULL AND b.ended_by <> '{RENEWAL}' "
        "AND t.archived_at IS NULL ORDER BY b.ended_at DESC",
        member,
    )


def of_tag(tag: int, day: date, lasts: Sequence[int], limit: int, *, sensitive: bool) -> list[BearerSeen]:
    """Some who bear it on the day, drawn by chance that stays the same from one look to the next. `lasts`: by strength
    for how many days it is borne."""
    drawn = (
        f"SELECT b.member_id FROM (SELECT %s::date AS day, %s::integer[] AS lasts) n, {_bearing(sensitive)} "
        f"AND {_HELD} ORDER BY hashint8(b.member_id), b.id LIMIT %s"
    )
    some = [member for (member,) in _run(drawn, day, list(lasts), tag, limit)]
    # By their numbers: a join with who was drawn would look at every member to tell who each of them is.
    return _bearers(
        f"{_SEEN} WHERE b.tag_id = %s AND b.member_id = ANY(%s) AND p.member_id = ANY(%s) AND b.ended_at IS NULL "
        "AND t.archived_at IS NULL ORDER BY hashint8(b.member_id), b.id",
        tag,
        some,
        some,
    )


def _bearing(sensitive: bool) -> str:
    """SQL: rows `b` of one tag (a parameter). Only what is sensitive asks who a row's person is, and what they agree
    to: of a quarter of a million bearers that takes most of the time."""
    rows = "segments_bearer b JOIN segments_tag t ON t.id = b.tag_id"
    agreed = f" JOIN members_persons p ON p.member_id = b.member_id AND {_AGREED}" if sensitive else ""
    return f"{rows}{agreed} WHERE b.tag_id = %s AND b.ended_at IS NULL AND t.archived_at IS NULL"


_ROW = (
    "since",
    "given_at",
    "given_by",
    "source",
    "because",
    "strength",
    "as_of",
    "ongoing",
    "until",
    "ended_at",
    "ended_by",
)


def every_row(member: int) -> list[dict[str, Any]]:
    """Every row of a member and of who is a part of them, for their own eyes."""
    columns = ", ".join(f"b.{name}" for name in _ROW).replace("b.because", "b.because::text")
    rows = _run(
        f"SELECT t.name, {columns} FROM segments_bearer b JOIN segments_tag t ON t.id = b.tag_id "
        "JOIN members_persons p ON p.member_id = b.member_id WHERE p.person_id = %s ORDER BY b.id",
        member,
    )
    return [dict(zip(("tag", *_ROW), row, strict=True)) for row in rows]


def _bearers(query: str, *values: Any) -> list[BearerSeen]:
    rows = _run(query, *values)
    return [BearerSeen(*row[:9], json.loads(row[9]), *row[10:]) for row in rows]


# ---- by hand


def give(tag: int, member: int, *, by: str, day: date, strength: int, until: date | None, note: str) -> None:
    """By hand; given again it is as new."""
    why = {"says": "noted" if note else "hand", "who": by, "note": note}
    _run(
        "INSERT INTO segments_bearer AS b (tag_id, member_id, since, given_by, source, because, strength, as_of, "
        "ongoing, until) VALUES (%s, %s, %s, %s, 'hand', %s::jsonb, %s, %s, false, %s) "
        "ON CONFLICT (tag_id, member_id) DO UPDATE SET given_at = now(), given_by = excluded.given_by, "
        "since = CASE WHEN b.ended_at IS NULL THEN b.since ELSE excluded.since END, source = 'hand', "
        "because = excluded.because, strength = excluded.strength, as_of = excluded.as_of, ongoing = false, "
        "until = excluded.until, ended_at = NULL, ended_by = '' RETURNING id",
        *(
            tag,
            member,
            day,
            by,
            json.dumps(why, ensure_ascii=False),
        ),
        *(strength, day, until),
    )


def take(tag: int, member: int, by: str) -> int:
    """Off them and off whoever is a part of them; the rows stay, so that it can be given back. How many."""
    return len(
        _run(
            "UPDATE segments_bearer b SET ended_at = now(), ended_by = %s FROM members_persons p "
            "WHERE p.member_id = b.member_id AND p.person_id = %s AND b.tag_id = %s AND b.ended_at IS NULL "
            "RETURNING b.id",
            *(by, member, tag),
        )
    )


def give_back(tag: int, member: int) -> int:
    """Undo `take`: as it was. How many."""
    return len(
        _run(
            "UPDATE segments_bearer b SET ended_at = NULL, ended_by = '' FROM members_persons p "
            "WHERE p.member_id = b.member_id AND p.person_id = %s AND b.tag_id = %s AND b.ended_at IS NOT NULL "
            f"AND b.ended_by <> '{RENEWAL}' RETURNING b.id",
            *(member, tag),
        )
    )


def forget_sensitive(member: int, about: str) -> int:
    """Their rows of tags about this are gone, and not only ended. How many."""
    return len(
        _run(
            "DELETE FROM segments_bearer b USING segments_tag t, members_persons p "
            "WHERE t.id = b.tag_id AND t.sensitive = %s AND p.member_id = b.member_id AND p.person_id = %s "
            "RETURNING b.id",
            *(about, member),
        )
    )


def end_unagreed(tag: int) -> int:
    """The tag has become sensitive: rows of those who did not agree are gone. How many."""
    return len(
        _run(
            "DELETE FROM segments_bearer b USING segments_tag t, members_persons p WHERE b.tag_id = %s "
            f"AND t.id = b.tag_id AND p.member_id = b.member_id AND NOT {_AGREED} RETURNING b.id",
            tag,
        )
    )


def forget_member(member: int) -> int:
    """The person is erased, with whoever is a part of them."""
    return len(
        _run(
            "DELETE FROM segments_bearer b USING members_persons p "
            "WHERE p.member_id = b.member_id AND p.person_id = %s RETURNING b.id",
            member,
        )
    )


# ---- renewed


WANTED = pa.schema([("member_id", pa.int64()), ("strength", pa.int16()), ("because", pa.string())])
LEAST_STEP = 5
"""A strength that moves by less is left as it was written."""
MANY = 1_000
"""Rows after which the table is looked at anew."""
_WANTED = (
    "CREATE TEMP TABLE IF NOT EXISTS wanted_bearer (member_id bigint PRIMARY KEY, strength smallint, because jsonb) "
    "ON COMMIT DELETE ROWS"
)
# What a person took off stays off, and what a person gave stays as they gave it while it is borne.
_CAME = f"""
INSERT INTO segments_bearer AS b (tag_id, member_id, since, given_by, source, because, strength, as_of, ongoing)
SELECT t.id, w.member_id, %(day)s, '{RENEWAL}', %(source)s, w.because, w.strength, %(day)s, true
FROM wanted_bearer w CROSS JOIN segments_tag t JOIN members_persons p ON p.member_id = w.member_id
WHERE t.id = %(tag)s AND p.person_id = w.member_id AND {_AGREED}
ON CONFLICT (tag_id, member_id) DO UPDATE SET
    since = CASE WHEN b.ended_at IS NULL AND (b.until IS NULL OR b.until >= %(day)s)
                 THEN b.since ELSE excluded.since END,
    given_at = now(), given_by = excluded.given_by, source = excluded.source, because = excluded.because,
    strength = excluded.strength, as_of = excluded.as_of, ongoing = true, until = NULL, ended_at = NULL, ended_by = ''
WHERE CASE WHEN b.ended_at IS NULL AND (b.until IS NULL OR b.until >= %(day)s)
           THEN b.source <> 'hand' AND (NOT b.ongoing OR abs(b.strength - excluded.strength) >= {LEAST_STEP})
           ELSE b.ended_by IN ('', '{RENEWAL}') END
RETURNING b.id
"""
# Without an expiry or a half-life it is lost at once; else it is borne on from here, and fades.
_LEFT = f"""
UPDATE segments_bearer b SET ongoing = false, as_of = %(day)s,
    until = CASE WHEN %(expires)s::integer IS NOT NULL THEN %(day)s::date + %(expires)s::integer END,
    ended_at = CASE WHEN %(stays)s THEN NULL ELSE now() END, ended_by = CASE WHEN %(stays)s THEN '' ELSE '{RENEWAL}' END
WHERE b.tag_id = %(tag)s AND b.ongoing AND b.ended_at IS NULL {{of}}
AND NOT EXISTS (SELECT FROM wanted_bearer w JOIN members_persons p USING (member_id)
                WHERE w.member_id = b.member_id AND p.person_id = w.member_id)
RETURNING b.id
"""


def renew(
    tag: int,
    wanted: pa.RecordBatchReader | pa.Table,
    *,
    source: str,
    day: date,
    half_life_days: int | None,
    expires_days: int | None,
    of: Sequence[int] | None = None,
) -> tuple[int, int]:
    """Exactly these bear the tag because of its source from here on, of those asked (None: everybody): how many rows
    came or changed, and how many left. Rows of WANTED. Only what differs is written."""
    _do(_WANTED, "DELETE FROM wanted_bearer")
    bulk.copy_in("wanted_bearer", WANTED.names, wanted)
    bulk.freshen_statistics("wanted_bearer")
    given: Mapping[str, Any] = {
        "tag": tag,
        "source": source,
        "day": day,
        "expires": expires_days,
        "stays": half_life_days is not None or expires_days is not None,
        "of": list(of or ()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CAME, given)
        came = cursor.rowcount
        if came >= MANY:  # where the first of them came just now, each would be compared with each
            bulk.freshen_statistics("segments_bearer")
        cursor.execute(_LEFT.format(of="" if of is None else "AND b.member_id = ANY(%(of)s)"), given)
        return came, cursor.rowcount


def end_faded(tag: int, day: date, last_days: Sequence[int]) -> int:
    """End what has expired, or has faded to less than the tag asks for: `last_days` says by strength for how many days
    it is borne. How many."""
    return len(
        _run(
            f"UPDATE segments_bearer SET ended_at = now(), ended_by = '{RENEWAL}' "
            "WHERE tag_id = %s AND ended_at IS NULL "
            "AND (until < %s OR NOT ongoing AND %s::date - as_of > (%s::integer[])[strength + 1]) RETURNING id",
            *(tag, day, day, list(last_days)),
        )
    )


def forget_ended(before: datetime) -> int:
    """Delete what sources ended before this moment; what a person took off stays, for it stands against the source."""
    return len(
        _run(
            f"DELETE FROM segments_bearer WHERE ended_at < %s AND ended_by = '{RENEWAL}' RETURNING id",
            before,
        )
    )


def strengths(tag: int, day: date, *, sensitive: bool) -> list[tuple[int, date, bool, int]]:
    """(strength, as of, ongoing, how many), for how strong it is on the day, of those that have not expired."""
    rows = f"FROM {_bearing(sensitive)} AND (b.until IS NULL OR b.until >= %s)"
    return _run(f"SELECT b.strength, b.as_of, b.ongoing, count(*) {rows} GROUP BY 1, 2, 3", tag, day)


# Hardly anybody is a part of another: they alone are told apart, and taken off where they double.
_PERSONS = f"""
(SELECT count(*) FROM segments_bearer b WHERE b.tag_id = n.id AND {_HELD})
- (SELECT count(*) - count(DISTINCT p.person_id) FILTER (WHERE own.member_id IS NULL)
   FROM members_parts p JOIN segments_bearer b ON b.member_id = p.member_id AND b.tag_id = n.id AND {_HELD}
   LEFT JOIN segments_bearer own ON own.member_id = p.person_id AND own.tag_id = n.id AND {_HOLDS.format(row="own")})
"""
_AGREED_PERSONS = f"""
(SELECT count(DISTINCT p.person_id) FROM segments_bearer b JOIN segments_tag t ON t.id = b.tag_id
 JOIN members_persons p ON p.member_id = b.member_id WHERE b.tag_id = n.id AND {_HELD} AND {_AGREED})
"""


def counts(lasting: Mapping[int, Sequence[int]], day: date, *, sensitive: bool) -> dict[int, int]:
    """How many persons, each once, bear each of these tags on the day. `lasting`: by tag and strength for how many days
    it is borne. Only what is sensitive asks what its bearers agree to."""
    # OFFSET 0: each array is read once, and not once a bearer.
    asked = (
        "(SELECT id, %s::date AS day, lasts::integer[] AS lasts "
        "FROM unnest(%s::bigint[], %s::text[]) AS told(id, lasts) OFFSET 0)"
    )
    arrays = [as_array(days) for days in lasting.values()]
    count = _AGREED_PERSONS if sensitive else _PERSONS
    return dict(_run(f"SELECT n.id, {count} FROM {asked} n", day, list(lasting), arrays)) if lasting else {}


def _do(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()
