"""How far somebody's home store lies from a place; whoever has none, or one whose place nobody told, is near nothing.
Where they live themselves is `lives_near`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from huitou.kernel.errors import N_
from huitou.kernel.places import metres_between
from huitou.segments.rules.fields import field_words
from huitou.segments.rules.forms import decimal_text
from huitou.segments.rules.goods import numbers_among
from huitou.segments.terms import Known, Leaf, Metres, Moment, Person, Point, Said, Selection, Trouble, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Near(Leaf):
    """The home store lies at most so many metres, as the crow flies, from a store or a point."""

    name: ClassVar[str] = "near"

    within_metres: Metres
    store: Word | None = None
    point: Point | None = None

    def troubles(self, known: Known) -> Sequence[Trouble]:
        if (self.store is None) == (self.point is None):
            return [Trouble("store", "two_ways", {"fields": field_words("store", "point")})]
        return centre_troubles(self.store, self.point, known)

    def _stores(self, moment: Moment) -> tuple[int, ...]:
        """Few stores are measured and not many members, so both evaluators know the same ones."""
        places = {store.code: store.place for store in moment.stores.values()}
        centre = self.point or places.get(self.store or "")
        return tuple(
            store.id
            for store in moment.stores.values()
            if centre and store.place and metres_between(_degrees(centre), _degrees(store.place)) <= self.within_metres
        )

    def holds(self, person: Person, moment: Moment) -> bool:
        return person.home_store_id in self._stores(moment)

    def sql(self, moment: Moment) -> Selection:
        return Selection(condition=numbers_among("home_store_id", sorted(self._stores(moment))))

    def said(self) -> Said:
        facts = {"distance": distance_said(self.within_metres)}
        if self.store is not None:
            says = N_("have their home store within {distance} of the store {store}")
            return Said(says, {**facts, "store": self.store})
        if self.point is None:  # it is being edited, and the sentence is read beside it all the same
            return Said(N_("have their home store within {distance} of a place still to be named"), facts)
        says = N_("have their home store within {distance} of the point {place}")
        return Said(says, {**facts, "place": point_said(self.point)})


def _degrees(point: Point) -> tuple[int, int]:
    return point.latitude, point.longitude


def centre_troubles(store: str | None, point: Point | None, known: Known) -> list[Trouble]:
    """What cannot be measured from."""
    if store is not None and store not in known.stores:
        return [Trouble("store", "unknown_store", {"name": store})]
    if store is not None and store not in known.placed_stores:
        return [Trouble("store", "store_without_place", {"name": store})]
    if point is not None and abs(point.latitude) > 90_000_000:
        return [Trouble("point.latitude", "backwards", {"least": -90, "most": 90})]
    return []


def point_said(point: Point) -> str:
    return f"{decimal_text(point.latitude, 6)}, {decimal_text(point.longitude, 6)}"


def distance_said(metres: int) -> Said:
    """Whole kilometres as such."""
    if metres % 1000 == 0:
        return Said(N_("{kilometres} km"), {"kilometres": str(metres // 1000)})
    return Said(N_("{metres} m"), {"metres": f"{metres:,}"})
