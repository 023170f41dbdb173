"""Who uses the database is told by file locks."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

from huitou.config import embedded_postgres
from huitou.config.embedded_postgres.locks import held_by_other, open_lock, taken
from huitou.config.embedded_postgres.place import Place


def test_users_share_and_the_keeper_waits_for_the_last(tmp_path: Path) -> None:
    path = tmp_path / "users.lock"
    first, second, keeper = open_lock(path), open_lock(path), open_lock(path)
    assert taken(first, fcntl.LOCK_SH)
    assert taken(second, fcntl.LOCK_SH)
    assert not taken(keeper, fcntl.LOCK_EX), "two use it"
    os.close(first)
    assert not taken(keeper, fcntl.LOCK_EX), "one uses it"
    os.close(second)
    assert taken(keeper, fcntl.LOCK_EX), "nobody uses it"
    assert not taken(open_lock(path), fcntl.LOCK_SH), "who comes while the server stops has to wait"
    os.close(keeper)


def test_asking_does_not_look_like_holding(tmp_path: Path) -> None:
    path = tmp_path / "keeper.lock"
    assert not held_by_other(path)
    asking = open_lock(path)
    assert taken(asking, fcntl.LOCK_SH), "somebody else asks at this moment"
    assert not held_by_other(path), "because asking is not holding"
    os.close(asking)
    keeper = open_lock(path)
    assert taken(keeper, fcntl.LOCK_EX)
    assert held_by_other(path)
    os.close(keeper)


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "users.lock"
    holding = (
        "import fcntl, sys, time\n"
        "from huitou.config.embedded_postgres.locks import open_lock\n"
        f"fcntl.flock(open_lock({str(path)!r}), fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", holding], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert held_by_other(path)
        holder.kill()
        holder.wait()
        assert not held_by_other(path)


def test_a_keeper_that_comes_in_while_the_last_user_asks_is_waited_for(tmp_path: Path, monkeypatch) -> None:
    """It stops the server then: taken for another user, the last one went before the server had."""
    place = Place(tmp_path)
    keeper, users = open_lock(place.keeper_lock), open_lock(place.users_lock)
    assert taken(keeper, fcntl.LOCK_EX)
    at = {"asked": 0}

    def beside_the_keeper(lock: int, how: int) -> bool:
        at["asked"] += 1
        if at["asked"] == at["comes in"]:
            fcntl.flock(lock, fcntl.LOCK_UN)  # what the kernel does first when a lock changes its kind
            assert taken(users, fcntl.LOCK_EX)
        return taken(lock, how)

    monkeypatch.setattr(embedded_postgres, "taken", beside_the_keeper)
    for comes_in in (1, 2, 3):
        at.update({"asked": 0, "comes in": comes_in})
        waited = Thread(target=embedded_postgres._wait_for_the_end, args=(place,))
        waited.start()
        waited.join(0.3)
        assert waited.is_alive(), f"the server is not down yet, and the keeper came in at question {comes_in}"
        fcntl.flock(users, fcntl.LOCK_UN)
        fcntl.flock(keeper, fcntl.LOCK_UN)
        waited.join(10)
        assert not waited.is_alive()
        assert taken(keeper, fcntl.LOCK_EX)


def test_a_keeper_that_was_not_elected_is_waited_for(tmp_path: Path, monkeypatch) -> None:
    """Two users who come at once start one each: the last to go found one of them still there."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as beaten:
        monkeypatch.setattr(embedded_postgres, "_keepers", [beaten])
        waited = Thread(target=embedded_postgres._wait_for_the_end, args=(Place(tmp_path),))
        waited.start()
        waited.join(0.3)
        assert waited.is_alive(), "because it still runs"
        assert beaten.stdin is not None
        beaten.stdin.close()
        waited.join(10)
        assert not waited.is_alive()
