"""A request's JSON text, parsed entry by entry: what is too large is refused before the rest is looked at."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any, get_args, get_origin, get_type_hints

from huitou.offers.errors import TooManyEntries
from huitou.offers.rules.articles import check_basket
from huitou.offers.rules.bounds import MOST_OFFERS, most_entries
from huitou.offers.rules.exchange import read
from huitou.offers.rules.scalars import unknown_field
from huitou.offers.terms import PriceRequest

Json = Any

_DECODE = json.JSONDecoder().raw_decode
_BLANK = re.compile(r"[ \t\n\r]*")
_HINTS = get_type_hints(PriceRequest)
MOST: Mapping[str, int] = {
    "offers": MOST_OFFERS,
    **{
        field.name: most_entries(get_args(_HINTS[field.name])[0])
        for field in dataclasses.fields(PriceRequest)
        if get_origin(_HINTS[field.name]) is tuple
    },
}
"""How many entries each list of a request may have."""

LARGE = 500_000
"""Characters. What is shorter is parsed in no time."""

FIELDS = {"offers", *_HINTS}


def check_sizes(document: Json) -> None:
    """Of a parsed request: no list has too many entries. Raises TooManyEntries."""
    if isinstance(document, dict):
        for name, most in MOST.items():
            entries = document.get(name)
            if isinstance(entries, list) and len(entries) > most:
                raise TooManyEntries(where=name, most=most)


def parsed(text: str) -> Json:
    """The document. Raises ValueError where it is no JSON, RecursionError, UnknownField and TooManyEntries.

    Of a long text it also raises what `read` and `check_basket` raise for everything beside the offers.
    """
    # Every offer has one `get`. Counting them takes a moment, parsing that many offers does not.
    if text.count('"get"') > MOST_OFFERS:
        raise TooManyEntries(where="offers", most=MOST_OFFERS)
    if len(text) > LARGE:
        _judge_short_lists(text)
    at = _skip(text, 0)
    if not text.startswith("{", at):
        return json.loads(text)
    document: dict[str, Json] = {}
    at = _skip(text, at + 1)
    while not text.startswith("}", at):
        if document:
            at = _past(",", text, at)
        if not text.startswith('"', at):
            raise ValueError(f"a name in quotes is expected at character {at + 1}")
        name, at = _DECODE(text, at)
        if name not in FIELDS:
            raise unknown_field("", name)
        if name in document:
            raise ValueError(f"{name} stands twice")
        at = _past(":", text, at)
        document[name], at = _entries(text, at, name) if text.startswith("[", at) else _DECODE(text, at)
        at = _skip(text, at)
    if _skip(text, at + 1) != len(text):
        raise ValueError(f"it goes on after its end, at character {at + 2}")
    return document


def _judge_short_lists(text: str) -> None:
    """Read the short lists first, wherever they stand: thousands of offers before them would be parsed in vain."""
    for name in MOST.keys() - {"offers"}:
        begins = re.search(rf'"{name}"\s*:\s*(?=\[)', text) if f'"{name}"' in text else None
        if begins is None:
            continue
        try:
            entries, _ = _entries(text, begins.end(), name)
        except (ValueError, RecursionError):
            return  # the parser says where
        nouns = read(_HINTS[name], entries, name)
        if name == "basket":
            check_basket(nouns)


def _entries(text: str, at: int, name: str) -> tuple[list[Json], int]:
    """The list that begins at `at`, and where it ends."""
    most = MOST.get(name, len(text))
    found: list[Json] = []
    at = _skip(text, at + 1)
    while not text.startswith("]", at):
        if found:
            at = _past(",", text, at)
        if len(found) == most:
            raise TooManyEntries(where=name, most=most)
        entry, at = _DECODE(text, at)
        found.append(entry)
        at = _skip(text, at)
    return found, at + 1


def _past(mark: str, text: str, at: int) -> int:
    """Where it goes on after the mark and what is blank around it."""
    at = _skip(text, at)
    if not text.startswith(mark, at):
        raise ValueError(f"{mark!r} is expected at character {at + 1}")
    return _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return at if blank is None else blank.end()
