"""Everybody, for whoever asks about all of them: from the database, or kept in columns beside the lake."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from huitou.kernel.ids import MemberId
from huitou.members.store import changes, kept, people
from huitou.members.store.changes import Changed
from huitou.members.store.kept import Kept

# PostgreSQL's integers end here; a longer number in an address is nobody, not an error.
LARGEST_ID = 2**63 - 1
CHANGES_KEPT_MINUTES = 60


def everybody(only: int | None = None) -> Iterable[pa.Table]:
    """Everybody who is somebody (or `only` this member), as conditions ask about them: `people.PEOPLE`."""
    return people.everybody(_asked(only))


def events_of_everybody(zone: str, only: int | None = None) -> Iterable[pa.Table]:
    """(member_id, kind, store_id, at_utc, day) of every event; days by the clock of its store, or of `zone`."""
    return people.events(zone, _asked(only))


def events_between(
    zone: str, kinds: Sequence[str], first: date, last: date, stores: Collection[int] | None
) -> pa.Table:
    """(member_id, kind, store_id, at_utc, day, channel, reason) of the members' events of these kinds, days and stores
    (None: of all, and of none). Channel and reason are '' where the event does not tell them."""
    return pa.concat_tables(people.steps(zone, kinds, first, last, stores))


def kept_everybody(folder: Path, zone: str) -> tuple[Kept, Kept] | None:
    """The same two, as of now, from the files in this folder, which are brought up to date: whoever changed since is
    read, and nobody else. None where whoever asks sees some stores only, or has changed members in this transaction:
    they ask the database."""
    if not kept.may_keep():
        return None
    rows = kept.Rows("people", "p", people.PEOPLE, people.people_query)
    events = kept.Rows("events", "e", people.EVENTS, lambda of: people.events_query(zone, of))
    return kept.up_to_date(folder, rows, ""), kept.up_to_date(folder, events, f"{zone}/{people.clocks()}")


def kept_rows(
    folder: Path, name: str, what: str, schema: pa.Schema, query: Callable[[str], str], form: str
) -> Kept | None:
    """Rows of another room about members, kept in the same way: `query` makes SQL of those whom a condition lets
    through, which names them {member}; they changed where the log says one of `what`. `form` names what else they
    depend on. None as above."""
    return kept.up_to_date(folder, kept.Rows(name, what, schema, query), form) if kept.may_keep() else None


def among(ids: Sequence[int]) -> str:
    """A condition on members as such a query takes it: these."""
    return people.among(ids)


def some_of_everybody(ids: Sequence[int], zone: str) -> tuple[Iterable[pa.Table], Iterable[pa.Table]]:
    """The same two of these members alone, from the database."""
    return people.some(ids), people.events_of_some(zone, ids)


def changes_since(mark: Mapping[str, Any] | None) -> Changed:
    """Who changed (as a person, by an event, a receipt) after the mark of an earlier answer; without one, everybody."""
    return changes.since(mark)


def note_everybody() -> None:
    """Let everybody who keeps their own answers about members ask anew."""
    changes.note_everybody()


def forget_changes() -> int:
    """Delete what everybody has read by now of the log of changes; whoever comes later reads everybody."""
    return changes.forget(CHANGES_KEPT_MINUTES)


def _asked(only: int | None) -> MemberId | None:
    return None if only is None else MemberId(only if 0 < only <= LARGEST_ID else 0)
