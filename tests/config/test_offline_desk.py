"""The store's own process between its tills and the server: what is said on the way, and what stands in between. The
server is a plain one of the test, that says what it is told to say. No database."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.offline.alone import CARD_1, alone, code_of, sale
from tests.offline.made import NOW

from huitou.config.offline_till.keeping_up import KeepingUp
from huitou.config.offline_till.serving import Desk, LocalServer, listening
from huitou.config.offline_till.upstream import Upstream

JSON, PROBLEM, LINES, PAGE = "application/json", "application/problem+json", "application/x-ndjson", "text/html"
RECORDED = {"receipt": 7, "business_date": "2026-11-20", "member": None, "points_used": 0}


class Server(ThreadingHTTPServer):
    """Answers every call with `says`, and notes what it was asked."""

    says: tuple[int, str, bytes] = (200, JSON, b"{}")
    asked: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the standard library
        pass

    def _handle(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(self.path)
        status, kind, body = self.server.says
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - the names of the standard library


class AtNow(Upstream):
    """Of the moment at which the bundle was made."""

    def now(self) -> datetime:
        return NOW


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), _Handler) as one:
        one.asked = []
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield one
        one.shutdown()


@pytest.fixture
def local(server: Server, tmp_path: Path) -> Iterator[LocalServer]:
    upstream = AtNow(f"http://127.0.0.1:{server.server_address[1]}", "key", 20.0)
    with listening(Desk(alone(tmp_path), upstream), "127.0.0.1", 0) as one:
        yield one


def ask(local: LocalServer, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, str]:
    """(status, answer, who answered). The path goes out byte by byte, as a careless client sends it."""
    line = http.client.HTTPConnection("127.0.0.1", int(local.server_address[1]), timeout=60)
    text = b"" if body is None else json.dumps(body).encode()
    line.putrequest(method, "/api/v1/x", skip_host=True)
    line._buffer[0] = f"{method} /api/v1{path} HTTP/1.1".encode()  # type: ignore[attr-defined]
    given = {"Host": "127.0.0.1", "Accept-Language": "en", "Content-Length": str(len(text)), **headers}
    for name, value in given.items():
        line.putheader(name, value)
    line.endheaders(text)
    answer = line.getresponse()
    told = json.loads(answer.read())
    line.close()
    return answer.status, told, answer.headers.get("X-Huitou-Answered-By", "")


def kept_up(local: LocalServer) -> tuple[KeepingUp, list[str]]:
    said: list[str] = []
    return KeepingUp(local.desk, 600, lambda template, **facts: said.append(template.format(**facts))), said


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_what_the_server_took_is_never_refused_here(local, server, monkeypatch) -> None:
    """A full disk while the answer is noted: who hears a refusal sells it again under another number."""
    server.says = (200, JSON, json.dumps(RECORDED).encode())
    keeping, said = kept_up(local)
    with monkeypatch.context() as patched:
        patched.setattr("huitou.offline.store.folder.os.fsync", full)
        assert ask(local, "POST", "/receipts", sale("1")) == (200, RECORDED, "server")
    keeping._tell_not_noted()
    keeping._tell_not_noted()
    (once,) = said
    assert "[till_disk_full]" in once


def test_a_disk_that_is_full_while_sending_is_not_told_as_a_refusal(local, server, monkeypatch) -> None:
    """Whoever reads that the server refused looks at the wrong machine."""
    local.desk.till.sell(sale("1"), now=NOW)
    server.says = (200, LINES, b'{"line": 1, "status": "recorded"}\n')
    keeping, said = kept_up(local)
    with monkeypatch.context() as patched:
        patched.setattr("huitou.offline.store.folder.os.fsync", full)
        keeping._once()
        keeping._once()
    (once,) = said
    assert once.startswith("The disk of this machine is full")
    assert "[till_disk_full]" in once
    assert sum("/receipts/batch" in path for path in server.asked) == 1, "asked again in a minute, not every second"
    assert local.desk.till.waiting() == 1, "it is sent again"


@pytest.mark.parametrize("status", [200, 302, 403, 404, 413])
def test_the_page_of_a_proxy_is_no_answer_of_the_server(local, server, status) -> None:
    server.says = (status, PAGE, b"<html>Please log in to the network</html>")
    told = ask(local, "POST", "/receipts", sale("1"))
    assert (told[0], told[1]["offline"], told[2]) == (200, True, "till")
    keeping, said = kept_up(local)
    keeping._once()
    assert local.desk.till.waiting() == 1
    assert said == []


@pytest.mark.parametrize("body", [b"{", b'{"line": 1}', b"[]"])
def test_an_answer_that_was_cut_off_ends_nothing(local, server, body) -> None:
    local.desk.till.sell(sale("1"), now=NOW)
    server.says = (200, LINES, body)
    keeping, _ = kept_up(local)
    keeping._once()
    assert local.desk.till.waiting() == 1, "it is sent again"
    server.says = (200, LINES, b'{"line": 1, "status": "recorded"}\n')
    keeping._once()
    assert local.desk.till.waiting() == 0


def test_a_key_that_was_revoked_is_said_once(local, server) -> None:
    local.desk.till.sell(sale("1"), now=NOW)
    server.says = (401, PROBLEM, json.dumps({"code": "key_refused", "message": "No valid key."}).encode())
    keeping, said = kept_up(local)
    keeping._once()
    keeping._once()
    assert [one for one in said if "does not take" in one] == [
        "The server does not take what was sold: No valid key. [key_refused] It is kept here and sent again."
    ]
    assert local.desk.till.waiting() == 1


def test_a_key_that_was_revoked_is_not_asked_every_second(local, server) -> None:
    local.desk.till.sell(sale("1"), now=NOW)
    server.says = (401, PROBLEM, json.dumps({"code": "key_refused", "message": "No valid key."}).encode())
    keeping, _ = kept_up(local)
    keeping._once()
    keeping._once()
    assert sum("/receipts/batch" in path for path in server.asked) == 1


def test_what_the_server_will_never_take_is_kept_for_a_person(local, server) -> None:
    """It happened: marked as sent and told on standard error alone it would be gone."""
    for number in ("1", "2"):
        local.desk.till.sell(sale(number), now=NOW)
    answers = (
        {"line": 1, "status": "refused", "code": "store_unknown", "message": "No such store."},
        {"line": 2, "status": "recorded"},
    )
    server.says = (200, LINES, b"".join(json.dumps(one).encode() + b"\n" for one in answers))
    keeping, said = kept_up(local)
    keeping._once()
    assert local.desk.till.waiting() == 0
    (kept,) = local.desk.till.folder.refused().values()
    assert (kept["line"]["number"], kept["answer"]["code"]) == ("1", "store_unknown")
    assert ask(local, "GET", "/till")[1]["refused"] == 1
    assert any("The server refuses receipt 1: No such store. [store_unknown]" in one for one in said)
    local.desk.till.folder.note_refused([kept])
    assert len(local.desk.till.folder.refused_path.read_bytes().splitlines()) == 1, "noted again it counts once"


@pytest.mark.parametrize("escaped", [True, False])
def test_a_basket_may_have_any_name(local, server, escaped) -> None:
    """A till names its baskets by the store's code, maybe in Chinese: in the path it is escaped, in the sale not."""
    server.says = (503, PROBLEM, b"{}")
    name = "东门-1-000123"
    path = f"/baskets/{quote(name) if escaped else name}/hold"
    code = code_of(1)
    held = ask(local, "PUT", path, {"member": code, "points": 50})
    assert (held[0], held[1].get("basket"), held[2]) == (200, name, "till")
    paid = ask(local, "POST", "/receipts", sale("1", member=CARD_1, points_used=50, hold=name))
    assert (paid[0], paid[1].get("points_used")) == (200, 50)


