"""How regularly somebody comes: the middle gap between visits, and the weekday if one stands out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from huitou.insight.terms.person import Rhythm

FEWEST_DAYS = 4
"""With fewer days there are at most two gaps, and two gaps are no rhythm."""


def rhythm_of(days: Sequence[date]) -> Rhythm | None:
    """The rhythm of `days` with a visit, ascending and each once; None where they are too few to tell.

    The gap is the lower median, so one long holiday doesn't stretch it. A weekday stands out when at least half of
    the days fall on it.
    """
    if len(days) < FEWEST_DAYS:
        return None
    gaps = sorted((later - earlier).days for earlier, later in pairwise(days))
    weekday, times = Counter(day.isoweekday() for day in days).most_common(1)[0]
    return Rhythm(gaps[(len(gaps) - 1) // 2], weekday if times * 2 >= len(days) else None, len(days))
