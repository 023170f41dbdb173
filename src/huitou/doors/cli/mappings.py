"""`huitou mappings`: how each source's files are read, kept from the last import that succeeded."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say
from huitou.kernel.errors import N_

JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""
    mappings = typer.Typer(help="How the files of each source are read.", invoke_without_command=True)
    app.add_typer(mappings, name="mappings")

    @mappings.callback()
    def list_them(context: typer.Context, as_json: JsonOption = False) -> None:
        """List what is kept. Each import that succeeds keeps its mapping, and the next file of its source uses it."""
        if context.invoked_subcommand:
            return
        with runtime.open_database():
            from huitou.inbox import service as inbox

            found = inbox.saved_mappings()
        if as_json:
            typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1, default=str))
            return
        if not found:
            say(N_("No mapping is kept yet: the first import of a source keeps its own."))
        for one in found:
            columns = ", ".join(f"{field}={column}" for field, column in one.columns.items())
            how = ", ".join(f"{name}={cell}" for name, cell in one.reading.items())
            typer.echo(f"{one.source}\t{one.kind}\t{columns}\t{how}\t{one.saved_by}\t{one.saved_at:%Y-%m-%d}")

    @mappings.command()
    def remove(
        source: Annotated[str, typer.Argument(metavar="SOURCE")],
        kind: Annotated[str, typer.Option(help="What the files hold.")] = "receipts",
        as_json: JsonOption = False,
    ) -> None:
        """Forget how the files of SOURCE are read."""
        with runtime.open_database():
            from huitou.inbox import service as inbox

            inbox.forget_mapping(source, kind)
        if as_json:
            typer.echo(json.dumps({"source": source, "kind": kind, "removed": True}, ensure_ascii=False))
        else:
            say(N_("The mapping of {source} is forgotten."), source=source)
