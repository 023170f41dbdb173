"""Coupons in the hands of people: what is issued, read out or made worthless is written into the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from huitou.access import service as access
from huitou.access.terms import Noted
from huitou.catalogue import service as catalogue
from huitou.offers.service import coupons
from huitou.offers.terms.coupons import BatchSeen, KindSeen


@transaction.atomic
def make_kind(kind: KindSeen, *, actor: str) -> bool:
    """Whether it is new. Raises CouponKindUnfit and CouponKindDiffers."""
    new = coupons.make_kind(kind, by=actor)
    if new:
        access.note_by(actor, "coupons.kind", f"coupons:{kind.code}")
    return new


@transaction.atomic
def begin_batch(
    kind: str, name: str, *, actor: str, today: date, count: int = 0, members: Sequence[int] | None = None
) -> BatchSeen:
    """Promise a batch; the worker issues it within a minute, or `issue_batch` at once.

    Raises CouponKindUnknown, CouponKindUnfit and CouponBatchDiffers.
    """
    batch = coupons.begin_batch(kind, name, by=actor, today=today, count=count, members=members)
    if not batch.issued:
        access.note_by(actor, "coupons.issue", f"coupons:{kind}", batch=batch.id, wanted=batch.wanted)
    return batch


def issue_batch(batch_id: int, *, today: date, progress: Callable[[int, int], None] | None = None) -> BatchSeen:
    """Issue what is missing of it. Raises CouponBatchUnknown."""
    return coupons.issue_batch(batch_id, today=today, progress=progress)


def export_codes(batch_id: int, *, actor: str) -> Iterator[dict[str, Any]]:
    """The codes of a batch, for who may spend them; who read them is noted before the first leaves.

    Raises CouponBatchUnknown.
    """
    batch = coupons.batch(batch_id)
    access.note_by(actor, "coupons.export", f"coupons:{batch.kind}", batch=batch_id, coupons=batch.issued)
    return coupons.rows_for_export(batch_id)


def keep_coupons(now: datetime) -> int:
    """Issue batches that were begun, free what baskets no longer hold, end coupons whose last day is over everywhere;
    how many coupons were freed and ended."""
    stores = catalogue.stores().values()
    today = min((catalogue.business_date(store, now) for store in stores), default=localdate(now))
    coupons.issue_waiting(today=today)
    return coupons.time_out_holds() + coupons.expire_due(today=today)


@transaction.atomic
def void_batch(batch_id: int, *, actor: str, today: date, why: str = "") -> tuple[int, int]:
    """(voided, staying). Raises CouponBatchUnknown."""
    told = coupons.void_batch(batch_id, today=today)
    access.note_by(actor, "coupons.void", f"coupons:batch {batch_id}", voided=told[0], staying=told[1], why=why)
    return told


@transaction.atomic
def void_coupon(code: str, *, actor: str, today: date, why: str = "") -> tuple[int, int]:
    """(voided, staying). Raises CouponUnknown."""
    told = coupons.void_coupon(code, today=today)
    access.note_by(actor, "coupons.void", f"coupon:{coupons.spelled_code(code)}", voided=told[0], why=why)
    return told


def voided_by(code: str, batch_id: int) -> Noted | None:
    """Who made a coupon void, it alone or its batch, and why (`detail`); None where nobody did. Asked beyond scope."""
    asked = (f"coupon:{coupons.spelled_code(code)}", f"coupons:batch {batch_id}")
    return next(
        (one for subject in asked for one in access.noted(subject, "coupons.void") if one.detail.get("voided")), None
    )
