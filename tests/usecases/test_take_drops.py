"""Files that till systems drop are taken whole, once, and moved aside; here and by SFTP, whoever is killed."""

from __future__ import annotations

import json
import os
from datetime import timedelta

import pytest
from tests.builders import NOW, SMALL_CHAIN, line, rows, take_file, write_csv
from tests.usecases.sftp_server import running_server

from huitou.config import wiring
from huitou.inbox import service as inbox
from huitou.inbox.errors import DropNeedsKeys, DropPlaceUnfit, DropTaken, DropUnknown
from huitou.lake import service as lake
from huitou.usecases import job_runs, kept_mappings, take_drops
from huitou.usecases.audit import audit
from huitou.usecases.imports import list_imports

pytestmark = pytest.mark.django_db(transaction=True)
wiring.wire()


class Clock:
    """Time passes when it is told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(tmp_path, settings):
    """A folder that is a drop, of a source whose mapping is kept from its first file."""
    settings.UPLOAD_PATH = tmp_path / "uploads"
    first, columns = write_csv(tmp_path, [line("0", "2026-10-01 10:00", store="east", member="C0", till="1")])
    take_file(first, columns, source="pos")
    with lake.open_file(first) as opened:
        kept_mappings.keep(opened, columns, source="pos", kind="receipts", actor="anna")
    folder = tmp_path / "drop"
    folder.mkdir()
    inbox.add_drop("night", place=str(folder), pattern="*.csv", kind="receipts", source="pos", actor="anna")
    return folder


def drop_file(folder, name="till.csv", lines=SMALL_CHAIN):
    return write_csv(folder, [{"till": "1", "member": "", "store": "east"} | row for row in lines], name)[0]


def look(clock, minutes=1, **more):
    clock.now += timedelta(minutes=minutes)
    return take_drops.look_at_drops(clock, **more)


def receipts() -> int:
    return rows("SELECT count(*) FROM receipts_receipt WHERE source = 'pos'")[0][0]


def lying(folder) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_look_at_a_drop_counts_a_file_without_its_marker_as_one_that_waits(place):
    inbox.add_drop("marked", place=str(place), pattern="*.csv", kind="receipts", source="pos", actor="anna",
                   marker=".ok")  # fmt: skip
    drop_file(place, "a.csv")
    drop_file(place, "b.csv")
    (place / "b.csv.ok").touch()
    found = take_drops.check_drop("marked")
    assert (found.files, found.waiting, found.others) == (["b.csv"], ["a.csv"], ["b.csv.ok"])
    (place / "b.csv.ok").unlink()
    found = take_drops.check_drop("marked")
    assert (found.files, found.waiting, found.in_the_way) == ([], ["a.csv", "b.csv"], ""), "nothing is to be taken yet"


def test_a_file_is_taken_when_it_has_stopped_growing_and_moved_with_its_report(place, clock):
    path = drop_file(place)
    assert look(clock).waiting == 1, "because nobody has seen it lie still"
    drop_file(place, lines=[*SMALL_CHAIN, line("7", "2026-11-06 09:00", "tea", "1", "35.50")])
    os.utime(path, ns=(1, 1))
    assert look(clock).waiting == 1, "because it has grown"
    before = receipts()
    assert look(clock).taken == 1
    assert receipts() > before
    assert lying(place) == ["taken/till.csv", "taken/till.csv.report.json"]
    report = json.loads((place / "taken" / "till.csv.report.json").read_text())
    assert (report["taken"], report["report"]["rows_refused"]) == (True, 0)
    assert look(clock) == take_drops.Looked()
    assert [verdict for verdict in audit() if not verdict.holds] == []


def test_a_drop_holds_members_products_or_stores_as_well(tmp_path, clock, settings):
    settings.UPLOAD_PATH = tmp_path / "uploads"
    headers = ["卡号", "姓名", "性别"]
    columns = {"card": "卡号", "name": "姓名", "sex": "性别"}
    inbox.save_mapping("crm", "members", columns, reading={}, headers=headers, actor="anna")
    folder = tmp_path / "people"
    folder.mkdir()
    inbox.add_drop("people", place=str(folder), pattern="*.csv", kind="members", source="crm", actor="anna")
    (folder / "members.csv").write_text("卡号,姓名,性别\nC1,王芳,女\nC2,李强,男\nC3,赵六,x\n")
    look(clock)
    assert look(clock).taken == 1
    report = json.loads((folder / "taken" / "members.csv.report.json").read_text())["report"]
    assert (report["kind"], report["new"], report["rows_refused"]) == ("members", 2, 1)
    assert rows("SELECT name FROM members_member ORDER BY 1") == [("李强",), ("王芳",)]


def test_a_marker_says_that_a_file_is_whole(place, clock):
    inbox.remove_drop("night")
    inbox.add_drop("night", place=str(place), pattern="*", kind="receipts", source="pos", marker=".ok", actor="anna")
    drop_file(place)
    assert look(clock, 10).waiting == 1
    (place / "till.ok").touch()
    assert look(clock).taken == 1
    assert lying(place) == ["taken/till.csv", "taken/till.csv.report.json"]


def test_a_file_that_does_not_fit_is_refused_with_what_is_missing_and_new(place, clock):
    (place / "odd.csv").write_text("receipt,at,sku,qty,amount\n1,2026-11-01 10:00,milk,1,10.00\n")
    look(clock)
    assert look(clock).refused == 1
    report = json.loads((place / "refused" / "odd.csv.report.json").read_text())
    assert report["failure"]["code"] == "mapping_does_not_fit"
    listed = list_imports()[0]
    assert (listed["state"], listed["failure"]["code"]) == ("failed", "mapping_does_not_fit"), "nobody looks in folders"
    assert (report["failure"]["facts"]["new"], "quantity" in report["failure"]["facts"]["missing"]) == ("qty", True)


@pytest.mark.parametrize("killed_before", ["move", "write"])
def test_a_worker_that_is_killed_between_import_and_move_takes_nothing_twice(place, clock, monkeypatch, killed_before):
    drop_file(place)
    look(clock)

    class Killed(BaseException):
        """As kill -9: nothing after it runs."""

    def die(*_):
        raise Killed

    from huitou.config.folders import FolderHere

    with monkeypatch.context() as patch:
        patch.setattr(FolderHere, killed_before, die)
        with pytest.raises(Killed):
            look(clock)
    before, imports = receipts(), rows("SELECT count(*) FROM receipts_import")
    assert look(clock).taken == 1
    assert (receipts(), rows("SELECT count(*) FROM receipts_import")) == (before, imports)
    assert lying(place) == ["taken/till.csv", "taken/till.csv.report.json"]
    assert list((place.parent / "uploads").iterdir()) == []


def test_a_worker_that_is_killed_in_the_import_takes_it_with_the_next_look(place, clock, monkeypatch):
    drop_file(place)
    look(clock)
    before = receipts()

    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(job_runs, "take_receipts", die)
        with pytest.raises(KeyboardInterrupt):
            look(clock)
    assert receipts() == before
    look(clock)
    look(clock)
    assert receipts() > before
    assert lying(place) == ["taken/till.csv", "taken/till.csv.report.json"]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"place": "folder"}, DropPlaceUnfit),
        ({"place": "ftp://a@b/c"}, DropPlaceUnfit),
        ({"place": "sftp://a:b@c/d"}, DropPlaceUnfit),
        ({"place": "sftp://a@b/c"}, DropNeedsKeys),
        ({"name": "night"}, DropTaken),
    ],
)
def test_a_drop_that_cannot_be_is_refused(place, more, refusal):
    said = {"name": "other", "place": "/x", "pattern": "*", "kind": "receipts", "source": "pos", "actor": "a"} | more
    with pytest.raises(refusal):
        inbox.add_drop(said.pop("name"), **said)
    with pytest.raises(DropUnknown):
        inbox.remove_drop("other")


def test_by_sftp_with_the_right_keys_and_with_nobody_else(place, clock, tmp_path):
    inbox.remove_drop("night")
    with running_server(tmp_path / "there") as server:
        drop_file(server.folder)
        how = {"pattern": "*.csv", "kind": "receipts", "source": "pos", "actor": "anna", "key_file": server.key_file}
        inbox.add_drop("night", place=server.place, host_key=server.host_key, **how)
        inbox.add_drop("stranger", place=server.place, host_key=server.other_key, **how)
        assert look(clock).unreachable == 1, "because its host key is another's"
        found = look(clock)
        assert (found.taken, found.unreachable) == (1, 1)
        assert lying(server.folder) == ["taken/till.csv", "taken/till.csv.report.json"]
        failures = {drop.name: drop.failure.get("code") for drop in inbox.all_drops()}
        assert failures == {"night": None, "stranger": "drop_unreachable"}
    assert look(clock).unreachable == 2, "because nobody answers"
