"""The code of a coupon: what is mistyped is no code, and what is typed in another way is the same."""

from __future__ import annotations

import pytest

from huitou.offers.rules.coupon_codes import SYMBOLS, check_character, is_sound, seeded_code, shown, spelled

CODES = [seeded_code(b"a fixed seed", number) for number in range(300)]


def test_every_wrong_character_is_found_and_nearly_every_swap():
    swaps = missed = 0
    for code in CODES:
        for place in range(len(code)):
            wrong = [code[:place] + symbol + code[place + 1 :] for symbol in SYMBOLS if symbol != code[place]]
            assert not any(is_sound(one) for one in wrong), code
        for place in range(len(code) - 1):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            if swapped != code:
                swaps += 1
                missed += is_sound(swapped)
    assert swaps > 3000
    assert missed * 100 < swaps, "fewer than one swap in a hundred passes"


def test_the_check_character_is_that_of_the_standard():
    # ISO/IEC 7064 MOD 37,36, by its definition: over all characters and the check the recursion ends at 1.
    for code in CODES[:50]:
        carried = 36
        for symbol in code[:-1]:
            carried = (carried + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(symbol)) % 36 or 36
            carried = carried * 2 % 37
        assert (carried + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(code[-1])) % 36 == 1
    assert check_character("A12425GABC1234002") == "M", "an example of the Global Release Identifier, which uses it"


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        (str.lower, "letters are letters"),
        (shown, "with hyphens"),
        (lambda code: f" {code} ", "with blanks around it"),
        (lambda code: code.replace("0", "O").replace("1", "l"), "what looks alike is read as the digit"),
    ],
)
def test_a_code_is_the_same_however_it_is_typed(typed, because):
    assert [spelled(typed(code)) for code in CODES] == CODES, because


def test_codes_differ_and_say_nothing_of_their_place():
    assert len({seeded_code(b"seed", number) for number in range(20_000)}) == 20_000
    assert seeded_code(b"seed", 7) == seeded_code(b"seed", 7)
    assert seeded_code(b"seed", 7) != seeded_code(b"another", 7)
    assert seeded_code(b"seed", 7, taken=1) not in {seeded_code(b"seed", 7), seeded_code(b"seed", 8)}
