"""`huitou import receipts --totals`: each day and store beside the old system's daily report."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huitou.doors.cli.import_brought import day_of
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_

if TYPE_CHECKING:
    from huitou.usecases.sums_per_day import Days, DaySaid, Place

Totals = Annotated[
    Path | None,
    typer.Option(help="The old system's daily report (day, store, receipts, quantity, amount), to compare day by day."),
]
PointsFrom = Annotated[str | None, typer.Option(metavar="DAY", help="Sales of earlier business days earn no points.")]
NoPoints = Annotated[bool, typer.Option("--no-points", help="No sale of the file earns points.")]

DAYS_SHOWN = 31


def points_from(day: str | None, none_at_all: bool) -> date | None:
    return date.max if none_at_all else day_of(day) if day else None


class Looking:
    """Looks at the days of an import while it stands, and tells of them afterwards."""

    def __init__(self, source: str, totals: Path | None, *, wanted: bool, quiet: bool) -> None:
        self._source, self._wanted = source, wanted or totals is not None
        self._report: dict[Place, DaySaid] | None = _read(totals, quiet) if totals is not None else None
        self._days: Days | None = None

    def look(self, session: Any) -> None:
        from huitou.usecases.sums_per_day import days_of

        if self._wanted:
            self._days = days_of(session, self._source, self._report)

    def as_plain(self) -> dict[str, object]:
        from huitou.usecases.sums_per_day import as_plain

        return as_plain(self._days) if self._days else {}

    def tell(self) -> None:
        if self._days is None:
            return
        from rich.console import Console

        from huitou.usecases.sums_per_day import REASONS, as_plain

        screen, plain = Console(highlight=False), as_plain(self._days)
        if self._report is None:
            line = translate(N_("{day} {store}: {sales} sales, {returns} returns, {quantity} pieces or kg, {amount}"))
            out = translate(N_("; {left_out} rows of {left_out_amount} are left out as no sales"))
            days = plain["days"]
            for one in days[:DAYS_SHOWN]:
                screen.print(line.format(**one) + (out.format(**one) if one["left_out"] else ""))
            if len(days) > DAYS_SHOWN:
                more = translate(N_("... and {count} more days; --json lists them all."))
                screen.print(more.format(count=len(days) - DAYS_SHOWN))
            return
        told = translate(N_("{agree} days and stores agree with the old system's report, {differ} differ."))
        screen.print(told.format(agree=self._days.agreeing, differ=len(self._days.differing)))
        line = translate(
            N_("{day} {store}: {receipts} receipts and {said} in the report, {sales} and {amount} here: {why}")
        )
        for one, differs in zip(plain["days_that_differ"][:DAYS_SHOWN], self._days.differing, strict=False):
            why = translate(REASONS[differs.reason]).format(**differs.facts)
            said = {name: "-" if value is None else value for name, value in one["said"].items()}
            screen.print(
                line.format(
                    day=one["day"], store=one["store"], receipts=said["receipts"], said=said["amount"],
                    sales=one["sales"] + one["returns"], amount=one["amount"], why=why,
                )
            )  # fmt: skip
        if len(self._days.differing) > DAYS_SHOWN:
            more = translate(N_("... and {count} more days; --json lists them all."))
            screen.print(more.format(count=len(self._days.differing) - DAYS_SHOWN))


def _read(path: Path, quiet: bool) -> dict[Place, DaySaid]:
    from huitou.doors.cli.asking import opened_and_mapped
    from huitou.lake import service as lake
    from huitou.lake.terms import Reading
    from huitou.usecases.sums_per_day import read_report

    with opened_and_mapped(path, "day_totals", Reading(), {}, quiet=quiet) as (opened, columns):
        pieces = lake.DescribedRows(opened, lake.KINDS["day_totals"], columns)
        return read_report(row for piece in pieces for row in piece)
