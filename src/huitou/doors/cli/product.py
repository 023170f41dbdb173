"""`huitou product`: what a till means by a code."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command()
    def product(
        code: Annotated[str, typer.Argument(help="A sku, a barcode, a PLU, or a label that a scale printed.")],
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
    ) -> None:
        """Show the product that a till means by CODE, with all its codes."""
        with runtime.open_database():
            from huitou.catalogue import service as catalogue
            from huitou.catalogue.errors import CodeUnknown
            from huitou.kernel.money import Money
            from huitou.kernel.quantity import shown

            found = catalogue.find_code(code)
            if found is None:
                raise CodeUnknown(given=code)
        if as_json:
            typer.echo(json.dumps(asdict(found) | {"shelf_price_fen": found.shelf_price_fen}, ensure_ascii=False))
            return
        rows = [(N_("Code"), found.sku), (N_("Name"), found.name), (N_("Category"), found.category)]
        rows += [(N_("Brand"), found.brand), (N_("Supplier"), found.supplier), (N_("Pack"), found.pack)]
        if found.price_fen is not None and found.shelf_price_fen is not None:
            rows.append((N_("Price"), str(Money(found.shelf_price_fen)) + (" / 斤" if found.weighed else "")))
            if found.weighed:
                rows.append((N_("Price of a kilogram"), str(Money(found.price_fen))))
        if not found.promotable:
            rows.append((N_("Promotions"), translate(N_("never"))))
        rows += [
            (kind.upper(), f"{name}" + (f" × {pieces}" if pieces > 1 else "")) for kind, name, pieces in found.codes
        ]
        if found.weight_g is not None:
            rows.append((N_("Weight on the label"), f"{shown(found.weight_g)} kg"))
        if found.pieces > 1:
            rows.append((N_("Pieces in this pack"), str(found.pieces)))
        from rich.console import Console
        from rich.table import Table

        table = Table(show_header=False, box=None, padding=(0, 2))
        for label, text in rows:
            if text:
                table.add_row(translate(label), text)
        Console(highlight=False).print(table)
