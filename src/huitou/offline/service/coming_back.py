"""Goods that come back while the server is away: of what this till sold itself, and as its receipt was paid.

Nothing here is written. Points and coupons of the sale are the server's to settle when it hears of the return.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from huitou.kernel.ids import member_code
from huitou.kernel.money import Money
from huitou.offline.errors import SaleNotHere
from huitou.offline.rules.memory import Memory, Name
from huitou.offline.terms import Kept
from huitou.receipts.errors import ReturnedMoreThanPaid, ReturnedMoreThanSold, ReturnOfReturn, SaleLineUnknown
from huitou.receipts.terms import PaidWay, SoldGoods
from huitou.receipts.without_database import due_in_points, refund_of, spread_refund

MOST_SALES = 5
_NAME = re.compile(r"HUITOU/([^/]+)/([^/]+)/(\d{4}-\d{2}-\d{2})/(.+)")
"""What stands in the QR of our receipts: store, till, business date, number."""


def names_of(memory: Memory, store: str, query: str) -> list[Name]:
    """The sales of this till that a customer's receipt may mean, newest first. Raises SaleNotHere."""
    read = _NAME.fullmatch(query.strip())
    if read is not None:
        name: Name = ("sale", read[2], read[3], read[4])
        found = [name] if read[1] == store and name in memory.sold else []
    else:
        found = [name for name in memory.sold if name[3] == query.strip()]
    if not found:
        raise SaleNotHere()
    return sorted(found, key=lambda one: memory.at[one], reverse=True)[:MOST_SALES]


def goods_of(memory: Memory, of: Name) -> dict[int, SoldGoods]:
    """The lines of a sale with what came back of them."""
    back = memory.back.get(of, {})
    return {line: SoldGoods(line, 0, milli, fen, *back.get(line, (0, 0)))
            for line, (milli, fen) in memory.sold[of].items()}  # fmt: skip


def taken(sold: Mapping[int, SoldGoods], lines: Iterable[tuple[int, int, int | None]]) -> list[int]:
    """Fen of each (line of the sale, thousandths, fen or None: its share of what was paid).

    Raises SaleLineUnknown, ReturnedMoreThanSold and ReturnedMoreThanPaid."""
    left, found = dict(sold), []
    for line, milli, said in lines:
        goods = left.get(line)
        if goods is None or goods.quantity_milli <= 0:
            raise SaleLineUnknown(line=line)
        out, unpaid = goods.quantity_milli - goods.returned_milli, goods.net_fen - goods.refunded_fen
        if milli > out:
            raise ReturnedMoreThanSold(asked=weight(milli), line=line, left=weight(out))
        fen = refund_of(goods, milli) if said is None else said
        if fen > unpaid:
            raise ReturnedMoreThanPaid(line=line, asked=str(Money(fen)), left=str(Money(unpaid)))
        left[line] = replace(goods, returned_milli=goods.returned_milli + milli, refunded_fen=goods.refunded_fen + fen)
        found.append(fen)
    return found


def told_sale(memory: Memory, store: str, name: Name, kept: Kept, name_of: Callable[[str], str]) -> dict[str, Any]:
    """A sale as `receipts/find` tells it. The member's name and phone are not here. `name_of`: what the bundle calls a
    product of this code; empty where it has none."""
    said, member = {line["line"]: line for line in kept.body["lines"]}, kept.notes["member"]
    back = memory.ways_back.get(name, {})
    return {
        "store": store,
        "till": name[1],
        "business_date": name[2],
        "number": name[3],
        "at": kept.body["at"],
        "member": None if member is None else {"member": member_code(member), "name": "", "phone": ""},
        "total": str(Money(sum(fen for _, fen in memory.sold[name].values()))),
        "lines": [
            {
                "line": line,
                "sku": said[line]["sku"],
                "name": said[line].get("name") or name_of(said[line]["sku"]) or said[line]["sku"],
                "quantity": weight(goods.quantity_milli),
                "amount": str(Money(goods.net_fen)),
                "returned": weight(goods.returned_milli),
                "refunded": str(Money(goods.refunded_fen)),
            }
            for line, goods in goods_of(memory, name).items()
            if goods.quantity_milli > 0
        ],
        "tenders": [
            {"kind": one["kind"], "amount": one["amount"], "refunded": str(Money(back.get(one["kind"], 0)))}
            for one in kept.body.get("tenders") or ()
        ],
    }


def told_quote(memory: Memory, store: str, asked: Mapping[str, Any], kept: Kept | None) -> dict[str, Any]:
    """What these lines of a sale would give back. Raises SaleNotHere, ReturnOfReturn and what `taken` does."""
    named = asked["sale"]
    of: Name = ("sale", named["till"], named["business_date"], named["number"])
    if named["store"] == store and ("return", *of[1:]) in memory.known and of not in memory.sold:
        raise ReturnOfReturn(number=named["number"], business_date=named["business_date"])
    if kept is None:
        raise SaleNotHere()
    lines = asked["lines"]
    amounts = taken(goods_of(memory, of), ((one["sale_line"], _milli(one["quantity"]), None) for one in lines))
    ways = memory.ways_back.get(of, {})
    paid = [PaidWay(one["kind"], _milli(one["amount"]), ways.get(one["kind"], 0))
            for one in kept.body.get("tenders") or ()]  # fmt: skip
    total = sum(amounts)
    in_points = due_in_points(goods_of(memory, of).values(), paid, total)
    return {
        "lines": [
            {"line": one["line"], "sale_line": one["sale_line"], "quantity": weight(_milli(one["quantity"])),
             "amount": str(Money(fen))}
            for one, fen in zip(lines, amounts, strict=True)
        ],
        "total": str(Money(total)),
        "tenders": [
            {"kind": str(one.kind), "amount": str(Money(one.amount_fen))}
            for one in spread_refund(total, paid, in_points)
        ],
        "points_taken_back": 0,
        "points_restored": 0,
        "debt": 0,
        "coupons_given_back": [],
    }  # fmt: skip


def weight(milli: int) -> str:
    return f"{milli // 1000}.{milli % 1000:03d}"


def _milli(text: str) -> int:
    """Thousandths of a quantity, fen of an amount."""
    return int(text.replace(".", "", 1))
