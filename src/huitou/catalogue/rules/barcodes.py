"""The numbers under the bars: EAN-8, EAN-13, UPC-A, GTIN-14 with their check digits, and the chain's own short codes.

Source: GS1 General Specifications, section 7.9 (check digit), section 1.4 (one article, several lengths).
"""

from __future__ import annotations

import re
from enum import StrEnum

from huitou.kernel.cells import plain

_LENGTHS = (8, 12, 13, 14)
_SHORT = re.compile(r"\d{1,7}", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)


class Fault(StrEnum):
    UNREADABLE = "barcode_unreadable"
    CHECK_DIGIT = "barcode_check_digit"


def check_digit(body: str) -> int:
    """The last digit of a GS1 number whose other digits are `body`: weights 3 and 1 from the right, to the next ten."""
    return -sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))) % 10


def is_sound(number: str) -> bool:
    return (
        len(number) in _LENGTHS
        and _DIGITS.fullmatch(number) is not None
        and check_digit(number[:-1]) == int(number[-1])
    )


def spelled(text: str) -> str:
    """The one spelling of what a till scanned or keyed in: narrow digits, 13 of them for an UPC-A (`0` before it) and
    for a GTIN-14 of the piece itself, and a chain's own short number without leading zeros. Whatever is no number stays
    as it is."""
    bare = plain(text)
    if _SHORT.fullmatch(bare):
        return bare.lstrip("0") or "0"
    if len(bare) == 12 and is_sound(bare):
        return f"0{bare}"
    if len(bare) == 14 and bare[0] == "0" and is_sound(bare):
        return bare[1:]
    return bare if _DIGITS.fullmatch(bare) else text.strip()


def read_barcode(text: str) -> str | Fault:
    """The one spelling of a product's barcode, or what is wrong with it.

    Up to seven digits are a code of the chain's own, without a check digit.
    """
    bare = plain(text).replace(" ", "").replace("-", "")
    if _SHORT.fullmatch(bare):
        return spelled(bare)
    if len(bare) not in _LENGTHS or not _DIGITS.fullmatch(bare):
        return Fault.UNREADABLE
    return spelled(bare) if is_sound(bare) else Fault.CHECK_DIGIT
