"""A drop in a folder of this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huitou.inbox.errors import DropUnreachable
from huitou.inbox.terms import DropSeen, Folder, LyingFile


class FolderHere:
    """`Folder` of this machine."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def list(self) -> list[LyingFile]:
        found = []
        with os.scandir(self._place) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    seen = entry.stat(follow_symlinks=False)
                    found.append(LyingFile(entry.name, seen.st_size, seen.st_mtime_ns))
        return sorted(found, key=lambda file: file.name)

    def fetch(self, name: str, to: str) -> None:
        shutil.copyfile(self._place / name, to, follow_symlinks=False)

    def move(self, name: str, to: str) -> None:
        (self._place / to).mkdir(exist_ok=True)
        os.replace(self._place / name, self._place / to / name)

    def write(self, to: str, name: str, text: str) -> None:
        (self._place / to).mkdir(exist_ok=True)
        (self._place / to / name).write_text(text, encoding="utf-8")

    def remove(self, name: str) -> None:
        (self._place / name).unlink(missing_ok=True)


@contextmanager
def open_here(drop: DropSeen) -> Iterator[Folder]:
    """Raises DropUnreachable, also while it is used."""
    try:
        yield FolderHere(Path(drop.place))
    except OSError as error:
        raise DropUnreachable(place=drop.place, reason=error.strerror or str(error)) from error
