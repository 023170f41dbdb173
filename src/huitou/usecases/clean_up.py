"""What the night takes away: what has ended, what was heard, what was left over, uploads that nobody went on with."""

from __future__ import annotations

from datetime import datetime, timedelta

from huitou.access import service as access
from huitou.lake import service as lake
from huitou.members import service as members
from huitou.outbox import service as outbox
from huitou.receipts.service import quarantine
from huitou.uploads import service as uploads
from huitou.usecases.undo_described import UNDO_DAYS, forget_old


def clean_up(now: datetime) -> dict[str, int]:
    """Take away what has done its work; returns how many of each. May run twice."""
    members.forget_codes(now - timedelta(days=1))
    return access.forget_old_log_ins(now) | {
        "facts": outbox.forget_done(now),
        "files": lake.sweep(),
        "small_files": lake.put_together(),
        "uploads": uploads.sweep(now),
        "undo_notes": forget_old(now),
        "sealed_rows": quarantine.forget_sealed(now - timedelta(days=UNDO_DAYS)),
    }
