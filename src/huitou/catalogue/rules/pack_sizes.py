"""What a pack holds, read from its text, for the price of a kilogram or a litre that stands on shelf labels."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_UNITS = {
    "g": ("kg", 1), "克": ("kg", 1), "kg": ("kg", 1000), "千克": ("kg", 1000), "公斤": ("kg", 1000), "斤": ("kg", 500),
    "ml": ("L", 1), "毫升": ("L", 1), "l": ("L", 1000), "升": ("L", 1000),
}  # fmt: skip
_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = "(" + "|".join(sorted(_UNITS, key=len, reverse=True)) + ")"
_ALONE = re.compile(rf"{_NUMBER}\s*{_UNIT}")
_TIMES = re.compile(rf"{_NUMBER}\s*{_UNIT}\s*[x×*]\s*(\d+)|(\d+)\s*[\u4e00-\u9fff]?\s*[x×*]\s*{_NUMBER}\s*{_UNIT}")
_MOST = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class PackSize:
    """`unit` is kg or L; `thousandths` of it: grams or millilitres."""

    unit: str
    thousandths: Decimal

    def price_of_one(self, fen: int) -> int:
        """Fen of a kilogram or a litre, half a fen up."""
        return int((Decimal(fen) * 1000 / self.thousandths + Decimal("0.5")) // 1)


KILOGRAM = PackSize("kg", Decimal(1000))


def pack_size(text: str) -> PackSize | None:
    """Of `950毫升`, `500g`, `1.5L`, `250ml×12`, `12盒×250毫升`; None where it says no weight and no volume."""
    plain = unicodedata.normalize("NFKC", text).lower()
    if found := _TIMES.search(plain):
        size, unit, times = (found[1], found[2], found[3]) if found[1] else (found[5], found[6], found[4])
    elif found := _ALONE.search(plain):
        size, unit, times = found[1], found[2], "1"
    else:
        return None
    name, each = _UNITS[unit]
    holds = Decimal(size) * each * int(times)
    return PackSize(name, holds) if 0 < holds <= _MOST else None
