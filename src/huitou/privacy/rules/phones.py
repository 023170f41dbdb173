"""How a phone number is read, shown and found."""

from __future__ import annotations

import re
import unicodedata

_NOISE = re.compile(r"[\s\-().]")
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_INSIDE = re.compile(r"(?<![A-Za-z\d])\d{7,}", re.ASCII)
_OTHER = re.compile(r"\+?\d{5,15}", re.ASCII)

_LANDLINE = re.compile(r"(?:0|\+86|0086)(?:10|2\d|[3-9]\d{2})\d{7,8}", re.ASCII)
_ABROAD = re.compile(r"(?:\+|00)(?!86)[1-9]\d{7,13}", re.ASCII)
_LIKE_A_MOBILE = re.compile(r"(?:\+?86|0086)?1[3-9]\d*", re.ASCII)
_WITHOUT_AREA = re.compile(r"[2-8]\d{6,7}", re.ASCII)


def read_phone(text: str) -> str | None:
    """The one spelling of a phone number, or None where it is none.

    Full-width digits, spaces, dashes and a leading +86 or 0086 are understood: `０86-138 0013 8000` and
    `+86 13800138000` are one number.
    """
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    for prefix in ("+86", "0086", "86"):
        if plain.startswith(prefix) and _CHINESE_MOBILE.fullmatch(plain.removeprefix(prefix)):
            return plain.removeprefix(prefix)
    return plain if _OTHER.fullmatch(plain) else None


def fault_of(text: str) -> str | None:
    """Why nobody can be called at what stands there as somebody's phone: `phone_digits`, `phone_without_area` or
    `phone_unfit`; None for a Chinese mobile, a landline with its area code, or a number with its country."""
    phone = read_phone(text) or ""
    if any(whole.fullmatch(phone) for whole in (_CHINESE_MOBILE, _LANDLINE, _ABROAD)):
        return None
    if _LIKE_A_MOBILE.fullmatch(phone):
        return "phone_digits"
    return "phone_without_area" if _WITHOUT_AREA.fullmatch(phone) else "phone_unfit"


def is_mobile(text: str) -> bool:
    """Whether it is a Chinese mobile number, however it is spelled; other digits may well be a card."""
    return _CHINESE_MOBILE.fullmatch(read_phone(text) or "") is not None


def may_hold_phone(text: str) -> bool:
    """Whether somebody may have typed a phone number in `text`, whole or nearly, alone or beside a name.

    Seven digits in a row and no letter before them: a card of digits alone counts too, a member's code does not.
    """
    return _INSIDE.search(_NOISE.sub("", unicodedata.normalize("NFKC", text))) is not None


def masked(phone: str) -> str:
    """`138****1234`: enough to recognise, too little to call."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else f"****{phone[-2:]}"
