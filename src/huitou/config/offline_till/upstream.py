"""The way to the server: one call at a time, with an end to waiting; and what its clock says."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Lock
from urllib.parse import urlsplit

from huitou.config.till_check.vendor import read_address
from huitou.offline.service import MEDIA_TYPE

__all__ = ["Answered", "Gone", "Upstream", "read_address"]

OURS = frozenset({"application/json", "application/problem+json", "application/x-ndjson", MEDIA_TYPE})
"""What Huitou answers in. A proxy's page for people, also with status 200, is no answer of the server."""
AWAY_SECONDS = 5.0
"""So long after a call that failed nobody else waits for it: calls are answered here at once."""
CLOCK_SECONDS = 120
"""From so much on a difference of the clocks is told."""


class Gone(Exception):
    """The server did not answer in time, or answered that it cannot; or something on the way answered in its place."""


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    kind: str
    body: bytes
    retry_after: str = ""


@dataclass(slots=True)
class Upstream:
    """`timeout`: seconds that a till waits for the server before it is answered here."""

    address: str
    key: str
    timeout: float
    offset: timedelta = field(default_factory=timedelta)
    """The server's time less this machine's."""
    _away_until: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def now(self) -> datetime:
        """The server's time, as well as it is known."""
        return datetime.now(UTC) + self.offset

    def is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def call(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], *, timeout: float | None = None
    ) -> Answered:
        """What the server answers. Raises Gone."""
        parts = urlsplit(self.address)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        line = kind(parts.hostname or "", parts.port, timeout=timeout or self.timeout)
        sent = {"Authorization": f"Bearer {self.key}", "Content-Length": str(len(body)), **headers}
        try:
            asked = datetime.now(UTC)
            line.request(method, f"{parts.path}/api/v1{path}", body, sent)
            told = line.getresponse()
            answered = Answered(
                told.status, told.headers.get_content_type(), told.read(), told.headers.get("Retry-After", "")
            )
            self._note_clock(told.headers.get("Date"), asked)
        except (OSError, HTTPException) as error:
            self._away()
            raise Gone() from error
        finally:
            line.close()
        if answered.status >= 500 or answered.kind not in OURS:
            self._away()
            raise Gone()
        self._away_until = 0.0
        return answered

    def _away(self) -> None:
        self._away_until = time.monotonic() + AWAY_SECONDS

    def _note_clock(self, said: str | None, asked: datetime) -> None:
        with suppress(TypeError, ValueError):
            there = parsedate_to_datetime(said or "")
            # To the second, and some on the way: smaller differences are none.
            offset = there - asked
            if abs((offset - self.offset).total_seconds()) > 2:
                self.offset = offset if abs(offset.total_seconds()) > 2 else timedelta()
