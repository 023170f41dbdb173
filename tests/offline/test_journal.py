"""The journal of a till that is alone: what was acknowledged is in it, a spoiled one is told, and it does not grow for
ever."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from huitou.offline import errors
from huitou.offline.errors import SaleNotHere
from huitou.offline.service.till import Till
from huitou.offline.terms import KEPT_FOR
from tests.offline.alone import again, alone, sale, shop_rows, till_in
from tests.offline.made import NOW, bundle_of


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return alone(tmp_path)


def full(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_the_journal_lets_go_of_what_nobody_needs_and_of_nothing_else(
    till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, kept_at = NOW, NOW + KEPT_FOR + timedelta(hours=1)
    for number in "12":
        till.sell(sale(number), now=old)
    till.sell(sale("unsent", at=old.isoformat()), now=old)
    assert till.tidy(now=kept_at + timedelta(days=2)) == 0, "the server has heard of none"
    till.folder.note_sent(2)
    assert till.tidy(now=kept_at + timedelta(days=2)) == 0, "the bundle knows of none"
    till.take_bundle(bundle_of(tmp_path / "x", shop_rows(), made_at=kept_at), now=kept_at, sent=till.known_to_server())
    till.sell(sale("new"), now=kept_at)
    assert till.tidy(now=kept_at) == 0, "once a day, not with every sale"
    path, later = till.folder.path / "journal.jsonl", kept_at + timedelta(days=1)
    whole = path.read_bytes()

    # Killed or out of room in the middle: all of it is there as before.
    with monkeypatch.context() as patched:
        patched.setattr("huitou.offline.store.folder.os.fsync", full)
        with pytest.raises(errors.TillDiskFull):
            till.tidy(now=later)
    assert path.read_bytes() == whole
    assert till.sell(sale("after"), now=later)["sequence"] == 5
    (path.with_name("journal.jsonl.part")).write_bytes(b"half a jour")
    till = again(till)
    assert [line["number"] for _, line in till.to_send(9)] == ["unsent", "new", "after"]

    assert till.tidy(now=later) == 2
    assert path.stat().st_size < len(whole)
    for one in (till, again(till)):
        assert [line["number"] for _, line in one.to_send(9)] == ["unsent", "new", "after"]
        assert (one.memory.last, one.waiting()) == (5, 3)
        with pytest.raises(SaleNotHere):
            one.find_sales("1")
        assert one.find_sales("unsent")["sales"][0]["total"] == "6.40"
        till = one
    assert till.sell(sale("next"), now=later)["sequence"] == 6, "numbers go on"
    assert (till.tidy(now=later), again(till).memory.last) == (0, 6)
    spoiled = path.read_bytes().replace(b"6.40", b"0.01", 1)
    path.write_bytes(spoiled)
    with pytest.raises(errors.JournalBroken):
        again(till)


def test_a_line_that_was_being_written_goes_and_a_changed_one_is_told(till: Till) -> None:
    for number in "123":
        till.sell(sale(number), now=NOW)
    path = till.folder.path / "journal.jsonl"
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    for torn in (whole[:-1], whole[:-40], whole + b'{"n":4,"ki'):
        path.write_bytes(torn)
        till = again(till)
        assert till.memory.last == (3 if len(torn) > len(whole) else 2)
        assert till.sell(sale("9"), now=NOW)["sequence"] == till.memory.last, "and it goes on behind it"
    changed = lines[1].replace(b"6.40", b"0.01")
    for spoiled in ([lines[0], changed, lines[2]], [lines[0], lines[2]], [lines[1], lines[2]]):
        path.write_bytes(b"".join(spoiled))
        with pytest.raises(errors.JournalBroken):
            again(till)


def test_a_full_disk_keeps_nothing_and_says_so(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    till.sell(sale("1"), now=NOW)

    with monkeypatch.context() as patched:
        patched.setattr("huitou.offline.store.folder.os.fsync", full)
        for _ in range(2):
            with pytest.raises(errors.TillDiskFull):
                till.sell(sale("2"), now=NOW)
    assert till.sell(sale("2"), now=NOW)["sequence"] == 2, "when there is room again"
    assert [line["number"] for _, line in again(till).to_send(9)] == ["1", "2"]


SELLS_UNTIL_IT_IS_KILLED = """
import sys
from pathlib import Path
from tests.offline.alone import sale, till_in
from tests.offline.made import NOW
till = till_in(Path(sys.argv[1]))
for number in range(100_000):
    till.sell(sale(str(number)), now=NOW)
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
"""


def test_a_kill_loses_nothing_that_was_acknowledged(till: Till) -> None:
    path = till.folder.path
    till.folder.close()
    selling = subprocess.Popen(
        [sys.executable, "-c", SELLS_UNTIL_IT_IS_KILLED, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert selling.stdout is not None
    heard = [selling.stdout.readline().strip() for _ in range(40)]
    selling.send_signal(signal.SIGKILL)
    heard += selling.stdout.read().split()
    selling.wait()
    kept = [line["number"] for _, line in till_in(path).to_send(1_000_000)]
    assert kept[: len(heard)] == heard
    assert len(kept) - len(heard) <= 1, "at most one was on the disk and not yet told"
