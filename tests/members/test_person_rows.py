"""What a row of a member file says: facts and properties of its cells (A2)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huitou.kernel.rows import RowRefused
from huitou.members.rules.person_rows import Knowledge, PersonSaid, judge
from huitou.privacy import service as privacy
from huitou.privacy.rules.national_ids import holds_national_id

TODAY = date(2026, 11, 20)
KNOWN = Knowledge(
    today=TODAY,
    read_phone=privacy.spelled_phone,
    fault_of_phone=privacy.fault_of_phone,
    is_mobile=privacy.is_mobile,
    holds_phone=privacy.may_hold_phone,
    holds_national_id=privacy.holds_national_id,
    store_of={"HZ01": 1}.get,
    read_moment=datetime.fromisoformat,
)


def said(**cells: str) -> PersonSaid:
    return judge({"card": "C1", **cells}, KNOWN)


def refused(**cells: str) -> str:
    with pytest.raises(RowRefused) as found:
        said(**cells)
    return found.value.code


@pytest.mark.parametrize(
    ("text", "birthday", "month_day", "because"),
    [
        ("1988-05-12", date(1988, 5, 12), None, "the year first"),
        ("1988年5月12日", date(1988, 5, 12), None, "as Chinese is written"),
        ("19880512", date(1988, 5, 12), None, "eight digits"),
        ("1988/5/12 00:00:00", date(1988, 5, 12), None, "a spreadsheet adds midnight"),
        ("１９８８-０５-１２", date(1988, 5, 12), None, "full-width digits"),
        ("05-12", None, 512, "no year"),
        ("5月12日", None, 512, "no year, in Chinese"),
        ("2月29日", None, 229, "a birthday once in four years"),
        ("1900-01-01", None, None, "how systems write that they know none"),
        ("0000-00-00", None, None, "how others do"),
        ("无", None, None, "nothing"),
    ],
)
def test_birthdays(text: str, birthday: date | None, month_day: int | None, because: str) -> None:
    found = said(birthday=text)
    assert (found.birthday, found.month_day) == (birthday, month_day), because


@pytest.mark.parametrize("text", ["02-30", "13-01", "1985", "12.5.88", "农历八月十五", "1988-13-01", "5/12"])
def test_what_is_no_birthday_is_refused(text: str) -> None:
    assert refused(birthday=text).startswith("birthday_")


@given(
    st.dates(date(1907, 1, 1), TODAY), st.sampled_from(("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"))
)
def test_every_spelling_of_a_day_is_that_day(day: date, form: str) -> None:
    assert said(birthday=day.strftime(form)).birthday == (None if day == date(1900, 1, 1) else day)


@pytest.mark.parametrize(
    ("text", "number", "because"),
    [
        ("F-0012", "F-0012", "as the other system has it"),
        ("17850.0", "17850", "a spreadsheet made a number of it"),
        ("0000", None, "what a system writes where it knows none"),
        ("无", None, "nothing"),
        ("7", "7", "a short number is one"),
    ],
)
def test_household_numbers(text: str, number: str | None, because: str) -> None:
    assert said(household_id=text).household_number == number, because


@pytest.mark.parametrize(
    ("text", "code"),
    [("1" + "2" * 64, "household_id_unfit"), ("F\t1", "household_id_unfit"), ("13800138000", "number_is_phone")],
)
def test_what_is_no_household_number_is_refused(text: str, code: str) -> None:
    assert refused(household_id=text) == code


@pytest.mark.parametrize(
    ("cells", "identities"),
    [
        ({"card": "17850.0"}, {("card", "17850")}),
        ({"card": "A1；A2"}, {("card", "A1"), ("card", "A2")}),
        (
            {"phone": "138 0013 8000/0571-88886666"},
            {("card", "C1"), ("phone", "13800138000"), ("phone", "057188886666")},
        ),
        ({"phone": "13800138000", "phone_2": "+86 13800138000"}, {("card", "C1"), ("phone", "13800138000")}),
        ({"phone": "00000000000", "openid": "无"}, {("card", "C1")}),
        ({"card": "-", "unionid": "u1"}, {("unionid", "u1")}),
    ],
)
def test_numbers(cells: dict[str, str], identities: set[tuple[str, str]]) -> None:
    assert set(said(**cells).identities) == identities


@pytest.mark.parametrize(
    ("text", "size"), [("3", 3), ("3人", 3), ("三口之家", 3), ("两人", 2), ("十口人", 10), ("4.0", 4)]
)
def test_households(text: str, size: int) -> None:
    assert said(household=text).household_size == size


@given(
    st.dictionaries(
        st.sampled_from(
            (
                "name",
                "phone",
                "birthday",
                "sex",
                "email",
                "household",
                "joined_on",
                "store",
                "updated_at",
                "consent_sms",
                "openid",
            )
        ),
        st.text(max_size=30),
    )
)
def test_no_text_breaks_the_judgement(cells: dict[str, str]) -> None:
    try:
        found = said(**cells)
    except RowRefused:
        return
    except ValueError:
        assert "updated_at" in cells, "only the moment is read by what is handed in here"
        return
    assert found.identities
    assert found.birthday is None or found.month_day is None


@pytest.mark.parametrize(
    ("text", "holds", "because"),
    [
        ("11010519491231002X", True, "the standard's own example"),
        ("身份证11010519491231002x", True, "beside words, in small letters"),
        ("１１０１０５１９４９１２３１００２Ｘ", True, "full-width"),
        ("110105194912310021", False, "the check character is another"),
        ("11010519491331002X", False, "no thirteenth month"),
        ("6222021234567890123", False, "a bank card has nineteen digits"),
    ],
)
def test_national_ids(text: str, holds: bool, because: str) -> None:
    assert holds_national_id(text) is holds, because


@given(st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_of_a_national_id_is_found(place: int, off: int) -> None:
    number = "11010519491231002X"
    wrong = number[:place] + str((int(number[place]) + off) % 10) + number[place + 1 :]
    assert not holds_national_id(wrong), "11 is prime"
