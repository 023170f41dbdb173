"""Parquet, whose columns have names and types of their own, and NDJSON, an object per line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from huitou.kernel.errors import Question
from huitou.lake.errors import FileUnreadable
from huitou.lake.formats.encoded import as_utf_8
from huitou.lake.formats.spooled import LONGEST_LINE, MARK, ROW, Rows, Spool, refuse_when_wide, show, unique_names
from huitou.lake.rules.paths import unglobbed
from huitou.lake.terms import Format, Found, Reading

_MAY_BE_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_HALF = re.compile("[\ud800-\udfff]")
"""Half of a character that takes two: a till that cuts a name after so many units cuts an emoji in two."""
_SHOWN_OF_A_LONG_LINE = 200


def open_parquet(session: duckdb.DuckDBPyConnection, path: Path) -> Rows:
    """Leaves `arrived` and `numbered`, views of the file itself, and an empty `ragged`. The first row is 1."""
    try:
        # A view's text takes no parameter.
        name = unglobbed(str(path)).replace("'", "''")
        session.execute(
            f"CREATE TEMP VIEW numbered AS SELECT file_row_number + 1 AS {ROW}, * EXCLUDE (file_row_number) "
            f"FROM read_parquet('{name}', file_row_number = true, hive_partitioning = false)"
        )
    except duckdb.Error as error:
        raise FileUnreadable(path=path, kind="Parquet", reason=str(error).split("\n")[0]) from error
    session.execute(f"CREATE TEMP VIEW arrived AS SELECT * EXCLUDE ({ROW}) FROM numbered")
    session.execute("CREATE TABLE ragged (row_number BIGINT, raw VARCHAR, too_long BOOLEAN)")
    columns = [name for name, *_ in session.sql("DESCRIBE numbered").fetchall() if name != ROW]
    refuse_when_wide(len(columns))
    return Rows(Found(Format.PARQUET), tuple(columns))


def open_json_lines(session: duckdb.DuckDBPyConnection, path: Path, spool: Path, reading: Reading) -> Rows:
    """Leaves `arrived`, `numbered` and `ragged`: lines that are no object, name one key twice, or are too long."""
    text = as_utf_8(path, spool, reading.encoding)
    keys: dict[str, None] = {}
    for _, value, _, _ in _objects(text.path):
        keys.update(dict.fromkeys(value or ()))
    if not keys:
        raise FileUnreadable(path=path, kind="NDJSON", reason="no line of it is an object")
    columns = unique_names(list(keys), len(keys))
    rows, numbers, raws, long_ones = Spool(spool, columns), [], [], []
    has_marks = text.has_marks
    for number, value, raw, too_long in _objects(text.path):
        has_marks = has_marks or bool(_MAY_BE_HALF.search(raw))
        if value is None:
            numbers.append(number)
            raws.append(raw)
            long_ones.append(too_long)
        else:
            rows.add(number, [_as_text(value.get(key)) for key in keys])
    rows.close()
    show(session, spool)
    torn = {
        "row_number": pa.array(numbers, pa.int64()),
        "raw": pa.array(raws, pa.string()),
        "too_long": pa.array(long_ones, pa.bool_()),
    }
    session.register("torn", pa.table(torn))
    session.execute("CREATE TABLE ragged AS SELECT * FROM torn")
    questions: list[Question] = [text.question] if text.question else []
    return Rows(Found(Format.JSON_LINES, encoding=text.encoding), columns, questions, has_marks)


class _KeyTwice(ValueError):
    """An object that says one thing twice says nothing."""


def _objects(path: Path) -> Any:
    """(line, object or None, the line as it stands, whether it is too long) of every line that is not blank. Of a line
    that is longer than any row of a shop only the beginning is kept."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once)
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE and not line.endswith("\n"):
                while rest := file.readline(LONGEST_LINE):
                    if rest.endswith("\n"):
                        break
                yield number, None, line[:_SHOWN_OF_A_LONG_LINE], True
                continue
            if not line.strip():
                continue
            try:
                value = decoder.decode(line.strip())
                if _MAY_BE_HALF.search(line):
                    value = decoder.decode(_HALF.sub(MARK, json.dumps(value, ensure_ascii=False)))
            except (ValueError, RecursionError):
                value = None
            yield number, value if isinstance(value, dict) else None, line.rstrip("\r\n"), False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _KeyTwice
    return found


def _as_text(value: Any) -> str | None:
    """Numbers arrive as the digits that stand in the file; what is nested stays JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
