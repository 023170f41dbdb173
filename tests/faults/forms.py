"""Each fault has a small form, which `make test` runs, and a long one, which `make faults` runs."""

from __future__ import annotations

import os
import sys
import time
from typing import TypeVar

LONG = os.environ.get("HUITOU_FAULTS") == "long"
_EVERY_SECONDS = 10.0

Size = TypeVar("Size")


def either(small: Size, long: Size) -> Size:
    """How much of it: `small` in `make test`, `long` in `make faults`."""
    return long if LONG else small


def told(text: str) -> None:
    """A figure of the long form, for whoever waits for it."""
    if LONG:
        sys.stderr.write(f"\n  {time.strftime('%H:%M:%S')} {text}")
        sys.stderr.flush()


class Progress:
    """A line now and then: how far it has come."""

    def __init__(self, what: str, whole: int) -> None:
        self.what, self.whole = what, whole
        self._since = self._last = time.monotonic()

    def at(self, done: int, more: str = "") -> None:
        now = time.monotonic()
        if done >= self.whole or now - self._last >= _EVERY_SECONDS:
            self._last = now
            rate = done / max(now - self._since, 1e-9)
            told(f"{self.what}: {done:,} of {self.whole:,} ({rate:,.0f}/s){' ' + more if more else ''}")
