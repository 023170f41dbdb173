"""The basket taken apart: components of articles that no offer before the order stage links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from huitou.offers.rules.articles import Article, Mask, places_in
from huitou.offers.rules.search.component import Component
from huitou.offers.rules.search.price_stage import alike_values
from huitou.offers.rules.search.ready import Ready, Unit, needs_hold


class Parts:
    """Components, the price offers that several of them share, and what is known about needs."""

    def __init__(self, articles: Sequence[Article], offers: Sequence[Ready]) -> None:
        self.articles = articles
        self.first = [
            (Unit(index, value, value, False, ()), pieces)
            for index, article in enumerate(articles)
            for value, pieces in alike_values(article)
        ]
        self.offers = self._with_known_needs(offers)
        early = [offer for offer in self.offers if offer.stage in ("price", "deal", "item")]
        self.shared_prices: list[Ready] = []
        self.components = self._hand_out(early, self._groups(early))
        self.risky = any(offer.never or not offer.certain for offer in early) or not all(
            component.smooth for component in self.components
        )
        """Something closes, or needs what could be missing, or runs out."""

    def _with_known_needs(self, offers: Sequence[Ready]) -> list[Ready]:
        """Leave out what can never hold; mark as certain what holds whatever the others do."""
        known: list[Ready] = []
        moved = 0
        closing = False
        for stage in ("price", "deal", "item", "order", "coupon"):
            here = [offer for offer in offers if offer.stage == stage]
            for offer in here:
                if self._cannot_hold(offer, closing):
                    continue
                fixed = all(
                    (need.least_amount == 0 or offer.initial or not mask & moved) and not closing
                    for mask, need in offer.needs
                )
                certain = fixed or not offer.needs or self._surely_holds(offer, known)
                known.append(offer if offer.certain == certain else replace(offer, certain=certain))
            closing = closing or any(offer.never for offer in here)
            for offer in here:
                moved |= offer.mask
        return known

    def _surely_holds(self, offer: Ready, earlier: Sequence[Ready]) -> bool:
        """The needs hold at the least that can enter its stage: every lower price taken, and what closes left out.

        What may have served a deal is reckoned as if it were free.
        """
        before = [one for one in earlier if one.stage != offer.stage]
        if offer.stage == "coupon" or any(need.without_tax or need.most_pieces is not None for _, need in offer.needs):
            return False
        left: list[tuple[Unit, int]] = []
        for unit, pieces in self.first:
            here = [one for one in before if one.mask >> unit.article & 1]
            if not any(one.never for one in here):
                left.append((unit._replace(amount=self._least_of(unit, here)), pieces))
        return needs_hold(offer, left, self.articles)

    @staticmethod
    def _least_of(unit: Unit, offers: Sequence[Ready]) -> int:
        amount = unit.first
        for stage in ("price", "item"):
            here = [one for one in offers if one.stage == stage]
            if any(not one.unitwise and stage == "item" for one in here) or any(o.stage == "deal" for o in offers):
                return 0
            usual = max((one.reduction.off(unit.first, 1) for one in here if not one.always), default=0)
            amount -= usual + sum(one.reduction.off(unit.first, 1) for one in here if one.always)
        return max(0, amount)

    def _cannot_hold(self, offer: Ready, closing: bool) -> bool:
        if not offer.needs or needs_hold(offer, self.first, self.articles):
            return False
        # At the first amounts nothing is missing but too many pieces: only a `never` offer could still take some away.
        relaxed = tuple((mask, replace(need, most_pieces=None)) for mask, need in offer.needs)
        return not (closing and needs_hold(replace(offer, needs=relaxed), self.first, self.articles))

    def _groups(self, early: Sequence[Ready]) -> list[Mask]:
        groups: list[Mask] = []
        for link in self._links(early):
            apart = [group for group in groups if not group & link]
            for group in groups:
                if group & link:
                    link |= group
            groups = [*apart, link]
        linked = 0
        for group in groups:
            linked |= group
        groups += [1 << index for index in range(len(self.articles)) if not linked >> index & 1]
        return sorted(groups, key=lambda group: group & -group)

    @staticmethod
    def _links(early: Sequence[Ready]) -> list[Mask]:
        """Articles that must be looked at together, one mask for each reason."""
        links: list[Mask] = []
        for offer in early:
            whole = offer.stage == "deal" or not offer.unitwise
            link = offer.mask if whole else 0
            if not offer.certain and offer.stage != "price":
                link = offer.mask
                for mask, _ in offer.needs:
                    link |= mask
            if link:
                links.append(link)
        for coupon in {coupon for offer in early for coupon in offer.coupons or ()}:
            link = 0
            for offer in early:
                if coupon in (offer.coupons or ()):
                    link |= offer.mask
            links.append(link)
        return links

    def _hand_out(self, early: Sequence[Ready], groups: Sequence[Mask]) -> list[Component]:
        """The components with the offers that touch them; prices of several of them stand aside."""
        home_of = {place: number for number, group in enumerate(groups) for place in places_in(group)}
        held: list[dict[str, list[Ready]]] = [{"price": [], "deal": [], "item": []} for _ in groups]
        for offer in early:
            homes: list[int] = []
            mask = offer.mask
            while mask:
                home = home_of[(mask & -mask).bit_length() - 1]
                homes.append(home)
                mask &= ~groups[home]
            if offer.stage == "price" and len(homes) > 1:
                self.shared_prices.append(offer)
                continue
            for home in homes:
                held[home][offer.stage].append(offer)
        return [
            Component(group, self.articles, of["price"], of["deal"], of["item"])
            for group, of in zip(groups, held, strict=True)
        ]

    def relaxed(self, component: Component) -> Component:
        """The same articles under offers that close nothing, need nothing and have no budget: nobody pays less."""
        return Component(
            component.mask,
            component.articles,
            eased_prices(component.prices),
            eased(component.deals),
            eased(component.items),
        )


def eased(offers: Sequence[Ready]) -> list[Ready]:
    """The offers as if they closed nothing and needed nothing."""
    return [replace(offer, never=False, needs=(), certain=True) for offer in offers]


def eased_prices(offers: Sequence[Ready]) -> list[Ready]:
    """Prices, too, as if they never ran out: each unit is as cheap as they can make it together."""
    return [replace(offer, most=None, most_units=None, unitwise=True) for offer in eased(offers)]
