"""How good the data is, as kept from day to day; a part of the room's door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from huitou.insight.rules import quality
from huitou.insight.store import quality as quality_store
from huitou.kernel.measured import Measured

DAYS = quality.DAYS
MEASURES = quality.MEASURES


def of_files(files: Iterable[tuple[str, str, int, Mapping[str, int]]]) -> list[Measured]:
    """Validity of the rows of files: (kind of file, source, rows read, refused rows by code)."""
    return quality.of_files(files)


def keep(day: date, found: Sequence[Measured]) -> None:
    """Keep how good the data is on this day; again on one day replaces it. Where nothing is left to count, the days
    before go too. Belongs into the caller's transaction."""
    quality_store.keep(day, found) if found else quality_store.forget()


def since(day: date) -> list[tuple[date, Measured]]:
    """What is kept from this day on, oldest first."""
    return quality_store.kept(day)
