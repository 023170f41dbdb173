"""How far somebody lives from a place. A home is known to a thousandth of a degree, some hundred metres; whoever told
none lives near nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from huitou.kernel.errors import N_
from huitou.segments.rules.circles import Circle, inside_sql
from huitou.segments.rules.fields import field_words
from huitou.segments.rules.leaves.distance import centre_troubles, distance_said, point_said
from huitou.segments.terms import HomeMetres, Known, Leaf, Moment, Person, Point, Said, Selection, Trouble, Word

_AT_HOME_STORES = """member_id IN (SELECT member_id FROM people
    JOIN (VALUES {circles}) AS shop (home_store_id, north, east, cosine, slope, reach) USING (home_store_id)
    WHERE {inside})"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LivesNear(Leaf):
    """They live at most so many metres, as the crow flies, from a store, a point, or each from their own home store."""

    name: ClassVar[str] = "lives_near"

    within_metres: HomeMetres
    store: Word | None = None
    point: Point | None = None
    home_store: bool | None = None

    def troubles(self, known: Known) -> Sequence[Trouble]:
        if [self.store is not None, self.point is not None, self.home_store is True].count(True) != 1:
            return [Trouble("store", "two_ways", {"fields": field_words("store", "point", "home_store")})]
        return centre_troubles(self.store, self.point, known)

    def _circle(self, moment: Moment) -> Circle | None:
        """Around a store or a point; None: the store has no place any more."""
        places = {store.code: store.place for store in moment.stores.values()}
        centre = self.point or places.get(self.store or "")
        return Circle.around(centre, self.within_metres) if centre else None

    def holds(self, person: Person, moment: Moment) -> bool:
        if person.latitude_milli is None or person.longitude_milli is None:
            return False
        circle = self._circle(moment)
        if self.home_store:
            store = moment.stores.get(person.home_store_id) if person.home_store_id is not None else None
            circle = Circle.around(store.place, self.within_metres) if store and store.place else None
        return circle is not None and circle.holds(person.latitude_milli, person.longitude_milli)

    def sql(self, moment: Moment) -> Selection:
        if self.home_store:
            circles = [
                f"({store.id}, {Circle.around(store.place, self.within_metres).values})"
                for store in sorted(moment.stores.values(), key=lambda one: one.id)
                if store.place
            ]
            inside = inside_sql("shop.north", "shop.east", "shop.cosine", "shop.slope", "shop.reach")
            # Among people, as a condition: who moves, or has another home store, is asked again.
            condition = _AT_HOME_STORES.format(circles=", ".join(circles), inside=inside) if circles else "false"
            return Selection(condition=condition)
        circle = self._circle(moment)
        return Selection(condition=circle.sql if circle else "false")

    def said(self) -> Said:
        facts = {"distance": distance_said(self.within_metres)}
        if self.store is not None:
            return Said(N_("live within {distance} of the store {store}"), {**facts, "store": self.store})
        if self.point is not None:
            return Said(N_("live within {distance} of the point {place}"), {**facts, "place": point_said(self.point)})
        if self.home_store:
            return Said(N_("live within {distance} of their home store"), facts)
        # While it is edited it may name nothing yet; the sentence is read beside it all the same.
        return Said(N_("live within {distance} of a place still to be named"), facts)
