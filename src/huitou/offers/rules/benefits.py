"""Other benefits: each applies whenever its needs hold on the winning combination; none uses anything up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from huitou.offers.rules.earning import base_points
from huitou.offers.rules.forms import Benefit as BenefitForm
from huitou.offers.rules.forms import Won
from huitou.offers.rules.pricing import Priced
from huitou.offers.rules.search.ready import Unit, lacks
from huitou.offers.terms import Benefit, Fen, NotApplied


def benefits_of(priced: Priced, units: Sequence[Unit]) -> tuple[list[Benefit], dict[int, NotApplied], list[str]]:
    """The benefits; what the others lack, by place; and the coupons that benefits used."""
    found: list[Benefit] = []
    refused: dict[int, NotApplied] = {}
    used: list[str] = []
    if not any(one.compiled.stage is None and one.reason is None for one in priced.touched):
        return found, refused, used
    # Every unit counts, also one that a `never` offer took: a benefit is no money offer.
    counted = [(unit._replace(closed=False), 1) for unit in units]
    scanned = Counter[str]()
    for line in priced.request.basket:
        scanned[line.sku] += line.quantity
    for one in priced.touched:
        if one.compiled.stage is not None or one.reason is not None:
            continue
        offer = one.compiled.offer
        get = offer.get
        assert isinstance(get, BenefitForm)
        for asked, need in one.compiled.needs:
            mask = priced.shelf.mask(asked)
            lack = lacks(mask, need, counted, priced.articles, initial=offer.base == "initial")
            if lack is not None:
                reason = "too_little" if lack.amount else "too_few" if lack.pieces else "too_many"
                amount = Fen(lack.amount) if lack.amount else None
                refused[one.place] = NotApplied(offer.id, offer.name, reason, amount, lack.pieces or None)
                break
        else:
            mask = priced.shelf.mask(one.compiled.takes[0])
            mine = [unit for unit in units if mask >> unit.article & 1]
            points = base_points(priced.request, units, priced.shelf, mask)
            given = get.give(offer, Won(sum(unit.amount for unit in mine), len(mine), points, scanned))
            if given:
                found.append(Benefit(offer.id, offer.name, get.kind, given))
                used += _coupon_of(priced, offer.valid.coupon)
            else:
                refused[one.place] = NotApplied(offer.id, offer.name, "nothing_to_take")
    return found, refused, used


def _coupon_of(priced: Priced, kind: str) -> list[str]:
    ids = sorted(coupon.id for coupon in priced.request.coupons if coupon.presented and coupon.kind == kind)
    return ids[:1] if kind else []
