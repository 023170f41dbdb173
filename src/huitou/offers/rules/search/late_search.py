"""Which late offers are on for a basket that has left the item stage: branch and bound, switch by switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from huitou.offers.rules.articles import Article
from huitou.offers.rules.search.item_stage import lot_ways
from huitou.offers.rules.search.price_stage import served
from huitou.offers.rules.search.ready import MANY_UNITS, Ready, Unit, counted, needs_hold


class Switch(NamedTuple):
    """One decision: an order offer, or one coupon for one offer."""

    offer: Ready
    coupon: str


class Settled(NamedTuple):
    """The end of a basket: what is paid, its units, and what is paid at least."""

    total: int
    units: tuple[Unit, ...]
    at_least: int
    """Equal to `total` where the search came to its end."""


MOST_SWITCHES = 150
"""So many late offers are searched; beyond them the smallest are left out, and the answer says so."""
FIRST_STEPS = 4
"""So many are made whatever the clock says: what costs little and saves most is not left out for want of time."""
DIVED_UNITS = 20_000
"""Of those that take most as many are put together, where the clock cut the search, as look at so many units."""
MOST_TIES = 500
"""So many steps are spent on fewer offers at the same price."""


def rank_of(offers: Sequence[Ready]) -> tuple[object, ...]:
    """Fewest offers, then the highest priorities, then the smallest ids; smaller is better."""
    distinct = {offer.place: offer.compiled.offer for offer in offers}
    return (
        len(distinct),
        sorted(-offer.priority for offer in distinct.values()),
        sorted(offer.id for offer in distinct.values()),
    )


def allowed(switches: Sequence[Switch], switch: Switch, on: Sequence[int], used: Sequence[str]) -> bool:
    """It may be on beside those that are, whose coupons are used."""
    offer = switch.offer
    if switch.coupon and switch.coupon in used:
        return False
    if offer.stage == "coupon" and offer.applications is not None:
        times = sum(switches[number].offer.place == offer.place for number in on)
        return times < offer.applications
    group = offer.compiled.offer.group
    if offer.stage != "order" or not group or offer.always:
        return True
    others = [switches[number].offer for number in on]
    mates = [m for m in others if m.stage == "order" and m.compiled.offer.group == group and not m.always]
    most = min([offer.compiled.offer.group_most, *(mate.compiled.offer.group_most for mate in mates)])
    return len(mates) < most


class LateSearch:
    """On or off, switch by switch; the bound is what the remaining switches can take at most."""

    def __init__(
        self,
        articles: Sequence[Article],
        switches: list[Switch],
        rest: list[int],
        entered: list[Unit],
        out_of_time: Callable[[], bool],
    ) -> None:
        """`rest`: what the switches from each one on can take together at most."""
        self.articles, self.switches, self.entered, self.out_of_time = articles, switches, entered, out_of_time
        self.counted = counted(entered)
        self.total = sum(unit.amount for unit in entered)
        self.units = entered
        self.on: tuple[int, ...] = ()
        self.complete = True
        self.whole = True
        """No choice of units was left out."""
        self.steps = 0
        self.rest = rest
        self.holds: dict[int, bool] = {}

    def go(self, number: int, units: list[Unit], total: int, on: tuple[int, ...], used: tuple[str, ...]) -> None:
        reach = total - self.rest[number]
        if reach > self.total or not self.complete:
            return
        if reach == self.total and (len(on) + (reach < total) > len(self.on) or self.steps > MOST_TIES):
            return
        self.steps += 1
        if self.steps > FIRST_STEPS and (not self.steps & 15 or len(units) > MANY_UNITS) and self.out_of_time():
            self.complete = False  # what is on so far is legal by itself
            number = len(self.switches)
        if number == len(self.switches):
            if (total, self._rank(on)) < (self.total, self._rank(self.on)):
                self.total, self.units, self.on = total, units, on
            return
        switch = self.switches[number]
        if allowed(self.switches, switch, on, used):
            for after in self._apply(number, switch, units):
                now = sum(unit.amount for unit in after)
                self.go(number + 1, after, now, (*on, number), (*used, switch.coupon) if switch.coupon else used)
        self.go(number + 1, units, total, on, used)

    def dive(self, offs: Sequence[int]) -> None:
        """What takes most is on first, `offs` each by itself: one look, for a search that the clock cut."""
        on: list[int] = []
        used: list[str] = []
        most = max(FIRST_STEPS, DIVED_UNITS // max(1, len(self.entered)))
        for number in sorted(range(len(self.switches)), key=lambda number: (-offs[number], number)):
            switch = self.switches[number]
            if len(on) < most and allowed(self.switches, switch, on, used):
                on.append(number)
                used += [switch.coupon] if switch.coupon else []
        units, kept = self.entered, []
        for number in sorted(on):
            after = next(self._apply(number, self.switches[number], units), None)
            if after is not None:
                units = after
                kept.append(number)
        total = sum(unit.amount for unit in units)
        if (total, self._rank(kept)) < (self.total, self._rank(self.on)):
            self.total, self.units, self.on = total, units, tuple(kept)

    def _rank(self, on: Sequence[int]) -> tuple[object, ...]:
        return (*rank_of([self.switches[number].offer for number in on]), tuple(on))

    def _apply(self, number: int, switch: Switch, units: list[Unit]) -> Iterator[list[Unit]]:
        """The units after it, one way for each choice of units; none where its needs fail or it takes nothing."""
        offer = switch.offer
        if offer.stage == "order":
            if number not in self.holds:
                self.holds[number] = needs_hold(offer, self.counted, self.articles)
            if not self.holds[number]:
                return
        elif not needs_hold(offer, counted(units), self.articles):
            return
        places = [place for place, unit in enumerate(units) if offer.open_to(unit)]
        mine = [units[place] for place in places]
        entered = [self.entered[place] for place in places] if offer.stage == "order" else mine
        ways, whole = lot_ways(offer, mine, entered)
        self.whole = self.whole and whole
        for offs in ways:
            after = list(units)
            for place, off in zip(places, offs, strict=True):
                if off is not None:
                    after[place] = served(units[place], offer, off, 0, switch.coupon)
            yield after
