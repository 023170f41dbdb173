"""The nouns of files on their way into the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class JobSeen:
    """What somebody asked for, how far it is, and how it ended.

    `what`: import, undo, mend, refresh, sample or rehearse. `state`: waiting, running, done, failed or cancelled.
    `step` is the name of what happens now, `rows_done` of `rows_total` how far within it (0: not told). `failure`:
    {code, message, next_step, facts}, the texts in English for the doors to translate and fill.
    """

    id: int
    what: str
    kind: str
    state: str
    source: str
    file_name: str
    path: str
    mapping: Mapping[str, str]
    reading: Mapping[str, Any]
    dry_run: bool
    actor: str
    step: str
    rows_done: int
    rows_total: int
    cancel_asked: bool
    failure: Mapping[str, Any]
    report: Mapping[str, Any]
    batch: int | None
    target: int | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def ended(self) -> bool:
        return self.state in ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """How a source's files of one kind are read."""

    source: str
    kind: str
    columns: Mapping[str, str]
    reading: Mapping[str, Any]
    headers: Sequence[str]
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Fit:
    """How a kept mapping and a file's headers go together. It fits when no mapped column is missing."""

    missing: Mapping[str, str]
    """Mapped columns that the file lacks, by field."""
    new: Sequence[str]
    """Columns of the file that were not there when the mapping was kept."""

    @property
    def fits(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class DropSeen:
    """A folder where a till system leaves its files. A private key that we hold is no part of it: `key_of` opens it."""

    id: int
    name: str
    place: str
    pattern: str
    kind: str
    source: str
    marker: str
    key_file: str
    public_key: str
    host_key: str
    paused_at: datetime | None
    added_by: str
    added_at: datetime
    looked_at: datetime | None
    failure: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LyingFile:
    """A file in a folder: its name, size in bytes and time of change (nanoseconds, as exact as the place tells)."""

    name: str
    size_bytes: int
    changed_at: int


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """What was noted of a file that lies in a drop."""

    id: int
    name: str
    size_bytes: int
    changed_at: int
    seen_at: datetime
    job: int | None = None


@dataclass(frozen=True, slots=True)
class DropFileSeen:
    """A file of a drop as pages list it: `state` of its job (empty: it is not whole yet), the import that it became,
    or why it was refused."""

    name: str
    seen_at: datetime
    moved_at: datetime | None
    state: str
    batch: int | None
    failure: Mapping[str, Any]


class Keys(Protocol):
    """Keys of SFTP, by an adapter (config.wiring)."""

    def make(self) -> tuple[str, str]:
        """A new pair: (private, public), as OpenSSH writes them."""

    def public_of(self, private: str) -> str:
        """The public half of a private key without a pass-phrase. Raises DropKeyUnfit."""

    def of_host(self, place: str) -> str:
        """The public key that the host of this SFTP place shows now. Raises DropUnreachable."""


class Folder(Protocol):
    """A folder that somebody else writes into: one adapter for each way to reach one (config.wiring)."""

    def list(self) -> list[LyingFile]:
        """The plain files directly in it."""

    def fetch(self, name: str, to: str) -> None:
        """Copy a file to a path of this machine."""

    def move(self, name: str, to: str) -> None:
        """Move a file into the sub-folder `to`, made where it is missing; one of its name there is replaced."""

    def write(self, to: str, name: str, text: str) -> None:
        """Write a small text file into the sub-folder `to`."""

    def remove(self, name: str) -> None:
        """Delete a file; one that is gone stays gone."""
