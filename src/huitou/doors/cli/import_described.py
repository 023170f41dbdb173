"""`huitou import members | products | stores`: files that describe people, goods and places."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from huitou.doors.cli import import_reports
from huitou.doors.cli.mapping import read_mapping
from huitou.doors.cli.runtime import Runtime
from huitou.kernel.errors import N_

STEPS = {
    "read": N_("Reading and judging the rows"),
    "keep": N_("Keeping the refused rows"),
    "commit": N_("Committing"),
}
ACTOR = "command line"

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
DateFormat = Annotated[str | None, typer.Option(help="How dates are written, for example '%d/%m/%Y'.")]
Decimal = Annotated[str | None, typer.Option(help="What stands before fractions: . or ,")]
DryRun = Annotated[bool, typer.Option(help="Say what would be taken, and take nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]
Said = tuple[str | None, str | None, str | None, int | None, str | None, str | None]
"""Encoding, delimiter, sheet, header row, date format, decimal: what a person has said of them."""


def register(imports: typer.Typer, runtime: Runtime) -> None:
    """Add the commands to the group `import`."""
    _register_members(imports, runtime)
    _register_products(imports, runtime)
    _register_stores(imports, runtime)


def _register_members(imports: typer.Typer, runtime: Runtime) -> None:
    @imports.command("members")
    def members(
        file: File,
        mapping: Mapped = None,
        source: Source = "crm",
        encoding: Encoding = None,
        delimiter: Delimiter = None,
        sheet: Sheet = None,
        header_row: HeaderRow = None,
        date_format: DateFormat = None,
        decimal: Decimal = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Take what FILE says about members. Who is known by card, outside id or verified phone is brought up to date.

        The newest word wins, and a blank cell erases nothing. Phones, e-mail and addresses are stored sealed. Fields:
        card, phone, openid, unionid, external, wecom, meituan, eleme, jd, taobao, douyin (one of them is needed),
        phone_2, name, birthday, sex, email, address, latitude, longitude, store, joined_on, household, household_id,
        prefers_category, prefers_channel, prefers_language, prefers_frequency, consent_sms, consent_email,
        consent_phone, consent_wechat, updated_at. Of latitude and longitude a thousandth of a degree is kept. Who has
        the same household_id lives together. A column of national_id is known, and none is kept.
        """
        reading = (encoding, delimiter, sheet, header_row, date_format, decimal)
        _run(runtime, "members", file, mapping, reading, {"source": source, "dry_run": dry_run}, as_json)


def _register_products(imports: typer.Typer, runtime: Runtime) -> None:
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
        date_format: DateFormat = None,
        decimal: Decimal = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Take what FILE says about products: names, categories, barcodes and packs, PLUs, prices.

        Fields: sku (needed), name, brand, category, category_1, category_2, category_3, supplier, barcode, pieces,
        case_barcode, case_pieces, plu, weighed, unit, pack, price, cost, not_promoted. A product that tills sold under
        one of its barcodes becomes the file's, with its receipts.
        """
        how = {"source": source, "dry_run": dry_run, "weighed_unit": weighed_unit}
        _run(
            runtime,
            "products",
            file,
            mapping,
            (encoding, delimiter, sheet, header_row, date_format, decimal),
            how,
            as_json,
        )


def _register_stores(imports: typer.Typer, runtime: Runtime) -> None:
    @imports.command("stores")
    def stores(
        file: File,
        mapping: Mapped = None,
        source: Source = "erp",
        encoding: Encoding = None,
        delimiter: Delimiter = None,
        sheet: Sheet = None,
        header_row: HeaderRow = None,
        date_format: DateFormat = None,
        decimal: Decimal = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Take what FILE says about stores: names, places, opening hours.

        Fields: code (needed), name, district, address, region, format, latitude, longitude, coordinates, hours,
        opens_at, closes_at, zone, opened_on, closed_on.
        """
        reading = (encoding, delimiter, sheet, header_row, date_format, decimal)
        _run(runtime, "stores", file, mapping, reading, {"source": source, "dry_run": dry_run}, as_json)


def _run(
    runtime: Runtime,
    kind: str,
    file: Path,
    mapping: list[str] | None,
    said: Said,
    how: dict[str, Any],
    as_json: bool,
) -> None:
    with runtime.open_database():
        from django.utils import timezone

        from huitou.doors.cli.progress import steps_shown
        from huitou.doors.cli.recalling import opened_as_before, reading_of
        from huitou.lake import service as lake
        from huitou.usecases.import_described import import_described
        from huitou.usecases.run_jobs import take_described_here

        given = read_mapping(mapping or [], [field.name for field in lake.KINDS[kind].fields])
        kept = {"source": how["source"], "keep": not how["dry_run"], "quiet": as_json}
        with (
            opened_as_before(file, kind, reading_of(*said), given, **kept) as (opened, columns, _),
            steps_shown(STEPS, quiet=as_json) as progress,
        ):
            dry_run = how.pop("dry_run")
            asked = {"now": timezone.now(), "actor": ACTOR, "progress": progress, **how}
            if dry_run:
                report = import_described(opened, kind, columns, dry_run=True, **asked)
            else:
                report = take_described_here(opened, kind, columns, **asked)
    import_reports.tell(report, as_json=as_json)
