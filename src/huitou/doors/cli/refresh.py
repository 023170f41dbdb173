"""`huitou refresh`: facts and KPIs up to date."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from time import perf_counter
from typing import Annotated, Any

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_, HuitouError

STEPS = {
    "lake": N_("Bringing new receipts into the lake"),
    "days": N_("Counting the days that changed"),
    "rfm": N_("Reckoning RFM and layers"),
    "preferences": N_("Reckoning what members like"),
    "kpis": N_("Reckoning KPIs"),
    "shelf": N_("Reckoning products, cohorts and flows"),
    "facts": N_("Writing them down to the members"),
    "history": N_("Continuing the history of layers"),
    "figures": N_("Writing down the KPIs"),
    "stages": N_("Moving members between stages"),
    "moves": N_("Writing down who moved"),
    "pictures": N_("Writing down products, cohorts and flows"),
    "tags": N_("Tags"),
    "done": N_("Done"),
}
STOPPED = N_("Stopped at “{step}”: {why}")
INTERRUPTED = N_("Was stopped at “{step}” and gone on with: {why}")
KILLED = N_("its process was killed, or the machine went down")
STATES = {"done": N_("done"), "running": N_("running"), "stopped": N_("stopped")}


class DayAhead(HuitouError):
    """Counted up to a day that has not come, everybody would be dormant, and the history of layers would say so."""

    code = "day_ahead"
    message = N_("{day} has not come yet; today is {today}.")
    next_step = N_("Choose today or an earlier day, or leave --as-of out.")


def day_that_came(day: date | None, today: date) -> date | None:
    """The day as it was asked for. Raises DayAhead where it has not come in the chain's zone."""
    if day is not None and day > today:
        raise DayAhead(day=day, today=today)
    return day


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command()
    def refresh(
        as_of: Annotated[
            datetime | None,
            typer.Option(formats=["%Y-%m-%d"], help="Count up to this day; otherwise to the newest receipt's."),
        ] = None,
        full: Annotated[bool, typer.Option("--full", help="Count every day again, not only what changed.")] = False,
        status: Annotated[bool, typer.Option("--status", help="Only show the last runs and what waits.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
    ) -> None:
        """Bring RFM, layers, preferences and KPIs up to date; counts the days that changed since the last time."""
        if status:
            _tell_status(runtime, as_json=as_json)
            return
        with runtime.open_database():
            from django.utils import timezone

            from huitou.doors.cli.progress import steps_shown
            from huitou.usecases.refresh import refresh as run

            day = day_that_came(as_of.date() if as_of else None, timezone.localdate())
            from huitou.usecases.renew_tags import renew_tags

            with steps_shown(STEPS, quiet=as_json) as progress:
                done = run(as_of=day, anew=full, progress=progress)
                if day is None and done.members:
                    progress("tags")
                    began = perf_counter()
                    renew_tags(timezone.now, anew=full)
                    done.steps.append({"step": "tags", "seconds": round(perf_counter() - began, 3)})
        if as_json:
            typer.echo(json.dumps(asdict(done), default=str, ensure_ascii=False, indent=1))
            return
        if not done.members and not done.kpi_values:
            told = translate(N_("No receipt is left: the figures up to {day} are gone, as before the first refresh."))
            typer.echo(told.format(day=done.as_of))
            _tell_steps(done.steps)
            return
        layers = ", ".join(f"{name} {count:,}" for name, count in sorted(done.layers.items()))
        told = translate(N_("Up to {day}: {members} members ({layers}), {values} KPI values."))
        typer.echo(told.format(day=done.as_of, members=f"{done.members:,}", layers=layers, values=done.kpi_values))
        counted = translate(N_("{days} days counted anew; counted before and restated: {restated}."))
        typer.echo(counted.format(days=f"{done.days:,}", restated=_months(done.restated)))
        _tell_steps(done.steps)


def _tell_status(runtime: Runtime, *, as_json: bool) -> None:
    with runtime.open_database():
        from huitou.usecases.refresh_status import refresh_status

        found = refresh_status()
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
        return
    if not found.runs:
        typer.echo(translate(N_("No refresh has run yet.")))
    for run in found.runs[:5]:
        line = translate(N_("{at} up to {day}: {state}, {seconds} s; restated: {restated}"))
        day = run.as_of if run.lake_version is not None else "–"
        typer.echo(line.format(at=f"{run.started_at:%Y-%m-%d %H:%M}", day=day, state=translate(STATES[run.state]),
                               seconds=f"{run.seconds:.1f}", restated=_months(run.restated)))  # fmt: skip
        for one in run.interrupted:
            typer.echo("  " + _stop(INTERRUPTED, one["step"], one["by"]))
        if run.state == "stopped":
            typer.echo("  " + _stop(STOPPED, run.steps[-1]["step"] if run.steps else "lake", run.stopped_by))
    if found.runs:
        _tell_steps(found.runs[0].steps)
    waits = ", ".join(f"{what} {count:,}" for what, count in found.waiting.items() if count)
    typer.echo(translate(N_("Waiting to get into the lake: {what}")).format(what=waits or "–"))
    pending = ", ".join(f"{month}{'' if days is None else f' ({days})'}" for month, days in found.pending.items())
    typer.echo(translate(N_("Changed in the lake and not counted yet: {what}")).format(what=pending or "–"))


def _stop(told: str, step: str, by: str) -> str:
    return translate(told).format(step=translate(STEPS[step]), why=by or translate(KILLED))


def _tell_steps(steps: Sequence[Mapping[str, Any]]) -> None:
    for step in steps:
        typer.echo(f"  {translate(STEPS[str(step['step'])])}: {step['seconds']} s")


def _months(restated: Mapping[str, int]) -> str:
    return ", ".join(f"{month} ({days})" for month, days in sorted(restated.items())) or "–"
