"""A peer's case as a request to our engine, in the JSON that `huitou price` reads."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.peers import rewards
from tests.peers.beside import tender
from tests.peers.dialects import dialect_of
from tests.peers.goods import DELIVERY
from tests.peers.promotions import TENDERS, Promotion, read_promotion
from tests.peers.reading import Case, Fields, Line, Tax
from tests.peers.stages import stages_of

AT = "2026-11-20T12:00:00"
"""The moment of every sale: `today` in a case is this day."""

Json = dict[str, Any]


def translate(case: Case) -> Json:
    """The request of `case`. Raises NotReadable with the reason."""
    dialect = dialect_of(case)
    promotions = [read_promotion(raw, dialect) for raw in case.promotions]
    stages = stages_of(case, promotions, dialect)
    ranked = sorted(range(len(promotions)), key=lambda at: (-promotions[at].priority, at))
    request: Json = {
        "at": AT,
        "currency": case.currency,
        "basket": [row for line in case.lines for row in _rows(case, line)] + _delivery(case),
        "member": _member(case, promotions),
        "offers": [],
        "coupons": [],
        "earn_rules": [],
        "tenders": [],
    }
    named: set[str] = set()
    for at, one in enumerate(promotions):
        name = one.id if one.id not in named else f"{one.id}/{at}"
        named.add(one.id)
        place = rewards.Place(name, stages[at], len(promotions) - ranked.index(at), dialect)
        rewards.add(request, case, one, place)
    if not request["basket"] and any(one.kind == "probe" for one in promotions):
        request["basket"] = [{"sku": "(anything)", "price": "100.00"}]
    _add_bonus_points(request, case)
    if not any(one.kind in TENDERS for one in promotions) and case.member.get("wallet") and not promotions:
        request["tenders"].append(tender("stored_value", "wallet", case, Decimal(case.member["wallet"])))
    return request


def _rows(case: Case, line: Line) -> list[Json]:
    """The line; pieces of two prices where one piece costs a part of a minor unit and only the whole line is even."""
    exact = case.minor(line.unit_price)
    if exact == exact.to_integral_value():
        return [_row(case, line, exact, line.pieces)]
    whole = int((exact * line.pieces).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    each, more = divmod(whole, line.pieces)
    parts = [(each + 1, more), (each, line.pieces - more)]
    return [_row(case, line, Decimal(price), pieces) for price, pieces in parts if pieces]


def _row(case: Case, line: Line, minor: Decimal, pieces: int) -> Json:
    levy = sum((tax.levy for tax in line.taxes), Decimal(0))
    row = {
        "sku": line.sku,
        "price": str(minor.quantize(Decimal(1)).scaleb(-2)),
        "quantity": pieces,
        "category": line.category or "",
        "discountable": line.takes_offers,
        "levy": case.money(levy),
        "tax": [_tax(tax) for tax in line.taxes if tax.percent],
    }
    return row if line.weight is None else row | {"weight": str(line.weight)}


def _tax(tax: Tax) -> Json:
    return {"percent": str(tax.percent), "included": tax.included, "compound": tax.compound}


def _delivery(case: Case) -> list[Json]:
    """The fee as a row of its own, so that a discount may lie on it; every other offer excludes it."""
    return [{"sku": DELIVERY, "price": case.money(case.delivery)}] if case.delivery else []


def _member(case: Case, promotions: Sequence[Promotion]) -> Json | None:
    """The buyer. A promotion for a certain customer or campaign is meant for this one."""
    segments = [word for one in promotions for word in one.asked_of_member]
    member = Fields(case.member, "member")
    for ledger in ("points", "wallet", "total_spent"):
        member.take(ledger)
    tier = member.take("tier", "")
    member.finish()
    return {"id": "buyer", "tier": tier, "segments": segments} if tier or segments or case.member else None


def _add_bonus_points(request: Json, case: Case) -> None:
    for line in case.lines:
        if line.bonus_points:
            goods = {"skus": [line.sku]}
            request["offers"].append(
                {
                    "id": f"bonus of {line.sku}",
                    "buy": [{"goods": goods, "least_pieces": 1}],
                    "get": {"kind": "points_bonus", "add": line.bonus_points},
                }
            )
