"""The member's code with a signature: what a phone shows as a QR, so that a till without a server sees whose it is.

The code of twenty digits is proven by a key that no till may have. This one is proven by the installation's public key,
which anybody may have: a bundle that is stolen makes no code. Digits alone, because scanners type, and keyboards and
input methods spoil letters: 176 digits are a QR of version 5. It names the same minute as the short code of that
minute, and the two together pay once.
"""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "98"
_MEMBER, _MINUTE, _SIGNATURE = 10, 9, 155
"""Digits. 512 bits of a signature are at most 155."""
SIGNATURE_BYTES = 64
LENGTH = len(PREFIX) + _MEMBER + _MINUTE + _SIGNATURE
PURPOSE = "member-code"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a code says, and the signature that has to prove it."""

    member: int
    minute: int
    signature: bytes


def looks_signed(text: str) -> bool:
    return len(text) == LENGTH and text.startswith(PREFIX) and text.isascii() and text.isdigit()


def message_of(member: int, minute: int) -> bytes:
    """The bytes that are signed."""
    return f"{member}/{minute}".encode()


def written(member: int, minute: int, signature: bytes) -> str:
    assert 0 < member < 10**_MEMBER, "a member's number has at most ten digits"
    number = int.from_bytes(signature, "big")
    return f"{PREFIX}{member:0{_MEMBER}d}{minute:0{_MINUTE}d}{number:0{_SIGNATURE}d}"


def parsed(text: str) -> Signed | None:
    """None where it is none of these codes; whether it is genuine its signature says."""
    if not looks_signed(text):
        return None
    member, rest = int(text[len(PREFIX) : len(PREFIX) + _MEMBER]), text[len(PREFIX) + _MEMBER :]
    number = int(rest[_MINUTE:])
    if member == 0 or number.bit_length() > 8 * SIGNATURE_BYTES:
        return None
    return Signed(member, int(rest[:_MINUTE]), number.to_bytes(SIGNATURE_BYTES, "big"))
