"""A circle on the map, asked of a home: on a flat map around its centre, in whole numbers, so that SQL and Python say
the same of whoever lives on its very edge.

Degrees of longitude shrink with the cosine of the latitude halfway between the two, which is read off the tangent at
the centre.
Up to 50 km away and 70 degrees from the equator that is never more than three metres from the haversine formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sin

from huitou.kernel.places import EARTH_METRES
from huitou.segments.terms import Point

_TURN = 360_000_000
_MILLIMETRES_A_DEGREE = round(EARTH_METRES * 1000 * pi / 180)


@dataclass(frozen=True, slots=True)
class Circle:
    """In millionths of a degree; `cosine` of 10^15, and `slope` how much of it a millionth further north takes away."""

    latitude: int
    longitude: int
    cosine: int
    slope: int
    reach: int

    @staticmethod
    def around(centre: Point, metres: int) -> Circle:
        angle = radians(centre.latitude / 1_000_000)
        # Half of what it shrinks by as far as the home: the cosine halfway there.
        slope = round(sin(angle) * 10**9 * pi / 360)
        reach = metres * 10**9 // _MILLIMETRES_A_DEGREE
        return Circle(centre.latitude, centre.longitude, round(cos(angle) * 10**15), slope, reach)

    def holds(self, latitude_milli: int, longitude_milli: int) -> bool:
        north = latitude_milli * 1000 - self.latitude
        east = abs(longitude_milli * 1000 - self.longitude)
        east = min(east, _TURN - east)
        across = east * (max(0, self.cosine - self.slope * north) // 10**6) // 10**9
        return north * north + across * across <= self.reach * self.reach

    @property
    def values(self) -> str:
        """What `inside_sql` needs of it, in SQL."""
        return f"{self.latitude}, {self.longitude}, {self.cosine}, {self.slope}, {self.reach}"

    @property
    def sql(self) -> str:
        """`holds` of a row of people; nothing is divided that is below zero, which SQL rounds otherwise."""
        return inside_sql(*self.values.split(", "))


def inside_sql(latitude: str, longitude: str, cosine: str, slope: str, reach: str) -> str:
    """`Circle.holds` with numbers or columns. Everywhere on earth it stays below 2^63."""
    north = f"(latitude_milli::BIGINT * 1000 - {_big(latitude)})"
    east = f"abs(longitude_milli::BIGINT * 1000 - {_big(longitude)})"
    east = f"least({east}, {_TURN} - {east})"
    across = f"({east} * (greatest(0, {_big(cosine)} - {_big(slope)} * {north}) // 1000000) // 1000000000)"
    return f"{north} * {north} + {across} * {across} <= {_big(reach)} * {_big(reach)}"


def _big(number: str) -> str:
    return f"({number})::BIGINT"
