"""When an offer holds: dates, hours, channel, store, member."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from huitou.offers.terms import PriceRequest, Valid

MIDNIGHT = time.min
"""As the hour at which an offer closes: the end of the day."""


def why_not(valid: Valid, request: PriceRequest) -> str | None:
    """The code of the first condition that fails, or None; the coupon is not asked here."""
    return _wrong_time(valid, request.at) or _wrong_place(valid, request) or _wrong_member(valid, request)


def _wrong_time(valid: Valid, at: datetime) -> str | None:
    """`at` is the store's local time, with its zone where the offer's own moments have an offset."""
    if valid.starts is not None and _beside(at, valid.starts) < valid.starts:
        return "not_started"
    if valid.ends is not None and _beside(at, valid.ends) > valid.ends:
        return "ended"
    if valid.weekdays and opened_on(valid, at).isoweekday() not in valid.weekdays:
        return "wrong_weekday"
    return None if holds_at(valid, at.time()) else "wrong_hour"


def _beside(at: datetime, moment: datetime) -> datetime:
    """`at` as it compares with a moment of the offer, which is local time where it has no offset."""
    return at.replace(tzinfo=None) if moment.tzinfo is None else at


def over_midnight(valid: Valid) -> bool:
    """Its hours begin in the evening and close in the night."""
    begins, closes = valid.from_hour, valid.to_hour
    return begins is not None and closes is not None and MIDNIGHT < closes < begins


def holds_at(valid: Valid, clock: time) -> bool:
    """The hours: from the first moment on, and before the one at which they close."""
    begins = valid.from_hour is None or clock >= valid.from_hour
    lasts = valid.to_hour is None or valid.to_hour == MIDNIGHT or clock < valid.to_hour
    return begins or lasts if over_midnight(valid) else begins and lasts


def opened_on(valid: Valid, at: datetime) -> datetime:
    """The day to which the hours belong: what began in the evening is after midnight still of the day before."""
    after_midnight = over_midnight(valid) and valid.to_hour is not None and at.time() < valid.to_hour
    return at - timedelta(days=1) if after_midnight else at


def _wrong_place(valid: Valid, request: PriceRequest) -> str | None:
    if valid.channels and request.channel not in valid.channels:
        return "wrong_channel"
    if valid.stores and request.store not in valid.stores:
        return "wrong_store"
    return None


def _wrong_member(valid: Valid, request: PriceRequest) -> str | None:
    member = request.member
    if member is None:
        asks = valid.members_only or valid.tiers or valid.segments or valid.birthday_month
        return "staff_only" if valid.staff_only else "members_only" if asks else None
    if valid.staff_only and not member.staff:
        return "staff_only"
    if valid.tiers and member.tier not in valid.tiers:
        return "wrong_tier"
    if valid.segments and not set(valid.segments) & set(member.segments):
        return "wrong_segment"
    if valid.birthday_month and (member.birthday is None or member.birthday.month != request.at.month):
        return "wrong_birthday_month"
    return None
