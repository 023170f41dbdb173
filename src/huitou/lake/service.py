"""The door of the lake: a till's file into clean rows, lines into Delta tables, a session that reads them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from huitou.lake import daily, intake, remembered, results, standing, straight, tables
from huitou.lake.daily import Pending, Snapshot, Told
from huitou.lake.described import DescribedRows, cells_of, column_looks_like_phones
from huitou.lake.formats.spooled import MARK, NO_VALUE
from huitou.lake.guessing import Guess, guess_mapping
from huitou.lake.opening import OpenedFile, open_file
from huitou.lake.remembered import Remembered
from huitou.lake.rules.dates import ways_to_read
from huitou.lake.rules.kinds import KINDS
from huitou.lake.rules.numbers import decimal_is_unclear
from huitou.lake.rules.refusals import LEFT_OUT, REASONS
from huitou.lake.rules.statuses import Meaning, may_say_status, meanings, read_said, write_said
from huitou.lake.statuses import NoSale, left_out, no_sales, values_of
from huitou.lake.swapped import look_swapped
from huitou.lake.terms import Field, Layout, Reading, Sums
from huitou.lake.understanding import numbers, understood

__all__ = [
    "KINDS",
    "LEFT_OUT",
    "REASONS",
    "DescribedRows",
    "Guess",
    "Meaning",
    "NoSale",
    "OpenedFile",
    "Remembered",
    "Snapshot",
    "cells_of",
    "column_looks_like_phones",
    "decimal_is_unclear",
    "guess_mapping",
    "left_out",
    "look_swapped",
    "may_say_status",
    "meanings",
    "no_sales",
    "numbers",
    "open_file",
    "read_said",
    "understood",
    "values_of",
    "ways_to_read",
    "write_said",
]

_BUNDLES = "bundles"
_READ_FOR_HOURS = 24
_LEFT_OVER_SECONDS = 24 * 3600
"""No import takes a day: a file on its way that is older has nobody who writes it."""


def judge_receipts(
    opened: OpenedFile, layout: Layout, *, spell_member: Callable[[str], str | None] | None = None
) -> None:
    """Judge the rows of `opened`; its session then holds `clean`, `baskets`, `refused` and `repeated_rows`.

    `spell_member` gives the one spelling of a member's number, or None where it is none: such a row is refused.
    Raises the first of the file's questions that nobody has answered.
    """
    for question in opened.questions:
        raise question
    intake.judge_receipts(opened, layout, spell_member)


@contextmanager
def read_file(
    path: Path,
    layout: Layout,
    *,
    reading: Reading | None = None,
    spell_member: Callable[[str], str | None] | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open and judge a till's file in one go; the session is gone when the block ends."""
    with open_file(path, reading=reading) as opened:
        judge_receipts(opened, layout, spell_member=spell_member)
        yield opened.session


def members_look_like_phones(session: duckdb.DuckDBPyConnection) -> bool:
    """Whether most of the file's member numbers are Chinese mobile numbers, however they are spelled."""
    (phones, others) = session.sql(
        "SELECT count(*) FILTER (looks_so), count(*) FILTER (NOT looks_so) FROM (SELECT DISTINCT member, "
        "regexp_matches(regexp_replace(member, '[^0-9]', '', 'g'), '^(00)?(86)?1[3-9][0-9]{9}$') AS looks_so "
        "FROM reckoned WHERE member IS NOT NULL)"
    ).fetchall()[0]
    return phones > others


def refused_rows(session: duckdb.DuckDBPyConnection) -> pa.Table:
    """(row_number, code, detail) of every refused row, in the file's order."""
    session.register("reasons", pa.table({"code": list(REASONS), "detail": list(REASONS.values())}))
    return session.sql(
        "SELECT row_number, code, detail FROM refused JOIN reasons USING (code) ORDER BY row_number"
    ).to_arrow_table()


