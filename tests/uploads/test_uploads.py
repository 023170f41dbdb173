"""A file comes in pieces: each once, in order, whole; seen by its owner alone; gone after a while."""

from __future__ import annotations

import os
import time
import zlib
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from tests.builders import rows, seen_by

from huitou.access import service as access
from huitou.kernel.errors import HuitouError
from huitou.uploads import service as uploads
from huitou.uploads.errors import PieceOutOfPlace, UploadUnknown
from huitou.uploads.rules.names import fit_name
from huitou.uploads.terms import AT_ONCE, CHUNK_BYTES, KEPT_HOURS

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEXT = "小票,时间\n1,2026-11-01 10:00\n".encode()
SIZE = len(TEXT)


@pytest.fixture
def people(db):
    found = {}
    for name in ("ada", "bea"):
        access.ensure_user(username=name, name=name, role="administrator", password="long enough")
        found[name] = get_user_model().objects.get(username=name).pk
    return found


def _begin(owner, name="till.csv", size=SIZE, mark="m1"):
    return uploads.begin(owner, file_name=name, size_bytes=size, mark=mark)


def _append(upload, owner, offset, piece, **wrong):
    return uploads.append(
        upload.id, owner, **{"offset": offset, "piece": piece, "crc32": zlib.crc32(piece), "now": NOW} | wrong
    )


def test_pieces_make_the_file(people):
    ada = people["ada"]
    upload = _begin(ada)
    assert not _append(upload, ada, 0, TEXT[:7]).whole
    done = _append(upload, ada, 7, TEXT[7:])
    assert done.whole
    assert uploads.path_of(done).read_bytes() == TEXT
    assert uploads.path_of(done).name == "till.csv", "an import is called like its file"
    assert done.crc32 == zlib.crc32(TEXT)


def test_the_same_choice_goes_on_where_it_was(people):
    ada = people["ada"]
    first = _begin(ada)
    _append(first, ada, 0, TEXT[:7])
    again = _begin(ada)
    assert (again.id, again.received_bytes, again.crc32) == (first.id, 7, zlib.crc32(TEXT[:7]))
    assert _begin(ada, mark="m2").id != first.id, "changed since: another file"
    assert _begin(people["bea"]).id != first.id, "another person's"


@pytest.mark.parametrize(
    ("offset", "piece", "wrong", "code", "because"),
    [
        (0, TEXT[:7], {}, "piece_out_of_place", "it is here already"),
        (8, TEXT[8:], {}, "piece_out_of_place", "a byte would be missing"),
        (7, TEXT[7:], {"crc32": 1}, "piece_damaged", "its checksum is that of other bytes"),
        (7, TEXT[7:] + b"x", {}, "piece_too_large", "more than was said to come"),
        (7, b"", {}, "piece_too_large", "nothing is no piece"),
    ],
)
def test_a_wrong_piece_changes_nothing(people, offset, piece, wrong, code, because):
    ada = people["ada"]
    upload = _append(_begin(ada), ada, 0, TEXT[:7])
    with pytest.raises(HuitouError) as refused:
        _append(upload, ada, offset, piece, **wrong)
    assert refused.value.code == code, because
    assert uploads.one(upload.id, ada) == upload
    assert uploads.path_of(upload).read_bytes() == TEXT[:7]


def test_a_piece_that_comes_twice_is_told_where_to_go_on(people):
    ada = people["ada"]
    upload = _append(_begin(ada), ada, 0, TEXT[:7])
    with pytest.raises(PieceOutOfPlace) as refused:
        _append(upload, ada, 0, TEXT[:7])
    assert refused.value.facts == {"received": 7}


def test_what_a_broken_transaction_left_is_written_over(people):
    ada = people["ada"]
    upload = _append(_begin(ada), ada, 0, TEXT[:7])
    with uploads.path_of(upload).open("ab") as file:
        file.write(b"from a transaction that did not end" * 9)
    done = _append(upload, ada, 7, TEXT[7:])
    assert uploads.path_of(done).read_bytes() == TEXT


