"""The embedded database under faults: killed users, keepers and servers, and what they leave behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from huitou.config.embedded_postgres.account import server_account
from huitou.config.embedded_postgres.place import Place

from .database_users import User, is_dark, keeper_pid, running, server_pid, soon

pytestmark = pytest.mark.database

NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user for the server")


@pytest.fixture(scope="module")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database was made once; copied for each test."""
    home = tmp_path_factory.mktemp("made") / "home"
    user = User.start(home)
    assert user.came_in() == "in"
    assert user.ask("CREATE TABLE kept (word text)") == "done"
    assert user.ask("INSERT INTO kept VALUES ('回头')") == "done"
    user.leave()
    return home


@pytest.fixture
def home(made_home: Path, tmp_path: Path) -> Iterator[Path]:
    copy = tmp_path / "home"
    subprocess.run(["cp", "-a", made_home, copy], check=True)
    yield copy
    assert soon(lambda: is_dark(copy)), f"still running: {running(copy)}"


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    yield home
    assert soon(lambda: not running(home)), f"still running: {running(home)}"


def kept(user: User) -> str:
    return user.ask("SELECT word FROM kept")


def test_two_users_share_one_server_and_the_last_turns_it_off(home: Path) -> None:
    first, second = User.start(home), User.start(home)
    assert (first.came_in(), second.came_in()) == ("in", "in")
    server = server_pid(home)
    first.leave()
    assert kept(second) == "回头", "because somebody still uses it"
    assert server_pid(home) == server
    second.leave()
    assert is_dark(home), "because the last one waits until nothing runs"


def test_a_killed_user_leaves_nothing_running(home: Path) -> None:
    user = User.start(home)
    assert user.came_in() == "in"
    user.kill()
    assert soon(lambda: is_dark(home)), "because the kernel lets its lock go"


def test_a_killed_server_comes_back_with_what_was_committed(home: Path) -> None:
    user = User.start(home)
    assert user.came_in() == "in"
    assert user.ask("UPDATE kept SET word = '回头客'") == "done"
    killed = server_pid(home)
    os.kill(killed, 9)
    assert soon(lambda: server_pid(home) != killed)
    later = User.start(home)
    assert later.came_in() == "in"
    assert kept(later) == "回头客"
    later.leave()
    user.leave()


def test_a_killed_keeper_takes_its_server_along_and_a_user_brings_both_back(home: Path) -> None:
    user = User.start(home)
    assert user.came_in() == "in"
    server, keeper = server_pid(home), keeper_pid(home)
    os.kill(keeper, 9)
    assert soon(lambda: not Path(f"/proc/{server}/cmdline").exists() or server not in _servers(home))
    assert user.ask("restart") == "restarted"
    assert kept(user) == "回头"
    assert keeper_pid(home) != keeper
    user.leave()


def test_the_next_user_after_a_killed_keeper_does_not_meet_the_old_server(home: Path) -> None:
    """Because two servers on one folder would destroy it."""
    user = User.start(home)
    assert user.came_in() == "in"
    os.kill(keeper_pid(home), 9)
    user.kill()
    later = User.start(home)
    assert later.came_in() == "in"
    assert kept(later) == "回头"
    assert len(_servers(home)) == 1
    later.leave()


def test_a_half_written_folder_heals_and_says_so(new_home: Path) -> None:
    half = new_home / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    user = User.start(new_home)
    assert user.came_in() == "in"
    assert user.ask("SELECT 'whole'") == "whole"
    assert "half-written" in user.leave()
    assert not half.exists()


def test_a_first_start_that_is_killed_heals(new_home: Path) -> None:
    killed = User.start(new_home)
    assert soon(lambda: (new_home / "postgres" / "data.new" / "base").exists())
    killed.kill()
    assert not (new_home / "postgres" / "data").exists(), "because a database is renamed only when it is whole"
    user = User.start(new_home)
    assert user.came_in() == "in"
    user.leave()


