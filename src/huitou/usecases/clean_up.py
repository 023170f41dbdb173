"""What the night takes away: ended sessions, old log-ins, member codes that are over, files that nobody finishes."""

from __future__ import annotations

from datetime import datetime, timedelta

from huitou.access import service as access
from huitou.lake import service as lake
from huitou.members import service as members


def clean_up(now: datetime) -> dict[str, int]:
    """Take away what has done its work; returns how many of each. May run twice."""
    members.forget_codes(now - timedelta(days=1))
    return access.forget_old_log_ins(now) | {"files": lake.sweep()}
