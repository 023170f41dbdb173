"""How a kept offer stands at a moment, and whether it takes a second person to let it stand."""

from __future__ import annotations

from datetime import datetime

from huitou.offers.terms import Valid
from huitou.offers.terms.kept import OfferState, OfferTerms, VersionState


def seen_state(kept: str, newest: VersionState, valid: Valid, at: datetime) -> OfferState:
    """The state as people see it. `at` is the chain's local time with its zone: an offer's own moments are each
    store's, so that one of another zone may begin an hour earlier than it is said here."""
    state = OfferState(kept)
    if state == OfferState.DRAFT:
        return OfferState(newest)
    if state != OfferState.ON:
        return state
    if valid.ends is not None and _beside(at, valid.ends) > valid.ends:
        return OfferState.ENDED
    if valid.starts is not None and _beside(at, valid.starts) < valid.starts:
        return OfferState.SCHEDULED
    return OfferState.ON


def _beside(at: datetime, moment: datetime) -> datetime:
    return at.replace(tzinfo=None) if moment.tzinfo is None else at


def needs_second(terms: OfferTerms, above_fen: int | None) -> bool:
    """Whether a second person has to approve: its budget is above the set one, or there is none that would end it."""
    if above_fen is None:
        return False
    return terms.budget_fen is None or terms.budget_fen > above_fen
