"""`huitou kpis`: the figures of any period."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_

PARTS = {"store": N_("Store"), "layer": N_("Layer"), "channel": N_("Channel"), "category": N_("Category")}
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])]


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command()
    def kpis(
        starts_on: Annotated[
            datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; otherwise 28 days back.")
        ] = None,
        ends_on: Annotated[
            datetime | None,
            typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; otherwise the newest receipt's."),
        ] = None,
        kpi: Annotated[list[str] | None, typer.Option(help="Only this KPI; may be repeated.")] = None,
        by: Annotated[str, typer.Option(help="chain, store, layer, channel, category, day, week or month.")] = "chain",
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
    ) -> None:
        """Reckon the KPIs of a period from every receipt line of the lake.

        By store, layer, channel or category there is a row for each beside that of the chain, counted from its receipts
        alone; by day, week or month there is one for each of these.
        """
        with runtime.open_database():
            from huitou.usecases.kpis import kpis_between

            rows = kpis_between(
                starts_on.date() if starts_on else None,
                ends_on.date() if ends_on else None,
                names=kpi or (),
                by=by,
            )
        if as_json:
            typer.echo(json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1))
            return
        _tell([row.as_json() for row in rows], by)


def _tell(rows: list[dict[str, Any]], by: str) -> None:
    from rich.console import Console
    from rich.table import Table

    parts = by if by in PARTS else "store"
    split = by in ("day", "week", "month")
    table = Table(title=f"{min(row['from'] for row in rows)} – {max(row['to'] for row in rows)}")
    names = (N_("KPI"), N_("Period") if split else PARTS[parts], N_("Value"), N_("Numerator"), N_("Denominator"))
    for place, heading in enumerate(names):
        table.add_column(translate(heading), justify="left" if place < 2 else "right")
    for row in rows:
        part = translate(N_("Whole chain")) if row[parts] is None else row.get("store_name") or row[parts] or "–"
        table.add_row(
            translate(row["title"]),
            f"{row['from']} – {row['to']}" if split else part,
            "–" if row["value"] is None else str(row["value"]),
            str(row["numerator"]),
            "" if row["denominator"] is None else str(row["denominator"]),
        )
    Console().print(table)
