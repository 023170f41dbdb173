"""What is paid at least without one of the offers of a search that has ended: mostly that alone shows that the price
needs it, and nothing is searched again.

Before the late stages every way to leave an offer out costs at least what the components cost together, of which only
those change that it touches; and the late offers take no more off than they could off the first amounts.
"""

from __future__ import annotations

from collections.abc import Callable

from huitou.offers.rules.search.cheapest import Cheapest
from huitou.offers.rules.search.component import Component
from huitou.offers.rules.search.floors import Floors, Switched
from huitou.offers.rules.search.late import Late
from huitou.offers.rules.search.ready import Ready

ALL_ON: Switched = frozenset()


class Without:
    """The bounds of one basket and one set of offers, which were searched: each without one of them."""

    def __init__(self, floors: Floors, late: Late, paid: int, effort: int, out_of_time: Callable[[], bool]) -> None:
        """`paid`: fen, with all of them. `effort`: articles times offers of components that are looked at; a fixed one,
        so that no clock decides."""
        self.floors, self.parts, self.late, self.out_of_time = floors, floors.parts, late, out_of_time
        self.paid = paid
        self.offers = {offer.place: offer for offer in self.parts.offers}
        self.effort = effort - sum(map(self._work, self.parts.components))
        self.least: dict[int, int] = {}
        """Fen, by the component's mask, with all offers."""
        if self.effort >= 0:
            cheapest = Cheapest(floors, out_of_time)
            self.least = {one.mask: self._least(one, ALL_ON, floors, cheapest) for one in self.parts.components}

    def is_dearer(self, place: int) -> bool:
        """Without this offer everybody pays more. False: who knows, or the effort is spent."""
        offer = self.offers.get(place)
        touched = [] if offer is None else [one for one in self.parts.components if one.mask & offer.mask]
        least = sum(self.least.values()) - self.late.most_without(place, self.parts.first)
        if offer is not None and offer.stage not in ("order", "coupon"):
            for component in touched:
                self.effort -= self._work(component)
                if least > self.paid or self.effort < 0:
                    break
                # What a component costs with the offer it costs without it, too: a bound that is lower is a loose one.
                least += max(0, self._least_without(offer, component) - self.least[component.mask])
        return self.effort >= 0 and least > self.paid

    def _work(self, component: Component) -> int:
        beside = len(component.prices) + len(component.deals) + len(component.items)
        return component.mask.bit_count() * max(1, beside)

    def _least_without(self, offer: Ready, component: Component) -> int:
        if offer.stage == "price":
            floors, off = self.floors, frozenset({offer.place})
        else:
            deals = [one for one in component.deals if one.place != offer.place]
            items = [one for one in component.items if one.place != offer.place]
            component = Component(component.mask, component.articles, component.prices, deals, items)
            floors, off = Floors(self.parts, self.floors.known, self.out_of_time), ALL_ON
        return self._least(component, off, floors, Cheapest(floors, self.out_of_time))

    def _least(self, component: Component, off: Switched, floors: Floors, cheapest: Cheapest) -> int:
        if self.parts.risky or floors.shared_over(component):
            return floors.floor(component, off)
        units, short = cheapest.of(component, off)
        return sum(unit.amount for unit in units) - short
