"""What an import did, or would do, for the person who waits for it: figures, then the rows that were refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import typer

from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_
from huitou.usecases import import_words

REFUSALS_SHOWN, REFUSALS_IN_JSON = 20, 1000


def as_plain(report: Any) -> dict[str, Any]:
    """The report; of very many refused rows the first are listed, and how many more there are is counted."""
    answer = asdict(replace(report, refused=report.refused[:REFUSALS_IN_JSON]))
    return answer | {"refused_not_listed": max(0, report.rows_refused - REFUSALS_IN_JSON)}


def tell(report: Any, *, as_json: bool, more: Mapping[str, Any] | None = None) -> None:
    """The whole of it, on the screen or as JSON with `more`."""
    if as_json:
        typer.echo(json.dumps(as_plain(report) | dict(more or {}), ensure_ascii=False, indent=1))
        return
    plain = as_plain(report)
    sums = [
        (name, str(plain[field]))
        for field, name in (("quantity", import_words.SUM_OF_QUANTITIES), ("amount", import_words.SUM_OF_AMOUNTS))
        if plain.get(field)
    ]
    show_figures([*((name, f"{figure:,}") for _, name, figure in import_words.figures(plain)), *sums])
    if plain.get("looks_swapped"):
        _print(translate(import_words.SWAPPED).format(**plain["looks_swapped"]))
    for one in plain.get("left_out", []):
        _print(translate(import_words.LEFT_OUT).format(**one | {"rows": f"{one['rows']:,}"}))
    if plain.get("left_out_known"):
        _print(translate(import_words.LEFT_OUT_KNOWN).format(count=f"{plain['left_out_known']:,}"))
    for one in plain.get("no_sales", []):
        _print(translate(import_words.NO_SALES).format(**one | {"rows": f"{one['rows']:,}"}))
    if plain.get("no_sales"):
        _print(translate(import_words.NO_SALES_NEXT))
    _show_in_part(plain)
    _show_refused(report)
    if report.dry_run:
        _print(translate(N_("This was a dry run: nothing has been taken.")))


def tell_undo(report: Any, *, as_json: bool) -> None:
    """What an undo takes away, and what stays, with its reason."""
    plain = asdict(report)
    if as_json:
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=1))
        return
    from huitou.usecases.undo_described import STAYS

    counted = import_words.undo_figures(plain)
    shown = [(name, f"{figure:,}") for field, name, figure in counted if figure or field in _ALWAYS]
    show_figures([*shown, *([(import_words.SUM_OF_AMOUNTS, plain["amount"])] if plain.get("amount") else [])])
    stays = plain.get("stays", [])
    for one in stays[:REFUSALS_SHOWN]:
        why = translate(STAYS[one["why"]]).format(fields=one["fields"])
        _print(translate(N_("{name} stays: {why}")).format(name=one["name"], why=why))
    if plain.get("staying", 0) > REFUSALS_SHOWN and stays:
        _print(translate(N_("... and {count} more; --json lists up to {most}.")).format(
            count=plain["staying"] - REFUSALS_SHOWN, most=len(stays)))  # fmt: skip


_ALWAYS = ("count", "receipts", "rows", "removed", "restored")
"""What is told of an undo though it is nothing."""


def show_figures(lines: Sequence[tuple[str, str]]) -> None:
    """Names in English and figures, one under the other."""
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None, padding=(0, 2))
    for name, figure in lines:
        table.add_row(translate(name), figure)
    Console(highlight=False).print(table)


def _show_in_part(plain: Mapping[str, Any]) -> None:
    shown = plain.get("in_part", [])[:REFUSALS_SHOWN]
    for one in shown:
        reason = one["detail"]
        _print(translate(import_words.IN_PART).format(number=one["row_number"], reason=translate(reason)))
    if plain.get("phones_left", 0) > len(shown):
        _print(translate(import_words.IN_PART_MORE).format(count=plain["phones_left"] - len(shown)))


def _show_refused(report: Any) -> None:
    row = translate(N_("Row {number} refused ({code}): {reason}"))
    for refusal in report.refused[:REFUSALS_SHOWN]:
        reason = translate(refusal.get("template", refusal["detail"])).format(**refusal.get("facts", {}))
        _print(row.format(number=refusal["row_number"], code=refusal["code"], reason=reason))
    if report.rows_refused > REFUSALS_SHOWN:
        more = translate(N_("... and {count} more; --json lists up to {most}, and all are kept with the import."))
        _print(more.format(count=report.rows_refused - REFUSALS_SHOWN, most=REFUSALS_IN_JSON))


def _print(text: str) -> None:
    from rich.console import Console

    Console(highlight=False).print(text, markup=False)
