"""A trip to the database: short prepared statements that leave together, and whose answers are read together.

It speaks to libpq's pipeline directly: the driver's own looks at the socket for every statement, and writes lists
element by element, which was a third of our CPU for a receipt (benchmarks/record_receipts.py).
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import count
from types import NoneType
from typing import Any

import psycopg
from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import errors, generators
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

_Statement = tuple[str, tuple[int, ...]]
"""What is prepared: the text, and the types of its parameters."""
_numbers = count(1)
READY = "huitou.ready"
"""A setting of the transaction: what lookups of a trip tell a later statement of the same trip. Ids that it may lock,
parted by commas; nothing where one of them finds that there is more to do before, or nothing to write."""
_STALE = errors.FeatureNotSupported, errors.InvalidSqlStatementName
"""A migration has changed what a statement answers, or somebody has discarded what was prepared."""


class _Connected:
    """What one connection keeps from trip to trip."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.prepared: dict[_Statement, bytes] = {}
        # It has found how to write and read every type that it has met: a new one would look them all up again.
        self.values = Transformer(raw)


# It stands on the connection itself: it refers to it, and would keep it alive anywhere else.
_PLACE = "huitou_trips"


class Trip:
    """One round trip. `ask` only queues; the first answer that is read sends everything that was queued before."""

    def __init__(self, here: BaseDatabaseWrapper) -> None:
        self._here, self._raw = here, (raw := here.connection)
        if (kept := getattr(raw, _PLACE, None)) is None:
            setattr(raw, _PLACE, kept := _Connected(raw))
        self._prepared, self._values = kept.prepared, kept.values
        self._queued: list[Answer] = []

    def ask(self, statement: str, parameters: Sequence[Any] = ()) -> Answer:
        """Queue a statement. A list goes as text, so its place names the type: `%s::bigint[]`."""
        values = [_written(value) if type(value) is list else value for value in parameters]
        answer = Answer(self, statement, values)
        self._queued.append(answer)
        return answer

    def send(self, *, commit: bool = False) -> None:
        """Send what is queued and wait for its answers. Raises the error of the first statement that failed.

        `commit`: the transaction ends with them; where one fails, the commit behind it does not happen.
        """
        asked, self._queued = self._queued, []
        if asked:
            with self._here.wrap_database_errors, self._raw.lock:
                self._raw.wait(self._travel([self._bound(answer) for answer in asked], commit))

    def read(self, result: PGresult) -> list[Any]:
        """Its rows, as the driver's cursors read them."""
        self._values.set_pgresult(result)
        return self._values.load_rows(0, result.ntuples, tuple)

    def _bound(self, answer: Answer) -> tuple[Answer, _Statement, Sequence[Any], Sequence[Any] | None]:
        values = self._values.dump_sequence(answer.parameters, [PyFormat.AUTO] * len(answer.parameters))
        return answer, (answer.statement, tuple(self._values.types or ())), values, self._values.formats

    def _travel(
        self, bound: Sequence[tuple[Answer, _Statement, Sequence[Any], Any]], commit: bool
    ) -> Generator[Any, Any, None]:
        pgconn, known = self._raw.pgconn, self._prepared
        waiting: list[Answer | None] = []  # whose each result is
        new: list[_Statement] = []
        pgconn.enter_pipeline_mode()
        if not self._raw.autocommit and pgconn.transaction_status == TransactionStatus.IDLE:
            pgconn.send_query_params(b"BEGIN", None)
            waiting.append(None)
        for answer, statement, values, formats in bound:
            if statement not in known:
                known[statement] = b"trip_%d" % next(_numbers)
                new.append(statement)
                pgconn.send_prepare(known[statement], _numbered(statement[0]), statement[1])
                waiting.append(None)
            pgconn.send_query_prepared(known[statement], values, formats)
            waiting.append(answer)
        if commit:
            pgconn.send_query_params(b"COMMIT", None)
            waiting.append(None)
        pgconn.pipeline_sync()
        yield from generators.send(pgconn)
        failed: psycopg.Error | None = None
        for whose in waiting:
            (*_, result) = yield from generators.fetch_many(pgconn)
            if result.status == ExecStatus.FATAL_ERROR and failed is None:
                failed = errors.error_from_result(result)
            if whose is not None:
                whose.result = result
        yield from generators.fetch_many(pgconn)  # the end of the pipeline
        pgconn.exit_pipeline_mode()
        if failed is not None:
            for statement in new:  # nobody knows which of them were prepared: the next time takes new names
                del known[statement]
            if isinstance(failed, _STALE):
                known.clear()
            raise failed


class Answer:
    """What a statement will answer. Reading raises Django's database errors, as any cursor of Django's does."""

    def __init__(self, trip: Trip, statement: str, parameters: Sequence[Any]) -> None:
        self._trip = trip
        self.statement, self.parameters = statement, parameters
        self.result: PGresult | None = None
        self._rows: Iterator[Any] | None = None

    def rows(self) -> list[Any]:
        """All rows that `row` has not given."""
        if self._rows is None:
            self._rows = iter(self._trip.read(self._arrived()))
        return list(self._rows)

    def row(self) -> Any | None:
        """The next row, if there is one."""
        if self._rows is None:
            self._rows = iter(self._trip.read(self._arrived()))
        return next(self._rows, None)

    def count(self) -> int:
        """How many rows it changed or selected."""
        return self._arrived().command_tuples or 0

    def _arrived(self) -> PGresult:
        if self.result is None:
            self._trip.send()
        assert self.result is not None, "it was asked on a trip that failed"
        return self.result


@contextmanager
def trip(*, last: bool = False) -> Iterator[Trip]:
    """Statements asked inside leave together, each prepared once per connection; leaving the block waits for all.

    Belongs inside `transaction.atomic()`: a statement that fails takes the others along. `last`: nothing follows in the
    transaction, so its commit travels with them, unless another transaction stands around this one.
    """
    here = transaction.get_connection()
    here.ensure_connection()
    begun = Trip(here)
    yield begun
    # Django's own commit, when the block is left, finds that there is nothing more to do.
    begun.send(commit=last and here.in_atomic_block and not here.savepoint_ids)


@lru_cache(maxsize=1000)
def _numbered(statement: str) -> bytes:
    """With the server's own places: $1, $2."""
    places = count(1)
    return re.sub("%[s%]", lambda found: f"${next(places)}" if found[0] == "%s" else "%", statement).encode()


_SAME_TEXT_WHERE_EQUAL = frozenset({int, str, date, NoneType})
_WITHOUT_QUOTES = frozenset({int, Decimal, date})


def _written(values: list[Any]) -> str:
    """A list as PostgreSQL reads arrays. What stands in every place, and values of one kind, go at once."""
    kinds = set(map(type, values))
    if len(kinds) == 1:
        (kind,) = kinds
        if kind in _SAME_TEXT_WHERE_EQUAL and values.count(values[0]) == len(values):
            return "{" + ",".join([_element(values[0])] * len(values)) + "}"
        if kind in _WITHOUT_QUOTES:
            return "{" + ",".join(map(str, values)) + "}"
        if kind is str:
            joined = '","'.join(values)
            if "\\" not in joined and joined.count('"') == 2 * (len(values) - 1):
                return '{"' + joined + '"}'
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bytes | memoryview):
        return f'"\\\\x{bytes(value).hex()}"'
    return str(value) if isinstance(value, int) else f'"{value}"'


def gave_way(error: DatabaseError) -> bool:
    """Whether the database took this transaction back so that another could go on: done again, it may well pass."""
    return getattr(error.__cause__, "sqlstate", None) in ("40P01", "40001")
