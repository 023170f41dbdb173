"""`huitou kpis`: the figures of any period."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_

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
        by: Annotated[str, typer.Option(help="chain, or store for a row per store too.")] = "chain",
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
    ) -> None:
        """Reckon the KPIs of a period from every receipt line of the lake."""
        if by not in ("chain", "store"):
            raise typer.BadParameter("chain or store", param_hint="--by")
        with runtime.open_database():
            from huitou.usecases.kpis import kpis_between

            rows = kpis_between(
                starts_on.date() if starts_on else None,
                ends_on.date() if ends_on else None,
                names=kpi or (),
                by_store=by == "store",
            )
        if as_json:
            typer.echo(json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1))
            return
        _tell([row.as_json() for row in rows])


def _tell(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    starts_on, ends_on = (date.fromisoformat(rows[0][day]) for day in ("from", "to"))
    table = Table(title=f"{starts_on} – {ends_on}")
    for heading in (N_("KPI"), N_("Store"), N_("Value"), N_("Numerator"), N_("Denominator")):
        table.add_column(translate(heading), justify="left" if heading in ("KPI", "Store") else "right")
    for row in rows:
        table.add_row(
            translate(row["title"]),
            row["store"] or translate(N_("Whole chain")),
            "–" if row["value"] is None else str(row["value"]),
            str(row["numerator"]),
            "" if row["denominator"] is None else str(row["denominator"]),
        )
    Console().print(table)
