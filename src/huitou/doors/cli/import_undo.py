"""`huitou import undo`: what an import would take away again is shown, asked about, and taken away."""

from __future__ import annotations

from typing import Annotated

import typer

from huitou.doors.cli import import_reports
from huitou.doors.cli.import_described import ACTOR
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_
from huitou.usecases import import_words

STEPS = import_words.UNDO_STEPS | {"done": N_("Done")}


def register(imports: typer.Typer, runtime: Runtime) -> None:
    """Add the command to `huitou import`."""

    @imports.command("undo")
    def undo(
        number: Annotated[int, typer.Argument(metavar="IMPORT", help="Its number, as `huitou imports` lists it.")],
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
        dry_run: Annotated[bool, typer.Option(help="Say what would be taken away, and take nothing.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines; needs --yes.")] = False,
    ) -> None:
        """Take back what import IMPORT brought: receipts and points, members, products, stores, or an old programme.

        What another import brought too, what others use and what was changed since stays, and is named. Points that
        were spent already become a debt, as after a return. What would go is shown and asked first.
        """
        with runtime.open_database():
            from django.utils import timezone

            from huitou.access import service as access
            from huitou.doors.cli.progress import steps_shown
            from huitou.usecases.load_lake import hear_facts
            from huitou.usecases.take_back import take_back

            now = timezone.now()
            if dry_run or not yes:
                would = take_back(number, now=now, actor=ACTOR, dry_run=True)
                import_reports.tell_undo(would, as_json=as_json and dry_run)
                if dry_run:
                    return
                typer.confirm(translate(N_("Take all this away?")), abort=True)

            def note(report: object) -> None:
                """In the undo's own transaction: what was refused leaves no line."""
                access.note_by(ACTOR, "import_undo_started", f"import:{number}")

            with steps_shown(STEPS, quiet=as_json) as progress:
                report = take_back(number, now=now, actor=ACTOR, progress=progress, then=note)
                hear_facts()
        if as_json or yes:
            import_reports.tell_undo(report, as_json=as_json)
        if not as_json:
            say(N_("Import {number} is undone. Next: huitou refresh brings layers and KPIs up to date."), number=number)
