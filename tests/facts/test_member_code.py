"""A member's dynamic code: digits for a scanner, another every minute, good for three, and nobody guesses one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from huitou.members.rules.member_code import LENGTH, CodeRead, code_of, read_code

KEY = bytes(range(32))
NOON = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
MINUTE = int(NOON.timestamp()) // 60


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("made", "read", "holds", "because"),
    [
        (0, 0, True, "at once"),
        (0, 59.999999, True, "within its minute"),
        (0, 179.999999, True, "to the end of the second minute after it"),
        (0, 180, False, "three minutes after its minute began it is over"),
        (59.999999, 179.999999, True, "a code of the minute's last moment holds for two minutes"),
        (59.999999, 180, False, "and not a moment longer"),
        (60, 59.999999, False, "a code of the next minute is not yet"),
        (0, -0.000001, False, "nor before its own"),
        (0, 86_400, False, "nor a day later"),
    ],
)
def test_how_long_a_code_holds(made, read, holds, because):
    code = code_of(42, at=after(made), key=KEY)
    expected = CodeRead(42, MINUTE + int(made // 60)) if holds else None
    assert read_code(code, at=after(read), key=KEY) == expected, because


def test_a_code_is_twenty_digits_and_another_every_minute():
    codes = [code_of(42, at=after(60 * minute), key=KEY) for minute in range(1000)]
    assert {len(code) for code in codes} == {LENGTH}
    assert all(code.isascii() and code.isdigit() for code in codes), "because a barcode scanner reads digits"
    assert len(set(codes)) == 1000
    assert code_of(42, at=after(59), key=KEY) == codes[0], "because it stays for its minute"
    assert len({code[2:12] for code in codes}) == 1000, "because nobody may follow a person from code to code"


def test_a_moment_is_the_same_in_every_zone():
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-11, minutes=-30)))
    assert code_of(42, at=elsewhere, key=KEY) == code_of(42, at=NOON, key=KEY)


@pytest.mark.parametrize("member", [1, 9, 10_000_000, 9_999_999_999])
def test_every_member_is_read_back(member):
    assert read_code(code_of(member, at=NOON, key=KEY), at=NOON, key=KEY) == CodeRead(member, MINUTE)


def test_a_changed_digit_is_no_code():
    code = code_of(42, at=NOON, key=KEY)
    for at in range(LENGTH):
        for digit in "0123456789":
            forged = code[:at] + digit + code[at + 1 :]
            if forged != code:
                assert read_code(forged, at=NOON, key=KEY) is None, (at, digit)


def test_another_installation_reads_nothing():
    assert read_code(code_of(42, at=NOON, key=KEY), at=NOON, key=bytes(32)) is None


@pytest.mark.parametrize("text", ["", "99", "9" * 20, "9" * 21, "９" * 20, "99" + "-" * 18, "M00000042", "99 " * 7])
def test_what_is_no_code_is_nobody(text):
    assert read_code(text, at=NOON, key=KEY) is None
