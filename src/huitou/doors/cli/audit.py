"""`huitou audit`: is every promise kept?"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_

STEPS = {
    "loyalty": N_("The ledger"),
    "offers": N_("Coupons"),
    "receipts": N_("Receipts"),
    "members": N_("Members"),
    "access": N_("Store scope"),
    "outbox": N_("The outbox"),
    "lake": N_("The lake"),
    "done": N_("Done"),
}
BROKEN = 1
"""Exit code when a promise is broken."""


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command()
    def audit(as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False) -> None:
        """Check every promise of the books; a broken one is named with its first broken row."""
        with runtime.open_database():
            from huitou.doors.cli.progress import steps_shown
            from huitou.usecases.audit import audit as run

            with steps_shown(STEPS, quiet=as_json) as progress:
                verdicts = run(progress)
        if as_json:
            typer.echo(json.dumps([{**asdict(v), "holds": v.holds} for v in verdicts], ensure_ascii=False, indent=1))
        else:
            for verdict in verdicts:
                mark = "✓" if verdict.holds else "✗"
                typer.echo(f"{mark} {verdict.name} {translate(verdict.says)}")
                if not verdict.holds:
                    typer.echo(f"  → {verdict.first_broken}")
            broken = sum(not verdict.holds for verdict in verdicts)
            told = translate(N_("{count} promises checked, {broken} broken."))
            typer.echo(told.format(count=len(verdicts), broken=broken))
        if not all(verdict.holds for verdict in verdicts):
            raise typer.Exit(BROKEN)
