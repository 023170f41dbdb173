"""What a Chinese citizen's number looks like, so that it is kept nowhere by mistake.

GB 11643-1999: six digits of a place, eight of a birthday, three of a sequence, and a check character (ISO 7064,
MOD 11-2).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_SHAPE = re.compile(r"(?<![0-9])[1-9]\d{5}((?:18|19|20)\d{2})(\d{2})(\d{2})\d{3}[0-9Xx](?![0-9])", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def holds_national_id(text: str) -> bool:
    """Whether a valid number of a citizen stands in `text`, alone or beside other words."""
    for found in _SHAPE.finditer(unicodedata.normalize("NFKC", text)):
        number = found.group().upper()
        try:
            date(*map(int, found.groups()))
        except ValueError:
            continue
        if _CHECKS[sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS)) % 11] == number[-1]:  # noqa: B905
            return True
    return False
