"""The home keeps secrets: one of each, and only for its owner."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from huitou.config import home


def test_first_commands_at_once_keep_one_secret(tmp_path: Path) -> None:
    """Because the database would refuse the command whose secret was lost."""
    asking = "import sys; sys.stdin.readline(); from huitou.config.home import secret; print(secret('postgres'))"
    environment = {**os.environ, "HUITOU_HOME": str(tmp_path / "home")}
    commands = [
        subprocess.Popen(
            [sys.executable, "-c", asking], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(6)
    ]
    for command in commands:
        assert command.stdin
        command.stdin.write("now\n")
        command.stdin.flush()
    answers = {command.communicate()[0].strip() for command in commands}
    assert len(answers) == 1


def test_what_is_written_is_for_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "new" / "home"
    monkeypatch.setenv("HUITOU_HOME", str(folder))
    home.secret("django")
    assert (folder / "secrets.json").stat().st_mode & 0o077 == 0
    passing = 0o011 if os.geteuid() == 0 else 0
    assert folder.stat().st_mode & 0o077 == passing, "because root's server runs as another user"


def test_a_folder_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    """Because an administrator may have closed or opened it on purpose."""
    tmp_path.chmod(0o750)
    home.make_folder(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o750
