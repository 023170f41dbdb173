"""A real SFTP server on this machine, in a thread of its own: one user, one key, one folder."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh


@dataclass(frozen=True)
class Server:
    place: str
    folder: Path
    key_file: str
    host_key: str
    other_key: str
    """Of a host that is not this one."""


@contextmanager
def running_server(root: Path) -> Iterator[Server]:
    folder = root / "export"
    folder.mkdir(parents=True)
    host, other, mine = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(3))
    mine.write_private_key(str(root / "key"))
    (root / "key.pub").write_bytes(mine.export_public_key())
    loop = asyncio.new_event_loop()
    listening: list[asyncssh.SSHAcceptor] = []

    async def serve() -> None:
        listening.append(
            await asyncssh.listen(
                "127.0.0.1",
                0,
                server_host_keys=[host],
                authorized_client_keys=str(root / "key.pub"),
                sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(root).encode()),
            )
        )

    loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        words = [key.export_public_key().decode().strip() for key in (host, other)]
        yield Server(f"sftp://till@127.0.0.1:{listening[0].get_port()}/export", folder, str(root / "key"), *words)
    finally:
        # Closed, so that whoever asks is turned away at once and does not wait for an answer.
        loop.call_soon_threadsafe(listening[0].close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
