"""`huitou staff`: which members work for the chain, and what is left of their discount."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_
from huitou.kernel.money import Money

ACTOR = "command line"
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]
NumberArgument = Annotated[str, typer.Argument(metavar="NUMBER", help="The employee number.")]


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command and what it can do."""
    staff = typer.Typer(help="Members who work for the chain: the staff discount is theirs.", no_args_is_help=True)
    app.add_typer(staff, name="staff")
    _register_changes(staff, runtime)

    @staff.command("list")
    def listed(as_json: JsonOption = False) -> None:
        """List everybody who works or has worked for the chain, with what they were given this month."""
        with runtime.open_database():
            from django.utils.timezone import localdate

            from huitou.usecases.staff import list_staff

            found = list_staff(localdate())
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
            return
        if not found:
            say(N_("There is none."))
        for one in found:
            given = "; ".join(
                f"{each['offer']} {Money(each['fen'])}/{_quota(each['quota_fen'])}" for each in one["given"]
            )
            words = (one["number"], one["member"], one["name"], one["store"] or "-", one["since"], one["until"] or "-")
            typer.echo("\t".join((*words, given or "-")))


def _quota(fen: int | None) -> str:
    return "-" if fen is None else str(Money(fen))


def _register_changes(staff: typer.Typer, runtime: Runtime) -> None:
    @staff.command()
    def add(
        number: NumberArgument,
        member: Annotated[str, typer.Argument(metavar="MEMBER", help="The member's number, card or phone.")],
        since: Annotated[str | None, typer.Option(help="The first day, 2026-11-01; today unless given.")] = None,
    ) -> None:
        """Make a member staff, under an employee number. Again, it changes nothing."""
        with runtime.open_database():
            from django.utils import timezone

            from huitou.usecases.staff import employ

            day = _day(since) or timezone.localdate()
            code, new = employ(member, number, since=day, now=timezone.now(), actor=ACTOR)
        say(N_("{member} is staff, number {number}.") if new else N_("{member} was staff already, number {number}."),
            member=code, number=number)  # fmt: skip

    @staff.command()
    def end(
        number: NumberArgument,
        until: Annotated[str | None, typer.Option(help="The last day, 2026-11-30; today unless given.")] = None,
    ) -> None:
        """Let a member be staff until a day, and not longer."""
        with runtime.open_database():
            from django.utils.timezone import localdate

            from huitou.usecases.staff import dismiss

            day = _day(until) or localdate()
            code = dismiss(number, until=day, actor=ACTOR)
        say(N_("{member} is staff until {day}."), member=code, day=day)

    @staff.command()
    def read(
        file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, UTF-8, with the columns number and member.")],
        since: Annotated[
            str | None, typer.Option(help="The first day of those who are new; today unless given.")
        ] = None,
    ) -> None:
        """Make everybody in a file staff. Who cannot be is told with the line; whoever is missing stays staff."""
        if not file.is_file():
            raise typer.BadParameter(translate(N_("There is no file {file}.")).format(file=file))
        with runtime.open_database(), file.open(encoding="utf-8-sig", newline="") as lines:
            from django.utils import timezone

            from huitou.usecases.staff import take_staff_file

            day = _day(since) or timezone.localdate()
            taken = take_staff_file(lines, since=day, now=timezone.now(), actor=ACTOR)
        for line, refusal in taken.refused:
            message = translate(refusal.message).format(**refusal.facts)
            say(N_("Line {line}: {message} [{code}]"), line=line, message=message, code=refusal.code)
        say(N_("{new} are staff now, {known} were already, {refused} could not be taken."), new=taken.new,
            known=taken.known, refused=len(taken.refused))  # fmt: skip
        if taken.refused:
            raise typer.Exit(1)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(translate(N_("{text} is no day such as 2026-11-30.")).format(text=text)) from error
