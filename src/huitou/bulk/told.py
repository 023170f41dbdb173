"""What a file made and changed of a table's rows, kept so that it can be taken back where nobody changed it since.

A room keeps a log: a table of its own with (batch, place, row_id, before, after). Of a row that was changed, `before`
and `after` hold the columns that differ; of one that was made, `before` is NULL and `after` the seal of the whole row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Watched:
    """Rows of `table`, known by `key`, for which the condition `where` on `t` holds. `owner`: the column of the log
    that says whose they are, and its value by `t`; `seal`: a text that tells a made row from a changed one."""

    table: str
    key: str
    where: str
    owner: tuple[str, str] | None = None
    seal: str = "to_jsonb(t)::text"


def remember(places: Sequence[Watched]) -> None:
    """Before anything is written: how the rows are, until `note`."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE told_before (place text, row_id bigint, was jsonb) ON COMMIT DROP")
        for place in places:
            cursor.execute(
                f"INSERT INTO told_before SELECT '{place.table}', t.{place.key}, to_jsonb(t) FROM {place.table} t "
                f"WHERE {place.where}"
            )
        cursor.execute("ANALYZE told_before")


def note(log: str, batch: int, places: Sequence[Watched]) -> None:
    """Afterwards: what became of them, into the room's log."""
    with connection.cursor() as cursor:
        for place in places:
            name, value = (f", {place.owner[0]}", f", {place.owner[1]}") if place.owner else ("", "")
            cursor.execute(
                f"INSERT INTO {log} (batch, place, row_id, before, after{name}) "
                f"SELECT %s, '{place.table}', t.{place.key}, "
                f"CASE WHEN b.was IS NOT NULL THEN {_differing('b.was')} END, "
                f"CASE WHEN b.was IS NULL THEN jsonb_build_object('seal', md5({place.seal})) "
                f"ELSE {_differing('to_jsonb(t)')} END{value} "
                f"FROM {place.table} t LEFT JOIN told_before b "
                f"ON b.place = '{place.table}' AND b.row_id = t.{place.key} "
                f"WHERE ({place.where}) AND b.was IS DISTINCT FROM to_jsonb(t)",
                [batch],
            )
        cursor.execute("DROP TABLE told_before")


def _differing(row: str) -> str:
    """The columns of `row` in which the old row and the new one differ."""
    return (
        f"(SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each({row}) e "
        "WHERE b.was -> e.key IS DISTINCT FROM to_jsonb(t) -> e.key)"
    )


def has_log(log: str, batch: int) -> bool:
    """Whether anything is known of what this import made and changed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {log} WHERE batch = %s)", [batch])
        return cursor.fetchone()[0]


def made(log: str, batches: Sequence[int], place: Watched) -> tuple[list[int], list[int]]:
    """The rows that the imports made and that are here: (as they made them, changed since)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.{place.key}, l.after ->> 'seal' = md5({place.seal}) FROM {log} l "
            f"JOIN {place.table} t ON t.{place.key} = l.row_id "
            f"WHERE l.batch = ANY(%s) AND l.place = '{place.table}' AND l.before IS NULL ORDER BY 1",
            [list(batches)],
        )
        rows = cursor.fetchall()
    return [row for row, same in rows if same], [row for row, same in rows if not same]


@contextmanager
def taking_back(log: str, undone: Sequence[int]) -> Iterator[list[int]]:
    """Inside, `restore` and `delete_made` remember what they put back. Yields those of the imports `undone` that still
    have something to be put back as soon as what somebody laid over it is, newest first: they follow, `following`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT batch FROM {log} WHERE batch = ANY(%s) ORDER BY 1 DESC", [list(undone)])
        waiting = [batch for (batch,) in cursor.fetchall()]
        cursor.execute("CREATE TEMP TABLE told_restored (place text, row_id bigint, key text) ON COMMIT DROP")
    yield waiting
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE told_restored")


def restore(
    log: str, batch: int, place: Watched, *, following: bool = False
) -> tuple[int, list[tuple[int, list[str]]]]:
    """Put back the columns that stand as the import left them: how many rows, and (row, columns) that stay because
    somebody changed them since. Of what is put back the log holds no more. `following`: only what was just put back."""
    among = (
        "AND EXISTS (SELECT FROM told_restored r WHERE r.place = l.place AND r.row_id = l.row_id AND r.key = e.key)"
        if following
        else ""
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
            "AND attname <> %s ORDER BY attnum",
            [place.table, place.key],
        )
        columns = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
        cursor.execute(
            f"CREATE TEMP TABLE told_back ON COMMIT DROP AS SELECT l.row_id, "
            "(SELECT jsonb_object_agg(e.key, l.before -> e.key) FROM jsonb_each(l.after) e "
            f"  WHERE to_jsonb(t) -> e.key = e.value {among}) AS back, "
            "ARRAY(SELECT e.key FROM jsonb_each(l.after) e WHERE to_jsonb(t) -> e.key <> e.value ORDER BY 1) AS stays "
            f"FROM {log} l JOIN {place.table} t ON t.{place.key} = l.row_id "
            f"WHERE l.batch = %s AND l.place = '{place.table}' AND l.before IS NOT NULL",
            [batch],
        )
        cursor.execute(
            f"UPDATE {place.table} t SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(t, w.back)) "
            f"FROM told_back w WHERE w.row_id = t.{place.key} AND w.back IS NOT NULL"
        )
        restored = cursor.rowcount
        cursor.execute(
            f"INSERT INTO told_restored SELECT '{place.table}', row_id, jsonb_object_keys(back) FROM told_back"
        )
        cursor.execute(
            f"UPDATE {log} l SET before = l.before - k.keys, after = l.after - k.keys FROM "
            "(SELECT row_id, ARRAY(SELECT jsonb_object_keys(back)) AS keys FROM told_back WHERE back IS NOT NULL) k "
            f"WHERE l.batch = %s AND l.place = '{place.table}' AND l.row_id = k.row_id AND l.before IS NOT NULL",
            [batch],
        )
        cursor.execute(f"DELETE FROM {log} WHERE batch = %s AND place = '{place.table}' AND before = '{{}}'", [batch])
        cursor.execute("SELECT row_id, stays FROM told_back WHERE stays <> '{}' ORDER BY 1")
        stay = cursor.fetchall()
        cursor.execute("DROP TABLE told_back")
    return restored, stay


def delete_made(log: str, batch: int, place: Watched, *, but: Collection[int] = ()) -> int:
    """Delete the rows that the import made and that are as it made them, `but` for these; how many."""
    same = [row for row in made(log, [batch], place)[0] if row not in but]
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {place.table} WHERE {place.key} = ANY(%s)", [same])
    leave(log, place, same)
    return len(same)


def leave(log: str, place: Watched, ids: Sequence[int]) -> None:
    """These rows are deleted: the log speaks of them no more."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {log} WHERE place = '{place.table}' AND row_id = ANY(%s)", [list(ids)])


def forget(log: str, batches: Sequence[int], undone: Sequence[int]) -> int:
    """What these imports did can be taken back no more; how many rows of the log. Of those that are undone the seals of
    what they made stay: it leaves with the last that uses it, however late."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {log} WHERE batch = ANY(%s) AND NOT (before IS NULL AND batch = ANY(%s))",
            [list(batches), list(undone)],
        )
        return cursor.rowcount
