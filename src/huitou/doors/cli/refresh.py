"""`huitou refresh`: facts and KPIs up to date."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_

STEPS = {
    "lake": N_("Bringing new receipts into the lake"),
    "days": N_("Counting the days that changed"),
    "rfm": N_("Reckoning RFM and layers"),
    "preferences": N_("Reckoning what members like"),
    "kpis": N_("Reckoning KPIs"),
    "facts": N_("Writing them down to the members"),
    "history": N_("Continuing the history of layers"),
    "figures": N_("Writing down the KPIs"),
    "done": N_("Done"),
}


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command()
    def refresh(
        as_of: Annotated[
            datetime | None,
            typer.Option(formats=["%Y-%m-%d"], help="Count up to this day; otherwise to the newest receipt's."),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
    ) -> None:
        """Bring RFM, layers and KPIs up to date."""
        with runtime.open_database():
            from huitou.doors.cli.progress import steps_shown
            from huitou.usecases.refresh import refresh as run

            with steps_shown(STEPS, quiet=as_json) as progress:
                done = run(as_of=as_of.date() if as_of else None, progress=progress)
        if as_json:
            typer.echo(json.dumps(asdict(done), default=str, ensure_ascii=False, indent=1))
            return
        layers = ", ".join(f"{name} {count:,}" for name, count in sorted(done.layers.items()))
        told = translate(N_("Up to {day}: {members} members ({layers}), {values} KPI values."))
        typer.echo(told.format(day=done.as_of, members=f"{done.members:,}", layers=layers, values=done.kpi_values))
        for step in done.steps:
            typer.echo(f"  {translate(STEPS[str(step['step'])])}: {step['seconds']} s")
