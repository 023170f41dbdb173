"""Shelf labels of a store for a day: shelf price, member price, offers on one piece, and what a kilogram costs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from huitou.access import service as access
from huitou.catalogue import service as catalogue
from huitou.catalogue.errors import StoreUnknown
from huitou.catalogue.terms import OnTheShelf, StoreSeen
from huitou.kernel.money import Money
from huitou.offers.service import advice, labels
from huitou.offers.terms import Offer
from huitou.offers.terms.labels import LabelPrice
from huitou.offers.terms.said import Names
from huitou.usecases.offer_desk import coupon_titles, line_of, store_names
from huitou.usecases.rehearse_offer import standing_offers


@dataclass(frozen=True, slots=True)
class LabelsAsked:
    """`store` is a code. `since`: only labels that say since then what they say now; `changed`: only those that say
    something else than when they were handed out last."""

    store: str
    on: date
    since: datetime | None = None
    changed: bool = False


@transaction.atomic
def shelf_labels(asked: LabelsAsked, *, now: datetime, actor: str) -> list[dict[str, Any]]:
    """Labels by sku, of every product that has a price; what they say is kept as handed out. Raises StoreUnknown."""
    store = catalogue.stores_of([asked.store]).get(asked.store)
    if store is None:
        raise StoreUnknown(store=asked.store)
    zone = store.zone or settings.TIME_ZONE
    noon = datetime.combine(asked.on, time(12), ZoneInfo(zone))
    hung = labels.labels_of(standing_offers(), store=store.code, zone=zone, at=noon)
    goods = {one.on_sale.id: one for one in catalogue.on_the_shelf() if one.on_sale.price_fen}
    skus = {one.on_sale.sku: one.on_sale.name for one in goods.values()}
    names = Names(skus, dict(store_names()), coupons=coupon_titles(), year=asked.on.year, currency=settings.CURRENCY)
    said = _Sentences(names)
    rows = {product: _row(one, store, hung, said) for product, one in goods.items()}
    texts = {product: json.dumps(row, ensure_ascii=False) for product, row in rows.items()}
    changed = labels.note_said(store.id, texts, now)
    since = now if asked.changed else asked.since
    found = [
        {**row, "changed_at": changed[product].astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")}
        for product, row in rows.items()
        if since is None or changed[product] >= since
    ]
    access.note_by(actor, "labels.export", f"store:{store.code}", labels=len(found), on=asked.on.isoformat())
    return found


class _Sentences:
    """Each offer is said once."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._known: dict[tuple[str, str], str] = {}

    def of(self, offers: Sequence[Offer], language: str) -> str:
        return ("；" if language == "zh" else "; ").join(self._one(one, language) for one in offers)

    def _one(self, offer: Offer, language: str) -> str:
        key = (offer.id, language)
        if key not in self._known:
            self._known[key] = advice.say(offer, language, self._names).customer
        return self._known[key]


def _row(one: OnTheShelf, store: StoreSeen, hung: labels.Labels, said: _Sentences) -> dict[str, Any]:
    goods, price = one.on_sale, one.on_sale.price_fen or 0
    offers = labels.label_of(line_of(goods), hung)
    unit = catalogue.unit_price(price, one.pack, weighed=goods.weighed)
    lowest = min([price, *(each.fen for each in (offers.everybody, offers.members) if each is not None)])
    cheaper = catalogue.unit_price(lowest, one.pack, weighed=goods.weighed) if lowest < price else None
    deal = offers.deals[:1]
    return {
        "store": store.code,
        "sku": goods.sku,
        "ean": one.ean,
        "name": goods.name,
        "brand": goods.brand,
        "category": goods.category,
        "pack": one.pack,
        "weighed": goods.weighed,
        "shelf_price": _yuan(price),
        **_priced("member_price", "member", "member_offer", offers.members, said),
        **_priced("offer_price", "offer", "offer", offers.everybody, said),
        "deal_from": _day(deal[0].valid.starts) if deal else "",
        "deal_until": _day(deal[0].valid.ends) if deal else "",
        "deal_zh": said.of(deal, "zh"),
        "deal_en": said.of(deal, "en"),
        "unit": unit[0] if unit else "",
        "unit_price": _yuan(unit[1]) if unit else "",
        "unit_price_500g": _yuan((unit[1] + 1) // 2) if unit and unit[0] == "kg" else "",
        "offer_unit_price": _yuan(cheaper[1]) if cheaper else "",
        "promotable": goods.promotable,
    }


def _priced(price: str, days: str, sentence: str, one: LabelPrice | None, said: _Sentences) -> dict[str, str]:
    return {
        price: _yuan(one.fen) if one else "",
        f"{days}_from": one.starts.isoformat() if one and one.starts else "",
        f"{days}_until": one.ends.isoformat() if one and one.ends else "",
        f"{sentence}_zh": said.of(one.offers, "zh") if one else "",
        f"{sentence}_en": said.of(one.offers, "en") if one else "",
    }


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def _yuan(fen: int) -> str:
    return str(Money(fen))
