"""The registry of tags as rows: each tag, its versions, and which versions of segments named it when."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection

from huitou.members.terms import ConsentAbout
from huitou.segments.terms import TagKnown
from huitou.segments.terms.tags import Tag, TagSeen, TagSource

_NEWEST = """
SELECT DISTINCT ON (t.id) t.id, t.name, v.owner, v.purpose, v.how::text AS how, v.evidence, v.least, v.half_life_days,
    v.expires_days, v.sensitive, v.number, v.made_by, v.made_at, t.archived_at, t.reckoned_on,
    t.made_at AS first_made_at
FROM segments_tag t JOIN segments_tagversion v ON v.tag_id = t.id
"""
_LAST_COUNT = "(SELECT bearers FROM segments_tagday d WHERE d.tag_id = n.id ORDER BY day DESC LIMIT 1)"


def every(*, archived: bool = False) -> list[TagSeen]:
    """The newest version of each that stands, or of the archived ones, by name."""
    where = f"t.archived_at IS {'NOT ' if archived else ''}NULL"
    return [_seen(row) for row in _run(_asked(where))]


def one(name: str) -> TagSeen | None:
    """The newest version of the tag of this name, archived or not."""
    rows = _run(_asked("t.name = %s"), name)
    return _seen(rows[0]) if rows else None


def by_id(tag: int) -> TagSeen | None:
    rows = _run(_asked("t.id = %s"), tag)
    return _seen(rows[0]) if rows else None


def _asked(where: str) -> str:
    """How many bear it is known here of a taste alone, as of its last count."""
    count = f"CASE WHEN how::jsonb ->> 'by' = '{TagSource.TASTE}' THEN {_LAST_COUNT} END"
    newest = f"{_NEWEST} WHERE {where} ORDER BY t.id, v.number DESC"
    return f"SELECT n.*, {count} FROM ({newest}) n ORDER BY n.name"


def versions(name: str) -> list[TagSeen]:
    """Every version, the newest first."""
    every_version = _NEWEST.replace("DISTINCT ON (t.id) ", "")
    return [_seen((*row, None)) for row in _run(f"{every_version} WHERE t.name = %s ORDER BY v.number DESC", name)]


def known() -> dict[str, TagKnown]:
    """What conditions ask of each tag that stands."""
    return {
        one.tag.name: TagKnown(
            one.tag.least, one.tag.half_life_days, one.tag.of if one.tag.source is TagSource.TASTE else ""
        )
        for one in every()
    }


def _seen(row: tuple[Any, ...]) -> TagSeen:
    number, name, owner, purpose, how, evidence, least, half_life, expires, sensitive, version, *others = row
    told = json.loads(how)
    source = TagSource(told.pop("by"))
    tag = Tag(
        name=name,
        owner=owner,
        purpose=purpose,
        source=source,
        of=next(iter(told.values()), ""),
        evidence=evidence,
        least=least,
        half_life_days=half_life,
        expires_days=expires,
        sensitive=ConsentAbout(sensitive) if sensitive else None,
    )
    return TagSeen(number, tag, version, *others)


_FIELD_OF = {TagSource.SEGMENT: "segment", TagSource.RULE: "rule", TagSource.TASTE: "category"}


def insert_version(tag: Tag, made_by: str) -> int:
    """Make the next version of a tag, and the tag where it is new; returns its number."""
    how = {"by": str(tag.source)} | ({_FIELD_OF[tag.source]: tag.of} if tag.source in _FIELD_OF else {})
    sensitive = str(tag.sensitive or "")
    _run(
        "INSERT INTO segments_tag (name, sensitive) VALUES (%s, %s) "
        "ON CONFLICT (name) DO UPDATE SET sensitive = excluded.sensitive RETURNING id",
        tag.name,
        sensitive,
    )
    ((number,),) = _run(
        "INSERT INTO segments_tagversion (tag_id, number, owner, purpose, how, evidence, least, half_life_days, "
        "expires_days, sensitive, made_by) SELECT t.id, "
        "1 + coalesce((SELECT max(number) FROM segments_tagversion v WHERE v.tag_id = t.id), 0), "
        "%s, %s, %s::jsonb, %s, %s, %s, %s, %s, %s FROM segments_tag t WHERE t.name = %s RETURNING number",
        *(tag.owner, tag.purpose, json.dumps(how, ensure_ascii=False), tag.evidence, tag.least),
        *(tag.half_life_days, tag.expires_days, sensitive, made_by, tag.name),
    )
    return number


def archive(tag: int) -> None:
    _run("UPDATE segments_tag SET archived_at = now() WHERE id = %s AND archived_at IS NULL RETURNING id", tag)


def restore(tag: int) -> None:
    """Its source is asked anew with the next renewal."""
    _run("UPDATE segments_tag SET archived_at = NULL, reckoned_on = NULL WHERE id = %s RETURNING id", tag)


def note_reckoned(tags: Iterable[int], day: date | None) -> None:
    """As of which day their sources were asked; None: they are asked with the next renewal."""
    _run("UPDATE segments_tag SET reckoned_on = %s WHERE id = ANY(%s) RETURNING id", day, list(tags))


def segment_versions() -> list[tuple[str, dict[str, Any], datetime, datetime | None]]:
    """(segment, body, from, until) of every version of every segment; None: it stands."""
    rows = _run(
        "SELECT * FROM (SELECT s.name, v.body::text AS body, v.made_at, "
        "least(lead(v.made_at) OVER (PARTITION BY s.id ORDER BY v.number), s.archived_at) AS until "
        "FROM segments_version v JOIN segments_segment s ON s.id = v.segment_id) told "
        "WHERE position('\"tag\"' IN body) > 0 ORDER BY name, made_at"
    )
    return [(name, json.loads(body), since, until) for name, body, since, until in rows]


def keep_counts(day: date, counts: dict[int, int]) -> None:
    """How many bear each tag on a day; written again, the newer counts."""
    for tag, bearers in counts.items():
        _run(
            "INSERT INTO segments_tagday (tag_id, day, bearers) VALUES (%s, %s, %s) "
            "ON CONFLICT (tag_id, day) DO UPDATE SET bearers = excluded.bearers RETURNING tag_id",
            tag,
            day,
            bearers,
        )


def growth(tag: int) -> list[tuple[date, int]]:
    """(day, bearers), the first day first."""
    return _run("SELECT day, bearers FROM segments_tagday WHERE tag_id = %s ORDER BY day", tag)


def _run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()
