"""Codes that were used, and those who guess them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings

from huitou.bulk.trip import Answer, Trip
from huitou.members.codes import read_code
from huitou.members.errors import CodeUnknown, TooManyWrongCodes, TooManyWrongCoupons
from huitou.members.store import online, registering
from huitou.members.terms import MemberRef, RefKind

MOST_WRONG_CODES = 30
"""A till that sends more wrong codes within a minute is refused every code for the rest of it."""
MOST_WRONG_CODES_OF_A_KEY = 1_000
"""The same for all tills of a key: who makes up tills guesses no faster."""
LONGEST_ADDRESS = 60


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


def require_few_wrong_codes(source: str, place: str, address: str, *, at: datetime, coupons: bool = False) -> None:
    """Raises TooManyWrongCodes where this place, its whole source or its address has been guessing within the minute;
    of a call that presents coupons TooManyWrongCoupons."""
    most_of_each = (MOST_WRONG_CODES, MOST_WRONG_CODES_OF_A_KEY, settings.WRONG_CODES_OF_AN_ADDRESS)
    counted = registering.wrong_codes(_guessed_at(source, place, address), int(at.timestamp()) // 60)
    for count, most in zip(counted, most_of_each, strict=False):
        if count >= most:
            raise TooManyWrongCoupons(most=most) if coupons else TooManyWrongCodes(most=most)


def note_wrong_code(source: str, place: str, address: str, *, at: datetime) -> None:
    """Outside the transaction of the call that was refused: the note has to stay."""
    registering.note_wrong_code(_guessed_at(source, place, address), int(at.timestamp()) // 60)


def _guessed_at(source: str, place: str, address: str) -> Sequence[str]:
    """What is counted: the place, all of the source, and where it came from. No key's name has an @."""
    return [f"{source}/{place}", source, *([f"@{_line_of(address)}"] if address else [])]


def _line_of(address: str) -> str:
    """Whose line an address is: of IPv6 the first 64 bits, since whoever has one of those has all of them."""
    try:
        read = ip_address(address)
    except ValueError:
        return address[:LONGEST_ADDRESS]
    if isinstance(read, IPv6Address) and read.ipv4_mapped is None:
        return str(ip_network((read, 64), strict=False))
    return str(read.ipv4_mapped or read) if isinstance(read, IPv6Address) else str(read)
