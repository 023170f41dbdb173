"""`huitou import members | products | stores`: files that describe people, goods and places."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huitou.doors.cli.mapping import TAB, read_mapping
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_

if TYPE_CHECKING:
    from huitou.usecases.import_described import Described

STEPS = {
    "read": N_("Reading and judging the rows"),
    "keep": N_("Keeping the refused rows"),
    "commit": N_("Committing"),
}
REFUSALS_SHOWN, REFUSALS_IN_JSON = 20, 1000

_HELP = "CSV, TSV, XLSX, NDJSON or Parquet."
File = Annotated[Path, typer.Argument(help=_HELP)]
Mapped = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help="Which column is which field, where no guess is sure."),
]
Source = Annotated[str, typer.Option(help="The system that the file comes from.")]
Encoding = Annotated[str | None, typer.Option(help="How the file is encoded: utf-8, gb18030, utf-16 ...")]
Delimiter = Annotated[str | None, typer.Option(help="What stands between cells: one character, or tab.")]
Sheet = Annotated[str | None, typer.Option(help="The sheet of a workbook.")]
HeaderRow = Annotated[int | None, typer.Option(help="The row that names the columns; 0 where none does.")]
DryRun = Annotated[bool, typer.Option(help="Say what would be taken, and take nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]


def register(imports: typer.Typer, runtime: Runtime) -> None:
    """Add the commands to the group `import`."""

    @imports.command("members")
    def members(
        file: File,
        mapping: Mapped = None,
        source: Source = "crm",
        encoding: Encoding = None,
        delimiter: Delimiter = None,
        sheet: Sheet = None,
        header_row: HeaderRow = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Take what FILE says about members. Who is known by card, outside id or verified phone is brought up to date.

        The newest word wins, and a blank cell erases nothing. Phones, e-mail and addresses are stored sealed. Needed is
        one of card, phone, openid, unionid, wecom, external, meituan, eleme, jd, taobao, douyin.
        """
        reading = (encoding, delimiter, sheet, header_row)
        _run(runtime, "members", file, mapping, reading, {"source": source, "dry_run": dry_run}, as_json)

    @imports.command("products")
    def products(
        file: File,
        mapping: Mapped = None,
        source: Source = "erp",
        weighed_unit: Annotated[
            str | None,
            typer.Option(help="What prices of weighed goods are for, where no column says it: kg, jin, liang, 100g."),
        ] = None,
        encoding: Encoding = None,
        delimiter: Delimiter = None,
        sheet: Sheet = None,
        header_row: HeaderRow = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Take what FILE says about products: names, categories, barcodes and packs, PLUs, prices.

        Needed is sku. A product that tills sold under one of its barcodes becomes the file's, with its receipts.
        """
        how = {"source": source, "dry_run": dry_run, "weighed_unit": weighed_unit}
        _run(runtime, "products", file, mapping, (encoding, delimiter, sheet, header_row), how, as_json)

    @imports.command("stores")
    def stores(
        file: File,
        mapping: Mapped = None,
        source: Source = "erp",
        encoding: Encoding = None,
        delimiter: Delimiter = None,
        sheet: Sheet = None,
        header_row: HeaderRow = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Take what FILE says about stores: names, places, opening hours. Needed is code."""
        reading = (encoding, delimiter, sheet, header_row)
        _run(runtime, "stores", file, mapping, reading, {"source": source, "dry_run": dry_run}, as_json)


def _run(
    runtime: Runtime,
    kind: str,
    file: Path,
    mapping: list[str] | None,
    reading: tuple[str | None, str | None, str | None, int | None],
    how: dict[str, object],
    as_json: bool,
) -> None:
    with runtime.open_database():
        from django.utils import timezone

        from huitou.doors.cli.asking import opened_and_mapped
        from huitou.doors.cli.progress import steps_shown
        from huitou.lake import service as lake
        from huitou.lake.terms import Reading
        from huitou.usecases.import_described import import_described

        given = read_mapping(mapping or [], [field.name for field in lake.KINDS[kind].fields])
        encoding, delimiter, sheet, header_row = reading
        read = Reading(encoding, TAB.get(delimiter or "", delimiter), sheet, header_row)
        with (
            opened_and_mapped(file, kind, read, given, quiet=as_json) as (opened, columns),
            steps_shown(STEPS, quiet=as_json) as progress,
        ):
            report = import_described(opened, kind, columns, now=timezone.now(), progress=progress, **how)
    if as_json:
        answer = asdict(replace(report, refused=report.refused[:REFUSALS_IN_JSON]))
        answer |= {"refused_not_listed": max(0, report.rows_refused - REFUSALS_IN_JSON)}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        _tell(report)


_COUNTED = {
    "members": (N_("New members"), N_("Changed members"), N_("Members as before")),
    "products": (N_("New products"), N_("Changed products"), N_("Products as before")),
    "stores": (N_("New stores"), N_("Changed stores"), N_("Stores as before")),
}


def _tell(report: Described) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None, padding=(0, 2))
    counts = zip(_COUNTED[report.kind], (report.new, report.changed, report.same), strict=True)
    shared = [(N_("Phones that several people have"), report.shared_phones)] if report.shared_phones else []
    for label, value in (
        (N_("Rows read"), report.rows_read),
        (N_("Rows refused"), report.rows_refused),
        *counts,
        *shared,
    ):
        table.add_row(translate(label), f"{value:,}")
    screen = Console(highlight=False)
    screen.print(table)
    for refusal in report.refused[:REFUSALS_SHOWN]:
        row = translate(N_("Row {number} refused ({code}): {reason}"))
        reason = translate(refusal["detail"]).format(**refusal["facts"])
        screen.print(row.format(number=refusal["row_number"], code=refusal["code"], reason=reason), markup=False)
    if report.rows_refused > REFUSALS_SHOWN:
        more = translate(N_("... and {count} more; --json lists up to {most}, and all are kept with the import."))
        screen.print(more.format(count=report.rows_refused - REFUSALS_SHOWN, most=REFUSALS_IN_JSON))
    if report.dry_run:
        screen.print(translate(N_("This was a dry run: nothing has been taken.")))
