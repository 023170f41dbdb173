"""A count that a newer question ends: the newest of an asker's questions runs, whichever process has it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from huitou.kernel.errors import HuitouError
from huitou.segments.errors import SegmentStopped, SegmentTookTooLong
from huitou.segments.store import askings
from huitou.segments.store.crowd import Crowd

LOOK_SECONDS = 0.15
"""So soon a count hears that somebody has asked anew."""
CANCEL_SECONDS = 5
"""So long the database may take to hear that it shall cancel."""
_log = logging.getLogger(__name__)


class AskersTurn:
    """The right to count until a newer question comes."""

    def __init__(self) -> None:
        self._over = False
        self._crowd: Crowd | None = None
        self._line: Any = None
        self._cut_by: HuitouError | None = None
        self._lock = threading.Lock()

    @contextmanager
    def counting(self, crowd: Crowd) -> Iterator[None]:
        """Inside, what runs in this crowd is stopped with the turn; later the crowd is somebody else's. Raises
        SegmentStopped if the turn is over."""
        with self._lock:
            if self._over:
                raise SegmentStopped()
            self._crowd = crowd
        try:
            yield
        finally:
            with self._lock:
                self._crowd = None

    @contextmanager
    def reading(self, seconds: float) -> Iterator[None]:
        """Inside, what this thread asks the database is cancelled there with the turn, and after so many seconds; the
        transaction is lost then. Raises SegmentStopped or SegmentTookTooLong."""
        connection.ensure_connection()
        with self._lock:
            if self._over:
                raise SegmentStopped()
            self._line, self._cut_by = connection.connection, None
        timer = threading.Timer(seconds, self._cut, [SegmentTookTooLong(seconds=seconds)])
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            if self._cut_by is None or isinstance(error, HuitouError):
                raise
            raise self._cut_by from error
        finally:
            timer.cancel()
            with self._lock:
                self._line = None

    def _cut(self, refusal: HuitouError) -> None:
        # Under the lock: what this thread asks after the reading must not meet a cancel that was meant for it.
        with self._lock:
            if self._line is not None:
                self._cut_by = refusal
                self._line.cancel_safe(timeout=CANCEL_SECONDS)

    def end(self) -> None:
        with self._lock:
            self._over = True
            if self._crowd is not None:
                self._crowd.stop(SegmentStopped())
        self._cut(SegmentStopped())


@contextmanager
def in_turn(asker: str, number: int) -> Iterator[AskersTurn]:
    """Inside, a question of the same asker with a higher number ends this one: what runs in `AskersTurn.counting` is
    interrupted. Raises SegmentStopped at once where a higher number was asked before."""
    turn, answered, told = AskersTurn(), threading.Event(), threading.Event()

    def look() -> None:
        # A thread has a connection of its own: the request's is in a transaction that nobody else sees, and in a
        # store's scope.
        line = connection
        try:
            newest = askings.announce(line, asker, number)
            while newest <= number:
                told.set()
                if answered.wait(LOOK_SECONDS):
                    break
                newest = askings.newest(line, asker)
            if newest > number:
                turn.end()
            askings.sweep(line)
        except Exception:  # without a watcher the count runs to its end or to its time limit
            _log.exception("nobody watches a count")
        finally:
            told.set()
            line.close()

    looker = threading.Thread(target=look, daemon=True)
    looker.start()
    told.wait()
    try:
        yield turn
    finally:
        answered.set()
        looker.join()


def end_turn(asker: str, number: int) -> None:
    """End whatever this asker asked with a lower number."""
    line = connection.copy()
    try:
        askings.announce(line, asker, number)
    finally:
        line.close()
