"""What a till or a platform kept while it was offline: recorded in small pieces, so that live tills never wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from huitou.access.terms import KeySeen
from huitou.bulk.trip import trip
from huitou.catalogue.terms import StoreSeen
from huitou.kernel.errors import HuitouError
from huitou.members.terms import RefKind
from huitou.receipts import service as receipts
from huitou.receipts.terms import SaleName
from huitou.receipts.terms.conflicts import NewConflict
from huitou.usecases.recording.alone import Judged, judge
from huitou.usecases.recording.answers import Outcome
from huitou.usecases.recording.placing import Placed, conflict_of, place, sale_name, settled, stores_of
from huitou.usecases.recording.returns import record_return
from huitou.usecases.recording.sales import record_sales
from huitou.usecases.till_terms import BatchLine, Return

PIECE = 50
"""Sales in one transaction: some 20 ms, in which a live till at the same member waits."""

Result = dict[str, Any] | HuitouError


def record_batch(caller: KeySeen, said: Iterable[BatchLine], *, now: datetime) -> Iterator[tuple[BatchLine, Result]]:
    """Record line by line, in order; what is told was committed before.

    Each line is answered with what was recorded, or with the refusal of that line alone.
    """
    stores: dict[str, StoreSeen] = {}
    piece: list[tuple[BatchLine, Placed]] = []
    names: set[SaleName] = set()
    for line in said:
        placed = _place(caller, line, stores, now)
        if isinstance(placed, Placed) and line.alone is not None:
            judged = judge(placed, line.alone, now)
            placed = replace(placed, alone=judged.proven)
            if judged.conflict is not None:
                yield from _together(piece, now)
                piece, names = [], set()
                yield line, _listed(caller, placed, judged, stores, now)
                continue
        alone = not isinstance(placed, Placed) or not _is_plain(placed)
        if piece and (alone or len(piece) == PIECE or placed.key.name in names):
            yield from _together(piece, now)
            piece, names = [], set()
        if alone:
            yield line, placed if isinstance(placed, HuitouError) else _alone(caller, placed, stores, now)
        else:
            piece.append((line, placed))
            names.add(placed.key.name)
    yield from _together(piece, now)


def _listed(caller: KeySeen, placed: Placed, judged: Judged, stores: dict[str, StoreSeen], now: datetime) -> Result:
    """Recorded like any other, and listed before it is answered: sent again, it is listed once."""
    told = _alone(caller, placed, stores, now)
    if isinstance(told, dict) and told["status"] in ("recorded", "replayed") and judged.conflict is not None:
        base = conflict_of(judged.conflict, placed, told["receipt"], None)
        settled(lambda: _note(replace(base, body={**base.body, "says": judged.why, "bundle": judged.version})))
    return told


def _note(conflict: NewConflict) -> None:
    with trip() as only:
        receipts.note_conflicts(only, [conflict])


def _place(caller: KeySeen, line: BatchLine, stores: dict[str, StoreSeen], now: datetime) -> Placed | HuitouError:
    if line.said is None:
        assert line.refusal is not None
        return line.refusal
    unknown = [line.said.store, *([line.said.sale.store] if isinstance(line.said, Return) else [])]
    if any(code not in stores for code in unknown):
        stores |= stores_of([line.said])
    try:
        return place(caller, line.said, stores, now)
    except HuitouError as refusal:
        return refusal


def _is_plain(placed: Placed) -> bool:
    """A sale that only earns: it may be written together with others."""
    said = placed.said
    if isinstance(said, Return) or said.points_used or said.coupons:
        return False
    return said.member is None or said.member.kind != RefKind.CODE


def _together(piece: list[tuple[BatchLine, Placed]], now: datetime) -> Iterator[tuple[BatchLine, Result]]:
    if not piece:
        return
    try:
        outcomes: list[Result] = [
            _told(found) for found in record_sales([sale for _, sale in piece], now=now, offline=True)
        ]
    except HuitouError:
        # One of them is refused, and must not take the others along.
        outcomes = [_sale_alone(sale, now) for _, sale in piece]
    yield from zip((line for line, _ in piece), outcomes, strict=True)


def _alone(caller: KeySeen, placed: Placed, stores: dict[str, StoreSeen], now: datetime) -> Result:
    if not isinstance(placed.said, Return):
        return _sale_alone(placed, now)
    try:
        return _told(record_return(placed, sale_name(caller, placed.said, stores), now=now, offline=True))
    except HuitouError as refusal:
        return refusal


def _sale_alone(placed: Placed, now: datetime) -> Result:
    try:
        return _told(record_sales([placed], now=now, offline=True)[0])
    except HuitouError as refusal:
        return refusal


def _told(outcome: Outcome) -> dict[str, Any]:
    return {"status": outcome.status, **outcome.read()}
