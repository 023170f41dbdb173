"""When an offer holds: dates, hours, channel, store, member."""

from __future__ import annotations

from datetime import datetime

from huitou.offers.terms import PriceRequest, Valid


def why_not(valid: Valid, request: PriceRequest) -> str | None:
    """The code of the first condition that fails, or None; the coupon is not asked here."""
    return _wrong_time(valid, request.at) or _wrong_place(valid, request) or _wrong_member(valid, request)


def _wrong_time(valid: Valid, at: datetime) -> str | None:
    if valid.starts is not None and _comparable(at, valid.starts) < valid.starts:
        return "not_started"
    if valid.ends is not None and _comparable(at, valid.ends) > valid.ends:
        return "ended"
    if valid.weekdays and at.isoweekday() not in valid.weekdays:
        return "wrong_weekday"
    if valid.from_hour is not None or valid.to_hour is not None:
        clock = at.time()
        begins = valid.from_hour is None or clock >= valid.from_hour
        lasts = valid.to_hour is None or clock < valid.to_hour
        over_midnight = valid.from_hour is not None and valid.to_hour is not None and valid.to_hour < valid.from_hour
        if not (begins or lasts if over_midnight else begins and lasts):
            return "wrong_hour"
    return None


def _comparable(at: datetime, end: datetime) -> datetime:
    """A moment without a zone is local time of the store, as the other one is meant."""
    if (at.tzinfo is None) == (end.tzinfo is None):
        return at
    return at.replace(tzinfo=end.tzinfo) if at.tzinfo is None else at.replace(tzinfo=None)


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
        return "members_only" if asks else None
    if valid.tiers and member.tier not in valid.tiers:
        return "wrong_tier"
    if valid.segments and not set(valid.segments) & set(member.segments):
        return "wrong_segment"
    if valid.birthday_month and (member.birthday is None or member.birthday.month != request.at.month):
        return "wrong_birthday_month"
    return None
