"""Drops on the page: an administrator adds, tries, pauses and removes them; folders within bounds, keys sealed."""

from __future__ import annotations

import html
import json
import re

import pytest

from huitou.bulk import service as bulk
from huitou.config import wiring
from huitou.inbox import service as inbox
from tests.builders import rows
from tests.doors.console.test_import_kept import PLAIN, keep, text_of
from tests.usecases.sftp_server import running_server

pytestmark = pytest.mark.django_db

HERE = {"name": "night", "source": "till", "kind": "receipts", "pattern": "*.csv", "where": "here", "folder": "pos"}


@pytest.fixture
def folders(tmp_path, settings):
    wiring.wire()
    settings.DROP_FOLDERS = [tmp_path / "drops"]
    settings.UPLOAD_PATH = tmp_path / "uploads"
    return tmp_path / "drops"


def names() -> list[str]:
    return [drop.name for drop in inbox.all_drops()]


def test_a_folder_is_added_tried_paused_and_removed(as_role, folders):
    client = as_role("administrator")
    assert "添加投递文件夹" in text_of(client.get("/mappings"))
    assert client.post("/drops/new", HERE)["Location"] == "/mappings#drops"
    assert inbox.all_drops()[0].place == str(folders / "pos")
    assert (folders / "pos").is_dir(), "made where it was missing"
    (folders / "pos" / "till.csv").write_text(PLAIN)
    (folders / "pos" / "notes.txt").write_text("x")
    said = text_of(client.post("/drops/check", {"name": "night"}))
    assert "1 个待收文件，另有 1 个" in said
    assert "还没有保存" in said, "what is in the way of reading it"
    keep(PLAIN.splitlines()[0].split(","))
    assert "till.csv 可以按已保存的对应读取" in text_of(client.post("/drops/check", {"name": "night"}))
    assert (folders / "pos" / "till.csv").exists(), "nothing was taken or moved"
    assert rows("SELECT count(*) FROM inbox_dropfile") == [(0,)]
    assert client.get("/drops/check")["Location"] == "/mappings#drops", "who reloads"
    client.post("/drops/pause", {"name": "night", "paused": "1"})
    assert "已暂停" in text_of(client.get("/mappings"))
    client.post("/drops/pause", {"name": "night", "paused": "0"})
    assert inbox.all_drops()[0].paused_at is None
    assert "移除投递文件夹 night？" in text_of(client.get("/mappings")), "it is asked before"
    client.post("/drops/remove", {"name": "night"})
    assert names() == []
    assert (folders / "pos" / "till.csv").exists()
    assert client.post("/drops/remove", {"name": "night"}).status_code == 404
    noted = [what for (what,) in rows("SELECT action FROM access_auditentry WHERE action LIKE 'drop_%' ORDER BY id")]
    assert noted == ["drop_added", "drop_paused", "drop_resumed", "drop_removed"]


def test_what_does_not_fit_adds_nothing_and_says_why(as_role, folders, tmp_path):
    folders.mkdir()
    (tmp_path / "secret").mkdir()
    (folders / "out").symlink_to(tmp_path / "secret")
    client = as_role("administrator")
    for change, code, because in [
        ({"folder": "/etc"}, "drop_folder_outside", "another folder of the server"),
        ({"folder": f"{folders}/../secret"}, "drop_folder_outside", "dots are followed first"),
        ({"folder": "out"}, "drop_folder_outside", "and links"),
        ({"folder": ""}, "drop_place_unfit", "no folder at all"),
        ({"name": " "}, "drop_incomplete", "no name"),
        ({"kind": "balances"}, "kind_not_imported", "an old programme's files come in by hand"),
        ({"where": "sftp", "host": "", "user": "till", "path": "/x"}, "drop_place_unfit", "no host"),
        ({"where": "sftp", "host": "h", "user": "till", "path": "/x", "host_key": "nonsense", "same_key": "1"},
         "drop_host_key_unfit", "no key of a host"),
    ]:  # fmt: skip
        answer = client.post("/drops/new", {**HERE, **change})
        assert (answer.status_code // 100, code in answer.content.decode()) == (4, True), because
        assert names() == [], because
    assert not list((tmp_path / "secret").iterdir())
    client.post("/drops/new", HERE)
    assert "drop_taken" in client.post("/drops/new", HERE).content.decode()


def test_who_may_not_set_drops_sees_them_and_changes_none(as_role, folders):
    as_role("administrator").post("/drops/new", HERE)
    client = as_role("marketer")
    page = client.get("/mappings").content.decode()
    assert "night" in page
    assert not re.search('(action|href)="/drops/', page)
    assert client.get("/drops/new").status_code == 403
    for path in ("new", "check", "pause", "remove"):
        assert client.post(f"/drops/{path}", HERE).status_code == 403, path
    assert names() == ["night"]


def test_a_drop_stays_while_somebody_looks_at_drops(as_role, folders):
    client = as_role("administrator")
    client.post("/drops/new", HERE)
    looking = bulk.apart()
    try:
        with looking.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('inbox drops'))")
            refused = client.post("/drops/remove", {"name": "night"})
            assert (refused.status_code, "drop_busy" in refused.content.decode()) == (409, True)
            cursor.execute("SELECT pg_advisory_unlock_all()")  # a session that is closed lets go when it comes to it
    finally:
        looking.close()
    client.post("/drops/remove", {"name": "night"})
    assert names() == []


def test_by_sftp_the_hosts_key_is_compared_and_ours_is_sealed_and_never_shown(as_role, folders, tmp_path):
    client = as_role("administrator")
    keep(PLAIN.splitlines()[0].split(","))
    with running_server(tmp_path / "there") as server:
        host, port = server.place.split("@")[1].split("/")[0].split(":")
        asked = {**HERE, "where": "sftp", "host": host, "port": port, "user": "till", "path": "/export"}
        page = client.post("/drops/new", asked).content.decode()
        assert inbox.fingerprint(server.host_key) in html.unescape(page)
        assert names() == [], "because nobody has compared it yet"
        confirmed = {**asked, "host_key": server.host_key}
        assert "请确认一致后再继续" in text_of(client.post("/drops/new", confirmed))
        assert names() == []
        confirmed["same_key"] = "1"
        assert "drop_key_unfit" in client.post("/drops/new", {**confirmed, "private_key": "x"}).content.decode()
        given = (tmp_path / "there" / "key").read_text()
        client.post("/drops/new", {**confirmed, "private_key": given})
        (server.folder / "till.csv").write_text(PLAIN)
        assert "可以按已保存的对应读取" in text_of(client.post("/drops/check", {"name": "night"}))
        client.post("/drops/new", {**confirmed, "name": "own"})
        assert "无法访问" in text_of(client.post("/drops/check", {"name": "own"})), "until its key is let in there"
    page = client.get("/mappings").content.decode()
    assert "ssh-ed25519" in page, "our public half, for the other machine"
    secret = given.splitlines()[1]
    kept = json.dumps(rows("SELECT row_to_json(d)::text FROM inbox_drop d"))
    assert "PRIVATE" not in page + kept
    assert secret not in page + kept
    assert inbox.key_of(inbox.drop_named("night")) == given.strip()
