"""Receipts as a till's trip records them: the room's own part, without points and members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import transaction

from huitou.bulk.trip import trip
from huitou.receipts import service as receipts
from huitou.receipts.terms import NewLine, NewReceipt, ReceiptKey
from tests.builders import rows, run

DAY = date(2026, 11, 4)
AT = datetime(2026, 11, 4, 10, tzinfo=UTC)


def open_shop() -> dict[str, int]:
    """A store, a product and two members."""
    run("INSERT INTO catalogue_category (path) VALUES ('dairy')")
    run("INSERT INTO catalogue_store (code, name) VALUES ('S1', 'East')")
    run("INSERT INTO catalogue_product (sku, name, category_id) SELECT 'milk', 'Milk', id FROM catalogue_category")
    run("INSERT INTO members_member (joined_on) VALUES ('2026-01-01'), ('2026-01-01')")
    receipts.ensure_months([DAY])
    anna, boris = (member for (member,) in rows("SELECT id FROM members_member ORDER BY id"))
    ((store, product),) = rows("SELECT s.id, p.id FROM catalogue_store s, catalogue_product p")
    return {"store": store, "milk": product, "anna": anna, "boris": boris}


def key(shop: dict[str, int], number: str, kind: str = "sale", **other: object) -> ReceiptKey:
    return replace(ReceiptKey("pos", shop["store"], "01", DAY, number, kind), **other)


def sold(shop, number: str, receipt: int, *, member: int | None = None, quantity: int = 3000, **other):
    head = NewReceipt(
        receipt, key(shop, number, **other), AT, "store", member, quantity, 0, 1, f"d{number}", f'{{"n": "{number}"}}'
    )
    return head, NewLine(receipt, head.key.business_date, 1, shop["milk"], quantity, Decimal("1.0000"), 0, quantity)


def returned(shop, number: str, receipt: int, *, quantity: int = 1000, product: int | None = None):
    head = NewReceipt(receipt, key(shop, number, "return"), AT, "store", None, -quantity, 0, 1, "d", "{}")
    return head, NewLine(receipt, DAY, 1, product, -quantity, None, 0, -quantity, sale_line=1)


def accept(pairs: Sequence[tuple[NewReceipt, NewLine]], **more) -> None:
    with transaction.atomic(), trip() as writing:
        receipts.accept(writing, [head for head, _ in pairs], [line for _, line in pairs], **more)


def asked(ask, *values):
    """What one question of the trip is answered."""
    with transaction.atomic(), trip() as reading:
        return ask(reading, *values).read()


def ids(count: int) -> list[int]:
    return asked(receipts.reserve_ids, count)
