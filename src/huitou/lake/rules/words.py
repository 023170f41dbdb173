"""Headers as words: one spelling for each, whatever the till writes around it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UNIT = re.compile(r"[(\[（【].*?[)\]）】]")
_MARKS = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def normal(header: str) -> str:
    """`实付金额（元）` and ` Unit_Price ` as `实付金额` and `unitprice`."""
    plain = unicodedata.normalize("NFKC", header).casefold()
    return _MARKS.sub("", _UNIT.sub("", plain)) or _MARKS.sub("", plain)


def words_of(line: str) -> tuple[str, ...]:
    """A vocabulary, written with spaces between its words."""
    return tuple(line.split())
