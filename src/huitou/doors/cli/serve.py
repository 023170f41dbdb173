"""`huitou serve`: the web server and the worker, until Ctrl-C."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say
from huitou.kernel.errors import N_

HostOption = Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for all of this machine.")]
PortOption = Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")]


def usual_web_processes() -> int:
    """One for each processor that we may use, four at most: the database needs some too."""
    return min(4, len(os.sched_getaffinity(0)))


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command()
    def serve(
        host: HostOption = "127.0.0.1",
        port: PortOption = 8000,
        workers: Annotated[
            int, typer.Option(min=0, max=64, help="Web server processes; 0: one for each processor, at most 4.")
        ] = 0,
    ) -> None:
        """Run the console, the API and the background jobs. Ctrl-C stops everything."""
        with (
            runtime.serving(host=host, port=port, web_processes=workers or usual_web_processes()) as site,
            suppress(KeyboardInterrupt),  # once it serves, Ctrl-C is the ordinary end
        ):
            say(N_("Huitou is ready at {address} (Ctrl-C stops it)"), address=site.address)
            _say_if_nobody_can_log_in()
            site.wait()
        say(N_("Huitou has stopped."))


def _say_if_nobody_can_log_in() -> None:
    from huitou.usecases.people import list_users

    if not list_users():
        say(
            N_(
                "Nobody can log in yet. In another terminal: `huitou user add NAME --role administrator` "
                "makes the first user; `huitou demo` instead shows a sample chain."
            )
        )
