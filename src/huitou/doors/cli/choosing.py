"""`--segment` and `--snapshot`: the members by whom a command cuts its figures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huitou.doors.cli.segment_file import text_of
from huitou.doors.cli.words import say
from huitou.kernel.errors import N_, HuitouError

if TYPE_CHECKING:
    from huitou.usecases.chosen_members import Chosen

OfSegment = Annotated[
    str | None,
    typer.Option("--segment", metavar="NAME|FILE", help="Only members of a kept segment, or of one in a file."),
]
OfSnapshot = Annotated[
    int | None, typer.Option("--snapshot", min=1, help="Only members who are in this snapshot of a segment.")
]


class ChosenTwice(HuitouError):
    """Both a segment and a snapshot are given."""

    code = "chosen_twice"
    message = N_("A segment and a snapshot are both given.")
    next_step = N_("Give one of them: a snapshot knows its segment.")


def chosen_members(segment: str | None, snapshot: int | None, seconds: int) -> Chosen | None:
    """Whom these options name; None where neither is given. Belongs into an open database. Raises ChosenTwice, and
    what reading and asking a segment raises."""
    from huitou.usecases.chosen_members import chosen_of_segment, chosen_of_snapshot, chosen_of_text

    if segment is not None and snapshot is not None:
        raise ChosenTwice()
    if snapshot is not None:
        return chosen_of_snapshot(snapshot)
    if segment is None:
        return None
    now = datetime.now(UTC)
    if segment == "-" or Path(segment).is_file():
        return chosen_of_text(text_of(segment), Path(segment).stem, at=now, seconds=seconds, live=True)
    return chosen_of_segment(segment, at=now, seconds=seconds, live=True)


def tell_chosen(chosen: Chosen) -> None:
    """Say who they are and as of when."""
    facts = {"name": chosen.name, "members": f"{len(chosen.ids):,}", "at": chosen.as_of}
    if chosen.snapshot is not None:
        say(N_("{name}: {members} members, as its snapshot of {at} found them."), **facts)
    else:
        say(N_("{name}: {members} members who are in it as of {at}, whatever the period."), **facts)
