"""`huitou import balances`, `tiers` and `coupons`: what an old members' programme hands over."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huitou.doors.cli.import_described import AsJson, Delimiter, DryRun, Encoding, HeaderRow, Mapped, Sheet
from huitou.doors.cli.mapping import TAB, read_mapping
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_, HuitouError

if TYPE_CHECKING:
    from huitou.lake.service import OpenedFile
    from huitou.usecases.cut_over.brought import Brought
    from huitou.usecases.cut_over.undoing import Undone

REFUSALS_SHOWN, REFUSALS_IN_JSON = 20, 1000

COUNTS = {
    "members": N_("Members"),
    "new_members": N_("New members"),
    "points": N_("Points in the file"),
    "points_posted_before": N_("Points that stood here before"),
    "points_moved": N_("Points posted"),
    "lots": N_("Lots"),
    "members_owing": N_("Members who owe points"),
    "kinds": N_("New kinds of coupons"),
    "bearer": N_("Coupons of their bearer"),
    "live": N_("Coupons that can be used"),
    "used": N_("Coupons used at the old programme"),
    "expired": N_("Coupons that have expired"),
    "void": N_("Coupons that are void"),
}


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

        reading = (encoding, delimiter, sheet, header_row)
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
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Keep each member's tiers, since when and until when. The same file twice changes nothing.

        Fields: card, external, phone (one of them), tier, since, until. Several rows a member are their history.
        """

        def take(opened: OpenedFile, columns: Mapping[str, str], **more: Any) -> Brought:
            from huitou.usecases.cut_over.tiers import take_tiers

            return take_tiers(opened, columns, **more)

        reading = (encoding, delimiter, sheet, header_row)
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

        reading = (encoding, delimiter, sheet, header_row)
        _bring(runtime, "coupons", file, mapping, reading, take, as_json, cut_over, source, make_members, dry_run)


def _bring(
    runtime: Runtime,
    kind: str,
    file: Path,
    mapping: list[str] | None,
    reading: tuple[str | None, str | None, str | None, int | None],
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

        from huitou.doors.cli.asking import opened_and_mapped
        from huitou.lake import service as lake
        from huitou.lake.terms import Reading

        given = read_mapping(mapping or [], [field.name for field in lake.KINDS[kind].fields])
        encoding, delimiter, sheet, header_row = reading
        how = Reading(encoding, TAB.get(delimiter or "", delimiter), sheet, header_row)
        with opened_and_mapped(file, kind, how, given, quiet=as_json) as (opened, columns):
            report = take(
                opened,
                columns,
                first_day=first_day,
                now=timezone.now(),
                source=source,
                make_members=make_members,
                dry_run=dry_run,
            )
    if as_json:
        answer = asdict(replace(report, refused=report.refused[:REFUSALS_IN_JSON]))
        answer["refused_not_listed"] = max(0, report.rows_refused - REFUSALS_IN_JSON)
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        tell(report)


def tell(report: Brought) -> None:
    """The report, for the person who waits for it."""
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None, padding=(0, 2))
    for label, value in (
        (N_("Rows read"), report.rows_read),
        (N_("Rows taken"), report.rows_taken),
        (N_("Rows known already"), report.rows_repeated),
        (N_("Rows refused"), report.rows_refused),
        *((COUNTS[name], value) for name, value in report.counts.items()),
    ):
        table.add_row(translate(label), f"{value:,}")
    screen = Console(highlight=False)
    screen.print(table)
    for refusal in report.refused[:REFUSALS_SHOWN]:
        row = translate(N_("Row {number} refused ({code}): {reason}"))
        reason = translate(refusal["template"]).format(**refusal["facts"])
        screen.print(row.format(number=refusal["row_number"], code=refusal["code"], reason=reason))
    if len(report.refused) > REFUSALS_SHOWN:
        more = translate(N_("... and {count} more; --json lists up to {most}, and all are kept with the import."))
        screen.print(more.format(count=len(report.refused) - REFUSALS_SHOWN, most=REFUSALS_IN_JSON))
    if report.dry_run:
        screen.print(translate(N_("This was a dry run: nothing has been taken.")))
    elif report.rows_taken:
        say(N_("Next: huitou cutover check compares the totals with the old programme's."))


UNDONE = {
    "balances": N_("Balances taken back"),
    "tiers": N_("Members whose tiers were struck"),
    "coupons": N_("Coupons taken back"),
}


def undo_brought(number: int, *, now: datetime, actor: str, dry_run: bool, yes: bool, as_json: bool) -> bool:
    """Undo an import of an old programme, asking first; False where its rows are of another kind."""
    from huitou.usecases.cut_over import undoing
    from huitou.usecases.imports import show_import

    if show_import(number)["kind"] not in undoing.KINDS:
        return False
    if dry_run or not yes:
        would = undoing.undo_brought(number, now=now, actor=actor, dry_run=True)
        _tell_undone(would, as_json=as_json and dry_run)
        if dry_run:
            return True
        typer.confirm(translate(N_("Take all this away?")), abort=True)
    report = undoing.undo_brought(number, now=now, actor=actor)
    if as_json or yes:
        _tell_undone(report, as_json=as_json)
    if not as_json:
        say(N_("Import {number} is undone."), number=number)
    return True


def _tell_undone(report: Undone, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(report), ensure_ascii=False, indent=1))
        return
    lines = [(UNDONE[report.kind], report.count)]
    if report.kind == "balances":
        lines += [(N_("Members who owe what was spent"), report.members_owing), (N_("Points owed"), report.points_owed)]
    if report.kind == "coupons":
        lines.append((N_("Coupons that stay: a till has held or used them"), report.staying))
    for label, value in lines:
        typer.echo(f"  {translate(label)}  {value:,}")
