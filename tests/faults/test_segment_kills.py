"""kill -9 in the middle of a turn of the live segments, or of a snapshot: nothing has happened, and the next one does
it once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from django.db import connection

from huitou.segments import service as segments
from huitou.segments.service import live
from huitou.usecases import live_segments, segment_snapshots
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


# It holds the lease and renews it, is about to say how many there are, and waits to be killed.
COUNTER = """
import sys
import django
django.setup()
from datetime import UTC, datetime
from pathlib import Path
from django.conf import settings
settings.LAKE_PATH = Path(sys.argv[1])
from huitou.segments import service as segments
from huitou.usecases import segment_snapshots
segments.LEASE_SECONDS, segment_snapshots.LOOK_SECONDS = 5, 0.2
def stop(*_):
    print("here", flush=True)
    sys.stdin.readline()
segments.reach = stop
segment_snapshots.count_next(lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))
"""


def follow():
    return live_segments.follow(lambda: NOW)


def start(programme: str, lake) -> subprocess.Popen:
    """A process of its own, once it waits to be killed."""
    place = connection.get_connection_params()
    url = " ".join(f"{key}='{place[key]}'" for key in ("dbname", "user", "password", "host", "port") if place.get(key))
    started = subprocess.Popen(
        [sys.executable, "-c", programme, str(lake)],
        env={**os.environ, "HUITOU_DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "here\n"
    return started


def test_a_snapshot_whose_counter_is_killed_is_taken_over_once_nothing_is_heard_of_it(settings, tmp_path):
    settings.LAKE_PATH = tmp_path / "lake"
    run(
        "INSERT INTO members_member (id, joined_on) VALUES (101, '2026-11-01')",
        "INSERT INTO members_identity (member_id, kind, value) VALUES (101, 'card', 'A')",
    )
    asking.define_segment("all", json.dumps({"language": 1, "where": {"leaf": "everyone"}}), made_by="test")
    number = segments.ask_snapshot("all", asked_by="test")
    counter = start(COUNTER, settings.LAKE_PATH)
    assert not segment_snapshots.count_next(lambda: NOW), "because it is held"
    counter.kill()
    counter.wait()
    seen = segments.snapshot(number)
    assert (seen.state, seen.members, segments.snapshot_members(number)) == ("running", None, []), "not yet anybody"
    # The lease of five seconds ends by the database's clock.
    while not segment_snapshots.count_next(lambda: NOW):
        time.sleep(0.1)
    seen = segments.snapshot(number)
    assert (seen.state, seen.members, seen.attempts, seen.problem) == ("done", 1, 2, "")
    assert segments.snapshot_members(number) == [101]


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
    worker = start(WORKER, settings.LAKE_PATH)
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
