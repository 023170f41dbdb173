"""The door of the inbox: jobs, kept mappings, drops."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from huitou.inbox.errors import (
    DropNeedsKeys,
    DropPlaceUnfit,
    DropTaken,
    DropUnknown,
    JobInterrupted,
    JobUnknown,
    MappingUnknown,
)
from huitou.inbox.rules import fitting, places
from huitou.inbox.store import drops, jobs, mappings
from huitou.inbox.terms import DropFileSeen, DroppedFile, DropSeen, Fit, Folder, JobSeen, LyingFile, SavedMapping
from huitou.kernel.errors import HuitouError

_LARGEST_ID = 2**63 - 1

Apart = jobs.Apart
"""One job's line to the database beside its transaction: the lock that says it is alive, and its progress."""


def add_job(**values: Any) -> int:
    """Ask for something: what (import, undo, mend), actor, and what of JobSeen it needs. Returns the job's number."""
    return jobs.insert(values)


def add_failed(refusal: HuitouError, **values: Any) -> int:
    """A job that was refused before it began, listed with the others that failed. Returns its number."""
    return jobs.insert_failed({**values, "state": "failed", "failure": told(refusal)})


def begin_here(**values: Any) -> jobs.Apart:
    """A job that this process does itself, begun at once; no worker can take it."""
    return jobs.begin_here(values)


def job(number: int) -> JobSeen:
    """Raises JobUnknown."""
    found = jobs.find(number) if 0 < number <= _LARGEST_ID else None
    if found is None:
        raise JobUnknown()
    return found


def jobs_without_import(limit: int = 20) -> list[JobSeen]:
    """Waiting, running, failed and cancelled jobs and dry runs, newest first."""
    return jobs.newest(limit)


def hold_asking(target: int) -> None:
    """Two clicks that ask for something with this import pass one after the other, until the transaction ends."""
    jobs.hold_asking(target)


def next_waiting() -> int | None:
    """The job that was asked for first and waits."""
    return jobs.oldest_waiting()


def ask_cancel(number: int) -> bool:
    """Ask for a job's end; False where it has ended already. One that runs ends within seconds, and leaves nothing."""
    return jobs.ask_cancel(number)


def note_done(number: int, *, batch: int | None, report: Mapping[str, Any]) -> None:
    """The job is done if and only if the present transaction commits."""
    jobs.write_done(number, batch, report)


def end_interrupted() -> int:
    """Jobs whose process was killed have failed; returns how many."""
    ended = 0
    for number in jobs.running():
        apart = Apart(number)
        try:
            if apart.interrupted():
                apart.end("failed", told(JobInterrupted()))
                ended += 1
        finally:
            apart.close()
    return ended


def told(refusal: HuitouError) -> dict[str, Any]:
    """A refusal as a job keeps it: code, texts in English for the doors to translate, and the facts that fill them."""
    facts = {name: value if isinstance(value, int) else str(value) for name, value in refusal.facts.items()}
    return {"code": refusal.code, "message": refusal.message, "next_step": refusal.next_step, "facts": facts}


def save_mapping(
    source: str,
    kind: str,
    columns: Mapping[str, str],
    *,
    reading: Mapping[str, Any],
    headers: Sequence[str],
    actor: str,
) -> None:
    """Keep how the files of a kind of this source are read; the next one needs no typing."""
    plain = {str(field): column for field, column in columns.items()}
    mappings.save(source, kind, plain, reading, list(headers), actor)


def mapping_of(source: str, kind: str) -> SavedMapping | None:
    return mappings.find(source, kind)


def saved_mappings() -> list[SavedMapping]:
    return mappings.every()


def forget_mapping(source: str, kind: str) -> None:
    """Raises MappingUnknown."""
    if not mappings.delete(source, kind):
        raise MappingUnknown(source=source, kind=kind)


def fit(saved: SavedMapping, headers: Sequence[str]) -> Fit:
    """How a kept mapping and a file's headers go together."""
    return fitting.fit(saved, headers)


Opener = Callable[[DropSeen], AbstractContextManager[Folder]]
_openers: dict[str, Opener] = {}


def use_folders(openers: Mapping[str, Opener]) -> None:
    """How folders are reached, by the scheme of their place (`file`, `sftp`): config.wiring hands it in."""
    _openers.update(openers)


def open_folder(drop: DropSeen) -> AbstractContextManager[Folder]:
    """The drop's folder. Raises DropUnreachable, then or while it is used."""
    return _openers[places.scheme_of(drop.place)](drop)


def add_drop(
    name: str,
    *,
    place: str,
    pattern: str,
    kind: str,
    source: str,
    marker: str = "",
    key_file: str = "",
    host_key: str = "",
    actor: str,
) -> None:
    """Raises DropPlaceUnfit, DropNeedsKeys or DropTaken."""
    if not places.is_fit(place):
        raise DropPlaceUnfit(place=place)
    if places.scheme_of(place) == "sftp" and not (key_file and host_key):
        raise DropNeedsKeys()
    values = {
        "name": name, "place": place, "pattern": pattern, "kind": kind, "source": source, "marker": marker,
        "key_file": key_file, "host_key": host_key, "added_by": actor,
    }  # fmt: skip
    if not drops.insert(values):
        raise DropTaken(name=name)


def all_drops() -> list[DropSeen]:
    return drops.every()


def remove_drop(name: str) -> None:
    """The files stay where they lie. Raises DropUnknown."""
    if not drops.delete(name):
        raise DropUnknown(name=name)


@contextmanager
def one_looks() -> Iterator[bool]:
    """Whether we are the only ones who look at drops, inside."""
    held = drops.hold_looking()
    try:
        yield held
    finally:
        if held:
            drops.let_go()


def note_look(drop: int, failure: Mapping[str, Any]) -> None:
    """When somebody looked at a drop, and what was in the way."""
    drops.note_look(drop, failure)


def note_file(drop: int, file: LyingFile, now: datetime) -> DroppedFile:
    """Since when a file has the size and time that it has; one that has changed begins anew."""
    return drops.note_file(drop, file, now)


def note_job(file: int, job: int | None) -> None:
    """Which job has the file."""
    drops.note_job(file, job)


def note_moved(file: int) -> None:
    """The file lies in `taken` or `refused` now; another of its name is another file."""
    drops.note_moved(file)


def latest_files(drop: int, limit: int = 5) -> list[DropFileSeen]:
    """The files that were last seen in a drop, newest first, with what became of them."""
    return drops.latest_files(drop, limit)


def unmoved(drop: int) -> list[DroppedFile]:
    """Files that a job was given and that are not known to be moved."""
    return drops.unmoved(drop)


def sftp_parts(place: str) -> tuple[str, str, int, str] | None:
    """(user, host, port, path) of an SFTP place; None where it is none."""
    return places.sftp_parts(place)
