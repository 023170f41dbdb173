"""Where the embedded database lies, known before it runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from huitou.config.embedded_postgres.place import SOCKET_NAME, SOCKET_PATH_BYTES, Place


@pytest.mark.parametrize(
    ("folder", "beside", "because"),
    [
        ("/srv/huitou/postgres", True, "a short path holds a socket"),
        ("/srv/" + "h" * 75 + "/postgres", True, "107 bytes exactly still fit"),
        ("/srv/" + "h" * 76 + "/postgres", False, "108 bytes do not"),
        ("/srv/" + "回" * 30 + "/postgres", False, "bytes count, not characters"),
    ],
)
def test_the_socket_fits_its_path(folder: str, beside: bool, because: str) -> None:
    place = Place(Path(folder))
    socket = place.socket_folder / SOCKET_NAME
    assert len(os.fsencode(socket)) <= SOCKET_PATH_BYTES, because
    assert (place.socket_folder.parent == place.folder) is beside, because


def test_two_shells_find_the_same_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Because $TMPDIR differs from shell to shell, the socket's folder never depends on it."""
    far = Place(tmp_path / ("deep" * 25) / "postgres")
    before = far.socket_folder
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert far.socket_folder == before
    assert Place(tmp_path / ("deeq" * 25) / "postgres").socket_folder != before


def test_a_link_to_the_home_is_the_same_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Because two servers on one data folder would destroy it."""
    (tmp_path / "home").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "home")
    monkeypatch.setenv("HUITOU_HOME", str(tmp_path / "home"))
    direct = Place.here()
    monkeypatch.setenv("HUITOU_HOME", str(tmp_path / "link"))
    assert Place.here() == direct
