"""`huitou labels`: the shelf labels of a store, all of them or those that have changed."""

from __future__ import annotations

import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_

ACTOR = "command line"


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command()
    def labels(
        store: Annotated[str, typer.Argument(metavar="STORE", help="The store's code.")],
        on: Annotated[
            str | None, typer.Option(help="The day for which they hang, 2026-11-30; today unless given.")
        ] = None,
        changed: Annotated[
            bool,
            typer.Option("--changed", help="Only those that say something else than when they were last asked for."),
        ] = False,
        changed_since: Annotated[
            str | None, typer.Option(help="Only those that have changed since this day or moment, as was seen here.")
        ] = None,
        to: Annotated[
            Path | None, typer.Option(help="A file that ends with .csv or .xlsx; standard output unless given.")
        ] = None,
    ) -> None:
        """Write a store's shelf labels: prices for everybody and for members, deals, and unit prices."""
        kind = "csv" if to is None else to.suffix.removeprefix(".").lower()
        if kind not in ("csv", "xlsx"):
            raise typer.BadParameter(translate(N_("The file ends with .csv or .xlsx.")), param_hint="--to")
        # Asked first: what has been handed out is no change the next time.
        if to is not None and not to.parent.is_dir():
            told = translate(N_("There is no folder {folder}.")).format(folder=to.parent)
            raise typer.BadParameter(told, param_hint="--to")
        with runtime.open_database():
            from django.utils import timezone

            from huitou.usecases.label_file import label_file
            from huitou.usecases.shelf_labels import LabelsAsked, shelf_labels

            day = _moment(on, "--on")
            since = _moment(changed_since, "--changed-since")
            aware = since if since is None or since.tzinfo else timezone.make_aware(since)
            asked = LabelsAsked(store, day.date() if day else timezone.localdate(), aware, changed)
            rows = shelf_labels(asked, now=timezone.now(), actor=ACTOR)
            text = label_file(rows, kind)
        if to is None:
            sys.stdout.write(text.decode("utf-8-sig"))
            return
        to.write_bytes(text)
        say(N_("{count} labels of {store} are in {file}."), count=len(rows), store=store, file=to)


def _moment(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        if len(text) == len("2026-11-30"):
            return datetime.combine(date.fromisoformat(text), time.min)
        return datetime.fromisoformat(text)
    except ValueError as error:
        told = translate(N_("{text} is no day or moment such as 2026-11-30.")).format(text=text)
        raise typer.BadParameter(told, param_hint=option) from error
