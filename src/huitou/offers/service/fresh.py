"""What a process keeps of the database and looks at again at most once in a while: tills ask it with every quote."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Fresh(Generic[T]):
    """Something kept, at most so many seconds old. Threads that ask while one of them looks get what was there.

    `look` is given what is kept and answers what is there now: the same where nothing changed. `seconds`: how long it
    is believed.
    """

    def __init__(self, look: Callable[[T], T], empty: T, seconds: Callable[[], float]) -> None:
        self._look, self._kept, self._seconds = look, empty, seconds
        self._one_looks = threading.Lock()
        self.looked_at = float("-inf")
        """By the process's own clock, that only goes forward."""

    def now(self) -> T:
        fresh = self._seconds()
        if time.monotonic() - self.looked_at < fresh:
            return self._kept
        # Whoever finds it overdue by half as much again waits: nobody goes on with what may be twice as old.
        must_wait = time.monotonic() - self.looked_at > fresh * 1.5
        if not self._one_looks.acquire(blocking=must_wait):
            return self._kept
        try:
            asked = time.monotonic()
            if asked - self.looked_at >= fresh:
                self._kept = self._look(self._kept)
                self.looked_at = asked
            return self._kept
        finally:
            self._one_looks.release()

    def forget(self) -> None:
        """The next who asks looks again."""
        self.looked_at = float("-inf")
