"""`huitou conflicts`: what happened at the tills and does not fit the books."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_

ACTOR = "command line"
MOST = 1_000

JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command and what it can do."""
    conflicts = typer.Typer(help="What happened at the tills and does not fit the books.")
    app.add_typer(conflicts, name="conflicts")

    @conflicts.callback(invoke_without_command=True)
    def listed(
        context: typer.Context,
        settled: Annotated[bool, typer.Option("--settled", help="Those that somebody has settled.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """List what happened at the tills and does not fit the books, newest first."""
        if context.invoked_subcommand is not None:
            return
        with runtime.open_database():
            from huitou.receipts.terms.conflicts import WHAT_HAPPENED, ConflictKind
            from huitou.usecases.conflicts import list_conflicts

            found = list_conflicts(limit=MOST, settled=settled)
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
            return
        if not found:
            say(N_("There is none."))
        for one in found:
            title = translate(WHAT_HAPPENED[ConflictKind(one["kind"])][0])
            about = (one["store"], one["receipt"] or one["said"].get("number") or "-", one["member"] or "-")
            end = f"{one['settled_by']}: {one['note']}" if settled else one["source"]
            typer.echo("\t".join((str(one["id"]), one["made_at"], title, *about, end)))

    @conflicts.command()
    def settle(
        number: Annotated[int, typer.Argument(metavar="ID", help="The conflict's number in the list.")],
        note: Annotated[str, typer.Option(help="What you found and did; it is kept.")],
        as_json: JsonOption = False,
    ) -> None:
        """Mark a conflict as dealt with. It stays in the books, with the note."""
        with runtime.open_database():
            from huitou.usecases.conflicts import settle_conflict

            settle_conflict(number, actor=ACTOR, note=note)
        if as_json:
            typer.echo(json.dumps({"id": number, "settled": True}, ensure_ascii=False))
        say(N_("Conflict {number} is settled."), number=number)
