"""Everybody as columns in files beside the lake, brought up to date from the log of changes: one file of all, and one
of those who changed since, each row as a single statement saw it.

What is not seen yet of the log is told by the snapshot of that statement and not by numbers, since they are drawn in
one order and committed in another. After a restore the log does not know where the files end, and all is read again.
"""

from __future__ import annotations

import fcntl
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from huitou.bulk import service as bulk
from huitou.members.store import changes

FORM = "5"
"""Other files are read anew: the columns of one that another version wrote."""
MOST_CHANGED = 20_000
"""Those who changed are put into the file of all when there are more."""

MOST_READ = 200_000
"""Of more who changed, everybody is read again: a night after which everybody's facts differ."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What is kept of everybody."""

    name: str
    what: str
    schema: pa.Schema
    query: Callable[[str], str]
    """SQL of the rows of those members whom a condition lets through, which names them {member}."""


@dataclass(frozen=True, slots=True)
class State:
    """What the files say: as of the mark, in this turn."""

    form: str
    base: str
    changed: str
    turn: int
    mark: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of everybody: those of `base`, but for the members who are named in `changed`, whose rows these are.

    `changed` has the columns of `base` and `turn`, in which the row changed. The same base and turn say the same."""

    base_name: str
    turn: int
    base: pa.Table
    changed: pa.Table
    at: float
    """As of when, in seconds since 1970, by the clock of the database."""

    def since(self, turn: int) -> pa.Table | None:
        """Rows of the members who changed after that turn, in the columns of `base`; None: nobody did."""
        if turn == self.turn:
            return None
        return self.changed.filter(pc.greater(self.changed["turn"], turn)).drop_columns(["turn"])

    def whole(self) -> Iterator[pa.Table]:
        """All of it, in two parts."""
        theirs = pc.is_in(self.base["member_id"], value_set=self.changed["member_id"].combine_chunks())
        yield self.base.filter(pc.invert(theirs)) if len(self.changed) else self.base
        yield self.changed.drop_columns(["turn"])


def up_to_date(folder: Path, rows: Rows, form: str) -> Kept:
    """The rows as of now; only what changed since the last time is read. `form` names what else they depend on.

    Asked by somebody who sees everybody, and who has changed none of it in this very transaction.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _turn(folder / f"{rows.name}.turn"):
        state = _read_state(folder, rows, f"{FORM}/{form}")
        state = _brought_up(folder, rows, state) if state is not None else None
        if state is None:
            state = _anew(folder, rows, f"{FORM}/{form}")
        kept = _open(folder, rows, state)
        _sweep(folder, rows, state)
    return kept


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """One at a time, also of several processes; who is killed gives it free."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read_state(folder: Path, rows: Rows, form: str) -> State | None:
    try:
        state = State(**json.loads((folder / f"{rows.name}.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    there = all((folder / name).is_file() for name in (state.base, state.changed) if name)
    return state if state.form == form and there and state.mark["last"] else None


def _anew(folder: Path, rows: Rows, form: str) -> State:
    """Everybody is read, in one statement."""
    query = _under_mark(rows, changes.MARK.format(more=""), "true")
    name = f"{rows.name}-{uuid.uuid4().hex}.arrow"
    mark = _write(folder / name, rows.schema, bulk.copy_out(query, _marked(rows.schema)))
    return _write_state(folder, rows, State(form, name, "", 0, mark))


def _brought_up(folder: Path, rows: Rows, state: State) -> State | None:
    """None: nobody can tell what changed, or so much did that all is read again."""
    since = f"SELECT DISTINCT member_id FROM ({changes.since_sql(state.mark, rows.what)}) noted"
    if _count(since) > MOST_READ:
        return None
    more = f", 'known', {changes.known_sql(state.mark)}, 'changed', (SELECT json_agg(member_id) FROM changed)"
    told = _under_mark(rows, changes.MARK.format(more=more), "{member} IN (SELECT member_id FROM changed)")
    query = f"WITH changed AS MATERIALIZED ({since}) {told}"
    read = pa.concat_tables(bulk.copy_out(query, _marked(rows.schema)))
    mark, told = _parted(read)
    changed = mark.pop("changed") or []
    if not mark.pop("known") or None in changed:
        return None
    if not changed:
        return _write_state(folder, rows, replace(state, mark=mark))
    return _put_beside(folder, rows, replace(state, mark=mark), told, changed)


def _under_mark(rows: Rows, mark: str, of: str) -> str:
    """SQL: a row with the mark alone, and then the rows."""
    nothing = ", ".join("NULL" for _ in rows.schema.names)
    return f"SELECT {mark}, {nothing} UNION ALL SELECT NULL, told.* FROM ({rows.query(of)}) told"


def _put_beside(folder: Path, rows: Rows, state: State, told: pa.Table, changed: list[int]) -> State:
    now = _open(folder, rows, state)
    absent = pa.array(sorted(set(changed) - set(told["member_id"].to_pylist())), pa.int64())
    gone = any(pc.any(pc.is_in(one["member_id"], value_set=absent)).as_py() for one in (now.base, now.changed))
    theirs = pa.array(changed, pa.int64())
    others = now.changed.filter(pc.invert(pc.is_in(now.changed["member_id"], value_set=theirs)))
    turn = state.turn + 1
    fresh = told.append_column("turn", pa.array([turn] * len(told), pa.int64()))
    beside = pa.concat_tables([others, fresh])
    if not gone and len(beside) <= MOST_CHANGED:
        name = f"{rows.name}-{uuid.uuid4().hex}.arrow"
        _write_file(folder / name, beside)
        return _write_state(folder, rows, replace(state, changed=name, turn=turn))
    # Whoever is gone must not stay in a file that says they are here.
    before = now.base.filter(pc.invert(pc.is_in(now.base["member_id"], value_set=theirs)))
    name = f"{rows.name}-{uuid.uuid4().hex}.arrow"
    _write_file(folder / name, pa.concat_tables(replace(now, base=before, changed=beside).whole()))
    return _write_state(folder, rows, replace(state, base=name, changed="", turn=turn))


def _open(folder: Path, rows: Rows, state: State) -> Kept:
    beside = pa.schema([*rows.schema, pa.field("turn", pa.int64())])
    changed = _read_file(folder / state.changed) if state.changed else beside.empty_table()
    return Kept(state.base, state.turn, _read_file(folder / state.base), changed, float(state.mark["at"]))


def _marked(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field("mark", pa.string()), *schema])


def _parted(read: pa.Table) -> tuple[dict[str, Any], pa.Table]:
    """The mark, and the rows without it."""
    says = pc.is_valid(read["mark"])
    (text,) = read["mark"].filter(says).to_pylist()
    return json.loads(text), read.filter(pc.invert(says)).drop_columns(["mark"])


def _write(path: Path, schema: pa.Schema, parts: Iterable[pa.Table]) -> dict[str, Any]:
    """Rows into a new file; returns their mark."""
    mark: dict[str, Any] = {}
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        for part in parts:
            rows = part
            if pc.any(pc.is_valid(part["mark"])).as_py():
                mark, rows = _parted(part)
            else:
                rows = part.drop_columns(["mark"])
            writer.write_table(rows)
    return mark


def _write_file(path: Path, rows: pa.Table) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
        writer.write_table(rows)


def _read_file(path: Path) -> pa.Table:
    # Mapped and not read; the file may be gone while somebody still looks at it.
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def _write_state(folder: Path, rows: Rows, state: State) -> State:
    path = folder / f"{rows.name}.json"
    beside = path.with_suffix(".json.part")
    beside.write_text(json.dumps(asdict(state)))
    beside.replace(path)
    return state


def _sweep(folder: Path, rows: Rows, state: State) -> None:
    for path in folder.glob(f"{rows.name}-*.arrow"):
        if path.name not in (state.base, state.changed):
            path.unlink(missing_ok=True)


def _count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({query}) counted")
        return int(cursor.fetchone()[0])


def may_keep() -> bool:
    """Whether this transaction sees everybody, and has changed nothing of them that nobody else sees."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (huitou_sees_all() OR NOT row_security_active('members_member')) AND NOT EXISTS "
            "(SELECT FROM members_change WHERE txid = pg_current_xact_id_if_assigned())"
        )
        return bool(cursor.fetchone()[0])
