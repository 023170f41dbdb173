"""The codes that members' phones show: the short one, and the same with a signature."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from huitou.members.rules import member_code
from huitou.members.rules import signed_code as signed
from huitou.members.without_database import looks_signed, read_signed
from huitou.privacy import service as privacy


def dynamic_code(member_id: int, *, at: datetime) -> str:
    """What the member's phone shows at this moment: twenty digits, for a barcode or a QR."""
    return member_code.code_of(member_id, at=at, key=code_key())


def signed_code(member_id: int, *, at: datetime) -> str:
    """The same code with a signature, for a QR: a till without a server sees whose it is."""
    minute = member_code.minute_of(at)
    signature = privacy.sign(signed.message_of(member_id, minute), purpose=signed.PURPOSE)
    return signed.written(member_id, minute, signature)


def looks_like_code(text: str) -> bool:
    return member_code.looks_like_code(text) or signed.looks_signed(text)


def read_code(code: str, *, at: datetime) -> member_code.CodeRead | None:
    """Whose code this is and of which minute; None where it does not hold at this moment."""
    if looks_signed(code):
        return read_signed(code, at=at, public_key=privacy.signing_key())
    return member_code.read_code(code, at=at, key=code_key())


def code_key() -> bytes:
    return bytes.fromhex(settings.MEMBER_CODE_KEY)
