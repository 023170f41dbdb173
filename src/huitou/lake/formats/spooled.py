"""Where the rows of an opened file lie until it is closed, and how rows of texts get there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from huitou.kernel.errors import Question
from huitou.lake.errors import TooManyColumns
from huitou.lake.rules.paths import unglobbed
from huitou.lake.terms import Found
from huitou.lake.values_sql import literal

ROW = "huitou_row"
"""Our own column in `numbered`, beside the file's: a till's file may well have one named row_number."""

MARK = "\U0010fffe"
"""Stands where bytes are no text: no character, so no file has it of itself."""
NO_VALUE = "\U0010ffff"
"""Stands for a formula that nobody has reckoned: the file holds its text and no value."""

LONGEST_LINE = 1 << 21
"""Bytes: no row of a shop is longer, and a cell that is must not take the memory of all others."""
RAGGED = (
    f"""CASE WHEN contains(raw, '{MARK}') THEN 'undecodable' WHEN too_long THEN 'text_too_long' ELSE 'ragged' END"""
)
"""SQL: why a row of `ragged` is refused."""

ROWS = "rows.parquet"
_ROWS_AT_ONCE = 20_000
_MOST_COLUMNS = 500
"""Every column takes memory of the engine, however narrow it is."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a reader of a format hands back beside the relations that it leaves in the session."""

    found: Found
    columns: tuple[str, ...]
    questions: Sequence[Question] = ()
    has_marks: bool = False
    """Whether cells may hold a mark: for bytes that are no text, or a formula without a value."""
    has_gaps: bool = False
    """Whether rows were left out between those of `arrived`, so that a place alone does not give a row's number."""


def refuse_when_wide(width: int) -> None:
    """Raises TooManyColumns before anything is made for each of them."""
    if width > _MOST_COLUMNS:
        raise TooManyColumns(count=width, most=_MOST_COLUMNS)


def unique_names(header: Sequence[str | None], width: int) -> tuple[str, ...]:
    """A name for each of `width` columns: nameless ones are `column 3`, equal ones `amount#1` and `amount#2`.

    Raises TooManyColumns.
    """
    refuse_when_wide(width)
    names = [
        (header[place] or "").strip("\ufeff \t\r\n\u3000") if place < len(header) else "" for place in range(width)
    ]
    names = [name.replace("\0", "␀") or f"column {place}" for place, name in enumerate(names, start=1)]
    # The engine takes Amount and amount for one name.
    times = Counter(name.casefold() for name in (*names, ROW))
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        key = name.casefold()
        seen[key] += 1
        unique.append(f"{name}#{seen[key]}" if times[key] > 1 else name)
    return tuple(unique) if len({name.casefold() for name in unique}) == width else unique_names(unique, width)


class Spool:
    """Rows of texts on their way into a Parquet file; a few thousand are in memory at a time."""

    def __init__(self, spool: Path, columns: Sequence[str]) -> None:
        self._schema = pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in columns)])
        self._writer = pq.ParquetWriter(spool / ROWS, self._schema, compression="zstd", compression_level=1)
        self._numbers: list[int] = []
        self._rows: list[Sequence[str | None]] = []
        self._width = len(columns)

    def add(self, number: int, cells: Sequence[str | None]) -> None:
        """A row and its number; it has a cell for each column."""
        self._numbers.append(number)
        self._rows.append(cells)
        if len(self._rows) == _ROWS_AT_ONCE:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        columns: Iterable[Sequence[str | None]] = zip(*self._rows, strict=True) if self._rows else [()] * self._width
        arrays = [pa.array(self._numbers, pa.int64()), *(pa.array(cells, pa.string()) for cells in columns)]
        self._writer.write_table(pa.table(arrays, schema=self._schema), row_group_size=_ROWS_AT_ONCE)
        self._numbers, self._rows = [], []


def show(session: duckdb.DuckDBPyConnection, spool: Path) -> None:
    """Leaves `numbered` and `arrived`, views of the rows that lie in `spool`."""
    place = literal(unglobbed(str(spool / ROWS)))
    session.execute(f"CREATE TEMP VIEW numbered AS SELECT * FROM read_parquet({place}, hive_partitioning = false)")
    session.execute(f"CREATE TEMP VIEW arrived AS SELECT * EXCLUDE ({ROW}) FROM numbered")
