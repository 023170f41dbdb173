"""`huitou ledger`: the books themselves."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_

BROKEN = 1
"""Exit code when the books are not what was sealed."""


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command and what it can do."""
    ledger = typer.Typer(no_args_is_help=True, help="The books: are they as they were sealed?")
    app.add_typer(ledger, name="ledger")

    @ledger.callback()
    def books() -> None:
        """The books: are they as they were sealed?"""

    @ledger.command()
    def verify(as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False) -> None:
        """Read every sealed entry again, and name the first that is not what was sealed."""
        with runtime.open_database():
            from huitou.loyalty import service as loyalty

            found = loyalty.verify_books()
        if as_json:
            typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1))
        else:
            told = translate(N_("{entries} entries in {blocks} sealed blocks; {waiting} postings wait for their seal."))
            typer.echo(told.format(entries=found.entries, blocks=found.blocks, waiting=found.waiting))
            whole = translate(N_("The books read as they were sealed."))
            typer.echo(f"✓ {whole}" if found.first_broken is None else f"✗ {found.first_broken}")
        if found.first_broken is not None:
            raise typer.Exit(BROKEN)
