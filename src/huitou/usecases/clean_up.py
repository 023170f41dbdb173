"""What the night takes away: ended sessions, old log-ins, member codes that are over, heard facts, left-over files."""

from __future__ import annotations

from datetime import datetime, timedelta

from huitou.access import service as access
from huitou.lake import service as lake
from huitou.members import service as members
from huitou.outbox import service as outbox


def clean_up(now: datetime) -> dict[str, int]:
    """Take away what has done its work; returns how many of each. May run twice."""
    members.forget_codes(now - timedelta(days=1))
    return access.forget_old_log_ins(now) | {
        "facts": outbox.forget_done(now),
        "files": lake.sweep(),
        "small_files": lake.put_together(),
    }
