"""What a row of a member file says about a person, or the first reason against it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from huitou.kernel.cells import may_be_two_days, plain, read_day, read_number, read_whole, read_yes, said
from huitou.kernel.rows import Cells, RowRefused
from huitou.members.rules.places import coarse_place
from huitou.members.terms import OUTSIDE_KINDS, IdentityKind

LONGEST_TEXT = 200
LONGEST_NAME = 60
OLDEST_YEARS = 120
LARGEST_HOUSEHOLD = 20
LONGEST_HOUSEHOLD_NUMBER = 64
PREFERENCES = ("category", "channel", "language", "frequency")
CONSENTS = ("sms", "email", "phone", "wechat")

# How systems write that they know no birthday.
_NO_DAY = frozenset(("0000-00-00", "0001-01-01", "1900-01-01", "1900-01-00", "1899-12-30", "19000101", "00000000"))
_MONTH_DAY = re.compile(r"(?:--)?(\d{2})-(\d{2})|(\d{1,2})月(\d{1,2})日?", re.ASCII)
_SEXES = {
    "male": frozenset(("男", "男性", "先生", "m", "male", "1")),
    "female": frozenset(("女", "女性", "女士", "小姐", "f", "female", "2")),
    "": frozenset(("0", "9", "保密", "其他", "other", "u")),
}
_CHINESE_NUMBERS = {word: number for number, word in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_HOUSEHOLD = re.compile(r"(\d{1,2}|[一二两三四五六七八九十])(?:人|口|口人|个人|口之家|人以上)?", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,190}\.[^\s@<>,;\".]{2,63}")
_SEVERAL = re.compile(r"[;；、|，,]+")
_SEVERAL_PHONES = re.compile(r"[;；、|，,/]+")
_ONE_DIGIT = re.compile(r"(\d)\1*", re.ASCII)
_WHOLE_AS_DECIMAL = re.compile(r"(\d+)\.0+", re.ASCII)


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """One row's word about a person; None and empty where it says nothing.

    `month_day` is MMDD of a birthday whose year is not told. `sex` is male or female. `told_at` is when the other
    system last changed it.
    """

    identities: tuple[tuple[IdentityKind, str], ...]
    """(kind, value), phones in their one spelling."""
    name: str | None
    birthday: date | None
    month_day: int | None
    sex: str | None
    household_size: int | None
    household_number: str | None
    """Of their household in the other system: who has the same lives together."""
    email: str | None
    address: str | None
    lives_at: str | None
    """About where: `30.251,120.168`."""
    home_store_id: int | None
    joined_on: date | None
    preferences: dict[str, str]
    consents: dict[str, bool]
    told_at: datetime | None
    phones_left: tuple[str, ...] = ()
    """Why phones of the row are left out, a code each: nobody can be called at them."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the judgement of a row has to know from outside."""

    today: date
    read_phone: Callable[[str], str | None]
    fault_of_phone: Callable[[str], str | None]
    """Why nobody can be called at it, as a code."""
    is_mobile: Callable[[str], bool]
    holds_phone: Callable[[str], bool]
    holds_national_id: Callable[[str], bool]
    store_of: Callable[[str], int | None]
    """The store of a code or a name."""
    read_moment: Callable[[str], datetime | None]


def judge(cells: Cells, known: Knowledge) -> PersonSaid:
    """Raises RowRefused."""
    row = {field: said(text) for field, text in cells.items()}
    if any("\x00" in (text or "") for text in cells.values()):
        raise RowRefused("nul")
    if known.holds_national_id("\n".join(text for text in row.values() if text)):
        raise RowRefused("national_id")
    if any(len(text or "") > LONGEST_TEXT for text in row.values()):
        raise RowRefused("text_too_long")
    phones, phones_left = _phones(row, known)
    identities = (*_numbers(row, known), *phones)
    if not identities:
        # Whom nothing but such a phone names, nobody could find again.
        raise RowRefused(phones_left[0] if phones_left else "nobody")
    birthday, month_day = _birthday(row.get("birthday"), known.today)
    return PersonSaid(
        identities=tuple(dict.fromkeys(identities)),
        name=_name(row.get("name"), known),
        birthday=birthday,
        month_day=month_day,
        sex=_sex(row.get("sex")),
        household_size=_household(row.get("household")),
        household_number=_household_number(row.get("household_id"), known),
        email=_email(row.get("email")),
        address=row.get("address"),
        lives_at=_place(row),
        home_store_id=_store(row.get("store"), known),
        joined_on=_joined(row.get("joined_on"), known.today),
        preferences={what: text for what in PREFERENCES if (text := row.get(f"prefers_{what}"))},
        consents=_consents(row),
        told_at=_moment(row.get("updated_at"), known),
        phones_left=tuple(phones_left),
    )


def _numbers(row: Cells, known: Knowledge) -> list[tuple[IdentityKind, str]]:
    """Cards, of which a cell may hold several, and ids of other systems."""
    found = []
    for card in _SEVERAL.split(row.get("card") or ""):
        bare = _WHOLE_AS_DECIMAL.sub(r"\1", card.strip())
        if known.is_mobile(bare):
            raise RowRefused("number_is_phone")
        if bare and said(bare):
            found.append((IdentityKind.CARD, bare))
    for kind in OUTSIDE_KINDS:
        if (value := row.get(kind)) is not None:
            if known.is_mobile(value):
                raise RowRefused("number_is_phone")
            found.append((kind, _WHOLE_AS_DECIMAL.sub(r"\1", value)))
    # A row of zeros or ones is how systems fill a number that they do not have.
    return [(kind, value) for kind, value in found if not _ONE_DIGIT.fullmatch(value) or len(value) < 3]


