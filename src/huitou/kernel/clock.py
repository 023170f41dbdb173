"""Time is an argument. The core gets a moment; only config knows the real clock."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, with its zone."""
        ...
