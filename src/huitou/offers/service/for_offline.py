"""What a till without a server has to know of offers and coupons, as plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from huitou.offers.service.programmes import programme_now
from huitou.offers.store import for_offline as store
from huitou.offers.store import quotas


def standing(store_id: int, day: date) -> tuple[int, list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The version of the programme; of its offers (code, document, the six limits); and of those that are limited
    (code, uses, fen, day, uses in this store on this day)."""
    now = programme_now()
    rows = store.standing(now.version) if now.version else []
    ids = [one.offer_id for one in now.limited.values()]
    spent, here = store.spent(ids, store_id, day) if ids else ({}, {})
    limited = [
        (code, *spent.get(one.offer_id, (0, 0)), day.isoformat(), here.get(one.offer_id, 0))
        for code, one in now.limited.items()
    ]
    return now.version, rows, limited


def gives() -> list[tuple[str, int, str]]:
    """The kinds of coupons that the standing offers give: (code, personal, last day or empty)."""
    return [
        (one.code, int(one.personal), "" if one.valid_until is None else one.valid_until.isoformat())
        for one in programme_now().kinds.values()
    ]


def of_members(members: Sequence[int], day: date) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    """Their coupons that are good on this day or begin soon (code, kind, member, first day, last day, held until), the
    kinds of these (code, personal, transferable, ids of stores, title), how often they used limited offers (offer,
    member, day or empty, uses), and what they were given of quotas (offer, member, month, fen)."""
    coupons = store.coupons(members, day)
    return (
        coupons,
        store.kinds(sorted({row[1] for row in coupons})),
        store.used(members, day),
        quotas.of_members(members, day),
    )
