"""kill -9 of the worker or the web in the middle of what a page began: the page tells the truth, and nothing is half
done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zlib

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from huitou.receipts.service import import_life
from huitou.usecases import run_jobs
from huitou.usecases.audit import audit
from tests.builders import SMALL_CHAIN, contents, rows, take_into_lake
from tests.doors.console.test_import_more import taken, tried
from tests.doors.console.test_import_trip import JSON, looked, text_of
from tests.faults.test_import_kills import kill_at, soon_is_interrupted

pytestmark = pytest.mark.django_db(transaction=True)

MEMBERS = "会员卡号,姓名,手机号\nV1,王芳,13800138000\n,李强,不是电话\nV3,赵六,13700137000\n"
WITHOUT = ("inbox_job", "uploads_upload", "access_auditentry", "django_session")


def last_job() -> int:
    return rows("SELECT max(id) FROM inbox_job")[0][0]


def killed(step: str) -> int:
    """The newest job, killed at that step, as the next worker finds it."""
    job = last_job()
    kill_at(job, step, django_settings.LAKE_PATH)
    soon_is_interrupted(job)
    return job


def test_a_trial_and_the_taking_in_are_interrupted_and_begun_again_from_the_page(as_role):
    client = as_role("administrator")
    page = looked(client, MEMBERS, name="会员.csv")
    before = contents(without=WITHOUT)
    client.post(page + "/try")
    killed("read")
    said = client.get(page)
    assert "job_interrupted" in said.content.decode()
    assert "处理它的进程已中断" in text_of(said) or "没有导入" in text_of(said), text_of(said)
    assert client.get(page + "?step=match").status_code == 200, "the way back to the columns is open"
    tried(client, page)
    assert "有 2 行可以导入" in text_of(client.get(page))
    client.post(page + "/take")
    killed("keep")
    assert "job_interrupted" in client.get(page).content.decode()
    assert contents(without=(*WITHOUT, "inbox_mapping")) == {
        name: found for name, found in before.items() if name != "inbox_mapping"
    }, "nothing of it came in"
    number = taken(client, page)
    assert "已导入 2 行" in text_of(client.get(f"/imports/{number}"))
    assert rows("SELECT count(*) FROM members_member") == [(2,)]


def _killed_and_begun_again(client, address, step):
    """A job that is killed at this step has changed nothing and its page says so; what its page says of the second."""
    before = contents(without=WITHOUT)
    there = client.post(address)["Location"]
    killed(step)
    assert "job_interrupted" in client.get(there).content.decode()
    assert contents(without=WITHOUT) == before
    again = client.post(address)["Location"]
    run_jobs.run_waiting(timezone.now)
    return client.get(again)


def test_mending_and_undo_are_interrupted_and_begun_again_from_the_page(as_role):
    client = as_role("administrator")
    page = looked(client, MEMBERS, name="会员.csv")
    tried(client, page)
    number = taken(client, page)
    client.post(f"/imports/{number}/rows/3/mend", {"cell-phone": "13900139000"})
    assert _killed_and_begun_again(client, f"/imports/{number}/rows/take/go", "keep").status_code == 302
    assert import_life.refused_by_code(number) == {}
    ended = _killed_and_begun_again(client, f"/imports/{number}/undo/go", "rows")
    assert ended["Location"] == f"/imports/{number}"
    assert rows("SELECT count(*) FROM members_member") == [(1,)], "who came by mending is another import's"
    assert [verdict.name for verdict in audit() if not verdict.holds] == []


def test_what_is_killed_right_after_its_commit_is_done(as_role):
    client = as_role("administrator")
    page = looked(client, MEMBERS, name="会员.csv")
    tried(client, page)
    client.post(page + "/take")
    kill_at(last_job(), "right after", django_settings.LAKE_PATH)
    run_jobs.run_waiting(timezone.now)
    answer = client.get(page)
    assert answer.status_code == 302, "its page is the import's"
    assert "已导入 2 行" in text_of(client.get(answer["Location"]))


def test_a_refresh_that_is_killed_right_after_its_commit_is_done(as_role, tmp_path):
    take_into_lake(tmp_path, SMALL_CHAIN)
    client = as_role("administrator")
    client.post("/refresh/now", {"sure": "1"})
    job = last_job()
    kill_at(job, "right after the refresh", django_settings.LAKE_PATH)
    run_jobs.run_waiting(timezone.now)
    assert run_jobs.progress(job).state == "done", "its figures are there, and it says so"
    said = client.get("/refresh")
    assert "job_interrupted" not in said.content.decode()
    assert rows("SELECT count(*) FROM insight_refresh WHERE ended_at IS NOT NULL") == [(1,)]


# A web process of its own: it writes the piece's bytes, and is killed before it could say that they are there.
WEB = """
import os, signal, sys, zlib
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.db import transaction
from django.utils import timezone
settings.UPLOAD_PATH = Path(sys.argv[4])
from huitou.uploads import service as uploads
from huitou.uploads import store
store.note_received = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
upload, owner, piece = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].encode()
with transaction.atomic():
    uploads.append(upload, owner, offset=8, piece=piece, crc32=zlib.crc32(piece), now=timezone.now())
"""


def test_an_upload_goes_on_where_it_was_when_the_web_is_killed_in_a_piece(as_role):
    client = as_role("administrator")
    whole = MEMBERS.encode()
    begun = client.post("/imports/uploads", {"name": "会员.csv", "size": len(whole), "mark": "m"}, headers=JSON).json()

    def send(offset: int, piece: bytes) -> dict:
        headers = JSON | {"X-Piece-Offset": str(offset), "X-Piece-Crc32": f"{zlib.crc32(piece):08x}"}
        return client.post(begun["pieces"], piece, content_type="application/octet-stream", headers=headers).json()

    send(0, whole[:8])
    ((number, owner),) = rows("SELECT id, owner_id FROM uploads_upload")
    place = connection.get_connection_params()
    url = " ".join(f"{key}='{place[key]}'" for key in ("dbname", "user", "password", "host", "port") if place.get(key))
    child = subprocess.run(
        [sys.executable, "-c", WEB, str(number), str(owner), "other bytes", str(django_settings.UPLOAD_PATH)],
        env={**os.environ, "HUITOU_DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert client.get(begun["pieces"], headers=JSON).json()["received"] == 8, "what nobody said is there is not there"
    assert send(8, whole[8:])["whole"] is True
    page = begun["page"]
    client.post(page + "/look")
    tried(client, page)
    assert "有 2 行可以导入" in text_of(client.get(page))
