"""What the night takes away: what has ended, what was heard, what was left over, uploads that nobody went on with."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from huitou.access import service as access
from huitou.lake import service as lake
from huitou.members import service as members
from huitou.offline import service as offline
from huitou.offline.terms import GOOD_FOR
from huitou.outbox import service as outbox
from huitou.receipts.service import quarantine
from huitou.uploads import service as uploads
from huitou.usecases.undo_described import UNDO_DAYS, forget_old

CODES_REMEMBERED = timedelta(days=7)


def clean_up(now: datetime) -> dict[str, int]:
    """Take away what has done its work; returns how many of each. May run twice."""
    # A till without a server sends what it sold for days: until then it has to be seen that a code was spent.
    members.forget_codes(now - CODES_REMEMBERED)
    return access.forget_old_log_ins(now) | {
        "facts": outbox.forget_done(now),
        "files": lake.sweep(),
        "small_files": lake.put_together(),
        "uploads": uploads.sweep(now),
        "undo_notes": forget_old(now),
        "bundles": offline.forget_given(Path(settings.OFFLINE_PATH), now - GOOD_FOR),
        "sealed_rows": quarantine.forget_sealed(now - timedelta(days=UNDO_DAYS)),
    }
