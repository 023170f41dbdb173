"""What is paid at least before the order stage, in all and on the goods that a late offer looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from huitou.offers.rules.articles import Mask, places_in
from huitou.offers.rules.search.any_price import AnyPrice, boundable
from huitou.offers.rules.search.component import Component
from huitou.offers.rules.search.late_bound import Entering
from huitou.offers.rules.search.parts import Parts, eased_prices
from huitou.offers.rules.search.ready import Ready
from huitou.offers.rules.search.unit_floor import unit_floors
from huitou.offers.rules.search.ways import Ways

Switched = frozenset[int]
"""Places of price offers that are off."""

WEIGHED = (1, 2)
"""So many times as much as goods elsewhere weigh those of a set, less one, when it is asked how dear the set can be."""


class Known:
    """Components that were looked at before, by this search or by others over the same articles."""

    def __init__(self) -> None:
        self._ways: dict[object, Ways] = {}
        self._any_price: dict[object, AnyPrice] = {}

    def ways(self, component: Component, on: Sequence[Ready], out_of_time: Callable[[], bool]) -> Ways:
        alike = _alike(component, on)
        if alike not in self._ways:
            self._ways[alike] = Ways(component, on, out_of_time)
        self._ways[alike].out_of_time = out_of_time
        return self._ways[alike]

    def any_price(self, component: Component, prices: Sequence[Ready], out_of_time: Callable[[], bool]) -> AnyPrice:
        alike = _alike(component, prices)
        if alike not in self._any_price:
            self._any_price[alike] = AnyPrice(component, prices, out_of_time)
        self._any_price[alike].out_of_time = out_of_time
        return self._any_price[alike]


def _alike(component: Component, on: Sequence[Ready]) -> object:
    offers = (*on, *component.deals, *component.items)
    told = tuple((o.place, o.coupons, o.certain, o.never, o.unitwise, o.needs) for o in offers)
    return component.mask, len(on), told


class Floors:
    """The components of a basket with any of their prices off."""

    def __init__(self, parts: Parts, known: Known, out_of_time: Callable[[], bool]) -> None:
        self.parts, self.known, self.out_of_time = parts, known, out_of_time
        self._ways: dict[tuple[Mask, Switched, bool], Ways] = {}
        self._of_units: dict[Mask, dict[int, int]] = {}
        self._any: dict[tuple[Mask, Switched], AnyPrice] = {}

    def ways(self, component: Component, off: Switched, *, relaxed: bool = False) -> Ways:
        shared = self.shared_over(component)
        relaxed = relaxed and not self.plain(component)
        key = (component.mask, off & {o.place for o in (*shared, *component.prices)}, relaxed)
        if key not in self._ways:
            like = self.parts.relaxed(component) if relaxed else component
            shared = eased_prices(shared) if relaxed else shared
            on = [o for o in sorted(like.prices + shared, key=lambda o: o.place) if o.place not in off]
            self._ways[key] = self.known.ways(like, on, self.out_of_time)
        return self._ways[key]

    def any_price(self, component: Component, off: Switched) -> AnyPrice:
        shared = self.shared_over(component)
        key = component.mask, off & {offer.place for offer in (*shared, *component.prices)}
        if key not in self._any:
            like = self.parts.relaxed(component)
            prices = sorted(like.prices + eased_prices(shared), key=lambda o: o.place)
            on = [offer for offer in prices if offer.place not in off]
            self._any[key] = self.known.any_price(like, on, self.out_of_time)
        return self._any[key]

    def shared_over(self, component: Component) -> list[Ready]:
        return [offer for offer in self.parts.shared_prices if offer.mask & component.mask]

    def plain(self, component: Component) -> bool:
        """Eased, it would be the same, and the prices that it shares with others too."""
        shared = self.shared_over(component)
        return component.plain and all(o.certain and not o.never and o.unitwise for o in shared)

    def pieces(self, component: Component) -> int:
        return sum(self.parts.articles[place].pieces for place in places_in(component.mask))

    def floor(self, component: Component, off: Switched) -> int:
        """Nobody pays less for this component with these prices off, whichever others are off too."""
        shared = self.shared_over(component)
        prices = any(offer.place not in off for offer in (*shared, *component.prices))
        least = 0
        if not prices or component.steady:
            least = self.ways(component, off, relaxed=True).at_least()
            least -= self.pieces(component) if prices and component.noisy else 0
        if prices and (component.noisy or not component.steady) and boundable(component):
            least = max(least, self.any_price(component, off).at_least())
        return max(least, sum(self.of_units(component).values())) if component.deals else least

    def of_units(self, component: Component) -> dict[int, int]:
        """Fen by article: see `unit_floors`."""
        if component.mask not in self._of_units:
            bins = self.ways(component, frozenset(), relaxed=True).bins
            self._of_units[component.mask] = unit_floors(self.parts.relaxed(component), bins, self.parts.first)
        return self._of_units[component.mask]

    def entering(self, masks: Iterable[Mask], least: int, *, weighed: bool) -> dict[Mask, Entering]:
        """How much each of these sets of goods can be worth when all together cost `least` fen or more.

        `weighed`: also by packings in which its goods weigh less than others; that takes longer.
        """
        found = {}
        for mask in masks:
            inside = [(unit.first * pieces, pieces) for unit, pieces in self.parts.first if mask >> unit.article & 1]
            lines = tuple((times, self._outside(mask, times, weighed)) for times in (WEIGHED if weighed else (1,)))
            dearest = sum(amount for amount, _ in inside)
            found[mask] = Entering(dearest, sum(pieces for _, pieces in inside), least, lines)
        return found

    def _outside(self, mask: Mask, times: int, weighed: bool) -> int:
        """Nobody pays less for other goods, and so many times less one for all of them, than this together."""
        together = 0
        for component in self.parts.components:
            floor = self.floor(component, frozenset())
            together += floor * (times - 1)
            if not component.mask & mask:
                together += floor
            elif component.mask & ~mask and component.deals:
                of_units = self.of_units(component)
                outside = sum(fen for article, fen in of_units.items() if not mask >> article & 1)
                if weighed and boundable(component) and not self.out_of_time():
                    split = self.any_price(component, frozenset()).split_least(mask, times)
                    outside = max(outside, split - floor * (times - 1))
                together += outside
        return together
