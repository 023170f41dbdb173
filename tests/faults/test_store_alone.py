"""A store whose server goes away in the middle: its own process answers on, is killed, goes on, and sends everything
when the server is back. Real processes, real sockets."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.faults.database_users import soon
from tests.faults.served import READY, Served, asked, children, end, huitou, lay

pytestmark = pytest.mark.database
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")
HEAVY = (b"psycopg", b"duckdb", b"libarrow")
LINE = {"line": 1, "sku": "rice", "quantity": "2.000"}


class LocalTill:
    """A running `huitou till --offline`."""

    def __init__(self, folder: Path, server_port: int, key: str, *more: str) -> None:
        given = ("--server", f"http://127.0.0.1:{server_port}", "--store", "S1", "--key", key, "--port", "0")
        self.process = huitou(
            folder / "nobody", "till", "--offline", *given, "--folder", str(folder / "till"), "--timeout", "20", *more
        )
        assert self.process.stderr is not None
        self.said = ""
        self.port = 0
        for line in self.process.stderr:
            self.said += line
            if found := ADDRESS.search(line):
                self.port = int(found[1])
                return
        raise AssertionError(f"it ended: {self.said}")

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, str]:
        """(status, answer, who answered)."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Content-Type": "application/json", "Accept-Language": "en", **headers}
        line.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), sent)
        answer = line.getresponse()
        told = json.loads(answer.read() or b"null")
        line.close()
        return answer.status, told, answer.headers.get("X-Huitou-Answered-By", "")

    def kill(self) -> None:
        end(self.process.pid)
        self.process.communicate()


@contextmanager
def serving_again(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = huitou(home, "serve", "--port", str(port), "--workers", "1")
    assert process.stderr is not None
    try:
        assert any(READY.search(line) for line in process.stderr)
        yield process
    finally:
        process.terminate()
        process.communicate()


def sale(number: str, amount: str = "12.80") -> dict[str, Any]:
    line = {**LINE, "amount": amount}
    member = {"kind": "card", "value": "C1"}
    at = "2026-11-20T12:00:00+08:00"
    return {"store": "S1", "till": "1", "number": number, "at": at, "member": member, "lines": [line]}


BASKET = {"store": "S1", "till": "1", "lines": [LINE], "member": {"kind": "card", "value": "C1"}}
OF_THE_MOMENT = ("at", "expires_at", "proof")


def plain(told: dict[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in told.items() if field not in OF_THE_MOMENT}


def test_a_store_sells_on_and_everything_arrives(tmp_path: Path) -> None:
    server = Served(lay(tmp_path / "home"))
    port = server.port()
    key = _lay(server)
    till = LocalTill(tmp_path, port, key)
    status, quoted, by = till.ask("POST", "/baskets/price", BASKET)
    assert (status, quoted["total"], by) == (200, "12.80", "server")
    assert till.ask("POST", "/receipts", sale("1"))[2] == "server"
    assert till.ask("GET", "/till")[1]["server"] == "there"
    server.stop()

    status, alone, by = till.ask("POST", "/baskets/price", BASKET)
    assert (status, by) == (200, "till")
    assert plain(alone) == plain(quoted), "the same basket costs the same"
    assert till.ask("POST", "/members/identify", {"query": "C1"})[1]["member"]["member"] == "M00000001"
    assert till.ask("POST", "/members/identify", {"query": "13800138000", "kind": "phone"})[1]["code"] == (
        "found_by_server_alone"
    )
    assert till.ask("POST", "/receipts/claim", {})[1]["code"] == "server_away"
    refused = till.ask("POST", "/receipts", {**sale("2"), "lines": []})
    assert (refused[0], refused[1]["code"]) == (422, "body_unfit")
    status, told, by = till.ask("POST", "/receipts", sale("2"))
    assert (status, told["offline"], by) == (200, True, "till")
    foreign = till.ask("POST", "/receipts", sale("3"), Origin="https://elsewhere.example")
    assert (foreign[0], foreign[1]["code"]) == (403, "origin_unknown")
    maps = Path(f"/proc/{till.process.pid}/maps").read_bytes()
    assert not any(word in maps for word in HEAVY), "no database and no lake in a small machine"
    second = huitou(tmp_path / "nobody", "till", "--offline", "--server", f"http://127.0.0.1:{port}", "--store", "S1",
                    "--key", key, "--folder", str(tmp_path / "till"), "--port", "0")  # fmt: skip
    assert "[till_folder_busy]" in second.communicate(timeout=60)[1]
    assert second.returncode == 2

    till.kill()
    till = LocalTill(tmp_path, port, key)
    assert till.ask("POST", "/receipts", sale("2"))[1] == told, "after the kill it is told the same"
    assert till.ask("POST", "/receipts", sale("2", "12.81"))[1]["code"] == "receipt_differs"
    assert till.ask("POST", "/receipts", sale("3"))[1]["sequence"] == 3, "the one that went through is the first"
    found = till.ask("POST", "/receipts/find", {"query": "1"})[1]["sales"]
    assert [one["number"] for one in found] == ["1"], "and what went through can come back here"
    assert till.ask("GET", "/till")[1]["waiting"] == 2
    with serving_again(tmp_path / "home", port):
        assert soon(lambda: till.ask("GET", "/till")[1]["waiting"] == 0)
        assert server.rows("SELECT number FROM receipts_receipt ORDER BY number") == [("1",), ("2",), ("3",)]
        assert server.rows("SELECT count(*) FROM receipts_conflict") == [(0,)]
        assert soon(lambda: till.ask("POST", "/receipts", sale("4"))[2] == "server")
        again = till.ask("POST", "/receipts", sale("2"))
        assert (again[0], again[2]) == (200, "server"), "and the server knows it as the same"
        till.kill()
    assert children(till.process.pid) == []


def _lay(server: Served) -> str:
    """A store with a product, a member at home there, and a key; the server's address is in its ready line."""
    server.rows("INSERT INTO catalogue_store (code, name) VALUES ('S1', 'S1')")
    server.rows("INSERT INTO catalogue_product (sku, name, price_fen) VALUES ('rice', 'rice', 640)")
    server.rows("WITH m AS (INSERT INTO members_member (joined_on, home_store_id) SELECT '2026-01-01', id FROM "
                "catalogue_store RETURNING id) INSERT INTO members_identity (member_id, kind, value, tail) "
                "SELECT id, 'card', 'C1', 'C1' FROM m")  # fmt: skip
    return asked(server.home, "apikey", "add", "till", "--store", "S1")
