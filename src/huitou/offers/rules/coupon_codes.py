"""The code of a coupon: twelve symbols that nobody can guess, and a check character that catches mistyping.

The check is ISO/IEC 7064, MOD 37,36: every single wrong character and nearly every swap of neighbours is found. Letters
that look like digits (I, L, O, U) stand in no code, so that what a cashier types in their place is read as the digit.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import count

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: five bits each."""
_ORDER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""As MOD 37,36 counts them."""
PLACES = 12
BITS = 5 * PLACES
LENGTH = PLACES + 1
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})
_PLACE = {symbol: place for place, symbol in enumerate(_ORDER)}


def check_character(text: str) -> str:
    """MOD 37,36 of `text`, which is of `_ORDER` alone."""
    carried = 36
    for symbol in text:
        carried = (carried + _PLACE[symbol]) % 36 or 36
        carried = carried * 2 % 37
    return _ORDER[(37 - carried) % 36]


def code_of(number: int) -> str | None:
    """The code of a number below 2**60; None where its check character would be one that is easily misread."""
    body = "".join(SYMBOLS[number >> shift & 31] for shift in range(BITS - 5, -1, -5))
    check = check_character(body)
    return None if check in "ILOU" else body + check


def seeded_code(seed: bytes, number: int, *, taken: int = 0) -> str:
    """The code of the coupon `number` of a batch with this seed; where its first `taken` ones are somebody else's
    already, the next. Who doesn't know the seed cannot tell it from chance."""
    for tried in count():
        drawn = blake2b(b"%d/%d" % (number, tried), key=seed, digest_size=8).digest()
        code = code_of(int.from_bytes(drawn, "big") >> 64 - BITS)
        if code is not None:
            if not taken:
                return code
            taken -= 1
    raise AssertionError("counting does not end")


def spelled(text: str) -> str:
    """A code in its one spelling, whatever way it was typed; other texts only lose their blanks and hyphens."""
    return text.strip().upper().translate(_READ_AS)


def is_sound(code: str) -> bool:
    """Whether it could be a code of ours: of our symbols, with the right check character."""
    return (
        len(code) == LENGTH
        and all(symbol in SYMBOLS for symbol in code)
        and check_character(code[:PLACES]) == code[PLACES]
    )


def shown(code: str) -> str:
    """As it is printed: `7KQ2-M4XD-9TVBA`; another programme's stays as it is."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}" if is_sound(code) else code


def spellings(text: str) -> list[str]:
    """What a typed code may be in the books: as it stands, for a code of another programme; and as ours are spelled."""
    ours = spelled(text)
    return list(dict.fromkeys([text.strip(), *([ours] if is_sound(ours) else [])]))