def refusals(session: duckdb.DuckDBPyConnection, *, hide: Callable[[str], str] | None = None) -> pa.Table:
    """(row_number, code, detail, row as JSON) of every refused row, in the file's order.

    `hide` masks the member's number; a row that is not cut into cells is then left out whole.
    """
    rows = refused_rows(session)
    session.register("refused_rows", rows)
    # The file is read once more for their texts, and only where there are any.
    none = "" if len(rows) else " WHERE false"
    session.execute(
        f"CREATE OR REPLACE TABLE refused_texts AS FROM (FROM texts{none}) SEMI JOIN refused USING (row_number)"
    )
    names = [name for name, *_ in session.sql("DESCRIBE refused_texts").fetchall() if name != "row_number"]
    shown = {name: "shown" if name == Field.MEMBER else f't."{name}"' for name in names}
    members = "LEFT JOIN shown_members USING (member)" if Field.MEMBER in names else ""
    if members:
        session.execute("CREATE OR REPLACE TEMP VIEW shown_members AS " + _shown_members(session, hide))
    raw = "'****'" if hide else "g.raw"
    cells = ", ".join(f'"{name}" := {value}' for name, value in shown.items())
    # Merged into an empty object, keys that hold nothing go away. A NUL cannot be stored in PostgreSQL's JSON; it is
    # shown for what it is, as are our own marks.
    return session.sql(
        "SELECT r.row_number, r.code, detail, replace(translate((CASE WHEN g.raw IS NOT NULL "
        f"THEN json_object('raw', {raw}) ELSE json_merge_patch('{{}}', to_json(struct_pack({cells}))) END)::VARCHAR, "
        f"'{MARK}{NO_VALUE}', '\ufffdƒ'), '\\u0000', '␀') AS row FROM refused_rows r "
        f"LEFT JOIN refused_texts t USING (row_number) {members} "
        "LEFT JOIN ragged g USING (row_number) ORDER BY r.row_number"
    ).to_arrow_table()


def refused_members(session: duckdb.DuckDBPyConnection) -> dict[int, str]:
    """The member's number of each refused row that has one, in clear, by row number. It is not to be kept as it is."""
    return dict(
        session.sql(
            "SELECT row_number, member FROM texts SEMI JOIN refused USING (row_number) WHERE member IS NOT NULL"
        ).fetchall()
    )


def ragged_receipts(session: duckdb.DuckDBPyConnection) -> dict[int, str]:
    """The receipt's number of each row that is not cut into cells and still says one, by row number."""
    return dict(session.sql("SELECT row_number, receipt FROM ragged WHERE receipt IS NOT NULL").fetchall())


def _shown_members(session: duckdb.DuckDBPyConnection, hide: Callable[[str], str] | None) -> str:
    """Each member's number of a refused row as it may be shown."""
    of_refused = "SELECT DISTINCT member FROM refused_texts WHERE member IS NOT NULL"
    if hide is None:
        return f"SELECT member, member AS shown FROM ({of_refused})"
    members = [member for (member,) in session.sql(of_refused).fetchall()]
    masked = [hide(member) for member in members]
    session.register(
        "masked", pa.table({"member": pa.array(members, pa.string()), "shown": pa.array(masked, pa.string())})
    )
    return "SELECT * FROM masked"


def sums(session: duckdb.DuckDBPyConnection) -> Sums:
    """What the rows that will be taken add up to."""
    rows, quantity, net = session.sql(
        "SELECT count(*), coalesce(sum(quantity_milli), 0)::BIGINT, coalesce(sum(net_fen), 0)::BIGINT FROM clean"
    ).fetchall()[0]
    return Sums(rows, quantity, net)


def holds(batch: str) -> bool:
    return tables.version(batch) is not None


def bundles_held() -> int:
    """The last bundle in the lake, and with it all before; 0 where there is none."""
    return tables.version(_BUNDLES) or 0


def append(batch: str, parts: Iterable[pa.Table], products: pa.Table) -> int:
    """Append the lines of a batch, named with sku and category; a batch that is there already changes nothing.

    `parts` have the columns of receipts' batch lines; `products` is (sku, product_id, category). Returns how many.
    """
    return 0 if holds(batch) else _append(batch, 1, parts, products)


def append_straight(
    batch: str, session: duckdb.DuckDBPyConnection, months: Iterable[date], query: Callable[[date], str]
) -> int:
    """The same with lines that lie ready in a session: `query` is SQL of those of a month (its first day), in the
    columns of the lake's lines, with sku and category and in the order in which they are kept."""
    return 0 if holds(batch) else straight.append(batch, 1, session, months, query)


def append_bundle(bundle: int, parts: Iterable[pa.Table], products: pa.Table) -> int:
    """The same with a bundle. Bundles come in the order of their numbers, one at a time: the lake remembers the last,
    and not a name for each of thousands a day."""
    return 0 if bundles_held() >= bundle else _append(_BUNDLES, bundle, parts, products)