def test_what_the_server_promised_a_basket_of_any_name_is_remembered(local, server) -> None:
    promised = {"member": "M00000001", "points": 50, "coupons": [], "ends_at": "2026-11-20T12:15:00+00:00"}
    server.says = (200, JSON, json.dumps(promised).encode())
    assert ask(local, "PUT", "/baskets/东门-1-9/hold", {"member": code_of(1), "points": 50})[2] == "server"
    assert server.asked == [f"/api/v1/baskets/{quote('东门-1-9')}/hold"]
    server.says = (503, PROBLEM, b"{}")
    paid = ask(local, "POST", "/receipts", sale("1", member=CARD_1, points_used=50, hold="东门-1-9"))
    assert (paid[0], paid[1].get("points_used")) == (200, 50)


def test_a_store_of_any_code_fetches_its_bundle(local, server) -> None:
    local.desk.till.store = "东门 1&2"
    keeping, said = kept_up(local)
    keeping._once()
    assert server.asked[0].startswith("/api/v1/offline-bundle?store=%E4%B8%9C%E9%97%A8+1%262&have=")
    assert "[bundle_unreadable]" in said[0], "an empty object is no bundle, and the process goes on"


@pytest.mark.parametrize(
    ("host", "status", "because"),
    [
        ("localhost:8010", 200, "the machine itself"),
        ("127.0.0.1", 200, "the machine itself"),
        ("[::1]:8010", 200, "the machine itself"),
        ("elsewhere.example:8010", 403, "a page whose name was led to this machine asks in that name"),
        ("[", 403, "no name at all"),
    ],
)
def test_a_name_that_was_led_to_this_machine_reads_nothing(local, host, status, because) -> None:
    assert ask(local, "GET", "/till", Host=host)[0] == status, because