@pytest.mark.parametrize(
    "because",
    ["the number belongs to an innocent program now", "the number belongs to a zombie", "nobody has the number"],
)
def test_a_stale_pid_file_fools_nobody(home: Path, because: str) -> None:
    place = Place(home / "postgres")
    account = server_account(place)
    command = ["true"] if "zombie" in because else ["sleep", "600"]
    other = subprocess.Popen(account.command(command, when_parent_dies=signal.SIGKILL))
    if "zombie" in because:
        assert soon(lambda: Path(f"/proc/{other.pid}/cmdline").read_bytes() == b"")
    if "nobody" in because:
        other.kill()
        other.wait()
    stale = place.data / "postmaster.pid"
    stale.write_text(f"{other.pid}\n{place.data}\n1763800000\n5432\n{place.socket_folder}\n\n  123456 7\nready\n")
    os.chown(stale, account.uid, account.gid)
    try:
        user = User.start(home)
        assert user.came_in() == "in", because
        assert kept(user) == "回头"
        user.leave()
        if "innocent" in because:
            assert other.poll() is None, "because it is not ours to end"
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize(
    ("spoil", "code", "because"),
    [
        (lambda data: (data / "PG_VERSION").write_text("15\n"), "other_database_version", "PostgreSQL 15 wrote it"),
        (lambda data: (data / "PG_VERSION").unlink(), "database_folder_broken", "files without a version"),
    ],
)
def test_a_folder_that_we_cannot_use_is_refused_and_left_alone(home: Path, spoil, code: str, because: str) -> None:
    data = home / "postgres" / "data"
    spoil(data)
    before = sorted(path.name for path in data.iterdir())
    user = User.start(home)
    assert user.came_in().split()[0] == code, because
    user.leave()
    assert sorted(path.name for path in data.iterdir()) == before


def test_other_secrets_are_refused(home: Path) -> None:
    """Because whoever restores the data without its secrets.json must hear it, not get an empty shop."""
    secrets = home / "secrets.json"
    secrets.write_text(json.dumps({"postgres": "of another installation"}))
    user = User.start(home)
    assert user.came_in().split()[0] == "database_password_wrong"
    user.leave()


def test_nobody_comes_in_without_the_password(home: Path) -> None:
    user = User.start(home)
    assert user.came_in() == "in"
    socket_folder = str(Place(home / "postgres").socket_folder)
    for name in ("huitou", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=socket_folder, user=name, dbname="huitou", password="guessed")
    assert user.ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "False"
    assert user.ask("SHOW listen_addresses") == ""
    user.leave()


def test_a_home_with_a_long_path_works(made_home: Path, tmp_path: Path) -> None:
    home = tmp_path / ("deep" * 20) / "home"
    home.parent.mkdir()
    subprocess.run(["cp", "-a", made_home, home], check=True)
    socket_folder = Place(home / "postgres").socket_folder
    assert str(socket_folder).startswith("/tmp/huitou-")
    user = User.start(home)
    assert user.came_in() == "in"
    assert kept(user) == "回头"
    user.leave()
    shutil.rmtree(socket_folder)


def test_a_socket_folder_of_somebody_else_is_refused(made_home: Path, tmp_path: Path) -> None:
    """Because anybody can lay a link into /tmp, and we would change the owner of what it points to."""
    home = tmp_path / ("deep" * 20) / "home"
    home.parent.mkdir()
    subprocess.run(["cp", "-a", made_home, home], check=True)
    socket_folder = Place(home / "postgres").socket_folder
    (tmp_path / "precious").mkdir()
    owner = (tmp_path / "precious").stat().st_uid
    socket_folder.symlink_to(tmp_path / "precious")
    try:
        user = User.start(home)
        assert user.came_in().split()[0] == "socket_folder_taken"
        user.leave()
        assert (tmp_path / "precious").stat().st_uid == owner
    finally:
        socket_folder.unlink()


@NEEDS_ROOT
def test_root_gets_a_server_that_is_not_root(home: Path) -> None:
    """Also below a folder that only root may enter."""
    home.parent.chmod(0o700)
    user = User.start(home)
    assert user.came_in() == "in"
    status = Path(f"/proc/{server_pid(home)}/status").read_text()
    uids = next(line.split()[1:] for line in status.splitlines() if line.startswith("Uid:"))
    assert "0" not in uids
    granted = next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))
    assert int(granted, 16) in (0, 1 << 1, 1 << 2), "because it may pass closed folders and nothing else"
    user.leave()


@NEEDS_ROOT
def test_an_ordinary_user_needs_no_other_account(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    # The capability is for this test's Python only, which may lie below a folder that only root may enter.
    ordinary = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    reading = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--securebits=+no_setuid_fixup")
    user = User.start(home, before=(*ordinary, *reading))
    assert user.came_in() == "in"
    assert Path(f"/proc/{server_pid(home)}").stat().st_uid == 65534
    user.leave()
    assert is_dark(home)


@NEEDS_ROOT
def test_a_full_disk_is_said_and_nothing_stays_behind(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        user = User.start(small / "home")
        assert user.came_in().split()[0] == "no_free_disk"
        user.leave()
        assert not (small / "home" / "postgres" / "data").exists()
    finally:
        subprocess.run(["umount", small], check=True)


def _servers(home: Path) -> list[int]:
    """The living servers on this home's data folder."""
    data = os.fsencode(home / "postgres" / "data")
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                arguments = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if arguments[0].endswith(b"/postgres") and data in arguments:
                found.append(int(process.name))
    return found
