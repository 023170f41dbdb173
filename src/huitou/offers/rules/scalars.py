"""Numbers, texts and times as they stand in the JSON. Each reader names the place of what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NoReturn

from huitou.kernel.errors import N_
from huitou.offers.errors import AmountOutOfRange, UnknownField, UnreadableRequest
from huitou.offers.rules.bounds import BOUNDS, LONGEST_DIGITS, LONGEST_TEXT, YEARS
from huitou.offers.terms import ClosingTime, Fen, FirstMoment, Grams, LastMoment, Name, Percent

Json = Any
Reader = Callable[[Json, str], Any]
"""What stands there, and where: `offers[0].get.percent`."""

WRITTEN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
"""How a number stands in the JSON: no exponent, no grouping."""
UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters, which no label has and no terminal should be told."""
DAY = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}|[0-9]{4}-?W[0-9]{2}(-?[0-9])?")
DECIMALS: Mapping[Any, tuple[int, str]] = {
    Fen: (2, 'an amount such as "12.80"'),
    Percent: (2, 'a percentage such as "17.5"'),
    Grams: (3, 'kilograms such as "1.352"'),
}
"""The digits behind the point, and what the schema says."""
EXPECTED: Mapping[Any, str] = {
    Fen: N_('At {where} should stand an amount such as "12.80".'),
    Percent: N_('At {where} should stand a percentage such as "17.5".'),
    Grams: N_('At {where} should stand kilograms such as "1.352".'),
}
A_TEXT = N_("At {where} should stand a text of at most {most} characters, without control characters.")
A_MOMENT = N_("At {where} should stand a moment such as 2026-11-11T10:00:00.")
A_TIME = N_("At {where} should stand a time of the store such as 22:00, without an offset.")
AN_OBJECT = N_("At {where} should stand an object.")
ONE_OF = N_("At {where} should stand one of {words}.")


def decimal_reader(kind: Any) -> Reader:
    places, expected = DECIMALS[kind][0], EXPECTED[kind]
    least, most = BOUNDS[kind]

    def read_decimal(value: Json, where: str) -> int:
        if not isinstance(value, str) or len(value) > LONGEST_TEXT or not WRITTEN.fullmatch(value):
            refuse(where, expected)
        whole, _, fraction = value.partition(".")
        fraction = fraction.rstrip("0")
        if len(fraction) > places:
            refuse(where, N_("At {where} should stand at most {places} decimals."), places=places)
        exact = int(whole + fraction.ljust(places, "0"))
        if value.startswith("-") or not least <= exact <= most:
            found = value[:LONGEST_DIGITS]
            raise AmountOutOfRange(where=where, found=found, least=shown(least, kind), most=shown(most, kind))
        return exact

    return read_decimal


def number_reader(kind: Any) -> Reader:
    least, most = BOUNDS[kind]

    def read_number(value: Json, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            refuse(where, N_("At {where} should stand a whole number."))
        if not least <= value <= most:
            raise AmountOutOfRange(where=where, found=_digits(value), least=least, most=most)
        return int(value)

    return read_number


def _digits(value: int) -> str:
    """The number as text; of one that nobody writes its length alone, for Python refuses to spell it."""
    large = value.bit_length() > LONGEST_DIGITS * 3
    return str(10**LONGEST_DIGITS * (-1 if value < 0 else 1)) if large else str(value)


# ---- texts and times


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or UNPRINTABLE.search(value):
        refuse(
            where,
            A_TEXT,
            most=LONGEST_TEXT,
        )
    return str(value)


def _name(value: Json, where: str) -> str:
    if isinstance(value, str) and not value.strip():
        refuse(where, N_("At {where} should stand a name, and it is blank."))
    return _text(value, where)


def _flag(value: Json, where: str) -> bool:
    if not isinstance(value, bool):
        refuse(where, N_("At {where} should stand true or false."))
    return bool(value)


def _moment(value: Json, where: str) -> datetime:
    if not isinstance(value, str) or DAY.fullmatch(value):
        refuse(where, A_MOMENT)
    return _read_moment(value, where)


def _last_moment(value: Json, where: str) -> datetime:
    moment = _read_moment(value, where)
    if DAY.fullmatch(value):
        return moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    clock = re.split("[T ]", value, maxsplit=1)[-1]
    if "." in clock or "," in clock:
        return moment
    has_seconds = re.match(r"[0-9]{2}:?[0-9]{2}:?[0-9]{2}", clock) is not None
    return moment.replace(second=moment.second if has_seconds else 59, microsecond=999_999)


def _read_moment(value: Json, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        refuse(where, A_MOMENT)
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise AmountOutOfRange(where=where, found=moment.year, least=YEARS[0], most=YEARS[1])
    return moment


def _day(value: Json, where: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        refuse(where, N_("At {where} should stand a day such as 2026-11-11."))


def _time(value: Json, where: str) -> time:
    try:
        clock = time.fromisoformat(value)
    except (TypeError, ValueError):
        refuse(where, A_TIME)
    return clock if clock.tzinfo is None else refuse(where, A_TIME)


def _closing_time(value: Json, where: str) -> time:
    return time.min if value in ("24:00", "24:00:00") else _time(value, where)


def _object(value: Json, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        refuse(where, AN_OBJECT)
    return dict(value)


SCALARS: Mapping[Any, Reader] = {
    str: _text,
    Name: _name,
    bool: _flag,
    datetime: _moment,
    FirstMoment: _read_moment,
    LastMoment: _last_moment,
    date: _day,
    time: _time,
    ClosingTime: _closing_time,
    dict[str, Any]: _object,
}


def unknown_field(where: str, name: str) -> UnknownField:
    """The refusal of a field that nobody reads, with as much of its name as can be shown."""
    return UnknownField(where=where or "the request", name=UNPRINTABLE.sub("?", name)[:50])


def refuse(where: str, says: str, **facts: object) -> NoReturn:
    """Raise UnreadableRequest."""
    raise UnreadableRequest(where or "its top", says, **facts)


def shown(value: int, kind: Any) -> str:
    """As people write it: fen with two decimals, shares and weights without trailing zeros."""
    exact = Decimal(value).scaleb(-DECIMALS[kind][0])
    return f"{exact:f}" if kind is Fen else f"{exact.normalize():f}"
