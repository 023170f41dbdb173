"""The code that a member's phone shows: twenty digits that change every minute and hold for three.

It carries the member, masked by a keyed stream of its minute, so that two codes of one person have nothing in common
for whoever reads them; and a keyed proof of eight digits. A guess hits somebody's code three times in a million million
tries at a million members. Both streams are HMAC-SHA-256 (RFC 2104), cut to decimal digits.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

PREFIX = "99"
"""No payment code and no article number of the trade begins like this."""
LENGTH = 20
MINUTES = 3
"""A code holds in the minute that it was made in and in the two after it."""

_ID_DIGITS = 10
_PROOF_DIGITS = 8


@dataclass(frozen=True, slots=True)
class CodeRead:
    """A genuine code: whose, and of which minute since 1970. The two together name it."""

    member: int
    minute: int


def code_of(member: int, *, at: datetime, key: bytes) -> str:
    """The member's code at this moment."""
    assert 0 < member < 10**_ID_DIGITS, "a member's number has at most ten digits"
    minute = minute_of(at)
    masked = (member + _stream(key, "mask", minute)) % 10**_ID_DIGITS
    return f"{PREFIX}{masked:0{_ID_DIGITS}d}{_proof(key, minute, member):0{_PROOF_DIGITS}d}"


def looks_like_code(text: str) -> bool:
    return len(text) == LENGTH and text.startswith(PREFIX) and text.isascii() and text.isdigit()


def read_code(text: str, *, at: datetime, key: bytes) -> CodeRead | None:
    """Whose code this is at this moment; None where it is over, not yet, or none of ours."""
    if not looks_like_code(text):
        return None
    masked, proof = int(text[len(PREFIX) : -_PROOF_DIGITS]), text[-_PROOF_DIGITS:]
    now = minute_of(at)
    for minute in range(now, now - MINUTES, -1):
        member = (masked - _stream(key, "mask", minute)) % 10**_ID_DIGITS
        if hmac.compare_digest(f"{_proof(key, minute, member):0{_PROOF_DIGITS}d}", proof) and member > 0:
            return CodeRead(member, minute)
    return None


def minute_of(at: datetime) -> int:
    """Since 1970: what names a code, together with its member."""
    return int(at.timestamp()) // 60


def _proof(key: bytes, minute: int, member: int) -> int:
    return _stream(key, f"proof/{member}", minute) % int(10**_PROOF_DIGITS)


def _stream(key: bytes, purpose: str, minute: int) -> int:
    return int.from_bytes(hmac.digest(key, f"{purpose}/{minute}".encode(), hashlib.sha256), "big")
