"""Requests in a few words, as the published JSON has them."""

from __future__ import annotations

from typing import Any

AT = "2026-11-20T10:00:00"


def basket(text: str) -> list[dict[str, Any]]:
    """`tea 10.00; milk 3.50 x 2` as lines of the basket."""
    rows = []
    for piece in filter(None, (part.strip() for part in text.split(";"))):
        what, _, times = piece.partition(" x ")
        sku, price = what.split()
        rows.append({"sku": sku, "price": price, "quantity": int(times or 1)})
    return rows


def offer(
    name: str,
    kind: str,
    *,
    goods: str | dict | None = None,
    least: str | None = None,
    coupon: str | None = None,
    more: dict | None = None,
    **get: Any,
) -> dict[str, Any]:
    """One offer; what is not of `get` by its nature (stage, stack, group, priority) stands beside it."""
    beside = {
        word: get.pop(word)
        for word in ("stage", "stack", "scope", "group", "group_most", "priority", "base", "limits")
        if word in get
    }
    if goods is not None:
        get["goods"] = {"skus": [goods]} if isinstance(goods, str) else goods
    made: dict[str, Any] = {"id": name, "get": {"kind": kind, **get}, **beside, **(more or {})}
    if least is not None:
        made["buy"] = [{"least_amount": least}]
    if coupon is not None:
        made["valid"] = {"coupon": coupon}
    return made


def document(lines: list[dict], offers: list[dict], **more: Any) -> dict[str, Any]:
    return {"basket": lines, "offers": offers, "at": AT, **more}


def groups(*skus: str) -> list[dict[str, Any]]:
    """The groups of a bundle, one piece of each."""
    return [{"goods": {"skus": [sku]}, "pieces": 1} for sku in skus]
