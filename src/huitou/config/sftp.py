"""A drop on another machine, by SFTP: our key, the host's known key, and time-outs; nobody else is trusted."""

from __future__ import annotations

import asyncio
import contextlib
import posixpath
import stat
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from huitou.inbox.errors import DropKeyUnfit, DropUnreachable
from huitou.inbox.service import key_of, sftp_parts
from huitou.inbox.terms import DropSeen, Folder, LyingFile

if TYPE_CHECKING:
    # Read where a drop is reached: every command and every till would wait half a second for it.
    import asyncssh

CONNECT_SECONDS, ANSWER_SECONDS, FILE_SECONDS = 15, 30, 1800
T = TypeVar("T")


class FolderBySftp:
    """`Folder` of another machine. One connection, used from one thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, client: asyncssh.SFTPClient, path: str) -> None:
        self._loop, self._client, self._path = loop, client, path

    def _wait(self, asked: Coroutine[Any, Any, T], seconds: float = ANSWER_SECONDS) -> T:
        return self._loop.run_until_complete(asyncio.wait_for(asked, seconds))

    def _at(self, *parts: str) -> str:
        return posixpath.join(self._path, *parts)

    def list(self) -> list[LyingFile]:
        found = []
        for entry in self._wait(self._client.readdir(self._path)):
            name, seen = str(entry.filename), entry.attrs
            is_file = seen.permissions is not None and stat.S_ISREG(seen.permissions)
            if is_file and "/" not in name and seen.size is not None:
                found.append(LyingFile(name, seen.size, int(seen.mtime or 0) * 1_000_000_000 + (seen.mtime_ns or 0)))
        return sorted(found, key=lambda file: file.name)

    def fetch(self, name: str, to: str) -> None:
        self._wait(self._client.get(self._at(name), to), FILE_SECONDS)

    def move(self, name: str, to: str) -> None:
        import asyncssh

        self._wait(self._client.makedirs(self._at(to), exist_ok=True))
        # A plain rename refuses to replace; not every server knows the other.
        with contextlib.suppress(asyncssh.SFTPNoSuchFile):
            self._wait(self._client.remove(self._at(to, name)))
        self._wait(self._client.rename(self._at(name), self._at(to, name)))

    def write(self, to: str, name: str, text: str) -> None:
        self._wait(self._client.makedirs(self._at(to), exist_ok=True))

        async def put() -> None:
            async with self._client.open(self._at(to, name), "w", encoding="utf-8") as file:
                await file.write(text)

        self._wait(put())

    def remove(self, name: str) -> None:
        import asyncssh

        with contextlib.suppress(asyncssh.SFTPNoSuchFile):
            self._wait(self._client.remove(self._at(name)))


@contextmanager
def open_by_sftp(drop: DropSeen) -> Iterator[Folder]:
    """Raises DropUnreachable, also while it is used."""
    import asyncssh

    parts = sftp_parts(drop.place)
    assert parts is not None
    user, host, port, path = parts
    loop = asyncio.new_event_loop()
    try:
        known = asyncssh.import_known_hosts(f"[{host}]:{port} {drop.host_key}\n{host} {drop.host_key}\n")
        held = key_of(drop)
        key = drop.key_file if held is None else asyncssh.import_private_key(held)
        line = loop.run_until_complete(
            asyncssh.connect(
                host, port, username=user, client_keys=[key], known_hosts=known, agent_path=None,
                password=None, config=None, connect_timeout=CONNECT_SECONDS, login_timeout=CONNECT_SECONDS,
                keepalive_interval=ANSWER_SECONDS,
            )
        )  # fmt: skip
        try:
            client = loop.run_until_complete(asyncio.wait_for(line.start_sftp_client(), ANSWER_SECONDS))
            yield FolderBySftp(loop, client, path)
        finally:
            line.close()
            loop.run_until_complete(line.wait_closed())
    except (OSError, ValueError, asyncssh.Error, TimeoutError) as error:
        raise DropUnreachable(place=drop.place, reason=str(error) or type(error).__name__) from error
    finally:
        loop.close()


class KeysBySsh:
    """`Keys` by asyncssh."""

    def make(self) -> tuple[str, str]:
        import asyncssh

        pair = asyncssh.generate_private_key("ssh-ed25519", comment="huitou")
        return pair.export_private_key().decode(), pair.export_public_key().decode().strip()

    def public_of(self, private: str) -> str:
        import asyncssh

        try:
            return asyncssh.import_private_key(private.strip() + "\n").export_public_key().decode().strip()
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError) as error:
            raise DropKeyUnfit() from error

    def of_host(self, place: str) -> str:
        import asyncssh

        parts = sftp_parts(place)
        assert parts is not None
        _, host, port, _ = parts
        asked = asyncssh.get_server_host_key(host, port, config=None)
        try:
            shown = asyncio.run(asyncio.wait_for(asked, CONNECT_SECONDS))
        except (OSError, ValueError, asyncssh.Error, TimeoutError) as error:
            raise DropUnreachable(place=place, reason=str(error) or type(error).__name__) from error
        if shown is None:
            raise DropUnreachable(place=place, reason="no host key")
        return shown.export_public_key().decode()
