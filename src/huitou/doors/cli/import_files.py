"""`huitou import`: a till's file in."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huitou.doors.cli import import_brought, import_days, import_described, import_refused, import_undo
from huitou.doors.cli.import_days import NoPoints, PointsFrom, Totals
from huitou.doors.cli.import_described import AsJson, DryRun
from huitou.doors.cli.mapping import TAB, read_mapping
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_, HuitouError

if TYPE_CHECKING:
    from huitou.usecases.import_receipts import Report

STEPS = {
    "read": N_("Reading and judging the rows"),
    "stores": N_("Stores"),
    "products": N_("Products"),
    "members": N_("Members"),
    "receipts": N_("Receipts and lines"),
    "points": N_("Points"),
    "commit": N_("Committing"),
    "done": N_("Done"),
}
ACTOR = "command line"
REFUSALS_SHOWN, REFUSALS_IN_JSON = 20, 1000


class MemberKindUnknown(HuitouError):
    code = "member_kind_unknown"
    message = N_("{given} is not a kind of member number.")
    next_step = N_("Write --member-kind card, external or phone.")


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""
    imports = typer.Typer(help="Read files of other systems.", no_args_is_help=True)
    app.add_typer(imports, name="import")

    _register_receipts(imports, runtime)
    for others in (import_brought, import_undo, import_refused, import_described):
        others.register(imports, runtime)


def _register_receipts(imports: typer.Typer, runtime: Runtime) -> None:
    @imports.command("receipts")
    def receipts(
        file: Annotated[Path, typer.Argument(help="CSV, TSV, XLSX, NDJSON or Parquet, one row per line of a receipt.")],
        mapping: Annotated[
            list[str] | None,
            typer.Option("--map", metavar="FIELD=COLUMN", help="Which column is which field, where no guess is sure."),
        ] = None,
        source: Annotated[str, typer.Option(help="The system that the file comes from.")] = "till",
        member_kind: Annotated[
            str | None, typer.Option(help="What the member column holds: card, external or phone; card unless kept.")
        ] = None,
        encoding: Annotated[
            str | None, typer.Option(help="How the file is encoded: utf-8, gb18030, utf-16 ...")
        ] = None,
        delimiter: Annotated[str | None, typer.Option(help="What stands between cells: one character, or tab.")] = None,
        sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook.")] = None,
        header_row: Annotated[
            int | None, typer.Option(help="The row that names the columns; 0 where none does.")
        ] = None,
        date_format: Annotated[
            str | None, typer.Option(help="How times are written, for example '%d/%m/%Y %H:%M'.")
        ] = None,
        decimal: Annotated[str | None, typer.Option(help="What stands before fractions: . or ,")] = None,
        totals: Totals = None,
        points_from: PointsFrom = None,
        no_points: NoPoints = False,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Take every receipt of FILE that is new and whole. The same file twice changes nothing.

        Which column is which field is read off headers and values, and shown; what is not sure is asked.
        Fields: receipt, line, at, store, till, channel, member, sku, name, category, quantity, unit_price, amount,
        discount. Needed are receipt, at, sku, quantity, and amount or unit_price. Negative quantities are returns.
        """
        if member_kind not in (None, "card", "external", "phone"):
            raise MemberKindUnknown(given=member_kind)
        given = read_mapping(mapping or [])
        with runtime.open_database():
            from django.utils import timezone

            from huitou.doors.cli.progress import steps_shown
            from huitou.doors.cli.recalling import opened_as_before
            from huitou.lake.terms import Reading
            from huitou.usecases.import_receipts import take_receipts
            from huitou.usecases.load_lake import hear_facts
            from huitou.usecases.run_jobs import take_here

            reading = Reading(encoding, TAB.get(delimiter or "", delimiter), sheet, header_row, date_format, decimal)
            kept = {"source": source, "member_kind": member_kind, "keep": not dry_run, "quiet": as_json}
            with (
                opened_as_before(file, "receipts", reading, given, **kept) as (opened, columns, numbers),
                steps_shown(STEPS, quiet=as_json) as progress,
            ):
                how = {"now": timezone.now(), "source": source, "member_kind": numbers, "progress": progress}
                days = import_days.Looking(source, totals, wanted=dry_run or as_json, quiet=as_json)
                how |= {"look": days.look, "points_from": import_days.points_from(points_from, no_points)}
                if dry_run:
                    report = take_receipts(opened, columns, dry_run=True, **how)
                else:
                    report = take_here(opened, columns, actor=ACTOR, **how)
                    # The worker would hear it too; whoever imports by hand looks at the figures next.
                    hear_facts()
                    _warn_of_facts_that_wait()
        if as_json:
            typer.echo(json.dumps(_as_json(report) | days.as_plain(), ensure_ascii=False, indent=1))
        else:
            _tell(report)
            days.tell()


def _as_json(report: Report) -> dict[str, object]:
    """The report; of very many refused rows the first are listed, and how many more there are is counted."""
    answer = asdict(replace(report, refused=report.refused[:REFUSALS_IN_JSON]))
    return answer | {"refused_not_listed": max(0, report.rows_refused - REFUSALS_IN_JSON)}


def _warn_of_facts_that_wait() -> None:
    from huitou.outbox import service as outbox

    waiting, _ = outbox.backlog()
    if waiting:
        say(
            N_(
                "{count} facts wait for a worker, so the lake and the figures are behind. "
                "`huitou serve` runs one; `huitou doctor` says more."
            ),
            count=waiting,
        )


def _tell(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None, padding=(0, 2))
    for label, value in (
        (N_("Rows read"), report.rows_read),
        (N_("Rows taken"), report.rows_taken),
        (N_("Rows known already"), report.rows_repeated),
        (N_("Rows refused"), report.rows_refused),
        (N_("Receipts"), report.receipts),
        (N_("Sales"), report.sales),
        (N_("Returns"), report.returns),
        (N_("Returned rows"), report.returned_rows),
        (N_("Returned rows whose sale is not known"), report.returned_rows_without_their_sale),
        (N_("New members"), report.new_members),
        (N_("New stores"), report.new_stores),
        (N_("New products"), report.new_products),
        (N_("Sales that earned points"), report.points_posted),
        (N_("Returns that took points back"), report.points_reversed),
    ):
        table.add_row(translate(label), f"{value:,}")
    table.add_row(translate(N_("Sum of quantities")), report.quantity)
    table.add_row(translate(N_("Sum of amounts")), report.amount)
    screen = Console(highlight=False)
    screen.print(table)
    for refusal in report.refused[:REFUSALS_SHOWN]:
        row = translate(N_("Row {number} refused ({code}): {reason}"))
        screen.print(
            row.format(number=refusal["row_number"], code=refusal["code"], reason=translate(refusal["detail"]))
        )
    if len(report.refused) > REFUSALS_SHOWN:
        more = translate(N_("... and {count} more; --json lists up to {most}, and all are kept with the import."))
        screen.print(more.format(count=len(report.refused) - REFUSALS_SHOWN, most=REFUSALS_IN_JSON))
    if report.dry_run:
        screen.print(translate(N_("This was a dry run: nothing has been taken.")))
    else:
        screen.print(translate(N_("Next: huitou refresh brings layers and KPIs up to date.")))
