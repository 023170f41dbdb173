"""`huitou member-code`: what a member's phone would show at this moment."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime

ACTOR = "command line"


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command("member-code")
    def member_code(
        members: Annotated[list[str], typer.Argument(metavar="MEMBER...", help="Members' numbers, as M00000042.")],
        signed: Annotated[
            bool, typer.Option("--signed", help="The long code of the QR, which a till without a server reads.")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
    ) -> None:
        """Print the code that each member's phone would show now, to try a till out. It pays once."""
        with runtime.open_database():
            from django.utils import timezone

            from huitou.usecases.member_codes import codes_of

            codes = codes_of(members, now=timezone.now(), actor=ACTOR, signed=signed)
        typer.echo(json.dumps(codes) if as_json else "\n".join(codes))
