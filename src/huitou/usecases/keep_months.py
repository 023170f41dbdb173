"""Thirteen months of receipts stay in the books; older ones are in the lake, for ever. Rooms for the next are made."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from huitou.lake import service as lake
from huitou.receipts import service as receipts

MONTHS_KEPT = 13
"""Whole months before the newest one: a year can be compared with the year before it."""
MONTHS_AHEAD = 2
UNDO_DAYS = 30
"""So long an import can be undone, whatever it brought: its months stay in the books."""


def prepare_months(today: date) -> None:
    """Make room for this month and the next two, so that no till has to wait for it."""
    receipts.ensure_months(_plus(today.replace(day=1), months) for months in range(MONTHS_AHEAD + 1))


def let_months_go(today: date, *, now: datetime) -> tuple[list[date], list[date]]:
    """Take the months out of the books that are old enough and in the lake to the last line: (gone, kept all the same).

    Old is what lies 13 months before today, or before the newest receipt where that is older: a history that was
    imported to be looked at does not vanish overnight. What an import brought within the last 30 days stays as well:
    somebody may want to undo it. May run twice.
    """
    newest = receipts.newest_month()
    if newest is None:
        return [], []
    oldest_kept = _plus(min(newest, today.replace(day=1)), -MONTHS_KEPT)
    since = now - timedelta(days=UNDO_DAYS)
    old = [
        month
        for month in receipts.months_kept()
        if month < oldest_kept and not receipts.may_be_undone(month, since=since)
    ]
    if not old:
        return [], []
    in_lake = lake.totals()
    gone, stay = [], []
    for month in old:
        sums = {batch: (s.rows, s.quantity_milli, s.net_fen) for (batch, of), s in in_lake.items() if of == month}
        (gone if receipts.let_month_go(month, sums) else stay).append(month)
    receipts.freshen_statistics()
    return gone, stay


def _plus(month: date, months: int) -> date:
    years, rest = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(years, rest + 1, 1)
