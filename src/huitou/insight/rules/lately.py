"""What has changed with somebody of late: the newest eight weeks beside the eight before, and habits that ended or
began.

Visits are said to have changed only where chance rarely does as much: with the same habit all along, how n visits fall
into two equal spans is binomial (the exact conditional test of two Poisson rates; Przyborowski and Wilenski, Biometrika
31, 1940), and the chance of a split so uneven must be below SIGNIFICANCE. A habit has ended where a category that was
bought on FEWEST_TIMES days or more has stayed away for three of its usual gaps, and four weeks at least, while the
member came all the same; it has begun where nothing of it was bought in the months before, and it was on three days of
late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import comb

from huitou.insight.rules.rhythm import rhythm_of
from huitou.insight.terms.person import ChangeKind, ChangeSeen

SPAN = timedelta(days=56)
SIGNIFICANCE = Fraction(1, 20)
FEWEST_TIMES = 4
GAPS_AWAY = 3
LEAST_AWAY = timedelta(days=28)
VISITS_SINCE = 3
BEGUN_TIMES = 3
HABITS_TOLD = 2


def changes_of(visits: Sequence[date], habits: Mapping[str, Sequence[date]], as_of: date) -> list[ChangeSeen]:
    """Of the days with a visit in a year, ascending, and of the days on which each category was bought."""
    return [*_visits(visits, as_of), *_weekday(visits, as_of), *_ended(visits, habits, as_of), *_begun(habits, as_of)]


def chance(now: int, before: int) -> Fraction:
    """How likely it is that the same habit splits its visits as unevenly as this between two equal spans."""
    both, less = now + before, min(now, before)
    return min(Fraction(1), 2 * Fraction(sum(comb(both, k) for k in range(less + 1)), 2**both))


def _spans(days: Sequence[date], as_of: date) -> tuple[list[date], list[date]]:
    return (
        [day for day in days if as_of - SPAN < day <= as_of],
        [day for day in days if as_of - 2 * SPAN < day <= as_of - SPAN],
    )


def _visits(visits: Sequence[date], as_of: date) -> list[ChangeSeen]:
    now, before = (len(days) for days in _spans(visits, as_of))
    # Somebody who came first within the earlier span has not come more often, but longer.
    if not visits or visits[0] > as_of - 2 * SPAN or chance(now, before) >= SIGNIFICANCE:
        return []
    return [ChangeSeen(ChangeKind.MORE if now > before else ChangeKind.FEWER, now=now, before=before)]


def _weekday(visits: Sequence[date], as_of: date) -> list[ChangeSeen]:
    now, before = (rhythm_of(days) for days in _spans(visits, as_of))
    if now is None or before is None or None in (now.weekday, before.weekday) or now.weekday == before.weekday:
        return []
    return [ChangeSeen(ChangeKind.WEEKDAY, now=now.weekday or 0, before=before.weekday or 0)]


def _ended(visits: Sequence[date], habits: Mapping[str, Sequence[date]], as_of: date) -> list[ChangeSeen]:
    found = []
    for category, days in habits.items():
        if len(days) < FEWEST_TIMES:
            continue
        gaps = sorted((later - earlier).days for earlier, later in pairwise(days))
        usual = gaps[(len(gaps) - 1) // 2]
        away = as_of - days[-1]
        came = sum(day > days[-1] for day in visits)
        if away >= LEAST_AWAY and away.days > GAPS_AWAY * usual and came >= VISITS_SINCE:
            found.append((len(days), ChangeSeen(ChangeKind.ENDED, category, now=away.days, before=usual)))
    found.sort(key=lambda pair: (-pair[0], pair[1].category))
    return [change for _, change in found[:HABITS_TOLD]]


def _begun(habits: Mapping[str, Sequence[date]], as_of: date) -> list[ChangeSeen]:
    first = min((days[0] for days in habits.values() if days), default=as_of)
    if first > as_of - 2 * SPAN:
        return []  # somebody new begins everything
    found = [
        (len(days), ChangeSeen(ChangeKind.BEGUN, category, now=len(days)))
        for category, days in habits.items()
        if len(days) >= BEGUN_TIMES and days[0] > as_of - SPAN
    ]
    found.sort(key=lambda pair: (-pair[0], pair[1].category))
    return [change for _, change in found[:HABITS_TOLD]]
