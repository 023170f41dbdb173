"""How money, quantities and members are written."""

from __future__ import annotations

import pytest

from huitou.kernel.errors import HuitouError
from huitou.kernel.ids import member_code
from huitou.kernel.money import Money, yuan
from huitou.kernel.quantity import shown
from huitou.lake.errors import FieldMissing


@pytest.mark.parametrize(
    ("written", "fen", "because"),
    [
        ("12.80", 1280, "as a price tag says"),
        ("0.1", 10, "which binary fractions cannot hold"),
        ("0.005", 1, "half a fen goes away from zero"),
        ("-0.005", -1, "on both sides of it"),
        ("0.0049", 0, "less than half goes down"),
        (3, 300, "a whole number is yuan"),
        ("99999999999.99", 9_999_999_999_999, "more than any chain sells"),
    ],
)
def test_money_is_read_to_the_fen(written, fen, because):
    assert yuan(written).fen == fen, because


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (1280, "12.80"), (-1280, "-12.80"), (10**14, f"{10**12}.00")],
)
def test_money_is_written_with_two_decimals(fen, text):
    assert str(Money(fen)) == text


def test_money_adds_up_and_does_not_mix():
    assert Money(1) + Money(2) - Money(4) == Money(-1) == -Money(1)
    with pytest.raises(AssertionError, match="do not add up"):
        Money(1, "CNY") + Money(1, "GBP")
    with pytest.raises(AssertionError, match="whole minor units"):
        Money(1.0)


@pytest.mark.parametrize(
    ("milli", "text", "because"),
    [
        (1000, "1", "a piece"),
        (1352, "1.352", "a weight"),
        (500, "0.5", "no zeros at the end"),
        (-2000, "-2", "goods that came back"),
        (0, "0", "nothing, and not 0E-3"),
        (100_000, "100", "and not 1E+2"),
        (1, "0.001", "a gram"),
    ],
)
def test_quantities_are_written_as_people_do(milli, text, because):
    assert shown(milli) == text, because


@pytest.mark.parametrize(("member", "code"), [(42, "M00000042"), (123_456_789, "M123456789")])
def test_members_have_a_number_to_read_out(member, code):
    assert member_code(member) == code


def test_a_refusal_says_what_and_what_next():
    refusal = FieldMissing(field="sku", columns="a, b")
    assert isinstance(refusal, HuitouError)
    assert (refusal.code, str(refusal)) == ("field_missing", "No column is mapped to sku.")
    assert refusal.remedy == "Add --map sku=COLUMN. The file's columns are: a, b."
