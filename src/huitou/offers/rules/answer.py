"""The answer: what each unit costs and why, taxes, tenders, points, and what was not applied with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from huitou.kernel.shares import largest_remainder
from huitou.offers.rules.articles import Mask
from huitou.offers.rules.benefits import benefits_of
from huitou.offers.rules.brought import brought, points_by_line
from huitou.offers.rules.earning import PRODUCT, bonus_by_line, earned
from huitou.offers.rules.pricing import Priced, Touched
from huitou.offers.rules.search.ready import Lacks, Unit, lacks
from huitou.offers.rules.taxes import tax_totals
from huitou.offers.rules.tenders import pay
from huitou.offers.terms import (
    STAGES,
    Answer,
    Applied,
    Earned,
    Fen,
    Funded,
    NotApplied,
    Stage,
    Suggestion,
    Taking,
    UnitPrice,
)


def answer_of(priced: Priced, out_of_time: Callable[[], bool]) -> Answer:
    """Put the answer together from what the search found; out of time, what offers lack is no longer reckoned."""
    request, articles = priced.request, priced.articles
    units = sorted(priced.units, key=lambda u: (u.article, -u.first, -u.amount, u.takings))
    prices = _unit_prices(priced, units)
    levies = priced.levies
    before = sum(unit.first for unit in units) + levies
    total = sum(unit.amount for unit in units) + levies
    found, refused, coupons = benefits_of(priced, units)
    benefits = brought(priced, prices, found)
    free = any(benefit.given.get("delivery") for benefit in benefits)
    delivery = 0 if free else request.delivery_fee
    due = [0] * len(request.basket)
    for price in prices:
        due[price.line - 1] += (price.after + price.levy) * price.pieces
    tenders, left = pay(request.tenders, due, delivery)
    taxes = tax_totals(units, articles)
    rules = earned(request, units, priced.shelf)
    bonus = bonus_by_line(request)
    points = [one for one, _ in rules] + ([Earned(PRODUCT, sum(bonus))] if any(bonus) else [])
    by_line = points_by_line(priced, prices, [(one.points, mask) for one, mask in rules])
    given = [benefit.points_by_line for benefit in benefits if benefit.points_by_line]
    used = sorted({took.coupon for unit in units for took in unit.takings if took.coupon and took.off} | set(coupons))
    entered = Entered(priced, units)
    return Answer(
        currency=request.currency,
        units=prices,
        total_before=Fen(before),
        discount=Fen(before - total),
        total=Fen(total),
        net=Fen(total - levies - sum(tax.tax for tax in taxes)),
        taxes=taxes,
        levies=Fen(levies),
        delivery=Fen(delivery),
        tenders=tenders,
        due=Fen(left),
        applied=_applied(priced, units),
        benefits=tuple(benefits),
        points=sum(one.points for one in points) + sum(int(b.given.get("points", 0)) for b in benefits),
        earned=tuple(points),
        points_by_line=tuple(map(sum, zip(by_line, bonus, *given, strict=True))),
        coupons_used=tuple(used),
        not_applied=tuple(_not_applied(priced, entered, refused, out_of_time)),
        suggestions=tuple(_suggestions(priced, entered)),
        optimal=priced.proven,
        at_most_better=Fen(max(0, priced.total - priced.at_least)),
        first_of_equals=priced.first and priced.proven,
        cut=priced.cut,
        wallet_cut=priced.wallet_cut,
    )


def _unit_prices(priced: Priced, units: Sequence[Unit]) -> tuple[UnitPrice, ...]:
    """The units on the lines that hold their article, like ones together."""
    offers = {one.place: one.compiled.offer.id for one in priced.touched}
    by_article: dict[int, list[Unit]] = {}
    for unit in units:
        by_article.setdefault(unit.article, []).append(unit)
    found: list[tuple[int, UnitPrice]] = []
    for index, article in enumerate(priced.articles):
        queue = by_article.get(index, [])
        start = 0
        for number, pieces in article.lines:
            for unit, count in Counter(queue[start : start + pieces]).items():
                takings = tuple(
                    Taking(offers[took.place], took.coupon, took.application or 1, Fen(took.off))
                    for took in unit.takings
                    if took.off
                )
                line = article.line
                price = UnitPrice(number, line.sku, count, Fen(unit.first), Fen(unit.amount), line.levy, takings)
                found.append((number, price))
            start += pieces
    return tuple(price for _, price in sorted(found, key=lambda one: one[0]))


def _applied(priced: Priced, units: Sequence[Unit]) -> tuple[Applied, ...]:
    by_place: dict[int, Counter[tuple[str, int]]] = {}
    for unit in units:
        for took in unit.takings:
            by_place.setdefault(took.place, Counter())[took.coupon, took.application] += took.off
    found = []
    for one in priced.touched:
        offs = by_place.get(one.place)
        if not offs:
            continue
        offer, stage = one.compiled.offer, one.compiled.stage
        assert stage is not None
        off = sum(offs.values())
        shares = largest_remainder(off, [share.percent for share in offer.funding]) if offer.funding else []
        funding = tuple(Funded(s.payer, Fen(part)) for s, part in zip(offer.funding, shares, strict=True))
        coupons = tuple(sorted({coupon for coupon, _ in offs if coupon}))
        found.append(Applied(offer.id, offer.name, stage, len(offs), Fen(off), coupons, funding))
    return tuple(sorted(found, key=lambda applied: STAGES.index(applied.stage)))


def _not_applied(
    priced: Priced, entered: Entered, refused: dict[int, NotApplied], out_of_time: Callable[[], bool]
) -> list[NotApplied]:
    applied = entered.used
    found = []
    late = False
    for number, one in enumerate(priced.touched):
        if one.place in applied:
            continue
        offer = one.compiled.offer
        late = late or (number & 63 == 63 and out_of_time())
        if one.compiled.stage is None and one.reason is None:
            if one.place in refused:
                found.append(refused[one.place])
        elif one.reason is not None:
            found.append(NotApplied(offer.id, offer.name, one.reason))
        elif late:
            found.append(NotApplied(offer.id, offer.name, "no_time"))
        else:
            assert one.compiled.stage is not None
            found.append(_missing(priced, one, entered.stage(one.compiled.stage)))
    return found


class EnteredStage:
    """The units that entered a stage, with how many there are of each, and their sums on sets of articles."""

    def __init__(self, units: Sequence[tuple[Unit, int]]) -> None:
        self.units = units
        self._sums: dict[Mask, tuple[int, int, int]] = {}

    def sums(self, mask: Mask) -> tuple[int, int, int]:
        """Of the open units of these articles: fen at first, fen that entered, pieces. Many offers ask for the same."""
        if mask not in self._sums:
            mine = [(unit, count) for unit, count in self.units if mask >> unit.article & 1 and not unit.closed]
            self._sums[mask] = (
                sum(unit.first * count for unit, count in mine),
                sum(unit.amount * count for unit, count in mine),
                sum(count for _, count in mine),
            )
        return self._sums[mask]


class Entered:
    """What entered each stage of a priced basket, reckoned once."""

    def __init__(self, priced: Priced, units: Sequence[Unit]) -> None:
        self._alike = Counter(units)
        self.used = {took.place for unit in self._alike for took in unit.takings}
        """Offers that took something."""
        touched = (one for one in priced.touched if one.place in self.used)
        self._ready = {one.place: one.ready for one in touched if one.ready is not None}
        self._known: dict[Stage, EnteredStage] = {}

    def stage(self, stage: Stage) -> EnteredStage:
        """The units as they entered a stage (the stage `coupon`: as they are at the end)."""
        if stage not in self._known:
            self._known[stage] = EnteredStage(self._before(stage))
        return self._known[stage]

    def _before(self, stage: Stage) -> list[tuple[Unit, int]]:
        if stage == "coupon":
            return list(self._alike.items())
        earlier = STAGES[: STAGES.index(stage)]
        found: dict[Unit, int] = {}
        for unit, count in self._alike.items():
            before = tuple(took for took in unit.takings if self._ready[took.place].stage in earlier)
            if len(before) < len(unit.takings):
                closed = any(self._ready[took.place].never for took in before)
                amount = unit.first - sum(took.off for took in before)
                unit = Unit(unit.article, unit.first, amount, closed, before)
            found[unit] = found.get(unit, 0) + count
        return list(found.items())


def _missing(priced: Priced, one: Touched, entered: EnteredStage) -> NotApplied:
    """What the needs or the next step of an offer lack on the amounts that entered its stage."""
    offer, ready = one.compiled.offer, one.ready
    assert ready is not None
    for mask, need in ready.needs:
        lack = lacks(mask, need, entered.units, priced.articles, initial=ready.initial)
        if lack is not None:
            return _lacking(one, lack)
    first, left, pieces = entered.sums(ready.mask)
    amount = first if ready.initial else left
    if ready.stage != "deal":
        if amount and not ready.reduction.off(amount, pieces):
            missing_amount, missing_pieces = ready.reduction.lacks(amount, pieces)
            if missing_amount or missing_pieces:
                return _lacking(one, Lacks(missing_amount, missing_pieces, False))
            return NotApplied(offer.id, offer.name, "nothing_to_take")
    else:
        slots = ready.deal.slots()
        sizes = [entered.sums(mask)[2] for mask in ready.takes]
        missing = max(slot.pieces - size for slot, size in zip(slots, sizes, strict=True))
        together = sum(slot.pieces for slot in slots) - pieces
        if max(missing, together) > 0:
            return _lacking(one, Lacks(0, max(missing, together), False))
    if not amount:
        return NotApplied(offer.id, offer.name, "nothing_to_take")
    return NotApplied(offer.id, offer.name, "not_the_best" if priced.proven else "cut_short")


def _lacking(one: Touched, lack: Lacks) -> NotApplied:
    offer = one.compiled.offer
    reason = "too_little" if lack.amount else "too_few" if lack.pieces else "too_many"
    missing_amount = Fen(lack.amount) if lack.amount else None
    return NotApplied(offer.id, offer.name, reason, missing_amount, lack.pieces or None)


def _suggestions(priced: Priced, entered: Entered) -> list[Suggestion]:
    names = {one.compiled.offer.id: one.compiled.offer.name for one in priced.touched}
    found = [Suggestion(offer, names[offer], coupon, saves=Fen(saves)) for offer, coupon, saves in priced.wallet]
    for one in priced.touched:
        get = one.compiled.offer.get
        if one.reason not in ("goods_missing", "not_promotable") or not getattr(get, "suggests", False):
            continue
        counted = entered.stage("deal").units
        needs = [(priced.shelf.mask(asked), need) for asked, need in one.compiled.needs]
        if all(lacks(mask, need, counted, priced.articles, initial=False) is None for mask, need in needs):
            goods, price = getattr(get, "goods", None), getattr(get, "price", None)
            found.append(Suggestion(one.compiled.offer.id, one.compiled.offer.name, "", goods=goods, at_price=price))
    return found
