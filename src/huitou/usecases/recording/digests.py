"""One spelling of what a till said, and its digest: the same contents are the same receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from huitou.privacy import service as privacy
from huitou.usecases.till_terms import Return, Sale, SaleLine


def digest_of(said: Sale | Return) -> str:
    """The same for the same contents, whatever the spelling: 64 hexadecimal digits over every field.

    A moment is the same moment under every offset from UTC, lines are the same lines in every order.
    """
    in_order = tuple(sorted(said.lines, key=lambda line: line.line))  # type: ignore[attr-defined]
    return as_spelled_digest_of(replace(said, at=said.at.astimezone(UTC), lines=in_order))


def as_spelled_digest_of(said: Sale | Return) -> str:
    """What stands beside receipts of before 28 November 2026: offset and order of lines as the till wrote them."""
    return privacy.keyed_digest(repr(_plain(said)), purpose="receipt")


def _plain(said: Sale | Return) -> tuple[object, ...]:
    head = (said.store, said.till, said.number, str(said.business_date), said.at.isoformat(), said.channel)
    if isinstance(said, Return):
        sale = said.sale
        named = (sale.store, sale.till, str(sale.business_date), sale.number)
        returned = tuple((line.line, line.sale_line, line.quantity_milli, line.amount_fen) for line in said.lines)
        return ("return", *head, named, returned, *_tenders(said))
    member = (said.member.kind, said.member.value) if said.member else None
    plain = ("sale", *head, member, tuple(map(_line, said.lines)), said.points_used, said.hold)
    if said.programme is said.quoted_at is None and not said.coupons:  # as it was before there were any
        return (*plain, *_tenders(said))
    quoted_at = None if said.quoted_at is None else said.quoted_at.astimezone(UTC).isoformat()
    return (*plain, said.programme, quoted_at, tuple(sorted(said.coupons)), *_tenders(said))


def _tenders(said: Sale | Return) -> tuple[object, ...]:
    """Nothing where none were said: as it was before there were any."""
    return (("tenders", *map(tuple, said.tenders)),) if said.tenders else ()


def _line(line: SaleLine) -> tuple[object, ...]:
    price = None if line.unit_price is None else f"{line.unit_price:.4f}"
    return (
        line.line,
        line.sku,
        line.name,
        line.category,
        line.quantity_milli,
        price,
        line.discount_fen,
        line.amount_fen,
    )
