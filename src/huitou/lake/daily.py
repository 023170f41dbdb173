"""What the lake keeps beside its lines, day by day: `visits`, one row a receipt, `tastes`, what a member bought of each
category in a month, and `goods`, what a product sold in a store in a week. All are functions of the lines alone; a day
whose lines changed is counted anew, and no other.

Each is a Delta table by month. A commit carries up to which version of the lines its month is counted, so whoever is
killed goes on with the month that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake

from huitou.lake import changes, tables

_ITEMS = """sum(CASE WHEN quantity_milli <= 0 THEN 0 WHEN quantity_milli % 1000 = 0 THEN quantity_milli // 1000
    ELSE 1 END)::BIGINT"""
"""Pieces sold; weighed goods are one piece a line."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table that is counted from the lines of each month."""

    name: str
    schema: pa.Schema
    counted: str
    """SQL of its rows over {lines}, with {of} as the condition on days."""
    by_day: bool
    """Whether a single day of a month can be counted anew."""
    day: str
    digest: str
    """The columns that tell whether a day changed."""
    order: str = "ALL"
    """In which order a month's rows lie."""
    group_rows: int | None = None
    """So many rows lie together in a file, and are passed by where none of them is asked for."""


VISITS = Kept(
    name="visits",
    schema=pa.schema(
        [
            ("month", pa.string()),
            ("receipt_id", pa.int64()),
            ("business_date", pa.date32()),
            ("store_id", pa.int32()),
            ("member_id", pa.int64()),
            ("kind", pa.string()),
            ("channel", pa.string()),
            ("net_fen", pa.int64()),
            ("items", pa.int64()),
        ]
    ),
    counted=f"""SELECT receipt_id, business_date, any_value(store_id) AS store_id,
        any_value(member_id) AS member_id, any_value(kind) AS kind, any_value(channel) AS channel,
        sum(net_fen)::BIGINT AS net_fen, {_ITEMS} AS items
        FROM {{lines}} WHERE {{of}} GROUP BY receipt_id, business_date""",
    by_day=True,
    day="business_date",
    digest="business_date, receipt_id, store_id, member_id, kind, channel, net_fen, items",
)
TASTES = Kept(
    name="tastes",
    schema=pa.schema(
        [
            ("month", pa.string()),
            ("month_on", pa.date32()),
            ("member_id", pa.int64()),
            ("category", pa.string()),
            ("net_fen", pa.int64()),
            ("last_on", pa.date32()),
        ]
    ),
    # Two levels of the tree tell what somebody likes; the third is a brand's shelf.
    counted="""SELECT month_on, member_id, array_to_string(string_split(category, '/')[1:2], '/') AS category,
        sum(net_fen)::BIGINT AS net_fen, max(last_on) AS last_on FROM (
            SELECT date_trunc('month', business_date)::DATE AS month_on, member_id, category, sum(net_fen) AS net_fen,
                   max(business_date) AS last_on
            FROM {lines} WHERE ({of}) AND member_id IS NOT NULL AND category <> '' GROUP BY ALL
        ) GROUP BY ALL""",
    by_day=False,
    day="month_on",
    digest="month_on, member_id, category, net_fen, last_on",
)
GOODS = Kept(
    name="goods",
    schema=pa.schema(
        [
            ("month", pa.string()),
            ("month_on", pa.date32()),
            ("product_id", pa.int64()),
            ("week_on", pa.date32()),
            ("store_id", pa.int32()),
            ("times", pa.int64()),
            ("net_fen", pa.int64()),
            ("member_fen", pa.int64()),
            ("sold_milli", pa.int64()),
            ("sold_fen", pa.int64()),
            ("discount_fen", pa.int64()),
            ("promoted_fen", pa.int64()),
        ]
    ),
    # A week is its Monday; one that two months share has a row in each. `times` counts lines that went out: a product
    # that stands on a receipt twice counts twice. That is rare, and counting receipts would take several times as long.
    counted="""SELECT date_trunc('month', business_date)::DATE AS month_on, product_id,
        date_trunc('week', business_date)::DATE AS week_on, store_id,
        count(*) FILTER (quantity_milli > 0) AS times, sum(net_fen)::BIGINT AS net_fen,
        coalesce(sum(net_fen) FILTER (member_id IS NOT NULL), 0)::BIGINT AS member_fen,
        coalesce(sum(quantity_milli) FILTER (quantity_milli > 0), 0)::BIGINT AS sold_milli,
        coalesce(sum(net_fen) FILTER (quantity_milli > 0), 0)::BIGINT AS sold_fen,
        coalesce(sum(discount_fen) FILTER (quantity_milli > 0), 0)::BIGINT AS discount_fen,
        coalesce(sum(net_fen) FILTER (quantity_milli > 0 AND discount_fen > 0), 0)::BIGINT AS promoted_fen
        FROM {lines} WHERE ({of}) AND product_id IS NOT NULL GROUP BY ALL""",
    by_day=False,
    day="month_on",
    digest="month_on, product_id, week_on, store_id, times, net_fen",
)
"""What a product sold in a store in a week."""
KEPT = (VISITS, TASTES, GOODS)
BASKETS = Kept(
    name="baskets",
    schema=pa.schema(
        [
            ("month", pa.string()),
            ("category", pa.string()),
            ("member_id", pa.int64()),
            ("business_date", pa.date32()),
            ("receipt_id", pa.int64()),
            ("store_id", pa.int32()),
            ("kind", pa.string()),
            ("channel", pa.string()),
            ("lines", pa.int64()),
            ("items", pa.int64()),
            ("net_fen", pa.int64()),
        ]
    ),
    counted=f"""SELECT category, any_value(member_id) AS member_id, business_date, receipt_id,
        any_value(store_id) AS store_id, any_value(kind) AS kind, any_value(channel) AS channel,
        count(*) AS lines, {_ITEMS} AS items, sum(net_fen)::BIGINT AS net_fen
        FROM {{lines}} WHERE ({{of}}) AND member_id IS NOT NULL GROUP BY category, business_date, receipt_id""",
    by_day=True,
    day="business_date",
    digest="category, member_id, business_date, receipt_id, store_id, kind, channel, lines, items, net_fen",
    # Who asks for a category reads its department, and of that the days that are asked for: whoever types 91 days after
    # 90 asks for two.
    order="split_part(category, '/', 1), business_date, category, member_id, receipt_id",
    group_rows=65_536,
)
"""What a member's receipt held of a category. A refresh needs none of it: segments ask for it (`lay_baskets`)."""

