"""Time is an argument. The core gets a moment; only config knows the real clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

SLACK = timedelta(minutes=5)
"""By so much two clocks may differ without a word."""


def seconds_off(said: datetime, really: datetime) -> int:
    """How far a clock that said the first moment was off; before the second it is negative, within SLACK nothing."""
    return 0 if abs(said - really) <= SLACK else round((said - really).total_seconds())


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, with its zone."""
        ...
