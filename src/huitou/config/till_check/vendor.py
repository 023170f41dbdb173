"""The till that asks: one call at a time, each kept as it went over the line."""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from huitou.config.errors import ServerUnreachable
from huitou.kernel.errors import N_

SECONDS = 15.0
"""How long an answer may take."""
CHUNKED = "Transfer-Encoding: chunked"
SHOWN = ("Retry-After",)
"""Headers of an answer by which a till decides."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and its answer, as they went over the line."""

    method: str
    path: str
    sent: str
    status: int
    told: str
    head: tuple[str, ...] = ()
    """Headers of the question that matter for it, beside those of every call."""
    told_head: tuple[str, ...] = ()
    """The same of the answer."""
    told_kind: str = ""
    """The answer's media type."""
    raw: bytes = b""
    """An answer that is no text."""

    def read(self) -> Any:
        return json.loads(self.told)


@dataclass(slots=True)
class Vendor:
    """The till that asks."""

    address: str
    key: str
    store: str = ""
    other_key: str = ""
    """A key of another store."""
    revoked_key: str = ""
    codes: tuple[str, ...] = ()
    """Dynamic codes that hold now, of three members: without them no points are spent."""
    coupons: tuple[str, ...] = ()
    """Codes of two coupons for whoever bears them: without them none is held."""
    run: str = field(default_factory=lambda: f"check-{datetime.now(UTC):%m%d%H%M%S}-{secrets.token_hex(2)}")
    asked: list[Exchange] = field(default_factory=list)
    _number: int = 0

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Exchange:
        """One call; a refusal is an answer too. Raises ServerUnreachable."""
        sent = body if isinstance(body, str) else "" if body is None else json.dumps(body, ensure_ascii=False)
        return self._kept(self._call(method, path, sent.encode(), self._headers(key)), sent)

    def ask_in_chunks(self, path: str, body: str) -> Exchange:
        """A body that does not say how long it is. Raises ServerUnreachable."""
        return self._kept(self._call("POST", path, iter([body.encode()]), self._headers()), body, CHUNKED)

    def announce(self, path: str, size: int) -> Exchange:
        """A body of which only the length is said: the server answers before it is sent. Raises ServerUnreachable."""
        length = {"Content-Length": str(size)}
        return self._kept(self._call("POST", path, None, {**self._headers(), **length}), "", f"Content-Length: {size}")

    def forget(self) -> None:
        """Leave the last call out of what is shown: one like it follows."""
        self.asked.pop()

    def _call(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Exchange:
        parts = urlsplit(self.address)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        line = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent: it has answered
                line.request(method, f"{parts.path}/api/v1{path}", body or None, headers, encode_chunked=True)
            answer = line.getresponse()
            told_head = tuple(f"{name}: {answer.headers[name]}" for name in SHOWN if name in answer.headers)
            kind = answer.headers.get_content_type()
            raw = answer.read()
            told = raw.decode() if "json" in kind else f"({len(raw)} bytes of {kind})"
            return Exchange(method, path, "", answer.status, told, (), told_head, kind, raw)
        except (HTTPException, OSError) as error:
            raise ServerUnreachable(address=self.address, error=str(error)) from error
        finally:
            line.close()

    def _headers(self, key: str | None = None) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.key if key is None else key}",
            "Content-Type": "application/json",
            "Accept-Language": "en",
        }

    def _kept(self, exchange: Exchange, sent: str, *head: str) -> Exchange:
        self.asked.append(replace(exchange, sent=sent, head=head))
        return self.asked[-1]

    def now(self, hours: int = 0) -> str:
        return (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="seconds")

    def sale(self, *amounts: str, **more: Any) -> dict[str, Any]:
        """A sale of one piece a line at these amounts."""
        lines = [
            {"line": place, "sku": f"check-{place}", "quantity": "1.000", "amount": amount}
            for place, amount in enumerate(amounts, 1)
        ]
        return {**self._head(), "lines": lines, **more}

    def back(self, sale: dict[str, Any], day: str, *lines: tuple[int, str, str], **more: Any) -> dict[str, Any]:
        """What came back of a sale: (line, quantity, amount)."""
        named = {"store": sale["store"], "till": sale["till"], "business_date": day, "number": sale["number"]}
        said = [
            {"line": place, "sale_line": line, "quantity": quantity, "amount": amount}
            for place, (line, quantity, amount) in enumerate(lines, 1)
        ]
        return {**self._head(), "sale": named, "lines": said, **more}

    def _head(self) -> dict[str, Any]:
        self._number += 1
        return {"store": self.store, "till": "check", "number": f"{self.run}-{self._number}", "at": self.now()}


def read_address(text: str) -> str:
    """The address without its last slash. Raises ServerUnreachable where it is none of http or https."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ServerUnreachable(address=text, error=N_("not an address of http or https"))
    return text.rstrip("/")
