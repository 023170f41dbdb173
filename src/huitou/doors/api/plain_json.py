"""JSON without ambiguity: what two readers could read in two ways is refused."""

from __future__ import annotations

import json
import re
from typing import Any

from huitou.doors.api.errors import Finding, JsonUnreadable
from huitou.kernel.errors import N_

MOST_DEPTH = 20
MOST_DIGITS = 18

_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSAFE = re.compile("[\x00\ud800-\udfff]")

TWICE = N_("a name stands twice in one object")
CONSTANT = N_("NaN and Infinity are no numbers of JSON")
TOO_LONG = N_("a number has more than 18 digits or a large exponent")
TOO_DEEP = N_("it is nested more than 20 levels deep")
NOT_UTF8 = N_("it is not UTF-8")
UNSAFE_TEXT = N_("a text holds NUL or half a character")
SYNTAX = N_("the syntax is wrong at character {position}")


def read_json(body: bytes) -> Any:
    """The value of `body`. Raises JsonUnreadable for whatever is not plain, unambiguous JSON."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise JsonUnreadable(Finding("", NOT_UTF8)) from error
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise JsonUnreadable(Finding("", SYNTAX, {"position": error.pos + 1})) from error
    except RecursionError as error:
        raise JsonUnreadable(Finding("", TOO_DEEP)) from error
    _look_inside(value, texts_too=_ESCAPE.search(body) is not None)
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonUnreadable(Finding("", TWICE))
    return found


def _constant(text: str) -> None:
    raise JsonUnreadable(Finding("", CONSTANT))


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS + 1:
        raise JsonUnreadable(Finding("", TOO_LONG))
    return int(text)


def _fraction(text: str) -> float:
    number = float(text)
    if len(text) > MOST_DIGITS + 7 or abs(number) >= 10.0**MOST_DIGITS:
        raise JsonUnreadable(Finding("", TOO_LONG))
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_integer, parse_float=_fraction
)


def _look_inside(value: Any, *, texts_too: bool) -> None:
    """Depth, and texts that no database takes where the body has escapes that could spell one."""
    level, depth = [value], 0
    while level:
        below: list[Any] = []
        for one in level:
            kind = type(one)
            if kind is dict or kind is list:
                if depth == MOST_DEPTH:
                    raise JsonUnreadable(Finding("", TOO_DEEP))
                below.extend(one.values() if kind is dict else one)
                if texts_too and kind is dict:
                    below.extend(one)
            elif texts_too and kind is str and _UNSAFE.search(one):
                raise JsonUnreadable(Finding("", UNSAFE_TEXT))
        level, depth = below, depth + 1
