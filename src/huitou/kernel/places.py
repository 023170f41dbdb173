"""Places on the map, in whole millionths of a degree, and how far they lie apart."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_METRES = 6_371_009
"""The mean radius (IUGG)."""

Place = tuple[int, int]
"""Latitude and longitude in millionths of a degree."""


def metres_between(one: Place, other: Place) -> int:
    """The great-circle distance by the haversine formula, in whole metres."""
    lat_1, lon_1, lat_2, lon_2 = (radians(degrees / 1_000_000) for degrees in (*one, *other))
    half = sin((lat_2 - lat_1) / 2) ** 2 + cos(lat_1) * cos(lat_2) * sin((lon_2 - lon_1) / 2) ** 2
    return round(2 * EARTH_METRES * asin(min(1, sqrt(half))))
