"""Offers made ready for one basket: which articles each may take, and how much is left of its limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from huitou.offers.rules.articles import Article, Mask, Shelf, stacked, with_taxes
from huitou.offers.rules.forms import Deal, Reduction
from huitou.offers.rules.programme import Compiled
from huitou.offers.terms import Need, Stage


class Took(NamedTuple):
    """What one offer took off one unit."""

    place: int
    """Of the offer, in the order of priority, then id."""
    off: int
    application: int
    """Of a deal; it tells its applications apart. Else 0."""
    coupon: str


class Unit(NamedTuple):
    """A unit on its way through the stages."""

    article: int
    first: int
    """Fen that entered the first stage."""
    amount: int
    """Fen that are left."""
    closed: bool
    """A `never` offer took it: no other does, and it counts in no need."""
    takings: tuple[Took, ...]


@dataclass(slots=True)
class Ready:
    """A money offer and this basket."""

    place: int
    compiled: Compiled
    articles: Sequence[Article]
    stage: Stage
    takes: tuple[Mask, ...]
    mask: Mask
    needs: tuple[tuple[Mask, Need], ...]
    coupons: tuple[str, ...] | None
    """The presented coupons that it may use, in order; None: it asks for none."""
    never: bool
    always: bool
    initial: bool
    most: int | None
    """Fen that it may give on this receipt."""
    most_units: int | None
    applications: int | None
    unitwise: bool
    """Works on each unit by itself: every unit is free to take it or not."""
    certain: bool
    """Its needs hold whatever the others do."""

    @property
    def reduction(self) -> Reduction:
        get = self.compiled.offer.get
        assert isinstance(get, Reduction)
        return get

    @property
    def deal(self) -> Deal:
        get = self.compiled.offer.get
        assert isinstance(get, Deal)
        return get

    @property
    def per(self) -> str:
        """What its discount is reckoned over: unit, line or lot."""
        return self.reduction.per or self.reduction.usual_per(self.stage)

    @property
    def over_the_lot(self) -> bool:
        """All that it may take counts as one sum."""
        return self.per == "lot" and self.most_units is None and self.reduction.most_units is None

    @property
    def coupon(self) -> str:
        return self.coupons[0] if self.coupons else ""

    def holding(self, coupons: tuple[str, ...]) -> Ready:
        """The offer when it may use these coupons: so often a deal can apply at most."""
        applications = self.applications
        if self.stage == "deal":
            applications = len(coupons) if applications is None else min(applications, len(coupons))
        return replace(self, coupons=coupons, applications=applications)

    def open_to(self, unit: Unit) -> bool:
        """It may take this unit, as far as others have left it."""
        return bool(self.mask >> unit.article & 1) and not unit.closed and not (self.never and unit.takings)


def made_ready(
    place: int,
    compiled: Compiled,
    articles: Sequence[Article],
    shelf: Shelf,
    discountable: Mask,
    coupons: tuple[str, ...] | None,
) -> Ready | None:
    """None where it finds no goods to take."""
    offer, get = compiled.offer, compiled.offer.get
    assert compiled.stage is not None
    masks, mask = [], 0
    for asked in compiled.takes:
        of_slot = shelf.mask(asked) & discountable
        if not of_slot:
            return None
        masks.append(of_slot)
        mask |= of_slot
    takes = tuple(masks)
    limits = offer.limits
    most: int | None = limits.budget
    most_units: int | None = limits.units
    applications: int | None = limits.applications
    unitwise = False
    if isinstance(get, Reduction):
        most = _least(most, get.most)
        most_units = _least(most_units, get.most_units) if get.most_units_of == "basket" else most_units
        per = get.per or get.usual_per(compiled.stage)
        unitwise = per == "unit" and most is None and most_units is None and get.most_units is None
    elif isinstance(get, Deal):
        applications = _least(applications, get.most_applications())
        if coupons is not None:
            applications = _least(applications, len(coupons))
    needs = tuple((shelf.mask(asked) & discountable, need) for asked, need in compiled.needs)
    return Ready(
        place=place,
        compiled=compiled,
        articles=articles,
        stage=compiled.stage,
        takes=takes,
        mask=mask,
        needs=needs,
        coupons=coupons,
        never=offer.stack == "never",
        always=offer.stack == "always",
        initial=offer.base == "initial",
        most=most,
        most_units=most_units,
        applications=applications,
        unitwise=unitwise,
        certain=not needs,
    )


def _least(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


def needs_hold(ready: Ready, units: Sequence[tuple[Unit, int]], articles: Sequence[Article]) -> bool:
    """Whether every need holds on these units (with how many pieces of each), which entered the offer's stage."""
    return all(lacks(mask, need, units, articles, initial=ready.initial) is None for mask, need in ready.needs)


MANY_UNITS = 400
"""Of so many like ones are counted together, and the clock is looked at in every step."""


def counted(units: Sequence[Unit]) -> list[tuple[Unit, int]]:
    """The units with how many there are of each, for what does not look at who took what of them."""
    if len(units) <= MANY_UNITS:
        return [(unit, 1) for unit in units]
    alike = Counter((unit.article, unit.first, unit.amount, unit.closed) for unit in units)
    return [
        (Unit(article, first, amount, closed, ()), pieces) for (article, first, amount, closed), pieces in alike.items()
    ]


class Lacks(NamedTuple):
    """What a need misses, or `too_many` pieces."""

    amount: int
    pieces: int
    too_many: bool


def lacks(
    mask: Mask, need: Need, units: Sequence[tuple[Unit, int]], articles: Sequence[Article], *, initial: bool
) -> Lacks | None:
    """What this need misses, or None where it holds."""
    amount = pieces = 0
    for unit, count in units:
        if mask >> unit.article & 1 and not unit.closed:
            amount += (unit.first if initial else unit.amount) * count
            pieces += count
    if need.without_tax and amount:
        amount = _net(mask, units, articles, initial=initial)
    too_many = need.most_pieces is not None and pieces > need.most_pieces
    if too_many or amount < need.least_amount or pieces < need.least_pieces:
        return Lacks(max(0, need.least_amount - amount), max(0, need.least_pieces - pieces), too_many)
    return None


def _net(mask: Mask, units: Sequence[tuple[Unit, int]], articles: Sequence[Article], *, initial: bool) -> int:
    """Fen without taxes, rounded once for each article."""
    by_article: dict[int, int] = {}
    for unit, count in units:
        if mask >> unit.article & 1 and not unit.closed:
            value = (unit.first if initial else unit.amount) * count
            by_article[unit.article] = by_article.get(unit.article, 0) + value
    total = 0
    for article, value in by_article.items():
        over, under = stacked(articles[article].line.tax)
        total += (2 * value * under + over) // (2 * over)
    return total


def ranks_apart(offer: Ready, mask: Mask) -> bool:
    """Of these goods the cheapest, which it picks, can be the one that costs more: their taxes on top differ."""
    get = offer.compiled.offer.get
    if isinstance(get, Deal):
        picks = get.by_cheapness
    else:
        picks = offer.most_units is not None or offer.reduction.most_units is not None
    if not picks or all(tax.included for article in offer.articles for tax in article.line.tax):
        return False
    ratios = {with_taxes(article.line.tax) for place, article in enumerate(offer.articles) if mask >> place & 1}
    return len({Fraction(over, under) for over, under in ratios}) > 1
