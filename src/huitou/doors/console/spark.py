"""A sparkline's points, for an SVG polyline of 64 by 24."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

WIDTH, HEIGHT, EDGE = 64, 24, 4


def spark_points(values: Sequence[Fraction | None]) -> list[tuple[str, str]]:
    """Where each value stands, gaps left out; a level line when nothing moves."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if not known:
        return []
    lowest = min(value for _, value in known)
    reach = max(value for _, value in known) - lowest
    across = Fraction(WIDTH - EDGE - 2, max(1, len(values) - 1))
    height = HEIGHT - 2 * EDGE
    return [
        (
            f"{float(2 + place * across):.1f}",
            f"{float(HEIGHT - EDGE - ((value - lowest) / reach * height if reach else Fraction(height, 2))):.1f}",
        )
        for place, value in known
    ]