def _append(batch: str, version: int, parts: Iterable[pa.Table], products: pa.Table) -> int:
    # The writer of Delta tables pulls from a thread of its own, where our transaction is not; so the lines first go
    # to a file beside the lake, which also keeps memory flat.
    settings.LAKE_PATH.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=settings.LAKE_PATH, suffix=".part") as file:
        with pa.ipc.new_stream(file, tables.LINES) as writer:
            count = sum(_write_named(writer, part, products) for part in parts)
        file.seek(0)
        with pa.ipc.open_stream(file) as reader:
            tables.append(batch, reader, version)
    return count


def _write_named(writer: pa.ipc.RecordBatchStreamWriter, part: pa.Table, products: pa.Table) -> int:
    # A return of goods that its sale does not have is a line without a product.
    joined = part.join(products, keys="product_id", join_type="left outer")
    nameless = pc.and_(pc.is_null(joined["sku"]), pc.is_valid(joined["product_id"]))
    assert not pc.any(nameless).as_py(), "a line whose product nobody knows"
    joined = joined.append_column("month", pc.strftime(joined["business_date"], "%Y-%m"))
    writer.write_table(joined.select(tables.LINES.names).cast(tables.LINES))
    return len(joined)


def name_members(claims: pa.Table) -> None:
    """Give the lines of claimed receipts to their members: (receipt_id, member_id). Twice does no harm."""
    tables.name_members(claims)


def rename_members(receipts: pa.Table) -> None:
    """Give the lines of these receipts to whom they belong now: (receipt_id, member_id). Twice does no harm."""
    tables.rename_members(receipts)


def receipts_of(members: Sequence[int]) -> pa.Table:
    """(receipt_id, member_id): what the lake has under these members, also of months that have left the books."""
    with open_session() as session:
        session.register("asked", pa.table({"member_id": pa.array(members, pa.int64())}))
        return session.sql(
            "SELECT DISTINCT receipt_id, member_id FROM lines SEMI JOIN asked USING (member_id)"
        ).to_arrow_table()


def remove(batch: int, receipts: Sequence[int], *, whole: bool) -> None:
    """Take the lines of an undone import out of the lake; twice does no harm.

    `receipts` are those that left; where it is the `whole` import, all its lines go. The bytes are gone when the old
    files are: the night after.
    """
    if whole:
        tables.remove_import(batch)
    else:
        tables.remove_receipts(pa.table({"receipt_id": pa.array(receipts, pa.int64())}))


def named_besides(receipts: Sequence[int], what: str, ids: Sequence[int]) -> list[int]:
    """Which of these (`member`, `store` or `product`) lines of any other receipts name, also of months that have left
    the books."""
    column = {"member": "member_id", "store": "store_id", "product": "product_id"}[what]
    with open_session() as session:
        session.register("asked", pa.table({"id": pa.array(ids, pa.int64())}))
        session.register("leaving", pa.table({"receipt_id": pa.array(receipts, pa.int64())}))
        rows = session.sql(
            f"SELECT DISTINCT a.id FROM asked a JOIN lines l ON l.{column} = a.id "
            "ANTI JOIN leaving g ON g.receipt_id = l.receipt_id ORDER BY 1"
        ).fetchall()
    return [number for (number,) in rows]


def sweep() -> int:
    """Remove what processes that were killed left on its way into the lake; returns how many files."""
    return tables.sweep(_LEFT_OVER_SECONDS)


def forget_everything() -> None:
    """Take every line out, and all that was counted from them: the lake is as before the first load. Nobody may load it
    meanwhile. Killed on the way and begun again it ends the same."""
    tables.forget_everything()


def put_together() -> int:
    """Write the small files of each month together; returns how many. Sessions that are open go on for a day."""
    put = tables.put_together(_READ_FOR_HOURS)
    daily.tidy(_READ_FOR_HOURS)
    return put


def open_session() -> duckdb.DuckDBPyConnection:
    """A DuckDB session whose view `lines` is one snapshot of every receipt line; empty before the first load."""
    return tables.open_session()


@contextmanager
def open_snapshot() -> Iterator[Snapshot]:
    """A session that also has `visits` (one row a receipt) and `tastes` (member, category, month): what was counted
    already is read, what changed since is counted from the lines."""
    lines = tables.lines_table()
    with tables.open_session(lines) as session:
        yield daily.open_snapshot(session, lines)


def pending_days() -> Pending:
    """The days of each month (None: all of them) whose lines changed since they were counted, for a page."""
    return daily.pending_days()


