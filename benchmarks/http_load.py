"""Posts over HTTP as fast as the answers come, or at a pace; one thread, so that the load costs little."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_PART = 1 << 16


@dataclass(slots=True)
class Reading:
    """What a run showed."""

    seconds: float
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Call(NamedTuple):
    """A request that is not a POST to its line's path."""

    method: str
    path: str
    body: bytes


class Line:
    """One connection that stays open: a request at a time."""

    def __init__(self, port: int, key: str, path: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._path = path
        head = f" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
        self._head = (head + "Content-Type: application/json\r\nContent-Length: ").encode()
        self.since = 0.0
        self._heard = b""

    def send(self, what: bytes | Call, since: float) -> None:
        self.since = since
        method, path, body = what if isinstance(what, Call) else Call("POST", self._path, what)
        self.socket.sendall(b"%s %s%s%d\r\n\r\n%s" % (method.encode(), path.encode(), self._head, len(body), body))

    def hear(self) -> bool:
        """Read what is there; whether the answer is whole. A refusal ends the run: it is no measurement."""
        part = self.socket.recv(_PART)
        assert part, "the site closed the connection"
        self._heard += part
        if not _is_whole(self._heard):
            return False
        assert self._heard.startswith(b"HTTP/1.1 200"), self._heard[:500]
        assert not any(word in self._heard for word in _NOT_RECORDED), self._heard[-500:]
        self._heard = b""
        return True


_NOT_RECORDED = (b'"status":"refused"', b'"status":"failed"', b'"status":"quarantined"', b'"status":"replayed"')


def _is_whole(heard: bytes) -> bool:
    end = heard.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = heard[:end].lower()
    if b"transfer-encoding: chunked" in head:
        return heard.endswith(b"0\r\n\r\n")
    return len(heard) >= end + 4 + int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])


def full_speed(lines: Sequence[Line], bodies: Iterator[bytes | Call], seconds: float) -> Reading:
    """Every line sends its next request as soon as it has its answer."""
    found: list[float] = []
    with selectors.DefaultSelector() as ready:
        started = time.perf_counter()
        for line in lines:
            ready.register(line.socket, selectors.EVENT_READ, line)
            line.send(next(bodies), time.perf_counter())
        waiting = len(lines)
        while waiting:
            for event, _ in ready.select():
                line = event.data
                if line.hear():
                    now = time.perf_counter()
                    found.append(now - line.since)
                    if now - started < seconds:
                        line.send(next(bodies), time.perf_counter())
                    else:
                        waiting -= 1
        return Reading(time.perf_counter() - started, found)


def paced(lines: Sequence[Line], bodies: Iterator[bytes | Call], per_second: float, seconds: float) -> Reading:
    """A request is due at even distances, and its latency counts from then, also where no line was free."""
    found: list[float] = []
    free, busy = list(lines), 0
    with selectors.DefaultSelector() as ready:
        for line in lines:
            ready.register(line.socket, selectors.EVENT_READ, line)
        started = time.perf_counter()
        sent, whole = 0, int(per_second * seconds)
        while sent < whole or busy:
            due = started + sent / per_second
            while sent < whole and free and time.perf_counter() >= due:
                free.pop().send(next(bodies), due)
                busy, sent = busy + 1, sent + 1
                due = started + sent / per_second
            wait = max(0.0, due - time.perf_counter()) if sent < whole and free else None
            for event, _ in ready.select(wait):
                if event.data.hear():
                    found.append(time.perf_counter() - event.data.since)
                    free.append(event.data)
                    busy -= 1
        return Reading(time.perf_counter() - started, found)
