"""About where a member lives: a thousandth of a degree is some hundred metres, and nothing finer is kept."""

from __future__ import annotations

from decimal import Decimal

_COARSE = Decimal("0.001")


def coarse_place(latitude: Decimal, longitude: Decimal) -> str | None:
    """`30.251,120.168`, as it is kept; None: there is no such place."""
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return ",".join(f"{degrees.quantize(_COARSE) + 0:.3f}" for degrees in (latitude, longitude))


def place_of(text: str) -> tuple[int, int]:
    """A place that is kept, in millionths of a degree."""
    latitude, longitude = (int(Decimal(degrees) * 1_000_000) for degrees in text.split(","))
    return latitude, longitude
