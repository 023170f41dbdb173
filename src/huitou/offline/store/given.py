"""Which rows a till was given, as fingerprints: files of the server, so that the next bundle can be a delta.

They hold no row. Where one is missing the till gets the whole bundle: it is a memory, not a book.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from huitou.offline.rules.rows import FINGERPRINT_BYTES, packed, unpacked

MOST_OF_ONE = 6
"""Versions that are remembered of one till's key in one store."""


def remember(folder: Path, source: str, store: str, version: str, marks: Iterable[bytes]) -> None:
    """Whole or not at all. What does not fit on the disk is not remembered."""
    place = _folder(folder, source, store)
    part = place / f"{version}.{os.getpid()}.part"
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.write_bytes(packed(marks))
        part.replace(place / version)
        for path in sorted(place.glob("[0-9a-f]*"), key=lambda one: one.stat().st_mtime, reverse=True)[MOST_OF_ONE:]:
            path.unlink(missing_ok=True)
    except OSError:
        part.unlink(missing_ok=True)


def recall(folder: Path, source: str, store: str, version: str) -> set[bytes] | None:
    """The fingerprints of that version; None where nobody remembers it."""
    if not version.isalnum() or not version.isascii():
        return None
    path = _folder(folder, source, store) / version
    try:
        text = path.read_bytes()
        path.touch()
    except OSError:
        return None
    return unpacked(text) if len(text) % FINGERPRINT_BYTES == 0 else None


def forget(folder: Path, before: float) -> int:
    """Remove what nobody asked for since that moment (seconds since 1970); how many."""
    gone = 0
    for path in folder.glob("*/*"):
        try:
            if path.stat().st_mtime < before:
                path.unlink()
                gone += 1
        except OSError:
            continue
    return gone


def _folder(folder: Path, source: str, store: str) -> Path:
    return folder / blake2b(f"{source}/{store}".encode(), digest_size=12).hexdigest()
