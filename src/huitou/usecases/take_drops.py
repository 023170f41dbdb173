"""What till systems drop each night is taken in: a file that has stopped growing, once, and moved aside (row A14)."""

from __future__ import annotations

import fnmatch
import json
import logging
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from huitou.inbox import service as inbox
from huitou.inbox.errors import DropFolderOutside, KindNotImported, MappingUnknown
from huitou.inbox.terms import DroppedFile, DropSeen, Folder, JobSeen, LyingFile
from huitou.kernel.errors import HuitouError
from huitou.usecases import kept_mappings, run_jobs
from huitou.usecases.import_described import DESCRIBED

_log = logging.getLogger(__name__)

STILL = timedelta(seconds=50)
"""A file of the same size and time for so long is whole: two looks of the worker, a minute apart."""
TAKEN, REFUSED = "taken", "refused"
REPORT = ".report.json"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at the drops did, in files."""

    taken: int = 0
    refused: int = 0
    waiting: int = 0
    """Not whole yet."""
    unreachable: int = 0
    """Drops, not files."""


KINDS = ("receipts", *DESCRIBED)
"""What files of a drop may hold. An old programme's come in once, by hand, at the cut-over."""


def add_drop(name: str, *, kind: str, **said: Any) -> None:
    """Make a folder a drop. Raises KindNotImported, and what `inbox.add_drop` does."""
    if kind not in KINDS:
        raise KindNotImported(kind=kind, kinds=", ".join(KINDS))
    inbox.add_drop(name, kind=kind, **said)


def add_drop_of_page(name: str, *, place: str, **said: Any) -> None:
    """As `add_drop`, for whoever is no operator of the server: a folder must lie within one of settings.DROP_FOLDERS,
    where links and dots are followed first, and is made where it is missing. Raises DropFolderOutside too."""
    if place.startswith("/"):
        folder = Path(place).resolve()
        if not any(folder.is_relative_to(one) for one in _page_folders()):
            raise DropFolderOutside(place=place, folders=", ".join(str(one) for one in _page_folders()))
        place = str(folder)
        folder.mkdir(parents=True, exist_ok=True)
    add_drop(name, place=place, **said)


