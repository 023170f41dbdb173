"""What a till scans: check digits, labels of scales, the one spelling of a number (A14)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huitou.catalogue.rules.barcodes import Fault, check_digit, is_sound, read_barcode, spelled
from huitou.catalogue.rules.codes import read_code
from huitou.catalogue.rules.scale_codes import ScaleCode, Scheme, read_scale_code, read_schemes

BY_WEIGHT = "21IIIIIWWWWWC"
BY_PRICE = "22IIIIIPPPPPC"
BY_BOTH = "25IIIIIPPPPPWWWWWC"
SCHEMES = read_schemes(f"{BY_WEIGHT} {BY_PRICE} {BY_BOTH}")
bodies = st.sampled_from((7, 11, 12, 13)).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length)
)


def sounded(body: str) -> str:
    return body + str(check_digit(body))


def printed(scheme: Scheme, plu: int, amount: int) -> str:
    """What a scale prints for these goods: grams, or fen, or both the same."""
    digits = list(scheme.pattern)
    for part, number in ((scheme.plu, plu), (scheme.weight, amount), (scheme.price, amount)):
        if part is not None:
            digits[part] = str(number).rjust(part.stop - part.start, "0")
    return sounded("".join(digits[:-1]))


@pytest.mark.parametrize(
    ("text", "read", "because"),
    [
        ("6901234567892", "6901234567892", "an EAN-13 of China"),
        ("４０１２３４５１２３４５６", "4012345123456", "full-width digits are digits"),
        ("73513537", "73513537", "an EAN-8"),
        ("036000291452", "0036000291452", "an UPC-A is an EAN-13 with a nought before it"),
        ("00036000291452", "0036000291452", "a GTIN-14 of the piece itself is its EAN-13"),
        ("16901234567899", "16901234567899", "a case has a number of its own"),
        ("6901234 567892", "6901234567892", "blanks are how it stands under the bars"),
        ("6901234567893", Fault.CHECK_DIGIT, "the last digit does not fit"),
        ("12345678", Fault.CHECK_DIGIT, "eight digits are an EAN-8, and this is none"),
        ("000318", "318", "up to seven digits are the chain's own"),
        ("6.90123E+12", Fault.UNREADABLE, "a spreadsheet has lost digits"),
        ("690123456789", Fault.CHECK_DIGIT, "a digit is missing"),
        ("6901234567892a", Fault.UNREADABLE, "a letter"),
        ("", Fault.UNREADABLE, "nothing"),
    ],
)
def test_barcodes_are_judged(text: str, read: str, because: str) -> None:
    assert read_barcode(text) == read, because


@given(bodies)
def test_every_wrong_last_digit_is_found(body: str) -> None:
    right = check_digit(body)
    assert is_sound(sounded(body))
    assert not any(is_sound(body + str(digit)) for digit in range(10) if digit != right)


@given(bodies.filter(lambda body: len(body) > 7), st.integers(0), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(body: str, place: int, off: int) -> None:
    code = sounded(body)
    at = place % len(code)
    wrong = code[:at] + str((int(code[at]) + off) % 10) + code[at + 1 :]
    assert not is_sound(wrong), "weights 3 and 1 have no factor in common with ten"


@given(st.text(max_size=20))
def test_a_spelling_is_its_own_spelling(text: str) -> None:
    assert spelled(spelled(text)) == spelled(text)


@pytest.mark.parametrize(
    ("code", "read", "because"),
    [
        ("2100318007529", ("318", 752, None), "five digits of PLU, 752 grams"),
        ("2200318022413", ("318", None, 2241), "22.41 yuan"),
        ("250031802241007526", None, "the check digit is of another number"),
        ("250031802241007522", ("318", 752, 2241), "eighteen digits: price and weight"),
        ("2100318007520", None, "a wrong check digit: a code like any other"),
        ("2100000007528", None, "goods number nought are no goods"),
        ("6901234567892", None, "no prefix of a scale"),
        ("2300318007520", None, "a prefix that the chain does not use"),
    ],
)
def test_labels_of_scales(code: str, read: tuple | None, because: str) -> None:
    found = read_scale_code(code, SCHEMES)
    assert (found and (found.plu, found.weight_g, found.price_fen)) == read, because


def test_without_a_scheme_nothing_is_read_into_a_number() -> None:
    assert read_scale_code("2100318007529", ()) is None, (
        "prefixes 20 to 29 mean what the chain says, and it said nothing"
    )


@given(st.sampled_from(SCHEMES), st.integers(1, 99999), st.integers(0, 99999))
def test_a_label_is_read_as_it_was_printed(scheme: Scheme, plu: int, amount: int) -> None:
    found = read_scale_code(printed(scheme, plu, amount), SCHEMES)
    assert found == ScaleCode(
        str(plu),
        amount if scheme.weight else None,
        amount if scheme.price else None,
        printed(scheme, plu, 0),
    )


@given(st.integers(1, 99999), st.integers(0, 99999), st.integers(0, 99999))
def test_all_labels_of_one_good_are_one_product(plu: int, first: int, second: int) -> None:
    one, other = (read_code(printed(SCHEMES[0], plu, grams), SCHEMES) for grams in (first, second))
    assert one.code == other.code == str(plu)
    assert one.name_for_new == other.name_for_new


@pytest.mark.parametrize(
    "text", ["21IIIIIWWWWW0", "31IIIIIWWWWWC", "21WWWWWWWWWWC", "21IIIIIIIIIIC", "21IIWWIIIWWWC", "21IIWC", "nonsense"]
)
def test_what_is_no_scheme_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no scheme"):
        read_schemes(text)


@pytest.mark.parametrize(
    ("text", "new", "because"),
    [
        ("00123", "00123", "a chain may have 123 and 00123"),
        ("036000291452", "0036000291452", "one article, two spellings"),
        ("A-7", "A-7", "a code of letters"),
    ],
)
def test_an_unknown_code_is_a_product_of_its_own(text: str, new: str, because: str) -> None:
    assert read_code(text, SCHEMES).name_for_new == new, because
