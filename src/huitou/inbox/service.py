"""The door of the inbox: jobs, kept mappings, drops."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from huitou.inbox.errors import (
    DropBusy,
    DropHostKeyUnfit,
    DropIncomplete,
    DropNeedsKeys,
    DropPlaceUnfit,
    DropTaken,
    DropUnknown,
    JobInterrupted,
    JobUnknown,
    MappingUnknown,
)
from huitou.inbox.rules import fitting, host_keys, places
from huitou.inbox.store import drops, jobs, mappings
from huitou.inbox.terms import (
    DropFileSeen,
    DroppedFile,
    DropSeen,
    Fit,
    Folder,
    JobSeen,
    Keys,
    LyingFile,
    SavedMapping,
)
from huitou.kernel.errors import HuitouError
from huitou.privacy import service as privacy

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
_keys: list[Keys] = []
_SEALED_FOR = "drop key"


def use_folders(openers: Mapping[str, Opener], keys: Keys) -> None:
    """How folders are reached, by the scheme of their place (`file`, `sftp`), and who makes and reads keys of SFTP:
    config.wiring hands it in."""
    _openers.update(openers)
    _keys[:] = [keys]


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
    private_key: str = "",
    make_key: bool = False,
    host_key: str = "",
    actor: str,
) -> None:
    """A key by SFTP lies in `key_file`, or is `private_key`, or is made here (`make_key`): then it is kept sealed.

    Raises DropIncomplete, DropPlaceUnfit, DropNeedsKeys, DropKeyUnfit, DropHostKeyUnfit or DropTaken.
    """
    if not (name and source and pattern):
        raise DropIncomplete()
    if not places.is_fit(place):
        raise DropPlaceUnfit(place=place)
    values: dict[str, str | bytes | None] = {
        "name": name, "place": place, "pattern": pattern, "kind": kind, "source": source, "marker": marker,
        "added_by": actor,
    }  # fmt: skip
    if places.scheme_of(place) == "sftp":
        if not host_key or not (key_file or private_key or make_key):
            raise DropNeedsKeys()
        if (host := host_keys.read_key(host_key)) is None:
            raise DropHostKeyUnfit()
        values |= {"host_key": host, "key_file": key_file, **_held(private_key, make_key)}
    if not drops.insert(values):
        raise DropTaken(name=name)


def _held(private_key: str, make_key: bool) -> dict[str, str | bytes | None]:
    """The columns of a key that we hold."""
    if make_key:
        private_key, public_key = _keys[0].make()
    elif private_key:
        public_key = _keys[0].public_of(private_key)
    else:
        return {}
    return {"sealed_key": privacy.seal(private_key, purpose=_SEALED_FOR), "public_key": public_key}


def key_of(drop: DropSeen) -> str | None:
    """The private key that we hold, in clear, for whoever opens the drop; None: it lies in `key_file`."""
    sealed = drops.sealed_key(drop.id)
    return None if sealed is None else privacy.unseal(sealed, purpose=_SEALED_FOR)


def key_of_host(place: str) -> tuple[str, str]:
    """The public key that the host of an SFTP place shows now, and its fingerprint: somebody compares it with the
    host's own. Raises DropPlaceUnfit or DropUnreachable."""
    if places.sftp_parts(place) is None:
        raise DropPlaceUnfit(place=place)
    shown = host_keys.read_key(_keys[0].of_host(place))
    assert shown is not None
    return shown, host_keys.fingerprint(shown)


def fingerprint(host_key: str) -> str:
    """Raises DropHostKeyUnfit."""
    if (key := host_keys.read_key(host_key)) is None:
        raise DropHostKeyUnfit()
    return host_keys.fingerprint(key)


def all_drops() -> list[DropSeen]:
    return drops.every()


def drop_named(name: str) -> DropSeen:
    """Raises DropUnknown."""
    found = next((one for one in drops.every() if one.name == name), None)
    if found is None:
        raise DropUnknown(name=name)
    return found


def pause_drop(name: str, *, paused: bool) -> None:
    """Nobody looks at it until it goes on; its files stay where they lie. Raises DropUnknown."""
    if not drops.write_pause(name, paused):
        raise DropUnknown(name=name)


def remove_drop(name: str) -> None:
    """The files stay where they lie. Raises DropUnknown, and DropBusy while somebody looks at drops."""
    with transaction.atomic():
        if not drops.hold_looking_here():
            raise DropBusy()
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
