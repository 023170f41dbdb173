"""How each kind of value stands in the JSON: read, written, and published, side by side so that they cannot differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NoReturn

from huitou.kernel.errors import N_
from huitou.segments.errors import SegmentUnreadable
from huitou.segments.rules.bounds import BOUNDS, DECIMALS, LONGEST_WORD
from huitou.segments.terms import Clock, Word

Json = Any
AN_OBJECT = N_("At {where} should stand an object.")
A_LIST = N_("At {where} should stand a list with something in it.")
ONE_OF = N_("At {where} should stand one of {words}.")
UNKNOWN_FIELD = N_("At {where} nobody reads {name}.")
MISSING = N_("At {where} should stand a value, and there is none.")

_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of value: from JSON (with the place, for what it refuses), to JSON, and its schema."""

    read: Callable[[Json, str], Any]
    write: Callable[[Any], Json]
    schema: Json


def refuse(where: str, says: str, **facts: object) -> NoReturn:
    """Raise SegmentUnreadable."""
    raise SegmentUnreadable(where or "its top", says, **facts)


def shown(text: str) -> str:
    """As much of a strange name as can be shown."""
    return _CONTROL.sub("?", text)[:50]


def _as_it_is(value: Any) -> Json:
    return value


def _read_word(value: Json, where: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_WORD or _CONTROL.search(value):
        refuse(where, N_("At {where} should stand a name of at most {most} characters."), most=LONGEST_WORD)
    return value


def _read_flag(value: Json, where: str) -> bool:
    if not isinstance(value, bool):
        refuse(where, N_("At {where} should stand true or false."))
    return value


def _read_day(value: Json, where: str) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    refuse(where, N_("At {where} should stand a day such as 2026-11-11."))


def _read_clock(value: Json, where: str) -> int:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        refuse(where, N_("At {where} should stand a time such as 08:30."))
    hours, minutes = value.split(":")
    return int(hours) * 60 + int(minutes)


def clock_text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _read_whole(least: int, most: int, value: Json, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        refuse(where, N_("At {where} should stand a whole number from {least} to {most}."), least=least, most=most)
    return value


def _read_decimal(places: int, least: int, most: int, value: Json, where: str) -> int:
    says = N_('At {where} should stand a number in quotes with at most {places} decimals, such as "12.80".')
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        refuse(where, says, places=places)
    whole, _, fraction = value.partition(".")
    if len(fraction.rstrip("0")) > places:
        refuse(where, says, places=places)
    exact = int(whole + fraction[:places].ljust(places, "0"))
    if not least <= exact <= most:
        bounds = {"least": decimal_text(least, places), "most": decimal_text(most, places)}
        refuse(where, N_("At {where} should stand a number from {least} to {most}."), **bounds)
    return exact


def decimal_text(exact: int, places: int) -> str:
    return f"{Decimal(exact).scaleb(-places):f}"


def _decimal_form(places: int, least: int, most: int) -> Form:
    pattern = rf"^-?[0-9]{{1,15}}(\.[0-9]{{1,{places}}}0*)?$"
    return Form(
        partial(_read_decimal, places, least, most),
        lambda exact: decimal_text(exact, places),
        {"type": "string", "pattern": pattern},
    )


FORMS: Mapping[Any, Form] = {
    Word: Form(_read_word, _as_it_is, {"type": "string", "maxLength": LONGEST_WORD, "pattern": r"\S"}),
    bool: Form(_read_flag, _as_it_is, {"type": "boolean"}),
    date: Form(_read_day, date.isoformat, {"type": "string", "pattern": f"^{_DAY.pattern}$"}),
    Clock: Form(_read_clock, clock_text, {"type": "string", "pattern": f"^({_CLOCK.pattern})$"}),
    **{
        kind: Form(partial(_read_whole, least, most), _as_it_is, {"type": "integer", "minimum": least, "maximum": most})
        for kind, (least, most) in BOUNDS.items()
    },
    **{kind: _decimal_form(*bounds) for kind, bounds in DECIMALS.items()},
}
