"""`huitou apikey`: keys for tills and other machines."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_

ACTOR = "command line"

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The key's name: the source of what it records.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""
    apikey = typer.Typer(help="Keys of the API, one for each integration.", no_args_is_help=True)
    app.add_typer(apikey, name="apikey")
    _register_add(apikey, runtime)
    _register_renew(apikey, runtime)
    _register_list(apikey, runtime)

    @apikey.command()
    def revoke(name: NameArgument, as_json: JsonOption = False) -> None:
        """Revoke a key: within two seconds it opens nothing any more."""
        with runtime.open_database():
            from huitou.usecases.people import revoke_key

            revoke_key(name, actor=ACTOR)
        if as_json:
            typer.echo(json.dumps({"name": name, "revoked": True}, ensure_ascii=False))
        say(N_("The key {name} is revoked."), name=name)


def _register_add(apikey: typer.Typer, runtime: Runtime) -> None:
    @apikey.command()
    def add(
        name: NameArgument,
        store: Annotated[
            list[str] | None,
            typer.Option(metavar="CODE", help="A store that it speaks for; may be repeated. Left out: every store."),
        ] = None,
        call: Annotated[
            list[str] | None,
            typer.Option(
                metavar="CALL",
                help="receipts, returns, events, members, identify, offline, households, consents or sensitive; may be "
                "repeated. Left out: every call but sensitive.",
            ),
        ] = None,
        as_json: JsonOption = False,
    ) -> None:
        """Make a key and print it on standard output. It is kept as a hash: nobody can show it again."""
        with runtime.open_database():
            from huitou.usecases.people import add_key

            key = add_key(name, store_codes=store or [], calls=call or [], actor=ACTOR)
        _tell(name, key, as_json=as_json)


def _register_renew(apikey: typer.Typer, runtime: Runtime) -> None:
    @apikey.command()
    def renew(name: NameArgument, as_json: JsonOption = False) -> None:
        """Give a name a new key and print it: same source, stores and calls. The old key ends."""
        with runtime.open_database():
            from huitou.usecases.people import renew_key

            key = renew_key(name, actor=ACTOR)
        _tell(name, key, as_json=as_json)


def _tell(name: str, key: str, *, as_json: bool) -> None:
    typer.echo(json.dumps({"name": name, "key": key}, ensure_ascii=False) if as_json else key)
    say(N_("This is the key of {name}. Keep it now: it cannot be shown again."), name=name)


def _register_list(apikey: typer.Typer, runtime: Runtime) -> None:
    @apikey.command("list")
    def list_them(as_json: JsonOption = False) -> None:
        """List every key by its name and first characters, the revoked ones too."""
        with runtime.open_database():
            from huitou.usecases.people import list_keys

            keys = list_keys()
        if as_json:
            typer.echo(json.dumps(keys, ensure_ascii=False, indent=1))
            return
        if not keys:
            say(N_("There is no key yet. `huitou apikey add` makes the first."))
        for key in keys:
            stores = ",".join(key["stores"]) or translate(N_("every store"))
            calls = ",".join(key["calls"]) or translate(N_("every call"))
            state = translate(N_("revoked")) if key["revoked_at"] else key["last_used_day"] or translate(N_("not used"))
            typer.echo("\t".join((key["name"], key["prefix"] + "...", stores, calls, state)))