Pending = dict[str, set[date] | None]
"""The months whose lines changed since they were counted, with the days that changed; None: all of them."""


@dataclass(slots=True)
class Snapshot:
    """The lines at one version, what is kept of them, and what is not counted yet."""

    session: duckdb.DuckDBPyConnection
    lines: DeltaTable | None
    pending: dict[str, Pending] = field(default_factory=dict)
    _changed: dict[int, date | None] = field(default_factory=dict)

    def first_change(self, since: int) -> date | None:
        """The first day whose lines differ from those at the version `since`; the last of all days where none does.
        None where nobody can tell. Looked for once."""
        if self.lines is not None and since not in self._changed:
            self._changed[since] = changes.first_change(self.session, self.lines, since)
        return self._changed.get(since)

    @property
    def version(self) -> int:
        return -1 if self.lines is None else self.lines.version()


Told = Callable[[str, int, set[date]], None]
"""Hears of each month that was counted: which, how many are left, and the days that differ from what was kept."""


def open_snapshot(session: duckdb.DuckDBPyConnection, lines: DeltaTable | None) -> Snapshot:
    """Adds the views `visits` and `tastes` to a session whose `lines` are of this table. They say what the lines say,
    whatever is counted already."""
    snapshot = Snapshot(session, lines)
    _look(snapshot)
    return snapshot


def lay_baskets(session: duckdb.DuckDBPyConnection, lines: DeltaTable | None, *, write: bool = False) -> Snapshot:
    """Adds the views `visits` and `baskets`, which say what the lines say; `write` down what is not counted yet."""
    snapshot = Snapshot(session, lines)
    _look(snapshot, of=(VISITS, BASKETS))
    if write:  # visits are the refresh's to write
        fold(snapshot, of=(BASKETS,))
    return snapshot


def stands_at() -> str:
    """Names what the lines, and what `lay_baskets` reads, say at this moment: the newest entry of each log."""
    return " ".join(tables.newest_entry(place) for place in (tables.lines_folder().name, VISITS.name, BASKETS.name))


