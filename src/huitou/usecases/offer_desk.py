"""What whoever writes offers looks at: the goods on sale, and past receipts as the engine sees them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from huitou.catalogue import service as catalogue
from huitou.catalogue.terms import OnSale, StoreSeen
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.offers.errors import CouponKindUnknown
from huitou.offers.service import coupons
from huitou.offers.service.reckoning import ONE_POINT_PER_YUAN
from huitou.offers.terms import BasketLine, Fen, Grams, MemberSeen, PriceRequest
from huitou.offers.terms.rehearsed import PastReceipt
from huitou.receipts import service as receipts
from huitou.receipts.terms import LineSeen, ReceiptSeen

FRESH_SECONDS = 30.0
"""How long a process believes what it read of the shelf: a form asks with every key that is pressed."""
DAYS_BACK = 120
PIECE = 1000
"""Thousandths."""


@dataclass(slots=True)
class Shelf:
    """What is sold, read once for many questions."""

    goods: Sequence[OnSale]
    read_at: float = field(default_factory=time.monotonic)
    lines: Sequence[BasketLine] = ()
    by_id: Mapping[int, OnSale] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = [line_of(one) for one in self.goods]
        self.by_id = {one.id: one for one in self.goods}

    @property
    def names(self) -> dict[str, str]:
        return {one.sku: one.name for one in self.goods}

    @property
    def categories(self) -> dict[str, int]:
        """Every path and those above it, with how many products they hold."""
        found: dict[str, int] = {}
        for one in self.goods:
            parts = one.category.split("/") if one.category else []
            for depth in range(1, len(parts) + 1):
                path = "/".join(parts[:depth])
                found[path] = found.get(path, 0) + 1
        return found

    @property
    def brands(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for one in self.goods:
            if one.brand:
                found[one.brand] = found.get(one.brand, 0) + 1
        return found


_kept: Shelf | None = None


def shelf(*, anew: bool = False) -> Shelf:
    """What is sold, at most FRESH_SECONDS old."""
    global _kept
    if anew or _kept is None or time.monotonic() - _kept.read_at > FRESH_SECONDS:
        _kept = Shelf(catalogue.on_sale())
    return _kept


def line_of(one: OnSale, quantity: int = 1) -> BasketLine:
    """A product as a line at its shelf price; of weighed goods a kilogram."""
    return BasketLine(
        sku=one.sku,
        price=Fen(one.price_fen or 0),
        quantity=quantity,
        weight=Grams(1000) if one.weighed else None,
        category=one.category,
        brand=one.brand,
        supplier=one.supplier,
        discountable=one.promotable,
    )


def tiers_known(on: date) -> list[str]:
    """The programme's tiers that anybody holds."""
    return list(loyalty.count_tiers(on))


def tier_on(member_id: int, on: date) -> str:
    """The member's tier of that day; empty without one."""
    return members.tier_of(member_id, on)


def staff_on(day: date) -> set[int]:
    """The members who work for the chain on that day."""
    return {one.member for one in members.staff() if one.works_on(day)}


# ---- receipts that were


def past_receipts(limit: int) -> list[PastReceipt]:
    """The newest sales as they would have been priced, oldest first."""
    last = receipts.last_sale_on()
    if last is None:
        return []
    return as_requests(receipts.newest_sales(limit, last - timedelta(days=DAYS_BACK)))


def as_requests(sales: Sequence[tuple[ReceiptSeen, int | None]]) -> list[PastReceipt]:
    """Sales at the prices of the shelf: what was taken off then is put on again, and returns are not looked at."""
    known = shelf()
    stores = catalogue.stores()
    lines = receipts.lines_of([sale.id for sale, _ in sales])
    people = _people({member for _, member in sales if member is not None}, sales)
    found = []
    for sale, member in sales:
        basket = tuple(filter(None, (_line(line, known) for line in lines.get(sale.id, ()))))
        store = stores.get(sale.store_id)
        if basket:
            request = PriceRequest(
                basket=basket,
                at=sale.at.astimezone(ZoneInfo((store.zone if store else "") or settings.TIME_ZONE)),
                member=people.get(member) if member is not None else None,
                store=store.code if store else "",
                channel=sale.channel,
                currency=settings.CURRENCY,
                earn_rules=() if member is None else (ONE_POINT_PER_YUAN,),
            )
            found.append(PastReceipt(sale.id, _named(sale, store), request))
    return found


def _named(sale: ReceiptSeen, store: StoreSeen | None) -> str:
    return f"{sale.number} {store.name}" if store else sale.number


def _people(ids: set[int], sales: Sequence[tuple[ReceiptSeen, int | None]]) -> dict[int, MemberSeen]:
    """Members with the tier of the newest day. Who was in which segment then, nobody knows."""
    if not ids:
        return {}
    wanted = sorted(ids)
    on = max(sale.business_date for sale, _ in sales)
    tiers = {row["member_id"]: row["tier"] for row in loyalty.tiers_on(wanted, on).to_pylist() if row["since"] <= on}
    staff = staff_on(on)
    return {
        one.id: MemberSeen(str(one.id), tiers.get(one.id, ""), birthday=one.birthday, staff=one.id in staff)
        for one in members.at_the_till(wanted)
    }


def _line(line: LineSeen, known: Shelf) -> BasketLine | None:
    """The line at its shelf price; None for what came back on the same receipt."""
    product = known.by_id.get(line.product_id)
    amount = line.net_fen + line.discount_fen
    if line.quantity_milli <= 0 or amount < 0:
        return None
    pieces, rest = divmod(line.quantity_milli, PIECE)
    weighed = product.weighed if product else rest > 0
    if weighed or rest or amount % pieces:
        # Weighed; or an amount that no unit price divides: one piece of that amount, as a scale would print it.
        price, quantity, weight = amount, 1, Grams(max(1, line.quantity_milli))
    else:
        price, quantity, weight = amount // pieces, pieces, None
    if product is None:
        return BasketLine(sku=f"#{line.product_id}", price=Fen(price), quantity=quantity, weight=weight)
    return BasketLine(
        sku=product.sku,
        price=Fen(price),
        quantity=quantity,
        weight=weight,
        category=product.category,
        brand=product.brand,
        supplier=product.supplier,
        discountable=product.promotable,
    )


def store_names() -> list[tuple[str, str]]:
    """(code, name) of every store."""
    return [(one.code, one.name) for one in catalogue.stores().values()]


def coupon_titles() -> dict[str, str]:
    """Kinds of coupons by their code."""
    return coupons.titles()


def live_coupons(kind: str) -> int:
    """How many coupons of a kind can be used today."""
    try:
        return coupons.kind(kind).live
    except CouponKindUnknown:
        return 0


def stores_by_id() -> list[tuple[int, str]]:
    """(id, name) of every store."""
    return [(one.id, one.name) for one in catalogue.stores().values()]
