"""The till that asks: one call at a time, each kept as it went over the line."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from huitou.config.errors import ServerUnreachable
from huitou.kernel.errors import N_

SECONDS = 15.0
"""How long an answer may take."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and its answer, as they went over the line."""

    method: str
    path: str
    sent: str
    status: int
    told: str

    def read(self) -> Any:
        return json.loads(self.told)


@dataclass(slots=True)
class Vendor:
    """The till that asks."""

    address: str
    key: str
    store: str = ""
    run: str = field(default_factory=lambda: f"check-{datetime.now(UTC):%m%d%H%M%S}-{secrets.token_hex(2)}")
    asked: list[Exchange] = field(default_factory=list)
    _number: int = 0

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Exchange:
        """One call; a refusal is an answer too. Raises ServerUnreachable."""
        sent = body if isinstance(body, str) else "" if body is None else json.dumps(body, ensure_ascii=False)
        request = Request(  # noqa: S310 - the scheme was checked when the address was read
            f"{self.address}/api/v1{path}",
            data=sent.encode() if sent else None,
            method=method,
            headers={
                "Authorization": f"Bearer {self.key if key is None else key}",
                "Content-Type": "application/json",
                "Accept-Language": "en",
            },
        )
        try:
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                exchange = Exchange(method, path, sent, answer.status, answer.read().decode())
        except HTTPError as refusal:
            exchange = Exchange(method, path, sent, refusal.code, refusal.read().decode())
        except (URLError, HTTPException, OSError) as error:
            raise ServerUnreachable(address=self.address, error=str(error)) from error
        self.asked.append(exchange)
        return exchange

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