def view_kept(session: duckdb.DuckDBPyConnection, name: str) -> None:
    """Leaves a view `name` over what is kept, without asking what has changed since."""
    kept = next(one for one in KEPT if one.name == name)
    table = _table_of(kept)
    files = table.file_uris() if table is not None else []
    session.register("nothing_kept", kept.schema.empty_table())
    session.execute(f"CREATE VIEW {name} AS SELECT * FROM {tables.reading(files) if files else 'nothing_kept'}")


def _look(snapshot: Snapshot, anew: str = "", of: Sequence[Kept] = KEPT) -> None:
    for kept in of:
        table = _table_of(kept)
        pending = {} if snapshot.lines is None else _pending(snapshot.session, snapshot.lines, table, anew)
        snapshot.pending[kept.name] = pending
        snapshot.session.execute(f"CREATE OR REPLACE VIEW {kept.name} AS {_view(kept, table, pending)}")


def fold(
    snapshot: Snapshot,
    *,
    anew: str = "",
    told: Told = lambda month, left, days: None,
    of: Sequence[Kept] = KEPT,
) -> None:
    """Count what is pending, month by month, and remember up to where. May be killed and run again.

    `anew` names a run that counts every month again; run again under its name it goes on with those that are left.
    """
    if snapshot.lines is None:
        return
    if anew:
        _look(snapshot, anew, of)
    mark = _mark(snapshot.lines)
    left = sum(map(len, snapshot.pending.values()))
    for kept in of:
        for month in sorted(snapshot.pending[kept.name]):
            marks = [Transaction(f"{mark}/{month}", snapshot.version)]
            if anew:
                marks.append(Transaction(f"{anew}/{month}", snapshot.version))
            days = _write_month(snapshot, kept, month, marks)
            left -= 1
            told(month, left, days)
        table = _table_of(kept)
        if table is None or table.transaction_version(mark) != snapshot.version:
            _write(kept, kept.schema.empty_table().to_reader(), None, [Transaction(mark, snapshot.version)])
    _look(snapshot, of=of)


def pending_days() -> Pending:
    """The days whose lines changed since their receipts were counted, for a page: only the logs are read."""
    lines, table = tables.lines_table(), _table_of(VISITS)
    if lines is None or (table is not None and table.transaction_version(_mark(lines)) == lines.version()):
        return {}
    with tables.new_session() as session:
        return _pending(session, lines, table, "")


def version_of(name: str) -> list[str | int] | None:
    """Names what is kept in a table at this moment; None before the first."""
    table = _table_of(next(one for one in KEPT if one.name == name))
    return None if table is None else [str(table.metadata().id), table.version()]


def members_since(session: duckdb.DuckDBPyConnection, name: str, version: list[str | int]) -> str | None:
    """SQL of the members of whom a table says something else than when `version_of` gave that answer; None where nobody
    can tell."""
    table = _table_of(next(one for one in KEPT if one.name == name))
    if table is None or str(table.metadata().id) != version[0]:
        return None
    return changes.members_between(session, table, int(version[1]))


def tidy(kept_hours: int) -> None:
    """Remove the files that were replaced longer ago than anybody reads."""
    for kept in (*KEPT, BASKETS):
        if (table := _table_of(kept)) is not None:
            table.create_checkpoint()
            table.vacuum(kept_hours, dry_run=False, enforce_retention_duration=False)


def _mark(lines: DeltaTable) -> str:
    """Names the table of lines itself: one that was lost and made again counts its versions from 0."""
    return f"lines/{lines.metadata().id}"


def _table_of(kept: Kept) -> DeltaTable | None:
    place = tables.place_of(kept.name)
    return DeltaTable(place) if DeltaTable.is_deltatable(place) else None


def _pending(session: duckdb.DuckDBPyConnection, lines: DeltaTable, table: DeltaTable | None, anew: str) -> Pending:
    months = {str(one["month"]) for one in lines.partitions()}
    if table is None:
        return dict.fromkeys(months)
    months |= {str(one["month"]) for one in table.partitions()}
    mark = _mark(lines)
    whole = table.transaction_version(mark)
    since: dict[str, int] = {}
    pending: Pending = {}
    for month in months:
        counted = [at for at in (whole, table.transaction_version(f"{mark}/{month}")) if at is not None]
        if not counted or (anew and table.transaction_version(f"{anew}/{month}") is None):
            pending[month] = None
        else:
            since[month] = max(counted)
    files = changes.files_between(lines, since)
    if files is None:
        return dict.fromkeys(months)
    folder = changes.folder_of(lines)
    for month, moved in files.items():
        days = changes.days_between(session, folder, moved)
        if days is None or days:
            pending[month] = days
    return pending


