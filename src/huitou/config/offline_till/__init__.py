"""`huitou till --offline`: a small process in the store, between its tills and the server.

While the server answers, calls go through. When it does not, the process answers them from its bundle, keeps what
happened, and sends it when the server is back. It loads no web framework and no database.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from huitou.config.offline_till.keeping_up import KeepingUp
from huitou.config.offline_till.serving import Desk, LocalServer, listening
from huitou.config.offline_till.upstream import Upstream, read_address
from huitou.offline.errors import TrustUnfit
from huitou.offline.service import cards_key_of
from huitou.offline.service.till import open_till

Say = Callable[..., None]


@dataclass(frozen=True, slots=True)
class TillAsked:
    """How the process is started. Times in seconds."""

    server: str
    key: str
    store: str
    folder: Path
    host: str
    port: int
    timeout: float
    every: float
    trust: str = ""


@contextmanager
def running(asked: TillAsked, say: Say) -> Iterator[LocalServer]:
    """The process, answering inside the block. Raises TillFolderBusy, TillFolderUnfit, JournalBroken, TrustUnfit,
    ServerUnreachable (an address that is none) and PortTaken."""
    trusted = _trusted(asked.trust)
    upstream = Upstream(read_address(asked.server), asked.key, asked.timeout)
    cards_key = cards_key_of(asked.key, asked.store)
    till = open_till(asked.folder, asked.store, cards_key, trusted, lambda: secrets.token_bytes(32))
    try:
        desk = Desk(till, upstream)
        with listening(desk, asked.host, asked.port) as server:
            keeping = KeepingUp(desk, asked.every, say)
            keeping.start()
            try:
                yield server
            finally:
                keeping.end()
    finally:
        till.close()


def _trusted(text: str) -> bytes | None:
    if not text:
        return None
    try:
        found = bytes.fromhex(text)
    except ValueError as error:
        raise TrustUnfit() from error
    if len(found) != 32:
        raise TrustUnfit()
    return found
