"""`huitou till --offline`: the store's own process, by which tills sell while the server is away."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say
from huitou.kernel.errors import N_, HuitouError


class TillWithoutOffline(HuitouError):
    """There is one way of running it so far; it is named, so that another may come."""

    code = "till_without_offline"
    message = N_("`huitou till` runs the process of a store with --offline only.")
    next_step = N_("Add --offline. The till's page for cashiers is part of `huitou serve`.")
    status = 422


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""

    @app.command()
    def till(
        server: Annotated[str, typer.Option("--server", metavar="URL", help="The server, as a browser opens it.")],
        store: Annotated[str, typer.Option("--store", metavar="CODE", help="The store that this till sells in.")],
        key: Annotated[
            str,
            typer.Option(
                "--key", metavar="KEY", envvar="HUITOU_TILL_KEY", help="Its API key; better in HUITOU_TILL_KEY."
            ),
        ],
        offline: Annotated[bool, typer.Option("--offline", help="Answer alone while the server is away.")] = False,
        folder: Annotated[
            Path, typer.Option("--folder", help="Where the bundle and what was sold are kept, on a disk that lasts.")
        ] = Path(".huitou-till"),
        host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
        port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port to listen on.")] = 8010,
        timeout: Annotated[
            float, typer.Option("--timeout", min=0.1, max=60, help="Seconds until the server counts as away.")
        ] = 2.0,
        every: Annotated[float, typer.Option("--every", min=1, max=86400, help="Seconds between two bundles.")] = 600.0,
        trust: Annotated[
            str, typer.Option("--trust", metavar="HEX", help="The server's key, as `huitou offline-key` prints it.")
        ] = "",
    ) -> None:
        """Pass a store's calls on to the server; answer them alone while it is away, and send what was sold afterwards.

        Loads neither the database nor the web framework: a small machine in the store is enough.
        """
        if not offline:
            raise TillWithoutOffline()
        given = {"server": server, "key": key, "store": store, "folder": folder, "host": host, "port": port}
        with (
            runtime.offline_till(**given, timeout=timeout, every=every, trust=trust) as running,
            suppress(KeyboardInterrupt),
        ):
            say(N_("The till of {store} answers at {address} (Ctrl-C stops it)"), store=store, address=running.address)
            threading.Event().wait()
        say(N_("The till has stopped. What waits is sent at its next start."))

    @app.command("offline-key")
    def offline_key() -> None:
        """Print the key by which a till without a server sees that a bundle is ours."""
        with runtime.open_database():
            from huitou.privacy import service as privacy

            shown = privacy.signing_key().hex()
        typer.echo(shown)
