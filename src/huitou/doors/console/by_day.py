"""How many members there were day by day: of a tag, of a live segment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.parts import Chart, Column, Table


def members_by_day(
    key: str, title: str, days: Sequence[tuple[date, Sequence[int]]], heads: Sequence[str], definition: str
) -> Chart | None:
    """Each day with its numbers, under these heads; the last of them is how many members there were and is drawn. None
    where there are fewer than two days."""
    if len(days) < 2:
        return None
    spelled, members = [figures.day(day) for day, _ in days], [numbers[-1] for _, numbers in days]
    finding = gettext("{first} members on {since}, {last} on {until}.").format(
        first=figures.rounded(members[0], 0),
        since=spelled[0],
        last=figures.rounded(members[-1], 0),
        until=spelled[-1],
    )
    columns = [Column(gettext("Day")), *(Column(head, number=True) for head in heads)]
    rows = [
        [day, *(figures.rounded(one, 0) for one in numbers)] for day, (_, numbers) in zip(spelled, days, strict=True)
    ]
    return Chart(
        key=key,
        builder="growth",
        title=title,
        options={"moments": spelled, "members": members, "words": {"members": gettext("members")}},
        finding=finding,
        definition=definition,
        table=Table(columns, rows),
        height="cal",
    )
