"""How far somebody's home store lies from a place. Where members live is not kept, so their home store stands for it;
whoever has none, or one whose place nobody told, is near nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import ClassVar

from huitou.kernel.errors import N_
from huitou.segments.rules.forms import decimal_text
from huitou.segments.rules.goods import numbers_among
from huitou.segments.terms import Known, Leaf, Metres, Moment, Person, Point, Said, Selection, Trouble, Word

EARTH_METRES = 6_371_009
"""The mean radius (IUGG)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Near(Leaf):
    """The home store lies at most so many metres, as the crow flies, from a store or a point."""

    name: ClassVar[str] = "near"

    within_metres: Metres
    store: Word | None = None
    point: Point | None = None

    def troubles(self, known: Known) -> Sequence[Trouble]:
        if (self.store is None) == (self.point is None):
            return [Trouble("store", "two_ways", {"fields": "store, point"})]
        if self.store is not None and self.store not in known.stores:
            return [Trouble("store", "unknown_store", {"name": self.store})]
        if self.store is not None and self.store not in known.placed_stores:
            return [Trouble("store", "store_without_place", {"name": self.store})]
        if self.point is not None and abs(self.point.latitude) > 90_000_000:
            return [Trouble("point.latitude", "backwards", {"least": -90, "most": 90})]
        return []

    def _stores(self, moment: Moment) -> tuple[int, ...]:
        """Few stores are measured and not many members, so both evaluators know the same ones."""
        places = {store.code: store.place for store in moment.stores.values()}
        centre = self.point or places.get(self.store or "")
        return tuple(
            store.id
            for store in moment.stores.values()
            if centre and store.place and metres_between(centre, store.place) <= self.within_metres
        )

    def holds(self, person: Person, moment: Moment) -> bool:
        return person.home_store_id in self._stores(moment)

    def sql(self, moment: Moment) -> Selection:
        return Selection(condition=numbers_among("home_store_id", sorted(self._stores(moment))))

    def said(self) -> Said:
        facts = {"metres": f"{self.within_metres:,}"}
        if self.store is not None:
            says = N_("have their home store within {metres} m of the store {store}")
            return Said(says, {**facts, "store": self.store})
        assert self.point is not None, "a leaf that was checked"
        place = f"{decimal_text(self.point.latitude, 6)}, {decimal_text(self.point.longitude, 6)}"
        return Said(N_("have their home store within {metres} m of the point {place}"), {**facts, "place": place})


def metres_between(one: Point, other: Point) -> int:
    """The great-circle distance by the haversine formula, in whole metres."""
    lat_1, lon_1, lat_2, lon_2 = (
        radians(degrees / 1_000_000) for degrees in (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    half = sin((lat_2 - lat_1) / 2) ** 2 + cos(lat_1) * cos(lat_2) * sin((lon_2 - lon_1) / 2) ** 2
    return round(2 * EARTH_METRES * asin(min(1.0, sqrt(half))))
