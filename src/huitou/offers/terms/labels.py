"""The nouns of shelf labels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from huitou.offers.terms import Fen, Offer


@dataclass(frozen=True, slots=True)
class LabelPrice:
    """What one piece, or a kilogram, costs with these offers, from the first day to the last; None: no end is said."""

    fen: Fen
    starts: date | None
    ends: date | None
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class LabelOffers:
    """What a label says of offers: the price for everybody and for members, where it differs, and deals."""

    everybody: LabelPrice | None
    members: LabelPrice | None
    """None: members pay what everybody pays."""
    deals: tuple[Offer, ...]
