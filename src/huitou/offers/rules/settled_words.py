"""How a receipt was priced, as JSON rows: kept beside the receipt, and sent along with a quote."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from huitou.offers.terms.settling import Given, NeededGoods, OfferUsed, Took

Rows = Sequence[Sequence[Any]]


def rows_of(took: Sequence[Took], used: Sequence[OfferUsed], given: Sequence[Given]) -> tuple[Rows, Rows, Rows]:
    return (
        [[t.line, t.offer_id, t.coupon, t.application, t.fen] for t in took],
        [[u.offer_id, u.uses, u.fen, [list(share) for share in u.funding]] for u in used],
        [[g.offer_id, g.offer, g.name, g.kind, dict(g.given), g.points, g.fen, list(map(astuple, g.needed))]
         for g in given],
    )  # fmt: skip


def written(rows: object) -> str:
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def took_of(rows: Rows) -> tuple[Took, ...]:
    return tuple(Took(*row) for row in rows)


def used_of(rows: Rows) -> tuple[OfferUsed, ...]:
    return tuple(
        OfferUsed(offer, uses, fen, tuple((payer, part) for payer, part in funding))
        for offer, uses, fen, funding in rows
    )


def given_of(rows: Rows) -> tuple[Given, ...]:
    return tuple(map(_given, rows))


def _given(row: Sequence[Any]) -> Given:
    offer_id, offer, name, kind, given, points, fen, needed = row
    on_goods = [NeededGoods(least, pieces, tuple(map(tuple, lines))) for least, pieces, lines in needed]
    return Given(offer_id, offer, name, kind, given, tuple(map(tuple, points)), tuple(map(tuple, fen)), tuple(on_goods))
