"""The door of bulk: Arrow tables into PostgreSQL by COPY, query results out as Arrow."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence

import pyarrow as pa
import pyarrow.csv as arrow_csv
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from huitou.bulk import told
from huitou.bulk.told import Watched

__all__ = ["Watched", "told"]

_WITHOUT_HEADER = arrow_csv.WriteOptions(include_header=False, quoting_style="needed")
_BLOCK_BYTES = 1 << 20
_PARTS_LEFT_OUT_SINCE = 180_000
_SAMPLED = 20
"""A statistics target: 300 rows are looked at for each of it, of each table and partition."""


def copy_in(table: str, columns: Sequence[str], rows: pa.RecordBatchReader | pa.Table) -> None:
    """Append `rows` to `table` by COPY; memory stays that of one batch.

    `rows` has the columns in this order; a null is NULL and an empty text is an empty text.
    """
    reader = rows.to_reader(max_chunksize=100_000) if isinstance(rows, pa.Table) else rows
    names = ", ".join(columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy,
    ):
        for batch in reader:
            sink = io.BytesIO()
            arrow_csv.write_csv(batch, sink, _WITHOUT_HEADER)
            copy.write(sink.getbuffer())


def copy_out(query: str, schema: pa.Schema, *, batch_rows: int = 1 << 20) -> Iterable[pa.Table]:
    """The rows of `query` as Arrow tables of about `batch_rows`, read by COPY. NULL is null, '' is ''."""
    options = arrow_csv.ConvertOptions(
        column_types=schema,
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        null_values=[""],
        true_values=["t"],
        false_values=["f"],
    )
    parsing = arrow_csv.ParseOptions(newlines_in_values=True)

    def table_of(parts: list[bytes]) -> pa.Table:
        # The reader goes by blocks, and refuses a row that is longer than one.
        block = max(_BLOCK_BYTES, 2 * max(map(len, parts)))
        return arrow_csv.read_csv(
            pa.BufferReader(b"".join(parts)),
            read_options=arrow_csv.ReadOptions(column_names=schema.names, block_size=block),
            parse_options=parsing,
            convert_options=options,
        )

    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        parts: list[bytes] = []
        held = 0
        for row in copy:
            parts.append(bytes(row))
            held += 1
            if held == batch_rows:
                yield table_of(parts)
                parts, held = [], 0
        if parts:
            yield table_of(parts)


def freshen_statistics(*tables: str, parted: Collection[str] = ()) -> None:
    """Let the planner know how large the tables have just become; of those `parted`, as a whole and not part by part.

    Autovacuum tells it a minute after the commit; until then a join over half a million new rows is planned for a
    handful, and does not end.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # How large they are is what counts. A sample of the usual size would read half of each partition for it.
        cursor.execute(f"SET LOCAL default_statistics_target = {_SAMPLED}")
        # PostgreSQL before 18 looks at every part whenever it looks at the whole.
        only = "ONLY " if connection.pg_version >= _PARTS_LEFT_OUT_SINCE else ""
        cursor.execute("ANALYZE " + ", ".join([*tables, *(only + whole for whole in parted)]))
        cursor.execute("SET LOCAL default_statistics_target TO DEFAULT")


def reserve_spans(table: str, count: int) -> list[tuple[int, int]]:
    """`count` new ids of a table that nobody else gets, as (first id, how many) in rising order: memory stays small,
    since most of them follow each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        (sequence,) = cursor.fetchone()
        cursor.execute(
            "SELECT min(id), count(*) FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS gap FROM "
            "(SELECT nextval(%s) AS id FROM generate_series(1, %s)) drawn) spans GROUP BY gap ORDER BY 1",
            [sequence, count],
        )
        return cursor.fetchall()


def asked_for_the_first(query: str) -> str:
    """`query` for its first row alone, planned as if for all of them."""
    # Materialized: most of these find nothing, and a plan made for the first row then reads everything slowly.
    return f"WITH found AS MATERIALIZED ({query}) SELECT * FROM found LIMIT 1"


def first_row(query: str) -> str | None:
    """The single text that `query` selects first, or None where it selects nothing."""
    with connection.cursor() as cursor:
        cursor.execute(asked_for_the_first(query))
        row = cursor.fetchone()
    return None if row is None else str(row[0])


def apart() -> BaseDatabaseWrapper:
    """A line to the database of its own, beside the transaction that runs: what it writes is there at once.

    Whoever asks for it closes it. Threads may share it, one at a time.
    """
    line = connections[DEFAULT_DB_ALIAS].copy()
    line.inc_thread_sharing()
    return line


def spans_of(query: str) -> tuple[list[int], list[int]]:
    """The firsts and the lasts of the spans without a gap in the single column of numbers that `query` selects."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(id), max(id) FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS gap FROM "
            f"(SELECT DISTINCT id FROM ({query}) every (id)) each_once) spans GROUP BY gap ORDER BY 1"
        )
        rows = cursor.fetchall()
    return [first for first, _ in rows], [last for _, last in rows]


def unreferenced(table: str, ids: Iterable[int], *, besides: Collection[str] = ()) -> list[int]:
    """Which of these rows of `table` no foreign key of the database names, but for the tables `besides`.

    It writes nothing, so that a question of a snapshot may ask it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c "
            "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
            "WHERE c.contype = 'f' AND c.confrelid = %s::regclass AND c.conparentid = 0",
            [table],
        )
        named = " UNION ALL ".join(
            f"SELECT {column} FROM {other} WHERE {column} IN (SELECT id FROM asked)"
            for other, column in cursor.fetchall()
            if other not in besides
        )
        cursor.execute(
            "WITH asked AS MATERIALIZED (SELECT unnest(%s::bigint[]) AS id) "
            f"SELECT id FROM asked {f'EXCEPT ({named})' if named else ''} ORDER BY 1",
            [list(ids)],
        )
        return [number for (number,) in cursor.fetchall()]
