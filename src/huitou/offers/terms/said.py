"""The nouns of an offer's sentence: what it says, and what codes are called in the shop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from huitou.offers.terms.kept import UNLIMITED, OfferTerms


@dataclass(frozen=True, slots=True)
class Said:
    """What the customer is told, and what the house must know beside it: how it combines, who pays."""

    customer: str
    inside: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names by code; a code without one stands for itself."""

    skus: Mapping[str, str] = field(default_factory=dict)
    stores: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
    coupons: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    payers: Mapping[str, str] = field(default_factory=dict)
    currency: str = "CNY"
    """In which the amounts are, by ISO 4217."""
    year: int | None = None
    """Days of this year are written without it."""
    terms: OfferTerms = UNLIMITED
    """How often the offer that is said holds, and what it may cost."""