@pytest.mark.parametrize(
    ("name", "size", "code", "because"),
    [
        ("till.csv", 0, "upload_empty", "nothing in it"),
        ("till.csv", (3 << 20) + 1, "upload_too_large", "more than the operator allows"),
        ("..", 5, "upload_name_unfit", "a folder"),
        ("a\x00.csv", 5, "upload_name_unfit", "a NUL ends names"),
        ("长" * 99 + ".csv", 5, "upload_name_unfit", "longer than a disk bears"),
    ],
)
def test_a_file_that_cannot_come_is_refused_at_once(people, settings, name, size, code, because):
    settings.UPLOAD_MAX_MB = 3
    with pytest.raises(HuitouError) as refused:
        _begin(people["ada"], name, size)
    assert refused.value.code == code, because
    assert uploads.of_owner(people["ada"]) == []


def test_a_full_disk_is_said_before_anything_is_sent(people, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=(512 << 20) + len(TEXT) - 1))
    with pytest.raises(HuitouError) as refused:
        _begin(people["ada"])
    assert refused.value.code == "no_room_for_upload"


def test_nobody_fills_the_disk_with_files_that_wait(people):
    for number in range(AT_ONCE):
        _begin(people["ada"], mark=str(number))
    with pytest.raises(HuitouError) as refused:
        _begin(people["ada"], mark="one more")
    assert refused.value.code == "too_many_uploads"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("till.csv", "till.csv"),
        ("C:\\导出\\六月 小票.xlsx", "六月 小票.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("a/..", None),
        (".bashrc", None),
        ("a\nb.csv", None),
        ("", None),
        ("a\u202etxt.csv", None),
    ],
)
def test_a_name_is_a_name_and_no_path(given, name):
    assert fit_name(given) == name


def test_others_files_are_not_there(people):
    upload = _begin(people["ada"])
    for attempt in (
        lambda: uploads.one(upload.id, people["bea"]),
        lambda: _append(upload, people["bea"], 0, TEXT),
        lambda: uploads.note_answers(upload.id, people["bea"], {"kind": "receipts"}, NOW),
    ):
        with pytest.raises(UploadUnknown):
            attempt()
    uploads.drop(upload.id, people["bea"])
    assert uploads.of_owner(people["ada"]) == [upload]
    with seen_by(1):
        assert rows("SELECT count(*) FROM uploads_upload") == [(0,)], "a store's people see none, whoever asks"


def test_answers_are_kept_with_the_file(people):
    upload = _begin(people["ada"])
    uploads.note_answers(upload.id, people["ada"], {"columns": {"receipt": "小票号"}}, NOW)
    assert uploads.one(upload.id, people["ada"]).answers == {"columns": {"receipt": "小票号"}}


def test_what_is_thrown_away_leaves_no_bytes(people, django_capture_on_commit_callbacks):
    upload = _append(_begin(people["ada"]), people["ada"], 0, TEXT)
    with django_capture_on_commit_callbacks(execute=True):
        uploads.drop(upload.id, people["ada"])
    assert not uploads.path_of(upload).parent.exists()
    uploads.drop(upload.id, people["ada"])


def test_what_nobody_goes_on_with_is_taken_away(people, settings):
    ada = people["ada"]
    old, young = _begin(ada, mark="old"), _begin(ada, mark="young")
    for upload, hours in ((old, KEPT_HOURS + 1), (young, KEPT_HOURS - 1)):
        _append(upload, ada, 0, TEXT, now=NOW - timedelta(hours=hours))
    stray, fresh = settings.UPLOAD_PATH / "999999", settings.UPLOAD_PATH / "999998"
    for folder in (stray, fresh):
        folder.mkdir()
    hours_ago = time.time() - 5 * 3600
    for folder in (stray, uploads.path_of(old).parent):
        os.utime(folder, (hours_ago, hours_ago))
    uploads.sweep(NOW)
    assert [upload.mark for upload in uploads.of_owner(ada)] == ["young"]
    assert not stray.exists()
    assert fresh.exists(), "somebody may have begun it a moment ago"
    assert not uploads.path_of(old).parent.exists()


def test_pieces_fit_what_the_web_server_takes(settings):
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE > CHUNK_BYTES
