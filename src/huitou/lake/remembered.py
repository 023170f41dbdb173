"""What one refresh leaves for the next: results that reach back over many days, each in a file, with the version of
the lines that it was counted from. The lines' log says which days changed since; what those days do not touch is still
true and need not be counted again.

Only a refresh writes here, one at a time. A file that is lost, of another table of lines or of another form
is as if it had never been: then everything is counted.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from huitou.lake.daily import Snapshot
from huitou.lake.straight import make_durable

Said = dict[str, Any]
NEVER = date.max
"""The first day that changed, where none did."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A result of an earlier refresh, in the view `view` of the session."""

    view: str
    said: Said
    """What whoever left it wanted to know again; plain JSON."""
    changed_from: date
    """The first day whose lines have changed since; NEVER where none has."""


def recall(snapshot: Snapshot, name: str, form: str) -> Remembered | None:
    """What was left under this name and in this form; None where there is nothing, or nobody can tell what changed."""
    try:
        noted = json.loads(_note_of(name).read_text())
    except (FileNotFoundError, ValueError):
        return None
    file = _folder() / noted["file"]
    if snapshot.lines is None or (noted["lines"], noted["form"]) != (snapshot.lines.metadata().id, form):
        return None
    changed = snapshot.first_change(noted["version"])
    if changed is None or not file.exists():
        return None
    snapshot.session.execute(f"CREATE OR REPLACE VIEW remembered_{name} AS SELECT * FROM '{_spelled(file)}'")
    return Remembered(f"remembered_{name}", noted["said"], changed)


def read(session: duckdb.DuckDBPyConnection, name: str, form: str) -> Remembered | None:
    """What the last refresh left, for who only reads it: whether lines have changed since is not asked."""
    try:
        noted = json.loads(_note_of(name).read_text())
        if noted["form"] != form:
            return None
        file = _folder() / noted["file"]
        session.execute(f"CREATE TEMP TABLE remembered_{name} AS SELECT * FROM '{_spelled(file)}'")
    except (FileNotFoundError, ValueError, duckdb.IOException):  # a refresh put the next one in its place just now
        return None
    return Remembered(f"remembered_{name}", noted["said"], NEVER)


def keep(snapshot: Snapshot, name: str, form: str, query: str, said: Said) -> None:
    """Put the result of `query` in the place of what was left under this name. Whoever is killed leaves the one or the
    other. Views over what lay there before must not be read again."""
    assert snapshot.lines is not None, "without lines there is nothing to remember"
    _folder().mkdir(parents=True, exist_ok=True)
    before = _noted_file(name)
    number = 1 + (int(before.stem.rpartition("-")[2]) if before is not None else 0)
    file = _folder() / f"{name}-{number}.parquet"
    snapshot.session.execute(f"COPY ({query}) TO '{_spelled(file)}' (FORMAT parquet)")
    make_durable(file)
    _note(
        name,
        {
            "file": file.name,
            "lines": snapshot.lines.metadata().id,
            "version": snapshot.version,
            "form": form,
            "said": said,
        },
    )
    for other in _folder().glob(f"{name}-*.parquet"):
        if other != file:
            other.unlink(missing_ok=True)


def confirm(snapshot: Snapshot, name: str, said: Said | None = None) -> None:
    """What lies under this name holds for these lines, too; with it goes what is `said` now, where given."""
    noted = json.loads(_note_of(name).read_text())
    now = noted | {"version": snapshot.version} | ({} if said is None else {"said": said})
    if now != noted:
        _note(name, now)


def _note(name: str, what: Said) -> None:
    part = _note_of(name).with_suffix(".part")
    part.write_text(json.dumps(what))
    make_durable(part)
    os.replace(part, _note_of(name))
    make_durable(_folder())


def _noted_file(name: str) -> Path | None:
    try:
        return Path(json.loads(_note_of(name).read_text())["file"])
    except (FileNotFoundError, ValueError):
        return None


def _folder() -> Path:
    return settings.LAKE_PATH / "remembered"


def _note_of(name: str) -> Path:
    return _folder() / f"{name}.json"


def _spelled(path: Path) -> str:
    return str(path).replace("'", "''")
