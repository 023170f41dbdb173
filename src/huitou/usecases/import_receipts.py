"""A till's file becomes receipts, members, points and a fact for the lake: all of it or nothing (row M3, S4)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import transaction

from huitou.catalogue import service as catalogue
from huitou.kernel.ids import ImportId
from huitou.lake import service as lake
from huitou.lake.terms import Field, Layout, Reading
from huitou.members.errors import PhonesAsCards
from huitou.outbox import service as outbox
from huitou.privacy import service as privacy
from huitou.receipts import service as receipts
from huitou.receipts.service import naming
from huitou.usecases import name_rows, ready_rows
from huitou.usecases.apply_waiting_returns import apply_waiting_returns
from huitou.usecases.load_lake import load_at_hand
from huitou.usecases.move_points import move_points
from huitou.usecases.refused_cells import Mends, refused_receipts
from huitou.usecases.report_of_receipts import Report, report_of

Progress = Callable[[str], None]
Then = Callable[[Report], None]


def import_receipts(
    path: Path,
    columns: Mapping[Field, str],
    *,
    now: datetime,
    reading: Reading | None = None,
    date_format: str | None = None,
    **how: Any,
) -> Report:
    """Take every receipt of the file at `path`: `take_receipts` of it, opened as `reading` says."""
    reading = reading or Reading(date_format=date_format)
    with lake.open_file(path, reading=reading) as opened:
        return take_receipts(opened, columns, now=now, **how)


def take_receipts(
    opened: lake.OpenedFile,
    columns: Mapping[Field, str],
    *,
    now: datetime,
    source: str = "till",
    actor: str = "cli",
    member_kind: str = "card",
    dry_run: bool = False,
    progress: Progress = lambda step: None,
    then: Then = lambda report: None,
    mends: Mends | None = None,
    points_from: date | None = None,
    look: Callable[[duckdb.DuckDBPyConnection], None] = lambda session: None,
) -> Report:
    """Take every receipt of the file that is new and whole; the same file twice changes nothing.

    `columns` maps fields to the file's columns; those that it leaves out are not read. A dry run goes the whole way
    and takes everything back, so its report is the one that the import would give. Raises a refusal where the file or
    the mapping is wrong, and the first question that the file leaves open. Sales of business days before
    `points_from` earn nothing: an old programme's balances hold their points. `look` sees the judged file when
    everything is written, of a dry run too. `then` is called in the import's own
    transaction; a `progress` with a function `rows` is told how many lines of how many are written. `mends`: the rows
    are those that another import had refused, and hears what becomes of them.
    """
    layout = Layout(
        columns=columns,
        zone=settings.TIME_ZONE,
        now=now,
        date_format=opened.reading.date_format,
        decimal=opened.reading.decimal,
        statuses=opened.reading.statuses,
    )
    progress("read")
    spell = privacy.spelled_phone if member_kind == "phone" else None
    lake.judge_receipts(opened, layout, spell_member=spell)
    session = opened.session
    if member_kind == "card" and lake.members_look_like_phones(session):
        raise PhonesAsCards()
    with transaction.atomic():
        reading = {"member_kind": member_kind, **asdict(opened.reading)}
        if points_from is not None:
            reading["points_from"] = points_from.isoformat()
        report = _take(opened, columns, source, actor, member_kind, reading, progress, mends)
        look(session)
        if dry_run:
            transaction.set_rollback(True)
            return replace(report, dry_run=True, import_id=None)
        then(report)
    # Only now: who holds accounts for as long as an import takes would let every till wait.
    apply_waiting_returns(now=now, actor=actor)
    if report.import_id is not None:
        load_at_hand(session, ImportId(report.import_id), source)
    return report


def _take(
    opened: lake.OpenedFile,
    columns: Mapping[Field, str],
    source: str,
    actor: str,
    member_kind: str,
    reading: dict[str, Any],
    progress: Progress,
    mends: Mends | None,
) -> Report:
    session, path = opened.session, opened.path
    batch = receipts.open_batch(
        source=source,
        file_name=mends.file_name if mends else path.name,
        file_digest=_digest(path),
        mapping={str(field): column for field, column in columns.items()},
        actor=actor,
        reading=reading,
        mends=mends.number if mends else None,
    )
    before = catalogue.newest()
    progress("stores")
    new_stores = name_rows.place_stores(session)
    name_rows.leave_out_known(session, batch, source)
    progress("products")
    new_products = name_rows.name_products(session)
    made = name_rows.note_made(session, batch, before)
    progress("members")
    new_members = name_rows.name_members(session, batch, member_kind)
    progress("receipts")
    ready_rows.number_rows(session)
    _write_receipts(session, batch, source, getattr(progress, "rows", None))
    naming.note_many(
        session.sql(
            "SELECT receipt_id, origin_id AS member_id FROM receipt_rows r JOIN member_ids m ON m.value = r.member "
            "WHERE origin_id IS NOT NULL"
        ).to_arrow_table()
    )
    progress("points")
    posted, taken_back, unexplained = move_points(session, batch, actor, reading.get("points_from"))
    report = report_of(
        opened, columns, batch, (new_stores, new_products, new_members), (posted, taken_back, unexplained)
    )
    report = replace(
        report,
        newcomers=name_rows.first_newcomers(made),
        left_out_known=name_rows.count_known_left_out(session, source) if report.rows_left_out else 0,
    )
    # Refused rows are kept once, in rows of their own: a report that lists half a million of them helps nobody.
    refusals = refused_receipts(session, member_kind)
    receipts.close_batch(batch, asdict(replace(report, refused=[])), () if mends else refusals)
    if mends:
        mends.note(batch, pa.concat_tables(refusals))
    if report.rows_taken:
        outbox.say("receipts_taken", batch=batch)
    progress("done")
    return report


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_receipts(
    session: duckdb.DuckDBPyConnection, batch: ImportId, source: str, tell: ready_rows.Tell | None
) -> None:
    receipts.take_receipts(
        ready_rows.dates(session),
        lambda of=None: ready_rows.heads(session, batch, source, of),
        ready_rows.lines_reader(session, tell),
    )