def _view(kept: Kept, table: DeltaTable | None, pending: Pending) -> str:
    return _told(kept, table.file_uris() if table is not None else [], "lines", pending)


def _told(kept: Kept, files: list[str], lines: str, pending: Pending) -> str:
    """SQL: what is kept and still true, and beside it what has to be counted from the lines."""
    columns = ", ".join(name for name in kept.schema.names if name != "month")
    parts = []
    if files:
        told = f"SELECT {columns} FROM {tables.reading(files)}"
        parts.append(f"{told} WHERE NOT ({_days(kept, pending, kept.day)})" if pending else told)
    if pending or not files:
        parts.append(kept.counted.format(lines=lines, of=_days(kept, pending, "business_date")))
    return " UNION ALL BY NAME ".join(f"({part})" for part in parts)


def _days(kept: Kept, pending: Pending, column: str) -> str:
    """SQL: whether a day is one of those."""
    months = [month for month, days in pending.items() if days is None or not kept.by_day]
    said = [_in_month(column, month) for month in months]
    days = sorted({day for days in pending.values() if days is not None and kept.by_day for day in days})
    if days:
        said.append(f"{column} IN ({', '.join(map(_date, days))})")
    return " OR ".join(said) or "false"


def _date(day: date) -> str:
    return f"DATE '{day}'"


def _in_month(column: str, month: str) -> str:
    return f"({column} >= DATE '{month}-01' AND {column} < DATE '{month}-01' + INTERVAL 1 MONTH)"


def _write_month(snapshot: Snapshot, kept: Kept, month: str, marks: list[Transaction]) -> set[date]:
    """Count a month of the table anew where it changed; returns the days that differ from before."""
    assert snapshot.lines is not None
    session, only = snapshot.session, f"month = '{month}'"
    table = _table_of(kept)
    before = table.file_uris(file_pruning_predicate=only) if table is not None else []
    lines = snapshot.lines.file_uris(file_pruning_predicate=only)
    told = _told(
        kept, before, tables.reading(lines) if lines else "no_lines", {month: snapshot.pending[kept.name][month]}
    )
    session.execute(
        f"CREATE OR REPLACE TEMP TABLE fresh AS SELECT '{month}' AS month, * FROM ({told}) ORDER BY {kept.order}"
    )
    changed = _differing_days(session, kept, before) if kept.by_day else set()
    rows = session.sql(f"SELECT {', '.join(kept.schema.names)} FROM fresh").to_arrow_reader(1 << 17)
    _write(kept, rows, month, marks)
    session.execute("DROP TABLE fresh")
    return changed


def _differing_days(session: duckdb.DuckDBPyConnection, kept: Kept, before: list[str]) -> set[date]:
    def told(of: str, sign: int) -> str:
        return (
            f"SELECT {kept.day} AS day, {sign} * count(*) AS counted, "
            f"{sign} * sum((hash({kept.digest}) >> 1)::BIGINT) AS digest FROM {of} GROUP BY 1"
        )

    parts = [told("fresh", 1), *([told(tables.reading(before), -1)] if before else [])]
    query = f"SELECT day FROM ({' UNION ALL '.join(parts)}) GROUP BY day HAVING sum(counted) <> 0 OR sum(digest) <> 0"
    return {day for (day,) in session.sql(query).fetchall()}


def _write(kept: Kept, rows: pa.RecordBatchReader, month: str | None, marks: list[Transaction]) -> None:
    replaced = {} if month is None else {"predicate": f"month = '{month}'"}
    write_deltalake(
        tables.place_of(kept.name),
        rows.cast(kept.schema),
        mode="append" if month is None else "overwrite",
        partition_by=["month"],
        commit_properties=CommitProperties(app_transactions=marks),
        writer_properties=WriterProperties(max_row_group_size=kept.group_rows) if kept.group_rows else None,
        **replaced,
    )
