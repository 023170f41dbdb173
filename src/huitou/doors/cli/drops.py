"""`huitou drops`: folders, here or by SFTP, where till systems leave their files."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_

ACTOR = "command line"
_WAITING_NAMED = 5
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The drop's name.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""
    drops = typer.Typer(help="Folders where till systems leave their files.", invoke_without_command=True)
    app.add_typer(drops, name="drops")
    _register_list(drops, runtime)
    _register_add(drops, runtime)

    @drops.command()
    def remove(name: NameArgument, as_json: JsonOption = False) -> None:
        """Look at a drop no more. Its files stay where they lie."""
        with runtime.open_database():
            from huitou.inbox import service as inbox

            inbox.remove_drop(name)
        if as_json:
            typer.echo(json.dumps({"name": name, "removed": True}, ensure_ascii=False))
        else:
            say(N_("The drop {name} is removed; its files stay where they lie."), name=name)

    _register_pauses(drops, runtime)

    @drops.command()
    def check(name: NameArgument, as_json: JsonOption = False) -> None:
        """Look into a drop, and try to read its first file by the kept mapping; nothing is taken or moved."""
        with runtime.open_database():
            from huitou.usecases.take_drops import check_drop

            found = check_drop(name)
        if as_json:
            typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1))
            return
        say(N_("It can be reached. {ours} files to take, {others} others."),
            ours=len(found.files), others=len(found.others))  # fmt: skip
        if found.waiting:
            say(N_("{count} more wait for their marker: {files}"), count=len(found.waiting),
                files=", ".join(found.waiting[:_WAITING_NAMED]))  # fmt: skip
        for file in found.files:
            typer.echo(file)
        if found.in_the_way:
            say(N_("In the way: {reason}"), reason=found.in_the_way)
        elif found.files:
            say(N_("{file} can be read by the mapping that is kept."), file=found.files[0])

    @drops.command()
    def run(
        name: Annotated[str | None, typer.Argument(metavar="NAME", help="Left out: every drop.")] = None,
        at_once: Annotated[bool, typer.Option(help="Take also what may still be growing.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Look now, and not in the next minute."""
        with runtime.open_database():
            from django.utils import timezone

            from huitou.usecases.load_lake import hear_facts
            from huitou.usecases.take_drops import look_at_drops

            found = look_at_drops(timezone.now, name=name, at_once=at_once)
            hear_facts()
        if as_json:
            typer.echo(json.dumps(asdict(found)))
        else:
            say(
                N_("{taken} files taken, {refused} refused, {waiting} not whole yet, {unreachable} drops unreachable."),
                **asdict(found),
            )


def _register_pauses(drops: typer.Typer, runtime: Runtime) -> None:
    def told(name: str, paused: bool, as_json: bool) -> None:
        with runtime.open_database():
            from huitou.inbox import service as inbox

            inbox.pause_drop(name, paused=paused)
        if as_json:
            typer.echo(json.dumps({"name": name, "paused": paused}, ensure_ascii=False))
        elif paused:
            say(N_("The drop {name} is not looked at until `huitou drops resume {name}`."), name=name)
        else:
            say(N_("The drop {name} is looked at every minute again."), name=name)

    @drops.command()
    def pause(name: NameArgument, as_json: JsonOption = False) -> None:
        """Do not look at a drop for the time being; its files wait."""
        told(name, True, as_json)

    @drops.command()
    def resume(name: NameArgument, as_json: JsonOption = False) -> None:
        """Look at a paused drop again."""
        told(name, False, as_json)


def _register_list(drops: typer.Typer, runtime: Runtime) -> None:
    @drops.callback()
    def list_them(context: typer.Context, as_json: JsonOption = False) -> None:
        """List the drops, when they were last looked at, and what was in the way."""
        if context.invoked_subcommand:
            return
        with runtime.open_database():
            from huitou.inbox import service as inbox

            found = inbox.all_drops()
        if as_json:
            typer.echo(json.dumps([asdict(drop) for drop in found], ensure_ascii=False, indent=1, default=str))
            return
        if not found:
            say(N_("There is no drop yet. `huitou drops add` makes one."))
        for drop in found:
            looked = f"{drop.looked_at:%Y-%m-%d %H:%M}" if drop.looked_at else translate(N_("never looked at"))
            state = translate(drop.failure["message"]).format(**drop.failure["facts"]) if drop.failure else ""
            state = translate(N_("paused")) if drop.paused_at else state
            typer.echo("\t".join((drop.name, drop.place, drop.pattern, drop.source, looked, state)))


def _register_add(drops: typer.Typer, runtime: Runtime) -> None:
    @drops.command()
    def add(
        name: NameArgument,
        place: Annotated[str, typer.Argument(metavar="PLACE", help="A folder, or sftp://user@host:port/path.")],
        source: Annotated[str, typer.Option(help="The till system; its kept mapping reads the files.")],
        pattern: Annotated[str, typer.Option(help="Which files: * and ? stand for any.")] = "*.csv",
        kind: Annotated[
            str, typer.Option(help="What the files hold: receipts, members, products or stores.")
        ] = "receipts",
        marker: Annotated[
            str, typer.Option(help="Ending of a file that says another is whole, as .ok; else it must lie still.")
        ] = "",
        key: Annotated[Path | None, typer.Option(help="SFTP: the file of the private key.")] = None,
        host_key: Annotated[str, typer.Option(help="SFTP: the host's public key, as ssh-keyscan shows it.")] = "",
        as_json: JsonOption = False,
    ) -> None:
        """Take files from PLACE from now on, each minute: whole ones, once, moved into taken or refused."""
        with runtime.open_database():
            from huitou.usecases.take_drops import add_drop

            add_drop(
                name, place=place, pattern=pattern, kind=kind, source=source, marker=marker,
                key_file=str(key.resolve()) if key else "", host_key=host_key, actor=ACTOR,
            )  # fmt: skip
        if as_json:
            typer.echo(json.dumps({"name": name, "added": True}, ensure_ascii=False))
        else:
            say(N_("The worker looks at {place} every minute."), place=place)
            say(N_("`huitou drops check {name}` looks now, and takes nothing."), name=name)
