"""A trip to the database: short prepared statements that leave together, and whose answers are read together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


class Trip:
    """One round trip. `ask` only queues; the first answer that is read sends everything that was queued before."""

    def __init__(self, raw: psycopg.Connection[Any], pipeline: psycopg.Pipeline) -> None:
        self._raw = raw
        self._pipeline = pipeline

    def ask(self, statement: str, parameters: Sequence[Any] = ()) -> Answer:
        cursor = psycopg.Cursor(self._raw)
        cursor.execute(statement, parameters, prepare=True)  # type: ignore[arg-type]
        return Answer(cursor, self._pipeline)


class Answer:
    """What a statement will answer. Reading raises Django's database errors, as any cursor of Django's does."""

    def __init__(self, cursor: psycopg.Cursor[Any], pipeline: psycopg.Pipeline) -> None:
        self._cursor = cursor
        self._pipeline = pipeline

    def rows(self) -> list[Any]:
        with connection.wrap_database_errors:
            return self._cursor.fetchall()

    def row(self) -> Any | None:
        with connection.wrap_database_errors:
            return self._cursor.fetchone()

    def count(self) -> int:
        """How many rows it changed."""
        with connection.wrap_database_errors:
            self._pipeline.sync()
        return self._cursor.rowcount


@contextmanager
def trip() -> Iterator[Trip]:
    """Statements asked inside leave together, each prepared once per connection; leaving the block waits for all.

    Belongs inside `transaction.atomic()`: a statement that fails takes the others along.
    """
    connection.ensure_connection()
    raw = connection.connection
    before = raw.prepare_threshold
    raw.prepare_threshold = 0  # Django's own queries stay unprepared; these are few, short and asked for ever
    try:
        with connection.wrap_database_errors, raw.pipeline() as pipeline:
            yield Trip(raw, pipeline)
    finally:
        raw.prepare_threshold = before
