"""`huitou imports`: which files came in, what became of them, and their reports."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_
from huitou.usecases import import_words

STATES = {
    "waiting": N_("waiting"),
    "running": N_("running"),
    "taken": N_("taken"),
    "undone": N_("undone"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
}
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""
    imports = typer.Typer(help="Files that came in, and what became of them.", invoke_without_command=True)
    app.add_typer(imports, name="imports")

    @imports.callback()
    def list_them(
        context: typer.Context,
        limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
        as_json: JsonOption = False,
    ) -> None:
        """List imports, newest first: state, file, rows, who and when."""
        if context.invoked_subcommand:
            return
        with runtime.open_database():
            from huitou.usecases.imports import list_imports

            found = list_imports(limit=limit)
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
            return
        if not found:
            say(N_("No file has come in yet."))
        else:
            _table(found)

    @imports.command()
    def show(
        number: Annotated[int, typer.Argument(metavar="IMPORT")],
        as_json: JsonOption = False,
    ) -> None:
        """Show one import: its report, how its file was read, its refused rows, and its undo."""
        with runtime.open_database():
            from huitou.usecases.imports import show_import

            found = show_import(number)
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else _in_words(found))


def _table(found: list[dict[str, Any]]) -> None:
    headings = (N_("Number"), N_("State"), N_("File"), N_("Source"), N_("Taken"), N_("Refused"), N_("Waiting"),
                N_("By"), N_("When"))  # fmt: skip
    typer.echo("\t".join(translate(heading) for heading in headings))
    for one in found:
        cells = (one["import"] or "-", translate(STATES[one["state"]]), one["file_name"], one["source"],
                 one["rows_taken"], one["rows_refused"], one["rows_waiting"], one["actor"], one["at"][:16])  # fmt: skip
        typer.echo("\t".join(str(cell) for cell in cells))


def _in_words(found: dict[str, Any]) -> str:
    state = translate(STATES[found["state"]])
    lines = ["  ".join((str(found["import"]), state, found["file_name"], found["source"], found["at"]))]
    report = found["report"] | {"kind": found["kind"]}
    read = [(name, value) for name, value in (found["mapping"] | found["reading"]).items() if value is not None]
    for title, part in (
        (N_("Report"), [(translate(name), figure) for _, name, figure in import_words.figures(report)]),
        (N_("How the file was read"), read),
        (N_("Undo"), [(translate(name), figure) for _, name, figure in import_words.undo_figures(found["undo"])]),
    ):
        if part:
            lines += [translate(title), *(f"  {name}: {value}" for name, value in part)]
    for code, count in found["refused"].items():
        row = translate(N_("{count} rows wait, refused for {code}. `huitou import refused {number}` lists them."))
        lines.append(row.format(count=count, code=code, number=found["import"]))
    return "\n".join(lines)
