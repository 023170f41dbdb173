"""File locks that the kernel lets go of when their holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_lock(path: Path) -> int:
    """A file descriptor to lock; it is closed in programs that we start, and closing it lets the lock go."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def taken(lock: int, how: int) -> bool:
    """Try to take `lock` now; `how` is LOCK_SH or LOCK_EX. False: somebody is in the way."""
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def held_by_other(path: Path) -> bool:
    """Whether another process holds `path` exclusively now.

    Asks by a shared lock, so that many may ask at once without seeing each other.
    """
    lock = open_lock(path)
    try:
        return not taken(lock, fcntl.LOCK_SH)
    finally:
        os.close(lock)


@contextmanager
def exclusively(path: Path) -> Iterator[int]:
    """Wait for `path` and hold it alone; yields the descriptor."""
    lock = open_lock(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)