@contextmanager
def open_kept(name: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session whose view `name` (`visits`, `tastes`, `goods`) is what was counted last, for a page that somebody
    waits for: nothing is counted meanwhile, and no line is read. Who reads it keeps to the reader's stores."""
    with tables.new_session() as session:
        daily.view_kept(session, name)
        yield session


def lay_baskets(session: duckdb.DuckDBPyConnection) -> None:
    """Adds to a session of the lake the views `visits`, one row a receipt, and `baskets`, what a member's receipt held
    of a category: what was counted already is read, what changed since is counted from the lines."""
    daily.lay_baskets(session, tables.lines_table())


def look_again(session: duckdb.DuckDBPyConnection, seen: str) -> str:
    """Bring `lines`, `visits` and `baskets` of a session that stays open up to what the lake says now; returns a name
    for it. Nothing is done where that is what was `seen`."""
    stands = daily.stands_at()
    if stands != seen:
        lines = tables.lines_table()
        tables.lay_lines(session, lines)
        daily.lay_baskets(session, lines)
    return stands


def keep_baskets() -> None:
    """Write down what is not counted yet of `baskets`. Whoever is killed goes on with the next month."""
    lines = tables.lines_table()
    with tables.open_session(lines) as session:
        daily.lay_baskets(session, lines, write=True)


def fold(snapshot: Snapshot, *, anew: str = "", told: Told = lambda month, left, days: None) -> None:
    """Write down what this snapshot had to count, so that nobody counts it again; `told` hears of each month. Whoever
    is killed goes on with the next month. `anew` names a run that counts every month again."""
    daily.fold(snapshot, anew=anew, told=told)


def lay_standing(snapshot: Snapshot, until: date | None, *, anew: bool = False, looks_back: bool = False) -> None:
    """Leaves a view `standing` (store_id, member_id, first_on, last_on): who had bought where up to that day. Who
    `looks_back` leaves what is remembered of a later one."""
    standing.lay(snapshot, until, anew=anew, looks_back=looks_back)


@contextmanager
def open_remembered(name: str, form: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, Remembered | None]]:
    """A session with what the last refresh left under this name, for a page: no line is read. Who reads it keeps to
    the reader's stores."""
    with tables.new_session() as session:
        yield session, remembered.read(session, name, form)


def recall(snapshot: Snapshot, name: str, form: str) -> Remembered | None:
    """What an earlier refresh left under this name, where it still tells something of these lines."""
    return remembered.recall(snapshot, name, form)


def remember(snapshot: Snapshot, name: str, form: str, query: str, said: dict[str, Any]) -> None:
    """Leave a result for the next refresh, in the place of what lay there; `said` is plain JSON that goes with it."""
    remembered.keep(snapshot, name, form, query, said)


def confirm_remembered(snapshot: Snapshot, name: str, said: dict[str, Any] | None = None) -> None:
    """What was left under this name holds for these lines, too; with it goes what is `said` now, where given."""
    remembered.confirm(snapshot, name, said)


def tastes_version() -> list[str | int] | None:
    """Names what `tastes` says at this moment, of what is counted."""
    return daily.version_of(daily.TASTES.name)


def members_whose_tastes_changed(snapshot: Snapshot, since: list[str | int]) -> str | None:
    """SQL of them (member_id), since `tastes_version` gave that answer; None where nobody can tell."""
    return daily.members_since(snapshot.session, daily.TASTES.name, since)


def keep_result(session: duckdb.DuckDBPyConnection, run: str, name: str, query: Callable[[], str]) -> None:
    """Leaves a view `name` over the result of `query`. A run that was killed finds what it had counted."""
    results.keep(session, run, name, query)


def forget_results(*, but: str = "") -> None:
    """Take away the results of every run but this one."""
    results.forget(but=but)


def totals(*, bundles_up_to: int | None = None) -> dict[tuple[int | None, date], Sums]:
    """What the lake holds by (import, first day of the month); an import of None stands for all bundles, those up to
    `bundles_up_to` where it is given."""
    only = "" if bundles_up_to is None else f"WHERE bundle_id IS NULL OR bundle_id <= {int(bundles_up_to)}"
    with open_session() as session:
        rows = session.sql(
            "SELECT import_id, date_trunc('month', business_date)::DATE, count(*), sum(quantity_milli)::BIGINT, "
            f"sum(net_fen)::BIGINT FROM lines {only} GROUP BY ALL"
        ).fetchall()
    return {(batch, month): Sums(*sums) for batch, month, *sums in rows}
