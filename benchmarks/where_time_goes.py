"""Where the time of one recorded receipt goes: the door, what we decide, the driver, and waiting for PostgreSQL."""

from __future__ import annotations

import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

RECEIPTS = 600
WARM = 60


class Clock:
    """Wall and CPU seconds by stage. A stage inside another counts for itself alone."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = defaultdict(float)
        self.cpu: dict[str, float] = defaultdict(float)
        self._open: list[list[float]] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter(), time.thread_time()
        self._open.append([0.0, 0.0])
        try:
            yield
        finally:
            wall, cpu = time.perf_counter() - started[0], time.thread_time() - started[1]
            inner = self._open.pop()
            self.wall[name] += wall - inner[0]
            self.cpu[name] += cpu - inner[1]
            if self._open:
                self._open[-1][0] += wall
                self._open[-1][1] += cpu

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def within(*arguments: Any, **named: Any) -> Any:
            with self.stage(name):
                return work(*arguments, **named)

        return within


def tell_where_time_goes(sale: Callable[[int, int], dict[str, Any]], members: int, first_card: int) -> None:
    """Record receipts in this process, one after the other, by the whole of the site but its sockets; print a table."""
    import psycopg

    from huitou.bulk.trip import Answer, Trip
    from huitou.config.wsgi import application
    from huitou.usecases import record_receipts
    from huitou.usecases.people import renew_key

    key = renew_key("pos", actor="benchmark")
    clock = Clock()
    numbers = itertools.count(3 * 10**9)

    def post() -> None:
        number = next(numbers)
        body = json.dumps(sale(number, first_card + number % members)).encode()
        with clock.stage("door: HTTP, key, JSON, schema"):
            _answered(application, key, body)

    patched = [
        (record_receipts, "record_sale", "decide: stores, rules, rows, answer"),
        (Trip, "ask", "driver: parameters, statements sent"),
        (Answer, "rows", "PostgreSQL and reading its answers"),
        (Answer, "row", "PostgreSQL and reading its answers"),
        (psycopg.Pipeline, "__exit__", "PostgreSQL and reading its answers"),
        (psycopg.Connection, "commit", "commit, made durable"),
    ]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in patched]
    for owner, name, stage in patched:
        setattr(owner, name, clock.timed(stage, getattr(owner, name)))
    try:
        for _ in range(WARM):
            post()
        clock.wall.clear()
        clock.cpu.clear()
        for _ in range(RECEIPTS):
            post()
    finally:
        for owner, name, was in before:
            setattr(owner, name, was)
    print(f"where the time of one goes (alone, in one process; ms): {'wall':>30} {'our CPU':>8}")
    for name, wall in clock.wall.items():
        print(f"  {name:<78}  {1000 * wall / RECEIPTS:>6.2f} {1000 * clock.cpu[name] / RECEIPTS:>8.2f}")
    whole, cpu = sum(clock.wall.values()), sum(clock.cpu.values())
    print(f"  {'together':<78}  {1000 * whole / RECEIPTS:>6.2f} {1000 * cpu / RECEIPTS:>8.2f}")


def _answered(application: Callable[..., Any], key: str, body: bytes) -> bytes:
    status: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/receipts",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": f"Bearer {key}",
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": None,
    }
    response = application(environ, lambda word, head: status.append(word))
    answer = b"".join(response)
    response.close()
    assert status[0].startswith("200"), answer
    return answer
