"""Where a receipt that comes again under a name that is taken says something else than the first time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal

from huitou.bulk.trip import trip
from huitou.catalogue import service as catalogue
from huitou.members.terms import RefKind
from huitou.receipts import service as receipts
from huitou.receipts.errors import ReceiptDiffers
from huitou.receipts.terms import KnownReceipt, LineSeen
from huitou.usecases.recording.placing import Placed
from huitou.usecases.till_terms import Return, ReturnLine, SaleLine

MOST_NAMED = 20
_KEPT_AS_A_DIGEST = {
    "sale": ("member", "business_date", "hold", "quote", "coupons", "tenders", "lines.name", "lines.category"),
    "return": ("business_date", "sale", "tenders", "lines.sale_line"),
}
"""What the books do not keep word by word: where nothing else differs, it is one of these."""


def receipt_differs(placed: Placed, known: KnownReceipt) -> ReceiptDiffers:
    """The refusal of a receipt whose name was given to another one."""
    return ReceiptDiffers(
        number=placed.key.number,
        business_date=placed.key.business_date,
        fields=", ".join(fields_that_differ(placed, known)),
    )


def fields_that_differ(placed: Placed, known: KnownReceipt) -> list[str]:
    """The fields of the body, as the API calls them, that are not what was recorded; at most twenty.

    Where the difference lies in what is kept as a digest only, or the lines have left the books: what it may be, each
    with a question mark.
    """
    recorded = receipts.receipt_of(known.receipt_id)
    found: list[str] = []
    if recorded is not None:
        if placed.said.at != recorded.at:
            found.append("at")
        if placed.said.channel != recorded.channel:
            found.append("channel")
        found += _told_of(placed, known)
        found += _lines(placed, receipts.lines_of([known.receipt_id])[known.receipt_id])
    kind = placed.key.kind
    return found[:MOST_NAMED] or [
        f"{field}?" for field in (*_KEPT_AS_A_DIGEST[kind], *(() if recorded else ("lines",)))
    ]


def _told_of(placed: Placed, known: KnownReceipt) -> Iterator[str]:
    """What the answer still knows of the sale."""
    if isinstance(placed.said, Return) or known.answer is None:
        return
    told, member = json.loads(known.answer), placed.said.member
    # A code that had run out when it came by batch was nobody's: it was said, and the answer names no member.
    was_said = told["member"] is not None or (member is not None and member.kind == RefKind.CODE)
    if was_said != (member is not None):
        yield "member"
    elif told["member"] is not None and told["points_used"] != placed.said.points_used:
        yield "points_used"


def _lines(placed: Placed, recorded: list[LineSeen]) -> Iterator[str]:
    then = {line.line: line for line in recorded}
    now = {line.line: line for line in placed.said.lines}
    said = {line.sku for line in placed.said.lines if isinstance(line, SaleLine)}
    with trip() as one:
        # What the till calls a product may be its barcode: compared is what it means, not how it is written.
        products = dict(catalogue.find_products(one, said).rows()) if said else {}
    for number in sorted(then.keys() | now.keys()):
        if number not in then or number not in now:
            yield f"lines.{number}"
        else:
            yield from (f"lines.{number}.{field}" for field in _of_line(now[number], then[number], products))


def _of_line(said: SaleLine | ReturnLine, then: LineSeen, products: Mapping[str, int]) -> Iterator[str]:
    sign = -1 if isinstance(said, ReturnLine) else 1
    pairs: dict[str, tuple[object, object]] = {
        "quantity": (said.quantity_milli, sign * then.quantity_milli),
        "amount": (said.amount_fen, sign * then.net_fen),
    }
    if isinstance(said, SaleLine):
        pairs["sku"] = (products.get(said.sku), then.product_id)
        pairs["unit_price"] = (_price(said.unit_price), _price(then.unit_price))
        pairs["discount"] = (said.discount_fen, then.discount_fen)
    yield from (field for field, (one, other) in pairs.items() if one != other)


def _price(price: Decimal | None) -> Decimal | None:
    """As the books keep it: with four decimals."""
    return None if price is None else price.quantize(Decimal("0.0001"))
