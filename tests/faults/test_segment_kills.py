"""kill -9 in the middle of a turn of the live segments: nothing has happened, and the next one does it once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.db import connection

from huitou.segments.service import live
from huitou.usecases import live_segments
from huitou.usecases import segments as asking
from tests.builders import run

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

# A worker of its own: it has written everything but where the log ends, and waits to be killed.
WORKER = """
import sys
import django
django.setup()
from datetime import UTC, datetime
from pathlib import Path
from django.conf import settings
settings.LAKE_PATH = Path(sys.argv[1])
from huitou.segments.service import live
from huitou.usecases import live_segments
def stop(*_):
    print("here", flush=True)
    sys.stdin.readline()
live.end_turn = stop
live_segments.follow(lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))
"""


def follow():
    return live_segments.follow(lambda: NOW)


def test_who_is_killed_has_moved_nobody_and_the_next_takes_over(settings, tmp_path):
    settings.LAKE_PATH = tmp_path / "lake"
    run(
        "INSERT INTO members_member (id, joined_on) VALUES (101, '2026-11-01'), (102, '2026-11-02')",
        "INSERT INTO members_identity (member_id, kind, value) VALUES (101, 'card', 'A'), (102, 'card', 'B')",
    )
    asking.define_segment("gold", json.dumps({"language": 1, "where": {"leaf": "tier", "is_one_of": ["金卡"]}}),
                          made_by="test")  # fmt: skip
    live_segments.switch_live("gold", on=True, actor="test")
    live_segments.follow_all(lambda: NOW)
    run("INSERT INTO members_tier (member_id, tier, since) VALUES (101, '金卡', '2026-11-01')")
    place = connection.get_connection_params()
    url = " ".join(f"{key}='{place[key]}'" for key in ("dbname", "user", "password", "host", "port") if place.get(key))
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(settings.LAKE_PATH)],
        env={**os.environ, "HUITOU_DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "here\n"
    assert follow() is None, "one at a time"
    worker.kill()
    worker.wait()
    assert live.members_of("gold") == []
    # The database notices that the line is gone, and frees the turn.
    for _ in range(600):
        if follow() is not None:
            break
    assert live.members_of("gold") == [101]
    assert [(move.member_id, move.entered, move.because) for move in live.moves("gold")] == [(101, True, "event")]
    assert follow() is None
