"""The store's own address: calls go through while the server answers, and are answered here when it does not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, urlsplit

from huitou.config.errors import AddressNotOurs, PortTaken
from huitou.config.offline_till.upstream import CLOCK_SECONDS, Gone, Upstream
from huitou.doors.api import away
from huitou.doors.api.errors import BodyTooLarge, LengthMissing
from huitou.doors.cli.words import translate_into
from huitou.kernel.errors import HuitouError
from huitou.offline.errors import OriginUnknown, ServerAway
from huitou.offline.service.till import Till

BEGINNING = "/api/v1"
STATUS = "/api/v1/till"
MOST_BYTES = 1_000_000
_OF_A_PATH = "/?%&=:@+,;~!$'()*"
"""Whatever else a caller puts into a path unescaped, as a basket's name in Chinese, is escaped on the way."""
_PASSED_HEADERS = ("Content-Type", "Accept-Language")


_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1", ""})
"""Also no name at all: programs that speak HTTP/1.0 say none, and browsers always do."""


def _name_of(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return host


class Desk:
    """Who answers: the server, or this till alone."""

    def __init__(self, till: Till, upstream: Upstream) -> None:
        self.till, self.upstream = till, upstream
        self.not_noted: HuitouError | None = None
        """Why something that the server took could not be remembered here, until it has been told."""

    def answer(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes, str]:
        """(status, media type, body, who answered: `server` or `till`)."""
        language = "en" if headers.get("Accept-Language", "").lower().startswith("en") else "zh-Hans"
        alone = away.can_answer(method, path)
        # What this till has not sent yet the server must not be asked about: it would say that it never was.
        if not self.upstream.is_away() and not (alone and self._must_answer(method, path)):
            try:
                told = self.upstream.call(method, path, body, headers)
                if told.status == 200:
                    self._note(method, path, body, told.body)
                return told.status, told.kind, told.body, "server"
            except Gone:
                pass
        if not alone:
            refused = away.told_problem(ServerAway(), language, translate_into)
            return refused.status, refused.kind, away.written(refused), "till"
        told_here = away.answer(
            self.till, method, path, body, now=self.upstream.now(), language=language, translate=translate_into
        )
        return told_here.status, told_here.kind, away.written(told_here), "till"

    def _must_answer(self, method: str, path: str) -> bool:
        """Sales and returns keep their order: while some wait to be sent, the next ones queue behind them."""
        return path in ("/receipts", "/returns") and self.till.waiting() > 0

    def _note(self, method: str, path: str, body: bytes, told: bytes) -> None:
        """The server has it: what cannot be remembered here, as on a full disk, changes nothing of that answer. A
        sale that was refused is made again under another number, and would count twice."""
        try:
            away.note_answered(self.till, method, path, body, json.loads(told or b"{}"), self.upstream.now())
        except HuitouError as refusal:
            self.not_noted = refusal

    def status(self) -> dict[str, Any]:
        """How this process stands, for the till's page and for people."""
        till, now = self.till, self.upstream.now()
        rests = till.people_rest(now)
        offset = int(self.upstream.offset.total_seconds())
        header = till.shop.header if till.shop is not None else None
        return {
            "store": till.store,
            "server": "away" if self.upstream.is_away() else "there",
            "waiting": till.waiting(),
            "refused": len(till.folder.refused()),
            "bundle": None if header is None else header.version,
            "bundle_made_at": None if header is None else header.made_at.isoformat(),
            "bundle_ends_at": None if header is None else header.ends_at.isoformat(),
            "programme": None if header is None else header.programme,
            "rests": None if rests is None else rests.code,
            "clock_off_seconds": -offset if abs(offset) >= CLOCK_SECONDS else 0,
            "till_key": till.public_key.hex(),
            "trusts": till.trusted.hex() if till.trusted is not None else None,
        }


class LocalServer(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    desk: Desk

    @property
    def is_of_this_machine(self) -> bool:
        """Whether it listens to the machine's own programs alone."""
        return str(self.server_address[0]) in _THIS_MACHINE

    @property
    def address(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "huitou-till", ""
    server: LocalServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the standard library
        """Bodies and addresses name people: nothing is logged."""

    def _allowed_origin(self) -> str:
        """The page that asks, where it is the server's own or this process's. A page from elsewhere whose name was led
        to this machine asks in that name, and what only reads says no origin. Raises OriginUnknown."""
        origin = self.headers.get("Origin", "")
        host = self.headers.get("Host", "")
        if self.server.is_of_this_machine and _name_of(host) not in _THIS_MACHINE:
            raise OriginUnknown(origin=host[:100])
        parts = urlsplit(self.server.desk.upstream.address)
        if origin and origin not in (f"{parts.scheme}://{parts.netloc}", self.server.address):
            raise OriginUnknown(origin=origin[:100])
        return origin

    def _handle(self) -> None:
        origin = ""
        try:
            origin = self._allowed_origin()
            body = self._body()
            path = quote(self.path.encode("latin-1"), safe=_OF_A_PATH)
            if self.command == "GET" and path == STATUS:
                self._send(200, "application/json", json.dumps(self.server.desk.status()).encode(), "till", origin)
                return
            headers = {name: self.headers[name] for name in _PASSED_HEADERS if self.headers.get(name)}
            self._send(*self.server.desk.answer(self.command, path.removeprefix(BEGINNING), body, headers), origin)
        except HuitouError as refusal:
            language = "en" if self.headers.get("Accept-Language", "").lower().startswith("en") else "zh-Hans"
            told = away.told_problem(refusal, language, translate_into)
            self.close_connection = True
            self._send(told.status, told.kind, away.written(told), "till", origin)

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length")
        if length is None:
            if "Transfer-Encoding" in self.headers:
                raise LengthMissing()
            return b""
        if not length.isdigit() or int(length) > MOST_BYTES:
            raise BodyTooLarge(most_bytes=MOST_BYTES)
        return self.rfile.read(int(length))

    def do_OPTIONS(self) -> None:
        try:
            origin = self._allowed_origin()
        except HuitouError:
            self.send_error(403)
            return
        self.send_response(204)
        self._allow(origin)
        self.send_header("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
        self.send_header("Access-Control-Allow-Headers", "Content-Type, Accept-Language, Authorization")
        self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - the names of the standard library

    def _allow(self, origin: str) -> None:
        self.send_header("Vary", "Origin")
        if origin:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Expose-Headers", "X-Huitou-Answered-By, X-Huitou-Clock-Off")

    def _send(self, status: int, kind: str, body: bytes, by: str, origin: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Huitou-Answered-By", by)
        offset = int(self.server.desk.upstream.offset.total_seconds())
        if abs(offset) >= CLOCK_SECONDS:
            self.send_header("X-Huitou-Clock-Off", str(-offset))
        self._allow(origin)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def listening(desk: Desk, host: str, port: int) -> Iterator[LocalServer]:
    """Raises PortTaken and AddressNotOurs."""
    try:
        server = LocalServer((host, port), _Handler)
    except PermissionError as error:
        raise AddressNotOurs(host=host, port=port, reason=error.strerror) from error
    except OSError as error:
        raise PortTaken(port=port, host=host, other=port + 1) from error
    server.desk = desk
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
