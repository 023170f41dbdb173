"""Any file a till system writes, opened: its rows under their numbers, what was found, and what must be asked."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import duckdb
from django.conf import settings

from huitou.kernel.errors import Question
from huitou.lake import tables
from huitou.lake.errors import FileChanged, FileEmpty, FileKindUnknown, FileMissing, FileUnreadable
from huitou.lake.formats.delimited import open_delimited
from huitou.lake.formats.spooled import Rows
from huitou.lake.formats.typed import open_json_lines, open_parquet
from huitou.lake.formats.workbook import open_workbook
from huitou.lake.rules.kinds import KNOWN_HEADERS
from huitou.lake.terms import Format, Found, Reading

PREVIEW_ROWS = 100
IN_MEMORY_UP_TO_BYTES = 64 * 2**20
"""Of the file as it comes. Larger ones are judged in tables that lie on the disk."""
_LEAST_MEMORY_MB = 100
_NO_DAMAGE = (
    duckdb.OutOfMemoryException,
    duckdb.InterruptException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
)
_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old .xls workbook, or one with a password"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "packed by gzip; unpack it first"),
    (b"7z\xbc\xaf", "packed by 7-Zip; unpack it first"),
    (b"Rar!", "packed by RAR; unpack it first"),
    (b"SQLite format 3", "a SQLite database"),
    (b"<", "XML or HTML"),
    (b"[", "a JSON array; NDJSON has one object per line"),
)


@dataclass(slots=True)
class OpenedFile:
    """A file whose rows can be asked. Closing it, or leaving its `with`, removes what lies in the spool.

    `session` is a DuckDB session with three relations:
      `arrived`   the file's columns, texts except in Parquet, in the file's order;
      `numbered`  `huitou_row` (BIGINT, the number that a spreadsheet shows; of Parquet counted from 1) and those
                  columns; of a large CSV dearer to ask than `arrived`;
      `ragged`    `row_number`, `raw`, `too_long`: rows that are not as the columns ask, or too long.
    While `questions` is not empty, the rows are read by the likeliest answers, for a preview and for nothing else.
    """

    path: Path
    session: duckdb.DuckDBPyConnection
    rows: Rows
    reading: Reading
    preview: tuple[tuple[str | None, ...], ...]
    """The first rows as texts, a cell per column."""
    _spool: Path
    _stamp: tuple[int, int, int]

    @property
    def found(self) -> Found:
        return self.rows.found

    @property
    def columns(self) -> tuple[str, ...]:
        return self.rows.columns

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(self.rows.questions)

    @property
    def has_marks(self) -> bool:
        return self.rows.has_marks

    @contextmanager
    def refusing_damage(self) -> Iterator[None]:
        """Inside, rows are read. Raises FileUnreadable where a Parquet file is damaged further down: nobody looks at
        all of it when it is opened."""
        try:
            yield
        except duckdb.Error as error:
            if self.found.format is not Format.PARQUET or isinstance(error, _NO_DAMAGE):
                raise
            raise FileUnreadable(path=self.path, kind="Parquet", reason=str(error).split("\n")[0]) from error

    def check_unchanged(self) -> None:
        """Raises FileChanged where somebody has written into the file since it was opened."""
        if _stamp(self.path) != self._stamp:
            raise FileChanged(path=self.path)

    def close(self) -> None:
        self.session.close()
        shutil.rmtree(self._spool, ignore_errors=True)

    def __enter__(self) -> OpenedFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def open_file(path: Path, *, reading: Reading | None = None) -> OpenedFile:
    """Open `path`, whatever its format. `reading` carries what a person has said of it.

    Raises a refusal where the file is missing, empty, of no format that is read here, hostile or broken, and where it
    changes meanwhile; what is merely open stands in the answer's `questions`.
    """
    if not path.is_file():
        raise FileMissing(path=path, folder=Path.cwd())
    stamp = _stamp(path)
    if stamp[0] == 0:
        raise FileEmpty(path=path)
    settings.LAKE_PATH.mkdir(parents=True, exist_ok=True)
    spool = Path(tempfile.mkdtemp(dir=settings.LAKE_PATH, suffix=tables.SPOOLS))
    session = _new_session(spool, stamp[0])
    reading = reading or Reading()
    try:
        rows = _read(session, path, spool, reading, KNOWN_HEADERS)
        opened = OpenedFile(path, session, rows, reading, (), spool, stamp)
        with opened.refusing_damage():
            opened.preview = _preview(session)
            _refuse_when_empty(session, path)
        opened.check_unchanged()
    except BaseException:
        session.close()
        shutil.rmtree(spool, ignore_errors=True)
        raise
    return opened


def _new_session(spool: Path, size: int) -> duckdb.DuckDBPyConnection:
    # A table in memory spills, but a part of each of its pieces stays: memory would grow with the file. Of a small file
    # that is nothing, and writing its tables through to the disk would take longer than judging it.
    file = spool / "rows.duckdb" if size > IN_MEMORY_UP_TO_BYTES else None
    # Half of what the lake may take: Python and the session in the database work beside it.
    session = tables.new_session(memory_mb=max(_LEAST_MEMORY_MB, settings.LAKE_MEMORY_MB // 2), file=file)
    session.execute("PRAGMA disable_checkpoint_on_shutdown")  # what nobody will read again
    return session


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        seen = os.stat(path)
    except FileNotFoundError:
        return (-1, -1, -1)
    return seen.st_size, seen.st_mtime_ns, seen.st_ino


def _read(
    session: duckdb.DuckDBPyConnection, path: Path, spool: Path, reading: Reading, known: Collection[str]
) -> Rows:
    with path.open("rb") as file:
        head = file.read(1024)
    kind = path.suffix.lower()
    if head.startswith(b"PAR1"):
        return open_parquet(session, path)
    if kind in (".parquet", ".pq"):
        raise FileUnreadable(path=path, kind="Parquet", reason="it does not begin as Parquet does")
    if head.startswith(b"PK"):
        return open_workbook(session, path, spool, reading, known)
    if kind in (".xlsx", ".xlsm"):
        raise FileUnreadable(path=path, kind="XLSX", reason="it does not begin as a workbook does")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        return open_json_lines(session, path, spool, reading)
    for mark, seen in _OTHER_KINDS:
        if start.startswith(mark):
            raise FileKindUnknown(path=path, seen=seen)
    return open_delimited(session, path, spool, reading, known)


def _preview(session: duckdb.DuckDBPyConnection) -> tuple[tuple[str | None, ...], ...]:
    return tuple(session.sql(f"SELECT COLUMNS(*)::VARCHAR FROM arrived LIMIT {PREVIEW_ROWS}").fetchall())


def _refuse_when_empty(session: duckdb.DuckDBPyConnection, path: Path) -> None:
    (found,) = session.sql("SELECT EXISTS (FROM arrived) OR EXISTS (FROM ragged)").fetchall()[0]
    if not found:
        raise FileEmpty(path=path)
