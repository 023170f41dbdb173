"""Who uses the database is told by file locks."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from huitou.config.embedded_postgres.locks import held_by_other, open_lock, taken


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
