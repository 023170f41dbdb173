"""Whose a signed code is, for a till that has no server now: the installation's public key is all that it takes."""

from __future__ import annotations

from datetime import datetime

from huitou.members.rules import signed_code
from huitou.members.rules.member_code import MINUTES, CodeRead, looks_like_code, minute_of
from huitou.privacy.without_database import is_signed

__all__ = ["CodeRead", "looks_like_code", "looks_signed", "read_signed"]

looks_signed = signed_code.looks_signed


def read_signed(text: str, *, at: datetime, public_key: bytes) -> CodeRead | None:
    """Whose code this is at this moment; None where it is over, not yet, or not signed by this installation."""
    said = signed_code.parsed(text)
    if said is None or not 0 <= minute_of(at) - said.minute < MINUTES:
        return None
    message = signed_code.message_of(said.member, said.minute)
    if not is_signed(public_key, message, said.signature, purpose=signed_code.PURPOSE):
        return None
    return CodeRead(said.member, said.minute)