def _phones(row: Cells, known: Knowledge) -> tuple[list[tuple[IdentityKind, str]], list[str]]:
    """The phones at which somebody can be called, and why others are left out: a wrong digit is no reason to do
    without the member."""
    found, left = [], []
    for text in _SEVERAL_PHONES.split(f"{row.get('phone') or ''};{row.get('phone_2') or ''}"):
        bare = plain(_WHOLE_AS_DECIMAL.sub(r"\1", text.strip()))
        if not bare or _ONE_DIGIT.fullmatch(bare) or not said(bare):
            continue
        phone, fault = known.read_phone(bare), known.fault_of_phone(bare)
        if phone is None or fault is not None:
            left.append(fault or "phone_unfit")
        else:
            found.append((IdentityKind.PHONE, phone))
    return found, left


def _name(text: str | None, known: Knowledge) -> str | None:
    if text is not None and len(text) > LONGEST_NAME:
        raise RowRefused("name_too_long")
    if text is not None and known.holds_phone(text):
        raise RowRefused("name_holds_phone")
    return text


def _birthday(text: str | None, today: date) -> tuple[date | None, int | None]:
    """(whole birthday, None) or (None, MMDD) where its year is not told."""
    if text is None or plain(text).replace("/", "-").partition(" ")[0] in _NO_DAY:
        return None, None
    day = read_day(text)
    if day is not None:
        if not today.year - OLDEST_YEARS <= day.year or day > today:
            raise RowRefused("birthday_absurd")
        return day, None
    short = _MONTH_DAY.fullmatch(plain(text))
    if short is None:
        raise RowRefused("birthday_ambiguous" if may_be_two_days(text) else "birthday_unreadable")
    month, date_of_month = (int(number) for number in short.groups() if number)
    try:
        date(2000, month, date_of_month)  # a leap year: 29 February is a birthday
    except ValueError as error:
        raise RowRefused("birthday_unreadable") from error
    return None, month * 100 + date_of_month


def _sex(text: str | None) -> str | None:
    if text is None:
        return None
    word = plain(text).lower()
    for sex, words in _SEXES.items():
        if word in words:
            return sex or None
    raise RowRefused("sex_unreadable")


def _household_number(text: str | None, known: Knowledge) -> str | None:
    """A row of zeros or ones is no household, as it is no card."""
    if text is None:
        return None
    number = _WHOLE_AS_DECIMAL.sub(r"\1", text)
    if len(number) > LONGEST_HOUSEHOLD_NUMBER or not number.isprintable():
        raise RowRefused("household_id_unfit")
    if known.is_mobile(number):
        raise RowRefused("number_is_phone")
    return None if _ONE_DIGIT.fullmatch(number) and len(number) > 2 else number


def _household(text: str | None) -> int | None:
    """How many people live there: `3`, `3人`, `三口之家`."""
    if text is None:
        return None
    found = _HOUSEHOLD.fullmatch(plain(text)) or _HOUSEHOLD.fullmatch(str(read_whole(text)))
    size = 0 if found is None else _CHINESE_NUMBERS.get(found[1]) or int(found[1])
    if not 1 <= size <= LARGEST_HOUSEHOLD:
        raise RowRefused("household_unreadable")
    return size


def _email(text: str | None) -> str | None:
    if text is None:
        return None
    bare = plain(text)
    if not _EMAIL.fullmatch(bare):
        raise RowRefused("email_unfit")
    name, _, domain = bare.partition("@")
    return f"{name}@{domain.lower()}"


def _place(row: Cells) -> str | None:
    """About where they live. Systems that know no place write zeros, which lie in the sea."""
    cells = [row.get("latitude"), row.get("longitude")]
    if cells == [None, None]:
        return None
    if None in cells:
        raise RowRefused("home_place_half")
    latitude, longitude = (read_number(text or "") for text in cells)
    if latitude is None or longitude is None:
        raise RowRefused("home_place_unreadable")
    if latitude == 0 and longitude == 0:
        return None
    place = coarse_place(latitude, longitude)
    if place is None:
        raise RowRefused("home_place_absurd")
    return place


def _store(text: str | None, known: Knowledge) -> int | None:
    store = None if text is None else known.store_of(text)
    if text is not None and store is None:
        raise RowRefused("home_store_unknown", store=text)
    return store


def _joined(text: str | None, today: date) -> date | None:
    if text is None or plain(text).replace("/", "-").partition(" ")[0] in _NO_DAY:
        return None
    day = read_day(text)
    if day is None:
        raise RowRefused("joined_ambiguous" if may_be_two_days(text) else "joined_unreadable")
    if day.year < 1980 or day > today:
        raise RowRefused("joined_absurd")
    return day


def _consents(row: Cells) -> dict[str, bool]:
    """What the other system said of consents: a note, and no consent."""
    found = {}
    for channel in CONSENTS:
        if (text := row.get(f"consent_{channel}")) is not None:
            answer = read_yes(text)
            if answer is None:
                raise RowRefused("consent_unreadable")
            found[channel] = answer
    return found


def _moment(text: str | None, known: Knowledge) -> datetime | None:
    moment = None if text is None else known.read_moment(text)
    if text is not None and moment is None:
        raise RowRefused("updated_unreadable")
    return moment
