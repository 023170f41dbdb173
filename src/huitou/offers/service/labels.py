"""Shelf labels: what they may say of offers, and which of them say something else than before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from huitou.offers.rules import labels as rules
from huitou.offers.store import labels as store
from huitou.offers.terms import BasketLine, Offer
from huitou.offers.terms.labels import LabelOffers

Labels = rules.Labels


def labels_of(offers: Sequence[Offer], *, store: str, zone: str, at: datetime) -> Labels:
    """What may hang in a store on the day of `at`, its noon by the store's clock."""
    return rules.labels_of(offers, store=store, zone=zone, at=at)


def label_of(line: BasketLine, labels: Labels) -> LabelOffers:
    """What the label of a product says of offers. `line`: one piece of it, or a kilogram."""
    return rules.label_of(line, labels)


def note_said(store_id: int, said: Mapping[int, str], now: datetime) -> dict[int, datetime]:
    """Keep what the labels of these products say, by the product's row; of each since when it says so."""
    return store.note(
        store_id, {one: blake2b(text.encode(), digest_size=16).digest() for one, text in said.items()}, now
    )
