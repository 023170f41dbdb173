"""`huitou cutover`: the old programme's totals beside ours, and who stands for them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huitou.doors.cli.import_brought import day_of
from huitou.doors.cli.import_described import AsJson
from huitou.doors.cli.mapping import read_mapping
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_
from huitou.kernel.money import Money
from huitou.usecases.cut_over.words import FIGURES, WHY

if TYPE_CHECKING:
    from huitou.lake.service import OpenedFile
    from huitou.usecases.cut_over.reconcile import Reconciled

DIFFERS = 1
"""Exit code when a figure differs."""
ROWS_SHOWN = 20


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command and what it can do."""
    group = typer.Typer(no_args_is_help=True, help="Coming from an old programme: are all its totals here?")
    app.add_typer(group, name="cutover")
    _register_check(group, runtime)
    _register_signing(group, runtime)


def _register_check(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def check(
        totals: Annotated[
            Path | None, typer.Option(help="The old programme's totals, a row a figure: figure, group, value.")
        ] = None,
        balances: Annotated[
            Path | None, typer.Option(help="Its balances by member, to name the members that differ.")
        ] = None,
        members: Annotated[int | None, typer.Option(help="How many members it had.")] = None,
        points: Annotated[int | None, typer.Option(help="How many points were outstanding.")] = None,
        cut_over: Annotated[
            str | None, typer.Option("--cut-over", metavar="DAY", help="The first business day here.")
        ] = None,
        source: Annotated[str | None, typer.Option(help="The old programme's name.")] = None,
        asset: Annotated[str, typer.Option(help="points, growth or stamps.")] = "points",
        mapping: Annotated[
            list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="Of the balances.")
        ] = None,
        as_csv: Annotated[Path | None, typer.Option("--csv", help="Write the report here as CSV.")] = None,
        as_json: AsJson = False,
    ) -> None:
        """Compare our books of the day before the cut-over with the old programme's totals, and keep the comparison.

        Exit code 1 when something differs.
        """
        first_day = day_of(cut_over) if cut_over else None
        flags = {name: value for name, value in (("members", members), ("points", points)) if value is not None}
        with runtime.open_database(), ExitStack() as files:
            from huitou.usecases.cut_over import reconcile

            found = reconcile.check(
                source=source,
                first_day=first_day,
                asset=asset,
                flags=flags,
                totals=files.enter_context(_opened(totals, "old_totals", None, as_json)) if totals else None,
                balances=files.enter_context(_opened(balances, "balances", mapping, as_json)) if balances else None,
            )
            if as_csv is not None:
                _write_csv(found, as_csv)
            if as_json:
                typer.echo(json.dumps(reconcile.as_plain(found), ensure_ascii=False, indent=1))
            else:
                _tell(found)
        if found.differences:
            raise typer.Exit(DIFFERS)


@contextmanager
def _opened(
    path: Path, kind: str, mapping: list[str] | None, quiet: bool
) -> Iterator[tuple[OpenedFile, Mapping[str, str]]]:
    from huitou.doors.cli.asking import opened_and_mapped
    from huitou.lake import service as lake
    from huitou.lake.terms import Reading

    given = read_mapping(mapping or [], [field.name for field in lake.KINDS[kind].fields])
    with opened_and_mapped(path, kind, Reading(), given, quiet=quiet) as (opened, columns):
        yield opened, columns


def _register_signing(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def sign(
        number: Annotated[int, typer.Argument(help="The number that `check` gave.")],
        by: Annotated[str, typer.Option(help="Who stands for it.")],
        note: Annotated[str, typer.Option(help="What whoever reads it later should know.")] = "",
        with_differences: Annotated[bool, typer.Option(help="Sign although something differs.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """A person stands for a reconciliation. It is signed once and never changes."""
        with runtime.open_database():
            from django.utils import timezone

            from huitou.usecases.cut_over import reconcile

            signed = reconcile.sign(number, by=by, note=note, with_differences=with_differences, now=timezone.now())
        if as_json:
            typer.echo(json.dumps({"number": signed.id, "signed_by": signed.signed_by}, ensure_ascii=False))
        else:
            say(N_("Reconciled by {by}: number {number}."), by=by, number=number)

    @group.command("list")
    def listed(as_json: AsJson = False) -> None:
        """The reconciliations that were made, newest first, and who signed them."""
        with runtime.open_database():
            from huitou.usecases.cut_over import reconcile

            found = reconcile.listed()
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for one in found:
            state = translate(N_("signed by {by}")).format(by=one["signed_by"]) if one["signed_by"] else "-"
            line = translate(N_("{number}  {source}  from {day}  {count} differences  {state}"))
            typer.echo(
                line.format(
                    number=one["number"], source=one["source"], day=one["first_day"], count=one["differences"],
                    state=state,
                )
            )  # fmt: skip


def _shown(figure: str, value: int | None) -> str:
    if value is None:
        return "-"
    return str(Money(value)) if figure == "coupons_worth" else f"{value:,}"


def _tell(found: Reconciled) -> None:
    from rich.console import Console
    from rich.table import Table

    from huitou.usecases.understand_rows import reasons, without_facts

    screen = Console(highlight=False)
    told = translate(N_("At the end of {day}, before the cut-over of {first}:"))
    screen.print(told.format(day=found.as_of, first=found.first_day))
    table = Table(box=None, padding=(0, 2))
    for title in ("", "", N_("Old programme"), N_("Here"), N_("Difference")):
        table.add_column(translate(title), justify="left" if not title else "right")
    for one in found.figures:
        values = (one.said, one.ours, one.difference or None)
        table.add_row(translate(FIGURES[one.figure]), one.group, *(_shown(one.figure, value) for value in values))
    screen.print(table)
    for row in found.rows[:ROWS_SHOWN]:
        name, _, code = row.why.partition(":")
        why = translate(WHY[name]).format(code=without_facts(translate(reasons("balances").get(code, code))))
        given = f"{row.said:,}" if row.said is not None else row.given or "-"
        line = translate(N_("Row {row} {member}: {given} in the file, {ours:,} here: {why}"))
        screen.print(line.format(row=row.row_number or "-", member=row.member, given=given, ours=row.ours, why=why))
    if len(found.rows) > ROWS_SHOWN:
        screen.print(
            translate(N_("... and {count} more; --csv writes them.")).format(count=len(found.rows) - ROWS_SHOWN)
        )
    if found.differences:
        screen.print(translate(N_("{count} differences.")).format(count=found.differences))
    say(N_("Kept as number {number}. To stand for it: huitou cutover sign {number} --by NAME"), number=found.number)


def _write_csv(found: Reconciled, path: Path) -> None:
    """Figures and rows in one file, for a spreadsheet."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(["what", "group", "row", "old programme", "here", "difference", "why"])
        for one in found.figures:
            values = (_shown(one.figure, value).replace(",", "") for value in (one.said, one.ours, one.difference))
            writer.writerow([one.figure, one.group, "", *values, ""])
        for row in found.rows:
            difference = "" if row.said is None else row.ours - row.said
            given = row.given if row.said is None else row.said
            writer.writerow(["member", row.member, row.row_number or "", given, row.ours, difference, row.why])
