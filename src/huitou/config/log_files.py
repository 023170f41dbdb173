"""Log files below the home that cannot grow without end."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

LOG_BYTES = 5_000_000


def open_log(path: Path) -> BinaryIO:
    """`path` to append to. One that is long becomes `.old.log` first, in the place of the one before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def last_words(path: Path, *, lines: int = 40) -> list[str]:
    """The end of a log."""
    return path.read_text(errors="replace").splitlines()[-lines:] if path.exists() else []
