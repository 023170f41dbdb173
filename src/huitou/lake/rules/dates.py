"""How a date whose day and month can be mistaken for each other may be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

_DAY_OR_MONTH_FIRST = re.compile(
    r"(?P<first>\d{1,2})(?P<sign>[-/.])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})"
    r"(?P<clock> \d{1,2}:\d{2}(?P<seconds>:\d{2})?)?",
    re.ASCII,
)


def ways_to_read(values: Iterable[str]) -> list[tuple[str, str, str]]:
    """(format, a value, how that format reads it) of each way that fits the first such value, the day first and the
    month first; empty where no value can be mistaken."""
    for value in values:
        found = _DAY_OR_MONTH_FIRST.fullmatch(value.strip())
        if found is None:
            continue
        sign, year = found["sign"], "%Y" if len(found["year"]) == 4 else "%y"
        clock = "" if not found["clock"] else " %H:%M:%S" if found["seconds"] else " %H:%M"
        ways = (f"%d{sign}%m{sign}{year}{clock}", f"%m{sign}%d{sign}{year}{clock}")
        return [(way, value.strip(), read) for way in ways if (read := _read(value.strip(), way)) is not None]
    return []


def _read(value: str, way: str) -> str | None:
    try:
        return datetime.strptime(value, way).date().isoformat()  # noqa: DTZ007 - only the day is shown
    except ValueError:
        return None
