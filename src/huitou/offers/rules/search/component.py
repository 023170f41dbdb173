"""One independent part of the basket before the order stage: articles that no offer links with the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from huitou.offers.rules.articles import Article, Mask
from huitou.offers.rules.search.ready import Ready, ranks_apart
from huitou.offers.terms import HUNDRED_PERCENT


@dataclass
class Component:
    """Its articles and the offers before the order stage that touch them, each in order."""

    mask: Mask
    articles: Sequence[Article]
    prices: list[Ready] = field(default_factory=list)
    """Those that lie in this component alone: switched here."""
    deals: list[Ready] = field(default_factory=list)
    items: list[Ready] = field(default_factory=list)
    strongest: dict[int, list[Ready]] = field(default_factory=dict)
    """Of the item offers that work unit by unit those that can win, by article, once they were asked for."""

    def __post_init__(self) -> None:
        deals, items = self.deals, self.items
        self.dealt_in_one_way = not any(
            deal.always or deal.most is not None or deal.most_units is not None for deal in deals
        )
        """Every packing of its deals can be made, and which of like units serve means nothing."""
        self.smooth = self.dealt_in_one_way and all(
            offer.unitwise and (offer.certain or not offer.needs) for offer in items
        )
        """Every application is worth the same whatever else is done: packing alone decides."""
        unlimited = all(offer.unitwise for offer in self.prices)
        closing = any(not offer.certain or offer.never for offer in (*self.prices, *deals, *items))
        self.plain = self.smooth and unlimited and not closing
        """Smooth, and nothing closes or runs out: eased, it would be the same."""
        self.noisy = any(item.mask & deal.mask for item in items for deal in deals)
        """A lower price could, by roundings, cost a few fen more in the end: at most one for each unit."""

    @cached_property
    def steady(self) -> bool:
        """Nobody pays more because less entered the stages after the prices, but for roundings.

        A deal lowers the sum of its units by no more than what more enters; yet how that lies on them changes, so that
        item offers must take the same percentages off all of them. Item offers that come together on a unit reckon
        with what entered: together they must not grow faster than it does.
        """
        return self.bounded and all(map(self._steady_deal, self.deals))

    @cached_property
    def bounded(self) -> bool:
        """What nobody pays less for, whichever prices are off, is known at the lowest prices: see `AnyPrice`."""
        return self._steady_items() and not any(ranks_apart(deal, deal.mask) for deal in self.deals)

    def _steady_deal(self, deal: Ready) -> bool:
        beside = [item for item in self.items if item.mask & deal.mask]
        one_article = self.mask & (self.mask - 1) == 0  # what lies on its units lies on them alike
        alike = one_article or all(
            item.unitwise and not item.initial and item.reduction.by_percent and not deal.mask & ~item.mask
            for item in beside
        )
        twice = deal.always and any(other is not deal and other.mask & deal.mask for other in self.deals)
        return alike and not twice

    def _steady_items(self) -> bool:
        always = [item for item in self.items if item.always]
        if not always:
            return True
        for item in always:
            others = [other for other in self.items if other is not item and other.mask & item.mask]
            if others and not all(one.unitwise for one in (item, *others)):
                return False
        return all(
            sum(_growth(item) for item in always if item.mask & usual.mask) + _growth(usual) <= HUNDRED_PERCENT
            for usual in self.items
            if not usual.always
        ) and all(_growth(one) + _growth(other) <= HUNDRED_PERCENT for one, other in combinations(always, 2))


def _growth(item: Ready) -> int:
    """Of one fen more that enters, what is taken off a unit grows by so much, in hundredths of a percent."""
    return 0 if item.initial else item.reduction.growth
