"""Before goods are brought back: which sale it was, and what a return of them would give back. Writes nothing."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn

from django.db import transaction

from huitou.access.terms import KeySeen
from huitou.bulk.trip import trip
from huitou.catalogue import service as catalogue
from huitou.catalogue.errors import StoreUnknown
from huitou.catalogue.terms import StoreSeen
from huitou.kernel.ids import member_code
from huitou.kernel.money import Money
from huitou.members import service as members
from huitou.receipts import service as receipts
from huitou.receipts.errors import ReceiptUnknown, ReturnOfReturn
from huitou.receipts.service import paying_back
from huitou.receipts.terms import PaidWay, ReturnedLine, SaleName, SoldSale, Tender
from huitou.usecases.recording import returns
from huitou.usecases.recording.placing import own_store, place, sale_name, stores_of
from huitou.usecases.till_terms import Return, ReturnLine, SaleNamed

MOST_SALES = 5
_NAME = re.compile(r"HUITOU/([^/]+)/([^/]+)/(\d{4}-\d{2}-\d{2})/(.+)")
"""What stands in the QR of our receipts: store, till, business date, number."""


@dataclass(frozen=True, slots=True)
class _Sale:
    name: SaleNamed
    sold: SoldSale
    paid: list[PaidWay]


def find_sales(caller: KeySeen, query: str) -> list[dict[str, Any]]:
    """The sales that a customer's receipt may mean, newest first, with what of them is still out.

    By its whole name, as the QR says it, a sale of any store: people bring goods back where they are. By its bare
    number, which others can guess, those of the caller's own stores.
    """
    stores = catalogue.stores()
    read = _NAME.fullmatch(query.strip())
    names = [_whole_name(read, stores)] if read else _numbered(caller, query.strip(), stores)
    with transaction.atomic():
        found = [sale for name in names if name is not None and (sale := _sale(caller, *name)) is not None]
        return [_told(sale, stores) for sale in found]


def _whole_name(read: re.Match[str], stores: dict[int, StoreSeen]) -> tuple[SaleNamed, StoreSeen] | None:
    code, till, day, number = read.groups()
    store = next((one for one in stores.values() if one.code == code), None)
    try:
        return (SaleNamed(code, till, date.fromisoformat(day), number), store) if store else None
    except ValueError:
        return None


def _numbered(caller: KeySeen, number: str, stores: dict[int, StoreSeen]) -> list[tuple[SaleNamed, StoreSeen] | None]:
    hits = [
        seen
        for seen, _ in receipts.by_number(number, 4 * MOST_SALES)
        if seen.kind == "sale" and (not caller.store_ids or seen.store_id in caller.store_ids)
    ]
    return [
        (SaleNamed(stores[one.store_id].code, one.till, one.business_date, one.number), stores[one.store_id])
        for one in hits[:MOST_SALES]
    ]


def _sale(caller: KeySeen, named: SaleNamed, store: StoreSeen) -> _Sale | None:
    name = SaleName(caller.name, store.id, named.till, named.business_date, named.number)
    with trip() as first:
        found = receipts.find_sales(first, [name]).read().get(name)
    if found is None or found.kind == "return":
        return None
    with trip() as second:
        sold = receipts.sold_sales(second, [found.receipt_id]).read()[found.receipt_id]
        paid = receipts.paid_ways(second, found.receipt_id)
    return _Sale(named, replace(sold, member_id=found.member_id), paid) if sold.lines else None


def _told(sale: _Sale, stores: dict[int, StoreSeen]) -> dict[str, Any]:
    goods = catalogue.products({line.product_id for line in sale.sold.lines})
    shown_member = members.at_the_till([sale.sold.member_id]) if sale.sold.member_id is not None else []
    return {
        "store": sale.name.store,
        "till": sale.name.till,
        "business_date": sale.name.business_date.isoformat(),
        "number": sale.name.number,
        "at": sale.sold.at.isoformat() if sale.sold.at else None,
        "member": (
            {"member": member_code(shown_member[0].id), "name": shown_member[0].name,
             "phone": shown_member[0].masked_phone} if shown_member else None
        ),
        "total": str(Money(sum(line.net_fen for line in sale.sold.lines))),
        "lines": [
            {
                "line": line.line,
                "sku": goods[line.product_id].sku if line.product_id in goods else "",
                "name": goods[line.product_id].name if line.product_id in goods else "",
                "quantity": _quantity(line.quantity_milli),
                "amount": str(Money(line.net_fen)),
                "returned": _quantity(line.returned_milli),
                "refunded": str(Money(line.refunded_fen)),
            }
            for line in sale.sold.lines
            if line.quantity_milli > 0
        ],
        "tenders": [
            {"kind": way.kind, "amount": str(Money(way.paid_fen)), "refunded": str(Money(way.back_fen))}
            for way in sale.paid
        ],
    }  # fmt: skip


def quote_return(caller: KeySeen, asked: Return, *, now: datetime) -> dict[str, Any]:
    """What a return of these pieces would give back: money by line and by way, points and coupons.

    It is recorded and taken back in one transaction, so it says what the recording will say. Raises what a return
    raises, and ReceiptUnknown where the sale has not come: nobody can say what of it was paid.
    """
    stores = stores_of([asked])
    store = stores.get(asked.sale.store)
    own_store(caller, asked.store, stores)
    if store is None:
        raise StoreUnknown(store=asked.sale.store)
    with transaction.atomic():
        sale = _sale(caller, asked.sale, store)
        if sale is None:
            _refuse_unknown(caller, asked, stores)
        lines = _with_amounts(sale.sold, asked.lines)
        total = sum(line.amount_fen for line in lines)
        ways = receipts.spread_refund(total, sale.paid, receipts.due_in_points(sale.sold.lines, sale.paid, total))
        tried = replace(asked, number=f"quote {uuid.uuid4().hex}", lines=lines, tenders=tuple(ways))
        placed = place(caller, tried, stores, now)
        answer = json.loads(returns.record_return(placed, sale_name(caller, tried, stores), now=now).answer)
        transaction.set_rollback(True)
    return {
        "lines": [
            {"line": one.line, "sale_line": one.sale_line, "quantity": _quantity(one.quantity_milli),
             "amount": str(Money(one.amount_fen))}
            for one in lines
        ],
        "total": str(Money(total)),
        "tenders": [_tender(one) for one in ways],
        **{field: answer[field] for field in ("points_taken_back", "points_restored", "debt")},
        **{field: answer.get(field, []) for field in ("coupons_given_back", "coupons_void", "benefits_gone")},
    }  # fmt: skip


def _quantity(milli: int) -> str:
    """As the API says it: `1.352`."""
    return str(Decimal(milli).scaleb(-3))


def _tender(one: Tender) -> dict[str, str]:
    return {"kind": str(one.kind), "amount": str(Money(one.amount_fen))}


def _refuse_unknown(caller: KeySeen, asked: Return, stores: dict[str, StoreSeen]) -> NoReturn:
    name = sale_name(caller, asked, stores)
    with trip() as only:
        found = receipts.find_sales(only, [name]).read().get(name)
    if found is not None and found.kind == "return":
        raise ReturnOfReturn(number=name.number, business_date=name.business_date)
    raise ReceiptUnknown()


def _with_amounts(sale: SoldSale, lines: tuple[ReturnLine, ...]) -> tuple[ReturnLine, ...]:
    """Each line with its share of what was paid. Raises SaleLineUnknown and ReturnedMoreThanSold."""
    receipts.check_return(sale, [ReturnedLine(line.line, line.sale_line, line.quantity_milli, 0) for line in lines])
    due = paying_back.refunds_of(sale.lines, ((line.sale_line, line.quantity_milli) for line in lines))
    return tuple(replace(line, amount_fen=fen) for line, fen in zip(lines, due, strict=True))
