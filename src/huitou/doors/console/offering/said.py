"""Words of offers for the pages: states, kinds, what codes are called, and the sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.offering.lines import Known
from huitou.kernel.channels import CHANNEL_NAMES
from huitou.kernel.errors import N_
from huitou.offers.service import advice
from huitou.offers.terms import Offer
from huitou.offers.terms.kept import UNLIMITED, OfferState, OfferTerms, VersionState
from huitou.offers.terms.said import Names, Said
from huitou.segments.service import live
from huitou.usecases import offer_desk

STATES: Mapping[OfferState, tuple[str, str]] = {
    OfferState.DRAFT: (N_("Draft"), "line"),
    OfferState.WAITING: (N_("Waits for approval"), "o"),
    OfferState.APPROVED: (N_("Approved"), "o"),
    OfferState.SCHEDULED: (N_("Scheduled"), "q"),
    OfferState.ON: (N_("On"), "q"),
    OfferState.PAUSED: (N_("Stopped"), "o"),
    OfferState.ENDED: (N_("Ended"), "line"),
}
"""Name and tone of each state."""
VERSION_STATES: Mapping[VersionState, str] = {
    VersionState.DRAFT: N_("Draft"),
    VersionState.WAITING: N_("Waits for approval"),
    VersionState.APPROVED: N_("Approved"),
}
STAGES: Mapping[str, str] = {
    "price": N_("price"),
    "deal": N_("deal"),
    "item": N_("item"),
    "order": N_("order"),
    "coupon": N_("coupon"),
}
BESIDE_THE_PRICE = N_("beside the price")
"""Instead of a stage: what takes nothing off, as points do."""


@dataclass(frozen=True, slots=True)
class Both:
    """The sentence in both languages, that of the reader first."""

    first: Said
    second: Said
    second_language: str


def names_now(terms: OfferTerms = UNLIMITED, coupons: Mapping[str, str] | None = None) -> Names:
    """What codes are called; with the terms of one offer, what it says of them."""
    return Names(
        skus=offer_desk.shelf().names,
        stores=dict(offer_desk.store_names()),
        coupons=offer_desk.coupon_titles() if coupons is None else coupons,
        year=timezone.localdate().year,
        currency=settings.CURRENCY,
        terms=terms,
    )


def known_now(names: Names) -> Known:
    """What the form lets people choose from."""
    tiers = [(one, one) for one in offer_desk.tiers_known(timezone.localdate())]
    return Known(
        names,
        {
            "stores": sorted(names.stores.items(), key=lambda one: one[0]),
            "tiers": tiers,
            "segments": [(one.name, one.name) for one in live.listed()],
            "channels": [(code, gettext(text)) for code, text in CHANNEL_NAMES.items()],
            "coupons": sorted(names.coupons.items()),
        },
    )


def both(offer: Offer, names: Names) -> Both:
    mine, other = ("zh", "en") if figures.chinese() else ("en", "zh")
    return Both(
        advice.say(offer, mine, names), advice.say(offer, other, names), "en" if other == "en" else "zh-Hans-CN"
    )


def one_line(offer: Offer, names: Names) -> str:
    """The sentence in the reader's language."""
    return advice.say(offer, "zh" if figures.chinese() else "en", names).customer


def findings_said(findings: Sequence[Any]) -> list[tuple[str, str]]:
    """What the linter warns of: (what, next step)."""
    return [(gettext(one.says).format(offer=one.offer, where=one.where), gettext(one.next_step)) for one in findings]
