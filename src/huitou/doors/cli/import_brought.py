"""`huitou import balances`, `tiers` and `coupons`: what an old members' programme hands over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huitou.doors.cli import import_reports
from huitou.doors.cli.import_described import (
    ACTOR,
    AsJson,
    DateFormat,
    Decimal,
    Delimiter,
    DryRun,
    Encoding,
    HeaderRow,
    Mapped,
    Said,
    Sheet,
)
from huitou.doors.cli.mapping import read_mapping
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say
from huitou.kernel.errors import N_, HuitouError

if TYPE_CHECKING:
    from huitou.lake.service import OpenedFile
    from huitou.usecases.cut_over.brought import Brought


class NotADay(HuitouError):
    code = "not_a_day"
    message = N_("{given} is no day.")
    next_step = N_("Write it as 2026-12-01.")


class AssetUnknown(HuitouError):
    code = "asset_unknown"
    message = N_("{given} is nothing that an account can count.")
    next_step = N_("Say --asset with one of: {assets}.")


def day_of(text: str) -> date:
    """Raises NotADay."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotADay(given=text) from error


FILE = Annotated[Path, typer.Argument(help="CSV, TSV, XLSX, NDJSON or Parquet, as the old programme exports it.")]
CUT_OVER = Annotated[
    str,
    typer.Option("--cut-over", metavar="DAY", help="The first business day that counts here; the file ends before it."),
]
SOURCE = Annotated[str, typer.Option(help="The old programme's name.")]
MAKE = Annotated[bool, typer.Option("--make-members", help="Make a member of whoever is not known.")]


def register(imports: typer.Typer, runtime: Runtime) -> None:
    """Add the commands to `huitou import`."""
    _register_balances(imports, runtime)
    _register_tiers(imports, runtime)
    _register_coupons(imports, runtime)


def _register_balances(imports: typer.Typer, runtime: Runtime) -> None:
    @imports.command("balances")
    def balances(
        file: FILE,
        cut_over: CUT_OVER,
        mapping: Mapped = None,
        source: SOURCE = "old",
        asset: Annotated[str, typer.Option(help="What the balances count: points, growth or stamps.")] = "points",
        expires: Annotated[
            str | None,
            typer.Option(metavar="DAY|never", help="The last day of points for which the file names none."),
        ] = None,
        make_members: MAKE = False,
        post_difference: Annotated[
            bool, typer.Option(help="Take off what receipts before the cut-over earned here already.")
        ] = False,
        encoding: Encoding = None,
        delimiter: Delimiter = None,
        sheet: Sheet = None,
        header_row: HeaderRow = None,
        date_format: DateFormat = None,
        decimal: Decimal = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Open each member's balance as the old programme left it, lot by lot. The same file twice changes nothing.

        Fields: card, external, phone (one of them), points, earned_on, expires_on. Several rows a member are lots;
        points below zero are owed. From then on receipts of days before the cut-over earn nothing.
        """
        from huitou.loyalty.terms import ASSETS

        if asset not in ASSETS:
            raise AssetUnknown(given=asset, assets=", ".join(ASSETS))
        how = {"asset": asset, "expires": expires, "post_difference": post_difference}

        def take(opened: OpenedFile, columns: Mapping[str, str], **more: Any) -> Brought:
            from huitou.usecases.cut_over.balances import open_balances

            return open_balances(opened, columns, **how, **more)

        reading = (encoding, delimiter, sheet, header_row, date_format, decimal)
        _bring(runtime, "balances", file, mapping, reading, take, as_json, cut_over, source, make_members, dry_run)


def _register_tiers(imports: typer.Typer, runtime: Runtime) -> None:
    @imports.command("tiers")
    def tiers(
        file: FILE,
        cut_over: CUT_OVER,
        mapping: Mapped = None,
        source: SOURCE = "old",
        make_members: MAKE = False,
        encoding: Encoding = None,
        delimiter: Delimiter = None,
        sheet: Sheet = None,
        header_row: HeaderRow = None,
        date_format: DateFormat = None,
        decimal: Decimal = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Keep each member's tiers, since when and until when. The same file twice changes nothing.

        Fields: card, external, phone (one of them), tier, since, until. Several rows a member are their history.
        """

        def take(opened: OpenedFile, columns: Mapping[str, str], **more: Any) -> Brought:
            from huitou.usecases.cut_over.tiers import take_tiers

            return take_tiers(opened, columns, **more)

        reading = (encoding, delimiter, sheet, header_row, date_format, decimal)
        _bring(runtime, "tiers", file, mapping, reading, take, as_json, cut_over, source, make_members, dry_run)


def _register_coupons(imports: typer.Typer, runtime: Runtime) -> None:
    @imports.command("coupons")
    def coupons(
        file: FILE,
        cut_over: CUT_OVER,
        mapping: Mapped = None,
        source: SOURCE = "old",
        make_members: MAKE = False,
        encoding: Encoding = None,
        delimiter: Delimiter = None,
        sheet: Sheet = None,
        header_row: HeaderRow = None,
        date_format: DateFormat = None,
        decimal: Decimal = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Take the coupons of the old programme with their states. The same file twice changes nothing.

        Fields: code, kind or title, card, external, phone (none of them: its bearer's), worth, threshold, terms,
        starts, ends, state.
        """

        def take(opened: OpenedFile, columns: Mapping[str, str], *, now: Any, **more: Any) -> Brought:
            from huitou.usecases.cut_over.coupons import take_coupons

            return take_coupons(opened, columns, **more)

        reading = (encoding, delimiter, sheet, header_row, date_format, decimal)
        _bring(runtime, "coupons", file, mapping, reading, take, as_json, cut_over, source, make_members, dry_run)


def _bring(
    runtime: Runtime,
    kind: str,
    file: Path,
    mapping: list[str] | None,
    said: Said,
    take: Callable[..., Brought],
    as_json: bool,
    cut_over: str,
    source: str,
    make_members: bool,
    dry_run: bool,
) -> None:
    first_day = day_of(cut_over)
    with runtime.open_database():
        from django.utils import timezone

        from huitou.access import service as access
        from huitou.doors.cli.recalling import opened_as_before, reading_of
        from huitou.lake import service as lake

        given = read_mapping(mapping or [], [field.name for field in lake.KINDS[kind].fields])
        kept = {"source": source, "keep": not dry_run, "quiet": as_json}
        with opened_as_before(file, kind, reading_of(*said), given, **kept) as (opened, columns, _):
            report = take(
                opened,
                columns,
                first_day=first_day,
                now=timezone.now(),
                source=source,
                make_members=make_members,
                actor=ACTOR,
                dry_run=dry_run,
            )
            if report.import_id and not dry_run:
                access.note_by(ACTOR, "import_started", f"import:{report.import_id}", file=file.name, source=source)
    import_reports.tell(report, as_json=as_json)
    if report.rows_taken and not (as_json or dry_run):
        say(N_("Next: huitou cutover check compares the totals with the old programme's."))
