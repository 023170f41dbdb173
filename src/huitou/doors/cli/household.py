"""`huitou household`: who lives with whom."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from huitou.doors.cli.conflicts import ACTOR, JsonOption
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say
from huitou.kernel.errors import N_

MemberArgument = Annotated[str, typer.Argument(metavar="MEMBER", help="The member's number, card or phone.")]
OtherArgument = Annotated[str, typer.Argument(metavar="OTHER", help="The other's number, card or phone.")]


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command and what it can do."""
    household = typer.Typer(help="Members who live together: linked, never merged.", no_args_is_help=True)
    app.add_typer(household, name="household")
    _register_showing(household, runtime)
    _register_changes(household, runtime)


def _register_showing(household: typer.Typer, runtime: Runtime) -> None:
    @household.command()
    def show(member: MemberArgument, as_json: JsonOption = False) -> None:
        """Show with whom a member lives. Phones are masked."""
        with runtime.open_database():
            from huitou.usecases.households import household_told

            found = household_told(_typed(member))
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        elif found is None:
            say(N_("Nobody is known to live with them."))
        else:
            for line in _lines(found):
                typer.echo(line)


def _register_changes(household: typer.Typer, runtime: Runtime) -> None:
    @household.command()
    def add(member: MemberArgument, other: OtherArgument, as_json: JsonOption = False) -> None:
        """Say that two members live together. Again, it changes nothing; two households never become one."""
        with runtime.open_database():
            from huitou.usecases.households import household_told, live_together

            one = _typed(member)
            _, coming = live_together(one, _typed(other), actor=ACTOR)
            found = household_told(one)
        _told(as_json, {"new": len(coming), "household": found},
              N_("{new} came into the household; {people} live in it."), new=len(coming),
              people=len(found["people"]) if found else 0)  # fmt: skip

    @household.command()
    def remove(member: MemberArgument, as_json: JsonOption = False) -> None:
        """Take a member out of their household; the others stay. Again, it changes nothing."""
        with runtime.open_database():
            from huitou.usecases.households import leave_household

            left = leave_household(_typed(member), actor=ACTOR)
        _told(as_json, {"left": left is not None},
              N_("They live alone now, as far as is known.") if left else N_("They were in no household."))  # fmt: skip

    @household.command()
    def name(
        member: MemberArgument,
        called: Annotated[str, typer.Argument(metavar="NAME", help="At most 40 characters; empty: no name.")],
        as_json: JsonOption = False,
    ) -> None:
        """Give the household of a member a name."""
        with runtime.open_database():
            from huitou.usecases.households import call_household

            new = call_household(_typed(member), called, actor=ACTOR)
        _told(as_json, {"new": new}, N_("The household is called {name}.") if called.strip() else
              N_("The household has no name."), name=called.strip())  # fmt: skip


def _typed(who: str) -> int:
    from django.utils import timezone

    from huitou.usecases.typed_member import typed_member

    return typed_member(who, at=timezone.now())


def _told(as_json: bool, told: dict[str, Any], says: str, **facts: object) -> None:
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        say(says, **facts)


def _lines(found: dict[str, Any]) -> list[str]:
    titles = [text for text in (found["name"], found["number"]) if text]
    people = ["\t".join((one["member"], one["name"] or "-", one["phone"] or "-", one["since"][:10]))
              for one in found["people"]]  # fmt: skip
    return [*titles, *people]
