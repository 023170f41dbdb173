"""`huitou points`: what points are worth as a payment at the till."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.cells import read_fen
from huitou.kernel.errors import N_

ACTOR = "command line"
OFF = N_("Points do not pay.")


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command and what it can do."""
    points = typer.Typer(help="What points are worth as a payment at the till.", no_args_is_help=True)
    app.add_typer(points, name="points")

    @points.command()
    def show(
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
    ) -> None:
        """Show what points are worth now."""
        with runtime.open_database():
            from django.utils.timezone import now

            from huitou.usecases.points_rate import rate_now, told_rate

            found = told_rate(rate_now(now()))
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else _said(found))

    @points.command("set")
    def set_rate(
        number: Annotated[int, typer.Argument(metavar="POINTS", help="So many points ...")],
        worth: Annotated[str, typer.Argument(metavar="WORTH", help="... are worth this, 1.00.")],
        step: Annotated[int, typer.Option(help="They pay in multiples of it.")] = 100,
        least: Annotated[int | None, typer.Option(help="Fewer do not pay; a step unless given.")] = None,
        most: Annotated[int, typer.Option(help="The largest part of a basket that they may pay, in per cent.")] = 100,
        earns: Annotated[
            bool, typer.Option("--earns/--earns-not", help="Whether what points paid earns points as well.")
        ] = True,
    ) -> None:
        """Say what points are worth from now on. Again, it changes nothing."""
        with runtime.open_database():
            from django.utils.timezone import now

            from huitou.loyalty.terms import PointsAsMoney
            from huitou.usecases.points_rate import set_rate, told_rate

            rate = PointsAsMoney(number, read_fen(worth) or 0, least or step, step, most, earns)
            new = set_rate(rate, now=now(), actor=ACTOR)
        if not new:
            say(N_("It was so already."))
        typer.echo(_said(told_rate(rate)))

    @points.command()
    def off() -> None:
        """Let points pay no more, from now on. Those of the members stay."""
        with runtime.open_database():
            from django.utils.timezone import now

            from huitou.usecases.points_rate import set_rate

            set_rate(None, now=now(), actor=ACTOR)
        say(OFF)


def _said(told: dict[str, Any]) -> str:
    if not told["pays"]:
        return translate(OFF)
    earns = N_("What they pay earns points, too.") if told["earns"] else N_("What they pay earns no points.")
    rate = translate(
        N_(
            "{points} points are worth {worth}. They pay from {least} on, in steps of {step}, {share_percent} % of a "
            "basket at most."
        )
    )
    return f"{rate.format(**told)} {translate(earns)}"
