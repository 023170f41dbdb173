"""What the night takes away: sessions that have ended, old log-ins, files that nobody finishes."""

from __future__ import annotations

from datetime import datetime

from huitou.access import service as access
from huitou.lake import service as lake


def clean_up(now: datetime) -> dict[str, int]:
    """Take away what has done its work; returns how many of each. May run twice."""
    return access.forget_old_log_ins(now) | {"files": lake.sweep()}
