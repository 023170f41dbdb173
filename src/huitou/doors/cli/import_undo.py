"""`huitou import undo`: what an import would take away again is shown, asked about, and taken away."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from huitou.doors.cli.import_brought import undo_brought
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_

if TYPE_CHECKING:
    from huitou.usecases.undo_import import Undone

ACTOR = "command line"
STEPS = {
    "receipts": N_("Receipts that leave"),
    "points": N_("Points"),
    "rows": N_("Receipts and lines"),
    "members": N_("Members"),
    "stores": N_("Stores"),
    "done": N_("Done"),
}


def register(imports: typer.Typer, runtime: Runtime) -> None:
    """Add the command to `huitou import`."""

    @imports.command("undo")
    def undo(
        number: Annotated[int, typer.Argument(metavar="IMPORT", help="Its number, as `huitou imports` lists it.")],
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
        dry_run: Annotated[bool, typer.Option(help="Say what would be taken away, and take nothing.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines; needs --yes.")] = False,
    ) -> None:
        """Take back all that import IMPORT brought: receipts, points, and who came with it and nobody else knows.

        What another import brought too stays. Points that were spent already become a debt, as after a return.
        """
        with runtime.open_database():
            from django.utils import timezone

            from huitou.doors.cli.progress import steps_shown
            from huitou.usecases.load_lake import hear_facts
            from huitou.usecases.undo_import import undo_import

            now = timezone.now()
            if undo_brought(number, now=now, actor=ACTOR, dry_run=dry_run, yes=yes, as_json=as_json):
                return
            if dry_run or not yes:
                would = undo_import(number, now=now, actor=ACTOR, dry_run=True)
                _tell(would, as_json=as_json and dry_run)
                if dry_run:
                    return
                typer.confirm(translate(N_("Take all this away?")), abort=True)
            with steps_shown(STEPS, quiet=as_json) as progress:
                report = undo_import(number, now=now, actor=ACTOR, progress=progress)
                hear_facts()
        if as_json or yes:
            _tell(report, as_json=as_json)
        if not as_json:
            say(N_("Import {number} is undone. Next: huitou refresh brings layers and KPIs up to date."), number=number)


def _tell(report: Undone, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(report), ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None, padding=(0, 2))
    for label, value in (
        (N_("Receipts that leave"), report.receipts),
        (N_("Rows that leave"), report.rows),
        (N_("Receipts that stay: another import brought them too"), report.receipts_kept),
        (N_("Members who leave"), report.members),
        (N_("Stores that leave"), report.stores),
        (N_("Products that leave"), report.products),
        (N_("Points taken back from members"), report.points_taken_back),
        (N_("Points given back, of returns"), report.points_given_back),
        (N_("Points that were spent already, and are owed"), report.points_owed),
        (N_("Members who owe them"), report.members_owing),
    ):
        table.add_row(translate(label), f"{value:,}")
    table.add_row(translate(N_("Sum of amounts")), report.amount)
    Console(highlight=False).print(table)
