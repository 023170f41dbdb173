"""A till for tests: says sales and returns as a till would, and reads what it is told."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection

from huitou.access.terms import KeySeen
from huitou.members.terms import MemberRef
from huitou.usecases import record_receipts
from huitou.usecases.till_terms import BatchLine, Return, ReturnLine, Sale, SaleLine, SaleNamed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def key(name: str = "pos", *stores: int) -> KeySeen:
    return KeySeen(name, "hk_", stores, (), NOW, None, None)


def card(value: str) -> MemberRef:
    return MemberRef("card", value)


def open_store(code: str = "S1") -> int:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO catalogue_store (code, name) VALUES (%s, %s) RETURNING id", [code, code])
        return cursor.fetchone()[0]


@dataclass
class Till:
    """One till of a store, with a clock that its owner turns."""

    store: str = "S1"
    number: str = "1"
    now: datetime = NOW
    caller: KeySeen = field(default_factory=key)
    _numbers: count = field(default_factory=lambda: count(1))

    def sale(self, *amounts: int, member: MemberRef | None = None, **more: Any) -> Sale:
        """A sale of one piece a line, at these amounts in fen."""
        lines = tuple(
            SaleLine(place, f"sku-{place}", f"Goods {place}", "", 1000, None, 0, amount)
            for place, amount in enumerate(amounts, 1)
        )
        said = {"number": str(next(self._numbers)), "at": self.now, "business_date": None, **more}
        return Sale(store=self.store, till=self.number, channel="store", member=member, lines=lines, **said)

    def back(self, sale: Sale, *parts: tuple[int, int, int], **more: Any) -> Return:
        """What came back of a sale: (line, quantity in thousandths, amount in fen)."""
        day = (sale.at + timedelta(hours=8)).date()
        lines = tuple(ReturnLine(place, *part) for place, part in enumerate(parts, 1))
        said = {"number": f"R{next(self._numbers)}", "at": self.now, "business_date": None, **more}
        named = SaleNamed(sale.store, sale.till, sale.business_date or day, sale.number)
        return Return(store=self.store, till=self.number, channel="store", sale=named, lines=lines, **said)

    def record(self, said: Sale | Return) -> dict[str, Any]:
        return json.loads(self.tell(said))

    def tell(self, said: Sale | Return) -> str:
        """The answer word for word."""
        if isinstance(said, Return):
            return record_receipts.record_return(self.caller, said, now=self.now)
        return record_receipts.record_sale(self.caller, said, now=self.now)

    def upload(self, *said: Sale | Return) -> list[Any]:
        """What was kept offline, in one batch."""
        lines = [BatchLine(place, word) for place, word in enumerate(said, 1)]
        return [found for _, found in record_receipts.record_batch(self.caller, lines, now=self.now)]
