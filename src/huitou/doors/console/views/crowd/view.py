"""What the views of all members share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.parts import Chart, Tab, Table
from huitou.insight import service as insight

FEWEST = 20
"""Of fewer people a share says nothing: its square is grey."""
MONTHS_SHOWN = 13


@dataclass(frozen=True, slots=True)
class View:
    """What a view shows; `chart` is None where there is nothing to draw yet."""

    finding: SafeString
    chart: Chart | None
    foot: str
    below: Sequence[tuple[str, Table]] = ()
    tabs: Sequence[Tab] = ()


def address(**asked: Any) -> str:
    given = {key: str(value) for key, value in asked.items() if value not in (None, "")}
    return f"{reverse('console:crowd')}?{urlencode(given)}"


def count(number: int) -> str:
    return figures.rounded(number, 0)


def members_address(store: int | None, **asked: Any) -> str:
    given = {key: str(value) for key, value in (asked | {"store": store}).items() if value not in (None, "")}
    return f"{reverse('console:members')}?{urlencode(given)}"


def every_month(found: Collection[date]) -> list[date]:
    """Also those in which nobody came: a month that is missing would look like a month that never was."""
    if not found:
        return []
    first, last = min(found), max(found)
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers][-MONTHS_SHOWN:]


def without_the_beginning(months: list[date], store: int | None) -> tuple[list[date], str]:
    """The months in which it can be told who bought for the first time, and what to say of those that are left out."""
    known_from = insight.months_known_from(store)
    told = [month for month in months if known_from is None or month >= known_from]
    if not told or len(told) == len(months) or known_from is None:
        return months, ""
    said = gettext(
        "The data begin not long before {month}. Before it most who seem new had bought already: it is left out."
    )
    return told, said.format(month=figures.month(known_from))


def months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month
