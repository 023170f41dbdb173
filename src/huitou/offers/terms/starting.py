"""The nouns of the starters: a ready programme, its questions, and what comes of the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Answers = Mapping[str, int]
"""By the key of each question."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: an amount in fen, or a whole number."""

    key: str
    label: str
    unit: str
    """fen, percent (whole), times, or weekday (1 is Monday)."""
    usual: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class StarterOffer:
    """An offer of a starter: its document, and how often it may be used."""

    document: Json
    budget_fen: int | None = None
    """None: of what costs nothing when it is given; `uses` ends it."""
    uses: int | None = None
    per_member: int | None = None
    per_member_day: int | None = None


@dataclass(frozen=True, slots=True)
class StarterCoupon:
    """A kind of coupon that the starter's offers hand out and take."""

    code: str
    title: str
    terms: str
    worth_fen: int
    threshold_fen: int
    valid_days: int


@dataclass(frozen=True, slots=True)
class Made:
    """What comes of the answers."""

    offers: tuple[StarterOffer, ...]
    coupons: tuple[StarterCoupon, ...] = ()


@dataclass(frozen=True, slots=True)
class Starter:
    """A ready programme. `for_whom` says what kind of shop it suits."""

    key: str
    title: str
    about: str
    for_whom: str
    asks: tuple[Ask, ...]
    make: Callable[[Answers], Made]
