"""`huitou user`: who can log in."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from huitou.access.errors import RoleUnknown
from huitou.access.terms import Role
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_

ACTOR = "command line"

UsernameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name to log in with.")]
PasswordOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
]


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""
    user = typer.Typer(help="Who can log in: add people, change passwords, list them.", no_args_is_help=True)
    app.add_typer(user, name="user")
    _register_add(user, runtime)

    @user.command()
    def password(username: UsernameArgument, password_stdin: PasswordOption = False) -> None:
        """Give a user a new password; their open sessions end."""
        new = _password(from_stdin=password_stdin)
        with runtime.open_database():
            from huitou.usecases.people import set_password

            set_password(username, new, actor=ACTOR)
        say(N_("{username} has a new password."), username=username)

    @user.command("list")
    def list_them(
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
    ) -> None:
        """List everybody who can log in."""
        with runtime.open_database():
            from huitou.usecases.people import list_users

            people = list_users()
        if as_json:
            typer.echo(json.dumps(people, ensure_ascii=False, indent=1))
            return
        if not people:
            say(N_("Nobody can log in yet. `huitou user add` makes the first user."))
        for person in people:
            stores = ",".join(person["stores"])
            typer.echo("\t".join((person["username"], person["name"], person["role"], stores)))


def _register_add(user: typer.Typer, runtime: Runtime) -> None:
    @user.command()
    def add(
        username: UsernameArgument,
        role: Annotated[str, typer.Option(help="administrator, marketer, service_agent, store_manager or cashier.")],
        name: Annotated[str | None, typer.Option(help="The name shown; as the log-in where it is left out.")] = None,
        store: Annotated[
            list[str] | None, typer.Option(metavar="CODE", help="A store of theirs, by its code; may be repeated.")
        ] = None,
        password_stdin: PasswordOption = False,
    ) -> None:
        """Add a user, so that they can log in."""
        if role not in set(Role):  # before anybody types a password for nothing
            raise RoleUnknown(role=role, roles=", ".join(Role))
        new = _password(from_stdin=password_stdin)
        with runtime.open_database():
            from huitou.usecases.people import add_user

            add_user(
                username=username, name=name or username, role=role, password=new, store_codes=store or [], actor=ACTOR
            )
        say(N_("{username} can log in."), username=username)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt(translate(N_("Password")), hide_input=True, confirmation_prompt=True)
    return asked
