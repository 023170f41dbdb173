"""How good the data is, source by source: complete, valid, single; counted every night and on demand (A10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from huitou.catalogue import service as catalogue
from huitou.insight.service import quality as kept_quality
from huitou.kernel.measured import Measured
from huitou.members import service as members
from huitou.receipts import service as receipts

HISTORY_DAYS = 90


@dataclass(frozen=True, slots=True)
class QualityRow:
    """One measure of one source: today, and as it was on earlier days that were counted, oldest first."""

    about: str
    source: str
    """Empty: what only tills have told."""
    sort: str
    measure: str
    title: str
    of: int
    good: int
    history: tuple[tuple[date, int, int], ...]
    """(day, of, good)"""

    @property
    def permille(self) -> int | None:
        """Rounded down, so that 1000 is all of them."""
        return None if self.of == 0 else self.good * 1000 // self.of

    @property
    def before(self) -> Fraction | None:
        """The oldest part that is kept, of an earlier day."""
        return next((Fraction(good, of) for _, of, good in self.history if of), None)

    def as_json(self) -> dict[str, Any]:
        """Parts as decimal strings between 0 and 1."""
        return {
            "about": self.about,
            "source": self.source,
            "sort": self.sort,
            "measure": self.measure,
            "title": self.title,
            "of": self.of,
            "good": self.good,
            "value": None if self.permille is None else f"{self.permille / 1000:.3f}",
            "history": [{"day": day.isoformat(), "of": of, "good": good} for day, of, good in self.history],
        }


def keep_quality(now: datetime) -> list[QualityRow]:
    """Count all measures as they are now and keep them under the chain's day; again on one day replaces it."""
    zone = ZoneInfo(settings.TIME_ZONE)
    today = now.astimezone(zone).date()
    with transaction.atomic():
        found = [*members.measured(), *catalogue.measured(), *kept_quality.of_files(_files(today, zone))]
        kept_quality.keep(today, found)
        kept = kept_quality.since(today - timedelta(days=HISTORY_DAYS))
    return _rows(today, kept)


def quality_now(now: datetime) -> list[QualityRow]:
    """What was counted last, with its history; nothing where nothing was counted in 90 days."""
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    kept = kept_quality.since(today - timedelta(days=HISTORY_DAYS))
    return _rows(max((day for day, _ in kept), default=today), kept)


def _files(today: date, zone: ZoneInfo) -> list[tuple[str, str, int, dict[str, int]]]:
    first = today - timedelta(days=kept_quality.DAYS - 1)
    since, until = (datetime.combine(day, time(), zone) for day in (first, today + timedelta(days=1)))
    return receipts.rows_of_files(since, until)


def _rows(day: date, kept: list[tuple[date, Measured]]) -> list[QualityRow]:
    history: dict[tuple[str, str, str], list[tuple[date, int, int]]] = {}
    for on, one in kept:
        if on < day:
            history.setdefault((one.about, one.source, one.measure), []).append((on, one.of, one.good))
    rows = []
    for on, one in kept:
        if on == day:
            measure = kept_quality.MEASURES[one.measure]
            before = tuple(history.get((one.about, one.source, one.measure), ()))
            rows.append(
                QualityRow(one.about, one.source, measure.sort, one.measure, measure.title, one.of, one.good, before)
            )
    return rows
