"""`huitou import`: a till's file in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huitou.doors.cli import (
    import_brought,
    import_days,
    import_described,
    import_refused,
    import_reports,
    import_undo,
)
from huitou.doors.cli.import_days import NoPoints, PointsFrom, Totals
from huitou.doors.cli.import_described import ACTOR, AsJson, DryRun
from huitou.doors.cli.mapping import read_mapping
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_, HuitouError, InterruptedAfterwards
from huitou.usecases import import_words

STEPS = import_words.STEPS | {"commit": N_("Committing"), "done": N_("Done")}


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
        encoding: import_described.Encoding = None,
        delimiter: import_described.Delimiter = None,
        sheet: import_described.Sheet = None,
        header_row: import_described.HeaderRow = None,
        date_format: Annotated[
            str | None, typer.Option(help="How times are written, for example '%d/%m/%Y %H:%M'.")
        ] = None,
        decimal: import_described.Decimal = None,
        statuses: Annotated[
            str | None,
            typer.Option(metavar="STATUS=sale", help="What unclear statuses mean: 'A=sale | B=no_sale'."),
        ] = None,
        totals: Totals = None,
        points_from: PointsFrom = None,
        no_points: NoPoints = False,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Take every receipt of FILE that is new and whole. The same file twice changes nothing.

        Which column is which field is read off headers and values, and shown; what is not sure is asked.
        Fields: receipt, line, at, time, store, till, channel, member, sku, name, category, quantity, unit_price,
        amount, discount, status. Needed are receipt, at, sku, quantity, and amount or unit_price; time is a time of day
        beside a date in at. Negative quantities are returns. Rows whose status says cancelled or not paid are left out.
        """
        if member_kind not in (None, "card", "external", "phone"):
            raise MemberKindUnknown(given=member_kind)
        given = read_mapping(mapping or [])
        with runtime.open_database():
            from django.utils import timezone

            from huitou.doors.cli.progress import steps_shown
            from huitou.doors.cli.recalling import opened_as_before, reading_of
            from huitou.usecases.import_receipts import take_receipts
            from huitou.usecases.run_jobs import take_here

            reading = reading_of(encoding, delimiter, sheet, header_row, date_format, decimal, statuses)
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
                    _tell_the_lake(report.import_id)
        import_reports.tell(report, as_json=as_json, more=days.as_plain())
        if not as_json:
            days.tell()
            if not dry_run:
                typer.echo(translate(N_("Next: huitou refresh brings layers and KPIs up to date.")))


def _tell_the_lake(number: int | None) -> None:
    """The worker would do it too; whoever imports by hand looks at the figures next."""
    from huitou.usecases.load_lake import hear_facts
    from huitou.usecases.run_jobs import TAKEN

    try:
        hear_facts()
    except KeyboardInterrupt:
        raise InterruptedAfterwards(TAKEN, number=number) from None
    _warn_of_facts_that_wait()


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
