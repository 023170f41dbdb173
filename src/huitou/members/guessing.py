"""Codes that were used, and those who guess them."""

from __future__ import annotations

from datetime import datetime

from huitou.bulk.trip import Answer, Trip
from huitou.members.codes import read_code
from huitou.members.errors import CodeUnknown, TooManyWrongCodes, TooManyWrongCoupons
from huitou.members.store import online, registering
from huitou.members.terms import MemberRef, RefKind

MOST_WRONG_CODES = 30
"""A till that sends more wrong codes within a minute is refused every code for the rest of it."""
MOST_WRONG_CODES_OF_A_KEY = 1_000
"""The same for all tills of a key: who makes up tills guesses no faster."""


def spend_code(trip: Trip, ref: MemberRef, member_id: int, *, at: datetime) -> Answer:
    """Asks to use a member's code for spending; `count()` is 1 once, and 0 for ever after, and for the code of somebody
    who is not and never became this member. Raises CodeUnknown."""
    read = read_code(ref.value, at=at) if ref.kind == RefKind.CODE else None
    if read is None:
        raise CodeUnknown()
    return online.spend_code(trip, read.member, read.minute, member_id)


def forget_codes(before: datetime) -> None:
    """Take away what was noted of codes of an earlier minute: none of them holds any more."""
    registering.forget_codes_before(int(before.timestamp()) // 60)


def require_few_wrong_codes(source: str, place: str, *, at: datetime, coupons: bool = False) -> None:
    """Raises TooManyWrongCodes where this place, or its whole source, has been guessing within the minute; of a call
    that presents coupons TooManyWrongCoupons."""
    of_place, of_source = registering.wrong_codes(_guessed_at(source, place), int(at.timestamp()) // 60)
    for count, most in ((of_place, MOST_WRONG_CODES), (of_source, MOST_WRONG_CODES_OF_A_KEY)):
        if count >= most:
            raise TooManyWrongCoupons(most=most) if coupons else TooManyWrongCodes(most=most)


def note_wrong_code(source: str, place: str, *, at: datetime) -> None:
    """Outside the transaction of the call that was refused: the note has to stay."""
    registering.note_wrong_code(_guessed_at(source, place), int(at.timestamp()) // 60)


def _guessed_at(source: str, place: str) -> tuple[str, str]:
    """What is counted: the place, and all of the source."""
    return f"{source}/{place}", source
