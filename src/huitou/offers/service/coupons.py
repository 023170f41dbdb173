"""Coupons: what they are good for, batches of them, and the life of a single one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from huitou.offers.errors import (
    CouponBatchDiffers,
    CouponBatchUnknown,
    CouponKindDiffers,
    CouponKindUnfit,
    CouponKindUnknown,
    CouponUnknown,
)
from huitou.offers.rules.coupon_codes import seeded_code, shown, spelled, spellings
from huitou.offers.store import coupons as store
from huitou.offers.store import issuing
from huitou.offers.terms import CouponSeen
from huitou.offers.terms.coupons import BatchSeen, BroughtSeen, KindSeen, LifeSeen, UseSeen

MOST_OF_A_BATCH = 5_000_000
LONGEST_DAYS = 3_660
_PIECE = 10_000
"""Coupons in one transaction of a batch: half a second."""
_ENDED_AT_ONCE = 5_000
_SEED_BYTES = 32
_COUNTS = {"live": 0, "held": 0, "used": 0, "expired": 0, "void": 0}

spelled_code, shown_code = spelled, shown


def kinds() -> list[KindSeen]:
    """Every kind by code, with how many coupons of it are in which state."""
    return issuing.kinds()


def titles() -> dict[str, str]:
    """The title of every kind, by its code."""
    return issuing.titles()


def kind(code: str) -> KindSeen:
    """Raises CouponKindUnknown."""
    found = issuing.kinds(code)
    if not found:
        raise CouponKindUnknown(kind=code)
    return found[0]


@transaction.atomic
def make_kind(wanted: KindSeen, *, by: str) -> bool:
    """Make a kind; the same again changes nothing. Whether it is new.

    A kind does not change: coupons of it are in people's hands. Raises CouponKindUnfit, CouponKindDiffers.
    """
    _check_kind(wanted)
    if issuing.insert_kind(wanted, by):
        return True
    if replace(kind(wanted.code), **_COUNTS) != replace(wanted, **_COUNTS):
        raise CouponKindDiffers(kind=wanted.code)
    return False


def _check_kind(kind: KindSeen) -> None:
    fixed = kind.valid_from is not None or kind.valid_until is not None
    backwards = kind.valid_from is not None and kind.valid_until is not None and kind.valid_until < kind.valid_from
    unfit = {
        "code": not 1 <= len(kind.code.strip()) <= 60 or kind.code != kind.code.strip(),
        "title": not 1 <= len(kind.title.strip()) <= 80,
        "terms": len(kind.terms) > 500,
        "worth_fen": kind.worth_fen is not None and not 0 < kind.worth_fen < 10**12,
        "threshold_fen": kind.threshold_fen is not None and not 0 <= kind.threshold_fen < 10**12,
        "transferable": kind.transferable and not kind.personal,
        "valid_until": backwards,
        "valid_days": kind.valid_days is not None and (fixed or not 1 <= kind.valid_days <= LONGEST_DAYS),
    }
    wrong = [field for field, is_wrong in unfit.items() if is_wrong]
    if wrong:
        raise CouponKindUnfit(field=wrong[0])


def batches(kind: str | None = None, limit: int = 50) -> list[BatchSeen]:
    """Newest first."""
    return issuing.batches(kind, limit)


def batch(batch_id: int) -> BatchSeen:
    """Raises CouponBatchUnknown."""
    found = issuing.batch(batch_id) if 0 < batch_id < 2**63 else None
    if found is None:
        raise CouponBatchUnknown(batch=batch_id)
    return found


@transaction.atomic
def begin_batch(
    kind_code: str,
    name: str,
    *,
    by: str,
    today: date,
    count: int = 0,
    members: Sequence[int] | None = None,
    source: str = "huitou",
) -> BatchSeen:
    """A batch that is going to be issued: `count` coupons for whoever bears them, or one for each of these members.

    The same name again is the same batch, whether it was issued, stopped or is at work. Raises CouponKindUnknown,
    CouponKindUnfit (a personal kind without members, and the other way), CouponBatchDiffers.
    """
    good_for = kind(kind_code)
    wanted = len(members) if members is not None else count
    if good_for.personal != (members is not None):
        raise CouponKindUnfit(field="personal")
    if not 1 <= wanted <= MOST_OF_A_BATCH or not 1 <= len(name.strip()) <= 200:
        raise CouponKindUnfit(field="count" if name.strip() else "name")
    starts, ends = good_for.valid_from, good_for.valid_until
    if good_for.valid_days is not None:
        starts, ends = today, today + timedelta(days=good_for.valid_days - 1)
    seed = secrets.token_bytes(_SEED_BYTES)
    made = issuing.begin(kind_code, name, wanted, seed, starts=starts, ends=ends, source=source, by=by)
    if made is not None and members is not None:
        issuing.grant(made, members)
    found = issuing.named(name)
    assert found is not None
    if (found.kind, found.wanted) != (kind_code, wanted):
        raise CouponBatchDiffers(name=name)
    return found


def issue_batch(batch_id: int, *, today: date, progress: Callable[[int, int], None] | None = None) -> BatchSeen:
    """Issue what is missing of a batch, piece by piece; each piece is committed, and a batch that was stopped goes on
    to the very codes that it would have had. Two who issue one batch take turns. Raises CouponBatchUnknown."""
    batch(batch_id)
    while (done := _issue_piece(batch_id, today)) is not None:
        if progress is not None:
            progress(*done)
    return batch(batch_id)


@transaction.atomic
def _issue_piece(batch_id: int, today: date) -> tuple[int, int] | None:
    found = issuing.lock_waiting(batch_id)
    if found is None:
        return None
    issued, wanted, seed = found
    numbers: Sequence[int] = range(issued, min(issued + _PIECE, wanted))
    taken = 0
    while numbers:
        codes = [(number, seeded_code(seed, number, taken=taken)) for number in numbers]
        numbers = issuing.insert_piece(batch_id, codes, today)
        taken += 1
    issued = min(issued + _PIECE, wanted)
    issuing.note_issued(batch_id, issued)
    return issued, wanted


def issue_waiting(*, today: date) -> int:
    """Issue what was begun and not finished, also by a process that was killed; how many batches."""
    found = issuing.waiting()
    for batch_id in found:
        issue_batch(batch_id, today=today)
    return len(found)


def codes_of(batch_id: int) -> Iterator[tuple[str, str, int | None]]:
    """(code, state, member or None) of a batch's coupons. Whoever reads them can spend them: the caller notes who did.

    Raises CouponBatchUnknown.
    """
    batch(batch_id)
    after = 0
    while rows := issuing.codes_of(batch_id, after, _PIECE):
        yield from ((code, state, member) for _, code, state, member in rows)
        after = rows[-1][0]


def void_batch(batch_id: int, *, today: date) -> tuple[int, int]:
    """Make a batch worthless; what was used, or is promised to a basket now, stays: (voided, staying).

    Raises CouponBatchUnknown.
    """
    batch(batch_id)
    return issuing.void(batch_id, None, today)


def void_coupon(code: str, *, today: date) -> tuple[int, int]:
    """The same of one coupon. Raises CouponUnknown."""
    return issuing.void(None, coupon(code)[0].code, today)


def coupon(code: str) -> tuple[CouponSeen, int | None, list[UseSeen]]:
    """A coupon, its member if it has one, and every use of it, oldest first. Raises CouponUnknown."""
    found = store.one(spellings(code))
    if found is None:
        raise CouponUnknown(coupon=code[:40])
    seen, member = found
    return seen, member, store.uses_of(seen.code)


def life_of(seen: CouponSeen) -> LifeSeen:
    """Of a coupon that is there."""
    return store.life_of(seen.code)


def brought_by(sale: int) -> Sequence[BroughtSeen]:
    """The coupons for next time that a sale brought."""
    return store.brought_by(sale)


def ended_by(returned: int) -> Sequence[BroughtSeen]:
    """Those that its sale would not have brought without what this return took of it."""
    return store.ended_by(returned)


def expire_due(*, today: date) -> int:
    """End every coupon whose last day is over, in small pieces; how many."""
    return _in_pieces(lambda: issuing.expire(today, _ENDED_AT_ONCE))


def time_out_holds() -> int:
    """Free every coupon whose basket's quarter of an hour is over; how many."""
    return _in_pieces(lambda: issuing.time_out(_ENDED_AT_ONCE))


def _in_pieces(work: Callable[[], int]) -> int:
    count: int = 0
    while done := work():
        count += done
    return count


def rows_for_export(batch_id: int) -> Iterator[dict[str, Any]]:
    """The same as lines of a file: code as it is printed, state, member."""
    for code, state, member in codes_of(batch_id):
        yield {"code": shown(code), "state": state, "member": member}
