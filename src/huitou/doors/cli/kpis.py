"""`huitou kpis`: the figures of any period."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer

from huitou.doors.cli.choosing import OfSegment, OfSnapshot, chosen_members, tell_chosen
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
        segment: OfSegment = None,
        snapshot: OfSnapshot = None,
        seconds: Annotated[int, typer.Option(min=1, max=3600, help="Of members: stop after so many seconds.")] = 60,
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
    ) -> None:
        """Reckon the KPIs of a period from every receipt line of the lake.

        By store, layer, channel or category there is a row for each beside that of the chain, counted from its receipts
        alone; by day, week or month there is one for each of these.

        With --segment or --snapshot they are those of some members, beside everybody else (also receipts without a
        member) and everybody. Who is in a segment is asked as of now, whatever the period.
        """
        with runtime.open_database():
            from huitou.usecases.kpis import kpis_between

            chosen = chosen_members(segment, snapshot, seconds)
            rows = kpis_between(
                starts_on.date() if starts_on else None,
                ends_on.date() if ends_on else None,
                names=kpi or (),
                by=by,
                chosen=chosen,
                seconds=seconds,
            )
        told = [row.as_json() for row in rows]
        if as_json:
            answer = told if chosen is None else {"segment": chosen.as_json(), "rows": told}
            typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
            return
        _tell(told, by, chosen)


def _tell(rows: list[dict[str, Any]], by: str, chosen: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    parts = by if by in PARTS else "store"
    split = by in ("day", "week", "month")
    table = Table(title=f"{min(row['from'] for row in rows)} – {max(row['to'] for row in rows)}")
    sides = ("others", "everybody") if chosen else ()
    shown = (N_("Everybody else"), N_("Everybody")) if chosen else (N_("Numerator"), N_("Denominator"))
    for place, heading in enumerate((N_("KPI"), N_("Period") if split else PARTS[parts], N_("Value"), *shown)):
        table.add_column(translate(heading), justify="left" if place < 2 else "right")
    for row in rows:
        part = translate(N_("Whole chain")) if row[parts] is None else row.get("store_name") or row[parts] or "–"
        figures = [row[side]["value"] for side in sides] or [row["numerator"], row["denominator"]]
        table.add_row(
            translate(row["title"]),
            f"{row['from']} – {row['to']}" if split else part,
            "–" if row["value"] is None else str(row["value"]),
            *("–" if one is None and chosen else "" if one is None else str(one) for one in figures),
        )
    Console().print(table)
    if chosen:
        tell_chosen(chosen)
