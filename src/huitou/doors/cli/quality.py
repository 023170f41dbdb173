"""`huitou quality`: how good the data is, source by source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_

if TYPE_CHECKING:
    from huitou.usecases.quality import QualityRow

ABOUT = {
    "members": N_("Members"),
    "products": N_("Products"),
    "stores": N_("Stores"),
    "rows: receipts": N_("Rows of receipt files"),
    "rows: members": N_("Rows of member files"),
    "rows: products": N_("Rows of product files"),
    "rows: stores": N_("Rows of store files"),
}


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command()
    def quality(
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
    ) -> None:
        """Count how complete, valid and single the data of each source is, and keep the figures of today.

        The worker does the same every night, so that each figure has a history.
        """
        with runtime.open_database():
            from django.utils import timezone

            from huitou.usecases.quality import keep_quality

            rows = keep_quality(timezone.now())
        if as_json:
            typer.echo(json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1))
        else:
            _tell(rows)


def _tell(rows: list[QualityRow]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for heading in (N_("About"), N_("Source"), N_("Measure"), N_("Good"), N_("Of"), N_("Part"), N_("Before")):
        table.add_column(translate(heading), justify="left" if heading in ("About", "Source", "Measure") else "right")
    for row in rows:
        table.add_row(
            translate(ABOUT.get(row.about, row.about)),
            row.source or translate(N_("tills")),
            translate(row.title),
            f"{row.good:,}",
            f"{row.of:,}",
            _percent(row.permille),
            _percent(None if row.before is None else int(row.before * 1000)),
        )
    screen = Console()
    screen.print(table if rows else translate(N_("There is nothing to count yet.")))


def _percent(permille: int | None) -> str:
    return "–" if permille is None else f"{permille // 10}.{permille % 10} %"
