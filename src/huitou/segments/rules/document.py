"""A segment's JSON text: what is too deep or no JSON is refused before it is parsed."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from huitou.kernel.errors import N_
from huitou.segments.errors import SegmentTooLarge
from huitou.segments.rules.bounds import DEEPEST, LONGEST_TEXT
from huitou.segments.rules.exchange import read_segment
from huitou.segments.rules.forms import refuse, shown
from huitou.segments.terms import Segment

# A group is an object and a list, a leaf may hold a noun with a list; the top is one object more.
DEEPEST_BRACKETS = 2 * DEEPEST + 6
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACKETS = re.compile(r"[\[\]{}]")


def parsed(text: str) -> Segment:
    """Raises SegmentUnreadable or SegmentTooLarge."""
    if len(text) > LONGEST_TEXT:
        raise SegmentTooLarge(N_("The segment has more than {most} characters."), most=LONGEST_TEXT)
    depth = 0
    # Counted before it is parsed: the parser would go down with every bracket.
    for bracket in _BRACKETS.findall(_TEXTS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST_BRACKETS:
            raise SegmentTooLarge(N_("The segment is deeper than {most} levels."), most=DEEPEST)
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole)
    except json.JSONDecodeError as error:
        says = N_("The segment is no JSON: it cannot be read from line {line}, character {character} on.")
        refuse("", says, line=error.lineno, character=error.colno)
    return read_segment(document)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            refuse(shown(name), N_("{where} stands twice."))
        found[name] = value
    return found


def _no_number(name: str) -> NoReturn:
    refuse("", N_("{name} is no number."), name=name)


def _whole(digits: str) -> int:
    # Python refuses to read thousands of digits, and its refusal is about Python.
    return int(digits[:30])
