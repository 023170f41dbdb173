"""How a cell of a file is read: what means nothing, numbers, days, yes and no. Nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

_NOTHING = frozenset(
    (
        *("-", "--", "---", "—", "——", "/", "\\", ".", "none", "null", "nil", "nan", "n/a", "na", "#n/a", "unknown"),
        *("无", "没有", "暂无", "未知", "未填", "未填写", "不详", "空", "(空)"),
    )
)
# Also of more digits than anything has: whoever asks says that it is too large, and not that it is no number.
_NUMBER = re.compile(r"[+-]?\d{1,24}(\.\d{1,9})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}(\.0+)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?:[ T]\d{1,2}:\d{2}.*)?", re.ASCII)
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( .*)?", re.ASCII)
_YES = frozenset(["1", "y", "yes", "true", "t", "是", "有", "对", "√", "✓", "✔", "同意", "允许", "启用", "已同意"])
_NO = frozenset(
    ["0", "n", "no", "false", "f", "否", "无", "没有", "不", "×", "✗", "x", "不同意", "拒绝", "禁用", "停用"]
)


def plain(text: str | None) -> str:
    """Full-width letters and digits as narrow ones, no blanks around; None is empty."""
    return unicodedata.normalize("NFKC", text).strip() if text else ""


def said(text: str | None) -> str | None:
    """The cell as it stands, without blanks around; None where it is empty or a word that means nothing (`无`, `-`)."""
    bare = (text or "").strip(" \t\r\n\u3000")
    return None if not bare or plain(bare).lower() in _NOTHING else bare


def read_number(text: str) -> Decimal | None:
    """A plain number; None where it is none. No thousands separators, no exponents: `1.2E+05` has lost digits."""
    bare = plain(text)
    return Decimal(bare) if _NUMBER.fullmatch(bare) else None


def read_whole(text: str) -> int | None:
    """A whole number from 0, also as a spreadsheet writes it (`12.0`)."""
    bare = plain(text)
    return int(bare.partition(".")[0]) if _WHOLE.fullmatch(bare) else None


def read_fen(text: str) -> int | None:
    """An amount of money in fen, with or without its sign (`¥12.80`, `12.8元`); None where it is none or finer than a
    fen: what is not written to the fen is not a shelf's price."""
    number = read_number(plain(text).removeprefix("¥").removesuffix("元"))
    fen = None if number is None else number * 100
    return int(fen) if fen is not None and fen == fen.to_integral_value() else None


def read_day(text: str) -> date | None:
    """A day whose year comes first (`2026-06-01`, `2026/6/1`, `2026年6月1日`, `20260601`), a time behind it or not."""
    bare = plain(text)
    found = _YEAR_FIRST.fullmatch(bare) or _EIGHT_DIGITS.fullmatch(bare)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def read_moment(text: str) -> datetime | None:
    """A date and time whose year comes first, without a zone; a day alone is its midnight."""
    bare = plain(text).replace("/", "-").replace("T", " ")
    day = read_day(bare)
    if day is None:
        return None
    clock = bare.partition(" ")[2].partition(".")[0].removesuffix("Z")
    try:
        return datetime.fromisoformat(f"{day.isoformat()} {clock or '00:00'}")
    except ValueError:
        return None


def may_be_two_days(text: str) -> bool:
    """Whether it looks like a day whose year comes last: day and month can be mistaken for each other."""
    return _YEAR_LAST.fullmatch(plain(text)) is not None


def read_yes(text: str) -> bool | None:
    """Yes or no; None where it is neither."""
    bare = plain(text).lower()
    return True if bare in _YES else False if bare in _NO else None
