"""When a number could be two: 1,234 is a thousand and more, or one and a bit."""

from __future__ import annotations

import re

_COMMA_OPEN = re.compile(
    r"[+-]?\d{1,3},\d{3}|[+-]?\d{1,3}(\.\d{3})+,\d+|[+-]?\d{1,3}(\.\d{3}){2,}|[+-]?\d+,(\d{1,2}|\d{4,})"
)


def decimal_is_unclear(text: str) -> bool:
    """Whether a person must say what stands before the fractions of this number."""
    return _COMMA_OPEN.fullmatch(text.strip()) is not None
