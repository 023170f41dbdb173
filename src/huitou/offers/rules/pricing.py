"""A basket's price: the offers made ready, the search over every scenario, and the answer put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement, islice, product
from typing import TypeVar

from huitou.offers.rules.articles import Article, Mask, Shelf, articles_of, check_beside, shelf_of
from huitou.offers.rules.conditions import why_not
from huitou.offers.rules.deadline import Deadline
from huitou.offers.rules.programme import Compiled, Programme, fewest_units
from huitou.offers.rules.search.best import Solution
from huitou.offers.rules.search.equals import MOST_WORK, Equals
from huitou.offers.rules.search.floors import Known
from huitou.offers.rules.search.ready import Ready, Unit, made_ready
from huitou.offers.rules.search.solve import Solver
from huitou.offers.rules.search.without import Without
from huitou.offers.rules.taxes import with_taxes_of
from huitou.offers.terms import Limits, Offer, PriceRequest

MOST_SCENARIOS = 64
"""Ways to give coupons of one kind to several offers that ask for it before the coupon stage; beyond them no proof."""


@dataclass(slots=True)
class Touched:
    """An offer that touches the basket, and why it is not ready, if it is not."""

    place: int
    compiled: Compiled
    ready: Ready | None
    reason: str | None


@dataclass(slots=True)
class Priced:
    """What the search answered, with all that the answer is put together from."""

    request: PriceRequest
    articles: Sequence[Article]
    shelf: Shelf
    touched: list[Touched]
    units: tuple[Unit, ...]
    total: int
    at_least: int
    first: bool
    """Of equals, where the price is proven."""
    cut: bool
    """The deadline ended the search, or the look at the wallet."""
    wallet: list[tuple[str, str, int]]
    """(offer, coupon, saving) of coupons that were not presented."""
    wallet_cut: bool = False
    """The deadline came before it was known of each of them whether it would save."""

    @property
    def proven(self) -> bool:
        """Nobody pays less."""
        return self.at_least >= self.total

    @property
    def levies(self) -> int:
        """Fen, beside `total`."""
        return sum(article.line.levy * article.pieces for article in self.articles)

    def taken(self) -> Counter[str]:
        """Fen that each offer takes off, by its id."""
        names = {one.place: one.compiled.offer.id for one in self.touched}
        found = Counter[str]()
        for unit in self.units:
            for took in unit.takings:
                found[names[took.place]] += took.off
        return found


NOTHING_COUNTED: Mapping[str, Limits] = {}


def price_basket(
    request: PriceRequest, programme: Programme, deadline: Deadline, left: Mapping[str, Limits] = NOTHING_COUNTED
) -> Priced:
    """The best legal combination for this request; the deadline ends the search with what was found. `left`: by the
    offer's id what is left of limits that somebody counts; the narrower of them and of the offer's own holds."""
    check_beside(request)
    articles = articles_of(with_taxes_of(request))
    shelf = shelf_of(articles)
    discountable: Mask = sum(1 << i for i, article in enumerate(articles) if article.line.discountable)
    places = programme.touching(shelf, request.store)
    presented: dict[str, list[str]] = {}
    for coupon in sorted(request.coupons, key=lambda coupon: coupon.id):
        if coupon.presented:
            presented.setdefault(coupon.kind, []).append(coupon.id)
    goods = (articles, shelf, discountable)
    touched: list[Touched] = []
    out_of_time = deadline.of_preparing()
    for number, place in enumerate(places):
        if number & 63 == 63 and out_of_time():
            break
        compiled = _within(programme.offers[place], left)
        touched.append(_touched(place, compiled, request, goods, presented))
    unseen = [Touched(place, programme.offers[place], None, "no_time") for place in places[len(touched) :]]
    ready = [one.ready for one in touched if one.ready is not None]
    out_of_time = deadline.of_search(len(places))
    known = Known()
    solution = _first_of_best(articles, ready, known, out_of_time, deadline.of_equals())
    # Nobody knows what offers that were not looked at would save.
    at_least = 0 if any(one.compiled.stage is not None for one in unseen) else solution.at_least
    touched += unseen
    cut = at_least < solution.total and out_of_time()
    found = (solution.units, solution.total, at_least, solution.first, cut)
    priced = Priced(request, articles, shelf, touched, *found, wallet=[])
    priced.wallet, priced.wallet_cut = _wallet(priced, programme, discountable, known, out_of_time)
    priced.cut |= priced.wallet_cut
    return priced


def _within(compiled: Compiled, left: Mapping[str, Limits]) -> Compiled:
    """The offer with what is left of it."""
    counted = left.get(compiled.offer.id)
    if counted is None:
        return compiled
    own = compiled.offer.limits
    limits = Limits(
        applications=_narrower(own.applications, counted.applications),
        units=_narrower(own.units, counted.units),
        budget=_narrower(own.budget, counted.budget),
    )
    return replace(compiled, offer=replace(compiled.offer, limits=limits), unconditional=False)


_Most = TypeVar("_Most", bound=int)


def _narrower(one: _Most | None, other: _Most | None) -> _Most | None:
    return other if one is None else one if other is None else min(one, other)


def _touched(
    place: int,
    compiled: Compiled,
    request: PriceRequest,
    goods: tuple[Sequence[Article], Shelf, Mask],
    presented: dict[str, list[str]],
) -> Touched:
    reason, kind = None, ""
    if not compiled.unconditional:
        reason, kind = _refused(compiled.offer, request, presented), compiled.offer.valid.coupon
    if reason is not None or compiled.stage is None:
        return Touched(place, compiled, None, reason)
    ready = made_ready(place, compiled, *goods, tuple(presented[kind]) if kind else None)
    if ready is None:
        there = all(goods[1].mask(asked) for asked in compiled.takes)
        reason = "not_promotable" if there else "goods_missing"
    return Touched(place, compiled, ready, reason)


def _refused(offer: Offer, request: PriceRequest, presented: dict[str, list[str]]) -> str | None:
    """The code of the first condition, coupon or limit that fails."""
    limits, kind = offer.limits, offer.valid.coupon
    reason = why_not(offer.valid, request)
    if reason is None and kind and not presented.get(kind):
        reason = "coupon_missing"
    enough = limits.units is None or limits.units >= fewest_units(offer)
    if reason is None and (limits.applications == 0 or not enough):
        reason = "limit_reached"
    if reason is None and limits.budget == 0:
        reason = "budget_spent"
    return reason


def _first_of_best(
    articles: Sequence[Article],
    offers: Sequence[Ready],
    known: Known,
    out_of_time: Callable[[], bool],
    half_time: Callable[[], bool],
) -> Solution:
    """The best over all scenarios, and of equals the first."""
    searched: list[Solver] = []
    best = _best(articles, offers, out_of_time, known, searched)
    if best.at_least == best.total:
        effort = MOST_WORK // len(searched)
        bounds = [Without(one.floors, one.late, best.total, effort, half_time) for one in searched]

        def again(some: Sequence[Ready]) -> Solution:
            return _best(articles, some, half_time, known)

        def is_needed(place: int) -> bool:
            return all(one.is_dearer(place) for one in bounds)

        best = Equals(best, len(articles), offers, again, is_needed, half_time).first()
        if not best.first:
            best = best.with_fewer_items(offers)
    return best._replace(units=_smallest_coupons(best.units, offers))


def _best(
    articles: Sequence[Article],
    offers: Sequence[Ready],
    out_of_time: Callable[[], bool],
    known: Known,
    searched: list[Solver] | None = None,
) -> Solution:
    """The best over all scenarios: a receipt-wide offer alone, coupons handed to one offer or another.

    What was searched is put into `searched`: nobody pays less than by the best of them.
    """
    scenarios = list(islice(_scenarios(offers), MOST_SCENARIOS + 1))
    solvers = [Solver(articles, some, out_of_time, known) for some in scenarios[:MOST_SCENARIOS]]
    found = [solver.solve() for solver in solvers]
    best = min(found, key=lambda one: (one.total, one.rank))
    lows = [one.at_least for one in found]
    if len(scenarios) > MOST_SCENARIOS:  # nobody pays less than if the offers before the coupon stage asked for none
        freed = [offer if offer.stage == "coupon" else replace(offer, coupons=None) for offer in offers]
        solvers.append(Solver(articles, freed, out_of_time, known))
        lows.append(solvers[-1].solve().at_least)
    if searched is not None:
        searched += solvers
    return best._replace(at_least=min([best.total, *lows]))


def _smallest_coupons(units: Sequence[Unit], offers: Sequence[Ready]) -> tuple[Unit, ...]:
    """Coupons of one kind are alike: those with the smallest ids are the ones that are used, in the same order."""
    held = {offer.compiled.offer.valid.coupon: offer.coupons for offer in offers if offer.coupons}
    used = {took.coupon for unit in units for took in unit.takings if took.coupon}
    names: dict[str, str] = {}
    for coupons in held.values():
        mine = [coupon for coupon in coupons or () if coupon in used]
        names |= dict(zip(mine, coupons or (), strict=False))
    if all(old == new for old, new in names.items()):
        return tuple(units)
    return tuple(
        unit._replace(takings=tuple(took._replace(coupon=names.get(took.coupon, "")) for took in unit.takings))
        for unit in units
    )


def _scenarios(offers: Sequence[Ready]) -> Iterator[list[Ready]]:
    alone = [offer for offer in offers if offer.never and offer.compiled.offer.scope == "receipt"]
    usual = [offer for offer in offers if not (offer.never and offer.compiled.offer.scope == "receipt")]
    yield from ([offer] for offer in alone)
    yield from _coupon_scenarios(usual)


def _coupon_scenarios(offers: Sequence[Ready]) -> Iterator[list[Ready]]:
    """Coupons that an offer before the coupon stage and another one ask for: each serves one of them.

    The offers of the coupon stage share what is theirs; there a coupon is searched for like everything else.
    """
    claims: list[list[dict[int, tuple[str, ...]]]] = []
    for kind in sorted({offer.compiled.offer.valid.coupon for offer in offers} - {""}):
        mine = [offer for offer in offers if offer.compiled.offer.valid.coupon == kind]
        claimants: list[tuple[int, ...]] = [(offer.place,) for offer in mine if offer.stage != "coupon"]
        late = tuple(offer.place for offer in mine if offer.stage == "coupon")
        if late:
            claimants.append(late)
        if len(claimants) > 1:
            claims.append(_handed_out(mine[0].coupons or (), claimants))
    for choice in product(*claims):
        held = {place: coupons for of_kind in choice for place, coupons in of_kind.items()}
        yield [one for offer in offers if (one := _holding(offer, held)) is not None]


def _handed_out(coupons: tuple[str, ...], claimants: Sequence[tuple[int, ...]]) -> list[dict[int, tuple[str, ...]]]:
    """Every way to hand coupons of one kind to claimants: place of each offer to its coupons."""
    found: list[dict[int, tuple[str, ...]]] = []
    for owners in combinations_with_replacement(range(len(claimants)), len(coupons)):
        held: dict[int, tuple[str, ...]] = {place: () for places in claimants for place in places}
        for coupon, owner in zip(coupons, owners, strict=True):
            for place in claimants[owner]:
                held[place] = (*held[place], coupon)
        found.append(held)
    return found


def _holding(offer: Ready, held: dict[int, tuple[str, ...]]) -> Ready | None:
    """The offer with the coupons that it holds; None without one."""
    if offer.place not in held:
        return offer
    coupons = held[offer.place]
    return offer.holding(coupons) if coupons else None


def _wallet(
    priced: Priced, programme: Programme, discountable: Mask, known: Known, out_of_time: Callable[[], bool]
) -> tuple[list[tuple[str, str, int]], bool]:
    """What each coupon of the wallet would save, had it been presented; whether time ended before all of them were
    known."""
    found, cut = [], False
    request = priced.request
    kinds = {one.compiled.offer.valid.coupon for one in priced.touched if one.reason == "coupon_missing"}
    unseen = {one.compiled.offer.valid.coupon for one in priced.touched if one.reason == "no_time"}
    ready = [one.ready for one in priced.touched if one.ready is not None]
    tried: dict[str, tuple[str, int]] = {}
    goods = (priced.articles, priced.shelf, discountable)
    for coupon in sorted(request.coupons, key=lambda coupon: coupon.id):
        if coupon.presented:
            continue
        cut |= coupon.kind in unseen
        if coupon.kind not in kinds:
            continue
        if out_of_time():
            cut = True
            break
        if coupon.kind not in tried:
            with_it = {coupon.kind: [coupon.id]}
            more = [
                _touched(one.place, one.compiled, request, goods, with_it).ready
                for one in priced.touched
                if one.reason == "coupon_missing" and one.compiled.offer.valid.coupon == coupon.kind
            ]
            offers = sorted([*ready, *(offer for offer in more if offer)], key=lambda offer: offer.place)
            would = _best(priced.articles, offers, out_of_time, known)
            used = [took.place for unit in would.units for took in unit.takings if took.coupon == coupon.id]
            name = programme.offers[used[0]].offer.id if used else ""
            tried[coupon.kind] = (name, priced.total - would.total)
            # A search that was ended says nothing against a coupon.
            cut |= would.total >= priced.total > would.at_least and out_of_time()
        offer_id, saves = tried[coupon.kind]
        if saves > 0 and offer_id:
            found.append((offer_id, coupon.id, saves))
    return found, cut
