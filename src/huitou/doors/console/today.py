"""A store's day so far: what it took, hour by hour, beside the same weekdays before it up to the same hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from huitou.catalogue import service as catalogue
from huitou.catalogue.terms import StoreSeen
from huitou.doors.console import figures
from huitou.doors.console.parts import Cell, Chart, Column, Table
from huitou.receipts import service as receipts
from huitou.receipts.terms import HourOfDay

WEEKS = 4
"""The same weekday of so many weeks is what a day is held against; a holiday among them counts a quarter."""


@dataclass(frozen=True, slots=True)
class Day:
    """What the page says of one day; all texts."""

    title: str
    about: str
    beside: str
    """What its changes are held against."""
    sales: figures.Shown
    sales_change: figures.Change | None
    receipts: str
    receipts_change: figures.Change | None
    member_share: str
    chart: Chart


def day_of(store: StoreSeen, newest: date, now: datetime, asked: date | None = None) -> Day | None:
    """The day that is asked for; else today where something was sold already, else `newest`, the last day of the
    figures, as a whole."""
    today = catalogue.business_date(store, now)
    for day in (asked,) if asked is not None else (today, newest):
        hours = receipts.hours_of_days(store.id, [day - timedelta(days=7 * week) for week in range(WEEKS + 1)])
        if any(hour.day == day for hour in hours):
            return _day(store, day, hours, now if day == today else None)
    return None


def _day(store: StoreSeen, day: date, hours: list[HourOfDay], now: datetime | None) -> Day:
    mine = [hour for hour in hours if hour.day == day]
    others = [hour for hour in hours if hour.day != day]
    weeks = len({hour.day for hour in others}) or 1
    until = timezone.localtime(now).hour if now is not None else 24
    # The hour that runs is not over on this day, and was on the others: it is held against nothing.
    past = [hour for hour in mine if hour.hour < until]
    before = [hour for hour in others if hour.hour < until]
    sales, usual = (Fraction(sum(hour.net_fen for hour in some)) for some in (past, before))
    count, usual_count = (Fraction(sum(hour.receipts for hour in some)) for some in (past, before))
    all_receipts = sum(hour.receipts for hour in mine)
    of_members = sum(hour.of_members for hour in mine)
    about = gettext("{store}, {day}").format(store=store.name, day=figures.day_and_weekday(day))
    return Day(
        title=gettext("Today so far") if now is not None else gettext("The day"),
        about=about,
        beside=gettext("against the same weekday of 4 weeks, up to this hour")
        if now is not None
        else gettext("against the same weekday of 4 weeks"),
        sales=figures.money_headline(sum(hour.net_fen for hour in mine)),
        sales_change=figures.change(sales, usual / weeks, "money", 1) if before else None,
        receipts=figures.rounded(all_receipts, 0),
        receipts_change=figures.change(count, usual_count / weeks, "count", 1) if before else None,
        member_share=figures.rate_of(of_members, all_receipts) + "%",
        chart=_chart(about, mine, others, weeks, f"{reverse('console:overview')}?store={store.id}&day={day}"),
    )


def _chart(about: str, mine: list[HourOfDay], others: list[HourOfDay], weeks: int, link: str) -> Chart:
    used = {hour.hour for hour in [*mine, *others]}
    hours = list(range(min(used), max(used) + 1))
    members, guests, usual = [], [], []
    for number in hours:
        here = [hour for hour in mine if hour.hour == number]
        members.append(sum(hour.of_members for hour in here))
        guests.append(sum(hour.receipts - hour.of_members for hour in here))
        usual.append(round(sum(hour.receipts for hour in others if hour.hour == number) / weeks, 1))
    words = {
        "members": gettext("Members"),
        "guests": gettext("Without a card"),
        "usual": gettext("Same weekday, 4 weeks"),
    }
    columns = (Column(gettext("Hour")), *(Column(word, True) for word in words.values()))
    rows = [
        (f"{hour}:00", str(one), str(other), str(third))
        for hour, one, other, third in zip(hours, members, guests, usual, strict=True)
    ]
    busiest = max(range(len(hours)), key=lambda place: members[place] + guests[place])
    return Chart(
        key="day-hours",
        builder="day",
        title=gettext("Receipts by hour"),
        about=gettext("members among them; the line is the same weekday of 4 weeks"),
        options={"hours": hours, "members": members, "guests": guests, "usual": usual, "words": words},
        finding=gettext("most between {hour}:00 and {next}:00: {count} receipts").format(
            hour=hours[busiest], next=hours[busiest] + 1, count=members[busiest] + guests[busiest]
        ),
        definition=gettext("Sales by the hour in which they were paid, returns not taken off, as recorded up to now.")
        + f" {about}",
        table=Table(columns, [[Cell(text) for text in row] for row in rows]),
        height="mid",
        link=link,
    )
