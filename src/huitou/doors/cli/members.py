"""`huitou members`: find people from the command line."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command()
    def members(
        query: Annotated[str, typer.Argument(help="Name, member code, card, phone or its last four digits.")] = "",
        layer: Annotated[str | None, typer.Option(help="diamond, gold, silver or dormant.")] = None,
        limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to show.")] = 20,
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
    ) -> None:
        """Find members, those who spent most in the last 12 months first. Phones are never shown."""
        if layer not in (None, "diamond", "gold", "silver", "dormant"):
            raise typer.BadParameter("diamond, gold, silver or dormant", param_hint="--layer")
        with runtime.open_database():
            from huitou.usecases.list_members import list_members

            found, total = list_members(query, layer=layer, limit=limit)
        if as_json:
            typer.echo(json.dumps({"total": total, "members": found}, ensure_ascii=False, indent=1, default=str))
            return
        if not found:
            typer.echo(translate(N_("Nobody fits. Try the last four digits of a phone, or part of a name.")))
            return
        from rich.console import Console
        from rich.table import Table

        table = Table(caption=translate(N_("{shown} of {total} members")).format(shown=len(found), total=total))
        headings = (
            N_("Member code"),
            N_("Name"),
            N_("Layer"),
            N_("RFM"),
            N_("Last purchase"),
            N_("Receipts"),
            N_("Spend"),
        )
        for heading in headings:
            table.add_column(translate(heading))
        for row in found:
            table.add_row(*("" if cell is None else str(cell) for cell in row.values()))
        Console().print(table)
