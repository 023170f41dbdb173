"""What a row of a store file says, or the first reason against it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from huitou.kernel.cells import may_be_two_days, plain, read_day, read_number, said
from huitou.kernel.rows import Cells, RowRefused

LONGEST_TEXT = 200
_HOURS = re.compile(r"(\d{1,2}):(\d{2})(?::00)?\s*(?:-|~|—|–|至|到)+\s*(\d{1,2}):(\d{2})(?::00)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?", re.ASCII)
_ROUND_THE_CLOCK = ("24小时", "全天", "24h", "24/7", "0:00-24:00", "00:00-24:00")


@dataclass(frozen=True, slots=True)
class StoreSaid:
    """One row's word about a store; None where it says nothing. Degrees of WGS 84, hours by the store's own clock.

    A store that is open round the clock opens and closes at midnight.
    """

    code: str
    name: str | None
    district: str | None
    address: str | None
    region: str | None
    format: str | None
    zone: str | None
    latitude: Decimal | None
    longitude: Decimal | None
    opens_at: time | None
    closes_at: time | None
    opened_on: date | None
    closed_on: date | None


def judge(cells: Cells) -> StoreSaid:
    """Raises RowRefused."""
    row = {field: said(text) for field, text in cells.items()}
    if any("\x00" in (text or "") for text in cells.values()):
        raise RowRefused("nul")
    code = row.get("code")
    if code is None:
        raise RowRefused("store_code_blank")
    if any(len(text or "") > LONGEST_TEXT for text in row.values()):
        raise RowRefused("text_too_long")
    latitude, longitude = _place(row)
    opens_at, closes_at = _hours(row)
    opened_on, closed_on = _day(row.get("opened_on"), "opened_on"), _day(row.get("closed_on"), "closed_on")
    if opened_on and closed_on and closed_on < opened_on:
        raise RowRefused("closed_before_opened")
    return StoreSaid(
        code=code,
        name=row.get("name"),
        district=row.get("district"),
        address=row.get("address"),
        region=row.get("region"),
        format=row.get("format"),
        zone=_zone(row.get("zone")),
        latitude=latitude,
        longitude=longitude,
        opens_at=opens_at,
        closes_at=closes_at,
        opened_on=opened_on,
        closed_on=closed_on,
    )


def _place(row: Cells) -> tuple[Decimal | None, Decimal | None]:
    north, east = row.get("latitude"), row.get("longitude")
    if row.get("coordinates"):
        parts = re.split(r"[,，;\s]+", row["coordinates"] or "")
        if len(parts) != 2:
            raise RowRefused("place_unreadable")
        # China's maps write the longitude first, others the latitude; beyond 90 only a longitude can be.
        first, second = (read_number(part) for part in parts)
        if first is None or second is None:
            raise RowRefused("place_unreadable")
        if abs(first) <= 90 and abs(second) <= 90:
            raise RowRefused("place_ambiguous")
        return (second, first) if abs(first) > 90 else (first, second)
    if north is None and east is None:
        return None, None
    latitude, longitude = (None if text is None else read_number(text) for text in (north, east))
    if latitude is None or longitude is None:
        raise RowRefused("place_unreadable")
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise RowRefused("place_absurd")
    return latitude, longitude


def _hours(row: Cells) -> tuple[time | None, time | None]:
    whole = row.get("hours")
    if whole is None:
        return _clock(row.get("opens_at")), _clock(row.get("closes_at"))
    bare = plain(whole).lower().replace(" ", "")
    if bare in _ROUND_THE_CLOCK:
        return time(0), time(0)
    found = _HOURS.fullmatch(bare)
    if found is None:
        raise RowRefused("hours_unreadable")
    return _clock(f"{found[1]}:{found[2]}"), _clock(f"{found[3]}:{found[4]}")


def _clock(text: str | None) -> time | None:
    if text is None:
        return None
    found = _CLOCK.fullmatch(plain(text))
    hour, minute = (int(found[1]), int(found[2])) if found else (99, 0)
    if (hour, minute) == (24, 0):
        return time(0)
    if hour > 23 or minute > 59:
        raise RowRefused("hours_unreadable")
    return time(hour, minute)


def _day(text: str | None, field: str) -> date | None:
    if text is None:
        return None
    day = read_day(text)
    if day is None:
        raise RowRefused("day_ambiguous" if may_be_two_days(text) else "day_unreadable", field=field)
    return day


def _zone(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return ZoneInfo(text).key
    except (OSError, ValueError) as error:  # no such zone, or a path out of the zones' folder
        raise RowRefused("zone_unknown", zone=text) from error
