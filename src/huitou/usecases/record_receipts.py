"""What the till's API records: one function a call. How each is done stands in `recording`, file by file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from huitou.access.terms import KeySeen
from huitou.kernel.errors import HuitouError
from huitou.members.terms import MemberRef
from huitou.usecases.recording import batch, claims, holds, returns, sales
from huitou.usecases.recording.placing import place, sale_name, stores_of
from huitou.usecases.till_terms import BatchLine, Return, Sale


def record_sale(caller: KeySeen, sale: Sale, *, now: datetime) -> str:
    """Record a sale that happened; the answer is JSON, and for ever the same. Raises a refusal, and nothing moved."""
    placed = place(caller, sale, stores_of([sale]), now)
    return sales.record_sales([placed], now=now)[0].answer


def record_return(caller: KeySeen, back: Return, *, now: datetime) -> str:
    """Record goods that came back; where their sale has not arrived, they wait for it. The answer is JSON."""
    stores = stores_of([back])
    placed = place(caller, back, stores, now)
    return returns.record_return(placed, sale_name(caller, back, stores), now=now).answer


def record_batch(
    caller: KeySeen, said: Iterable[BatchLine], *, now: datetime
) -> Iterator[tuple[BatchLine, dict[str, Any] | HuitouError]]:
    """Record what was kept offline, line by line; a line that is told was committed before."""
    return batch.record_batch(caller, said, now=now)


def claim(caller: KeySeen, code: str, member: MemberRef, *, now: datetime) -> str:
    """Give a receipt that is nobody's to a member, once; the answer is JSON, and the same when it is asked again."""
    return claims.claim_receipt(caller, code, member, now=now)


def hold(
    caller: KeySeen,
    basket: str,
    member: MemberRef | None,
    points: int,
    *,
    now: datetime,
    coupons: Sequence[str] = (),
    store: str | None = None,
) -> dict[str, Any]:
    """Promise a member's points, and coupons, to a basket for a quarter of an hour."""
    return holds.hold(caller, basket, holds.HoldAsked(member, points, tuple(coupons), store), now=now)


def release(caller: KeySeen, basket: str, *, now: datetime) -> dict[str, Any]:
    """Give a basket's points and coupons free."""
    return holds.release(caller, basket, now=now)
