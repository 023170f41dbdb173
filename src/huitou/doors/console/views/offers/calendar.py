"""The calendar of offers: which hold on which day of a month, with the festivals of the Chinese year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.gate import needs
from huitou.doors.console.offering import said
from huitou.kernel.festivals import LAST_YEAR, Festival, festivals_between
from huitou.offers.service import programmes
from huitou.offers.terms import Valid
from huitou.offers.terms.kept import OfferSeen, OfferState
from huitou.offers.terms.said import Names

SHOWN = (OfferState.ON, OfferState.SCHEDULED, OfferState.WAITING, OfferState.APPROVED, OfferState.DRAFT)
FIRST_YEAR = 2019


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    weekend: bool
    festival: str
    today: bool


@dataclass(frozen=True, slots=True)
class Square:
    """A day of an offer: whether it holds, and whether a stretch begins or ends there."""

    holds: bool
    begins: bool
    ends: bool
    festival: bool


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    name: str
    sentence: str
    scheduled: bool
    squares: Sequence[Square]
    days: int


@needs(Right.SEE_OFFERS)
def calendar(request: HttpRequest) -> HttpResponse:
    """A month; `month` is 2026-11."""
    today = timezone.localdate()
    first = _month(request.GET.get("month", ""), today)
    last = _next(first) - timedelta(days=1)
    festivals = festivals_between(first, last)
    days = [_day(first + timedelta(days=n), festivals, today) for n in range((last - first).days + 1)]
    names = said.names_now()
    rows = []
    for seen in programmes.offers(timezone.now()):
        if seen.state in SHOWN:
            row = _row(seen, days, names)
            if row.days:
                rows.append(row)
    rows.sort(key=lambda row: (row.scheduled, row.days == len(days), row.name))
    facts = {
        "days": days,
        "rows": rows,
        "festivals": [(gettext(one.name), _span(one)) for one in festivals],
        "title": figures.month(first),
        "before": f"{first - timedelta(days=1):%Y-%m}" if first.year >= FIRST_YEAR else "",
        "after": f"{_next(first):%Y-%m}" if first.year <= LAST_YEAR else "",
        "next_festival": _coming(today),
    }
    return render(request, "console/offers/calendar.html", facts)


def _month(text: str, today: date) -> date:
    year, _, month = text.partition("-")
    if (
        year.isdecimal()
        and month.isdecimal()
        and FIRST_YEAR <= int(year[:4]) <= LAST_YEAR
        and 1 <= int(month[:2]) <= 12
    ):
        return date(int(year[:4]), int(month[:2]), 1)
    return today.replace(day=1)


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _day(on: date, festivals: Sequence[Festival], today: date) -> Day:
    named = next((gettext(one.name) for one in festivals if one.first <= on <= one.last), "")
    return Day(on, on.isoweekday() > 5, named, on == today)


def _row(seen: OfferSeen, days: Sequence[Day], names: Names) -> Row:
    engine = programmes.engine_offer(programmes.shown_version(seen))
    holds = [_holds(engine.valid, day.on) for day in days]
    squares = [
        Square(now, now and not before, now and not after, bool(day.festival))
        for before, now, after, day in zip([False, *holds], holds, [*holds[1:], False], days, strict=False)
    ]
    sentence = said.one_line(engine, replace(names, terms=seen.terms))
    return Row(seen.code, seen.name or seen.code, sentence, seen.state != OfferState.ON, squares, sum(holds))


def _holds(valid: Valid, on: date) -> bool:
    begun = valid.starts is None or valid.starts.date() <= on
    lasts = valid.ends is None or on <= valid.ends.date()
    return begun and lasts and (not valid.weekdays or on.isoweekday() in valid.weekdays)


def _span(one: Festival) -> str:
    return figures.span(one.first, one.last) if one.first < one.last else figures.day(one.first)


def _coming(today: date) -> tuple[str, int] | None:
    """The next festival, and in how many days."""
    found = [one for one in festivals_between(today, today + timedelta(days=60)) if one.first >= today]
    return (gettext(found[0].name), (found[0].first - today).days) if found else None
