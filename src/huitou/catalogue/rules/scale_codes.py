"""What a scale prints into a barcode: which goods, how heavy or how dear. Prefixes 20 to 29 are each chain's own.

A scheme is written digit by digit: digits stand for themselves, `I` for the goods' PLU, `W` for grams, `P` for fen,
`V` for a digit that only the scale checks, `C` for the check digit over all. `21IIIIIWWWWWC` is two digits, five of the
PLU, five of grams. Chinese scales also print 18 digits with price and weight: `25IIIIIPPPPPWWWWWC`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from huitou.catalogue.rules.barcodes import check_digit
from huitou.kernel.cells import plain

_SCHEME = re.compile(r"2\d{1,3}[IWPV]+C?", re.ASCII)
_LENGTHS = range(12, 21)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way in which a chain's scales print: where which digits stand, as slices from the left."""

    pattern: str
    prefix: str
    plu: slice
    weight: slice | None
    price: slice | None
    checked: bool


@dataclass(frozen=True, slots=True)
class ScaleCode:
    """`plu` without leading zeros; grams and fen where the code holds them."""

    plu: str
    weight_g: int | None
    price_fen: int | None
    blank: str
    """The code of the same goods with no weight and no price in it: one for all labels."""


def read_schemes(text: str) -> tuple[Scheme, ...]:
    """The schemes of a setting, one after the other with blanks between. Raises ValueError that names the wrong one."""
    return tuple(_read_scheme(pattern) for pattern in text.split())


def _read_scheme(pattern: str) -> Scheme:
    plu, weight, price = (_run(pattern, letter) for letter in "IWP")
    if not _SCHEME.fullmatch(pattern) or len(pattern) not in _LENGTHS or plu is None or not (weight or price):
        raise ValueError(f"{pattern} is no scheme of scale codes")
    prefix = re.match(r"\d+", pattern)
    assert prefix is not None, "the pattern of a scheme begins with digits"
    return Scheme(pattern, prefix.group(), plu, weight, price, pattern.endswith("C"))


def _run(pattern: str, letter: str) -> slice | None:
    """Where the letter stands; None where it does not. Raises ValueError where it stands in two places."""
    runs = list(re.finditer(f"{letter}+", pattern))
    if len(runs) > 1:
        raise ValueError(f"{pattern} is no scheme of scale codes")
    return slice(*runs[0].span()) if runs else None


def read_scale_code(text: str, schemes: Sequence[Scheme]) -> ScaleCode | None:
    """What a scale's barcode says, by the first scheme that it fits; None where it fits none or its check digit is
    wrong: such a code is a code like any other."""
    bare = plain(text)
    if not (bare.isascii() and bare.isdigit()):
        return None
    for scheme in schemes:
        if len(bare) != len(scheme.pattern) or not bare.startswith(scheme.prefix):
            continue
        if scheme.checked and check_digit(bare[:-1]) != int(bare[-1]):
            continue
        if plu := bare[scheme.plu].lstrip("0"):
            weight, price = (None if part is None else int(bare[part]) for part in (scheme.weight, scheme.price))
            return ScaleCode(plu, weight, price, _blank(bare, scheme))
    return None


def _blank(bare: str, scheme: Scheme) -> str:
    digits = "".join(
        digit if letter in "I0123456789" else "0" for digit, letter in zip(bare, scheme.pattern, strict=True)
    )
    return digits[:-1] + str(check_digit(digits[:-1])) if scheme.checked else digits