def _page_folders() -> list[Path]:
    return [Path(one).resolve() for one in settings.DROP_FOLDERS]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at a drop finds that takes nothing: files by name, those to take, those whose marker is not there,
    and others; whether a mapping is kept for its source, and what is in the way of the first file's (an empty text:
    nothing)."""

    files: list[str]
    waiting: list[str]
    others: list[str]
    mapping_kept: bool
    in_the_way: str


def check_drop(name: str) -> Checked:
    """Look into a drop's folder and read its first file by the mapping that is kept, and change nothing.

    Raises DropUnknown or DropUnreachable.
    """
    drop = inbox.drop_named(name)
    kept = inbox.mapping_of(drop.source, drop.kind) is not None
    with inbox.open_folder(drop) as folder:
        lying = {file.name: file for file in folder.list()}
        found = sorted(_ours(drop, lying))
        ours = [file for file in found if not drop.marker or _has_marker(drop, lying, file)]
        waiting = [file for file in found if file not in ours]
        others = sorted(set(lying) - set(found))
        try:
            if ours or not kept:
                _try_to_read(drop, folder, ours[0] if ours else None)
        except HuitouError as refusal:
            return Checked(ours, waiting, others, kept, f"{refusal} {refusal.next_step.format(**refusal.facts)}")
    return Checked(ours, waiting, others, kept, "")


def _try_to_read(drop: DropSeen, folder: Folder, name: str | None) -> None:
    """Raises what is in the way of reading this file."""
    if name is None:
        raise MappingUnknown(source=drop.source, kind=drop.kind)
    with _copy(folder, name) as path:
        kept_mappings.require(path, source=drop.source, kind=drop.kind)


@contextmanager
def _copy(folder: Folder, name: str) -> Iterator[Path]:
    """A copy of our own of a file that lies there; gone when the block ends."""
    settings.UPLOAD_PATH.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="drop-", dir=settings.UPLOAD_PATH))
    try:
        path = place / name
        folder.fetch(name, str(path))
        yield path
    finally:
        shutil.rmtree(place, ignore_errors=True)


def look_at_drops(clock: Callable[[], datetime], *, name: str | None = None, at_once: bool = False) -> Looked:
    """Look at every drop that is not paused, or at one, and take what is whole; `at_once`: a file without a marker need
    not lie still first.

    One looks at a time; where somebody else does, nothing is left to do. A drop that cannot be reached holds up no
    other. Killed at any moment it takes nothing twice: a job is done if and only if its import is in the books, and a
    file whose job is done is moved by the next look.
    """
    found = Looked()
    with inbox.one_looks() as alone:
        for drop in inbox.all_drops() if alone else ():
            if drop.name != name if name is not None else drop.paused_at is not None:
                continue
            try:
                with inbox.open_folder(drop) as folder:
                    found = _added(found, _look(drop, folder, clock, at_once))
                inbox.note_look(drop.id, {})
            except HuitouError as refusal:
                inbox.note_look(drop.id, inbox.told(refusal))
                _log.warning("drop %s: %s", drop.name, refusal)
                found = _added(found, Looked(unreachable=1))
    return found


def _added(one: Looked, other: Looked) -> Looked:
    return Looked(
        one.taken + other.taken,
        one.refused + other.refused,
        one.waiting + other.waiting,
        one.unreachable + other.unreachable,
    )


def _look(drop: DropSeen, folder: Folder, clock: Callable[[], datetime], at_once: bool) -> Looked:
    lying = {file.name: file for file in folder.list()}
    ours = _ours(drop, lying)
    ended = [_settle(drop, folder, file, lying) for file in inbox.unmoved(drop.id)]
    taken, refused, waiting = ended.count(TAKEN), ended.count(REFUSED), 0
    for file_name in sorted(ours):
        now = clock()
        noted = inbox.note_file(drop.id, lying[file_name], now)
        if noted.job is not None:
            continue
        if not _is_whole(drop, lying, noted, now, at_once):
            waiting += 1
        elif _take(drop, folder, noted, lying[file_name], now) == TAKEN:
            taken += 1
        else:
            refused += 1
    return Looked(taken, refused, waiting)


def _ours(drop: DropSeen, names: Iterable[str]) -> set[str]:
    """Those of these files that the drop is about."""
    return {
        file_name
        for file_name in names
        if fnmatch.fnmatchcase(file_name, drop.pattern)
        and not (drop.marker and file_name.endswith(drop.marker))
        and not file_name.startswith(".")
    }


def _is_whole(drop: DropSeen, lying: dict[str, LyingFile], file: DroppedFile, now: datetime, at_once: bool) -> bool:
    if drop.marker:
        return _has_marker(drop, lying, file.name)
    return at_once or now - file.seen_at >= STILL


def _has_marker(drop: DropSeen, lying: Collection[str], name: str) -> bool:
    return f"{name}{drop.marker}" in lying or f"{Path(name).stem}{drop.marker}" in lying


def _take(drop: DropSeen, folder: Folder, file: DroppedFile, lying: LyingFile, now: datetime) -> str:
    """Import a whole file from a copy of our own, and move it aside."""
    with _copy(folder, file.name) as path:
        if path.stat().st_size != lying.size_bytes:
            return "waiting"  # it grows again: the next look begins anew
        return _import(drop, folder, file, path, now)


def _import(drop: DropSeen, folder: Folder, file: DroppedFile, path: Path, now: datetime) -> str:
    actor = f"drop {drop.name}"
    try:
        recalled = kept_mappings.require(path, source=drop.source, kind=drop.kind)
    except HuitouError as refusal:
        # It is listed with what else failed: whoever keeps the chain's files does not look into folders.
        job = inbox.add_failed(
            refusal, what="import", kind=drop.kind, source=drop.source, file_name=file.name, actor=actor
        )
        inbox.note_job(file.id, job)
    else:
        job = run_jobs.start_import(
            path,
            kind=drop.kind,
            mapping=recalled.columns,
            reading=recalled.reading,
            source=drop.source,
            member_kind=recalled.member_kind,
            actor=actor,
        )
        inbox.note_job(file.id, job)
        run_jobs.run(job, now=now)
    return _settle(drop, folder, DroppedFile(file.id, file.name, file.size_bytes, file.changed_at, file.seen_at, job))


def _settle(drop: DropSeen, folder: Folder, file: DroppedFile, lying: dict[str, LyingFile] | None = None) -> str:
    """Move a file whose job has ended; one whose process was killed before that is taken anew by the next look."""
    assert file.job is not None
    job = inbox.job(file.job)
    if job.state in ("waiting", "running"):
        inbox.ask_cancel(file.job) if job.state == "waiting" else inbox.end_interrupted()
        job = inbox.job(file.job)
    if job.state == "running":
        return "waiting"
    if job.state == "cancelled" or job.failure.get("code") == "job_interrupted":
        inbox.note_job(file.id, None)
        return "waiting"
    to = TAKEN if job.state == "done" else REFUSED
    if lying is not None and file.name not in lying:
        inbox.note_moved(file.id)  # moved, and we were killed before we could say so
        return "moved"
    _move_aside(drop, folder, file, to, _report(job))
    return to


def _report(job: JobSeen) -> dict[str, object]:
    failure = dict(job.failure)
    if failure:
        failure["says"] = str(failure["message"]).format(**failure["facts"])
    return {"import": job.batch, "report": dict(job.report), "failure": failure}


def _move_aside(drop: DropSeen, folder: Folder, file: DroppedFile, to: str, report: dict[str, object]) -> None:
    said = {"drop": drop.name, "file": file.name, "source": drop.source, "taken": to == TAKEN, **report}
    folder.write(to, file.name + REPORT, json.dumps(said, ensure_ascii=False, indent=1, default=str))
    folder.move(file.name, to)
    if drop.marker:
        for marker in (f"{file.name}{drop.marker}", f"{Path(file.name).stem}{drop.marker}"):
            folder.remove(marker)
    inbox.note_moved(file.id)
