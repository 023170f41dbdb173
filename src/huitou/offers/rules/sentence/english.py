"""The sentence in English: when, for whom, what for what; how often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from huitou.offers.rules.programme import stage_of
from huitou.offers.rules.sentence import english_kinds
from huitou.offers.rules.sentence.english_goods import called, goods_of, listed
from huitou.offers.rules.sentence.names import (
    asks_nothing,
    clock,
    in_english,
    is_day_begin,
    is_day_end,
    is_midnight,
    percentage,
    runs,
)
from huitou.offers.terms import EVERYTHING, Limits, Need, Offer, Valid
from huitou.offers.terms.said import Names

DAYS = ("", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CHANNELS = {"store": "the till", "mini_program": "the mini program", "delivery": "delivery", "app": "the app"}


def customer(offer: Offer, names: Names) -> str:
    """What the customer is told."""
    before = ", ".join(filter(None, [when(offer.valid, names), *who(offer.valid, names)]))
    needs = [
        _need(need, names)
        for number, need in enumerate(offer.buy)
        if number or not (english_kinds.tells_first_goods(offer) and asks_nothing(need))
    ]
    given = english_kinds.phrase(offer, names)
    if needs:
        given = f"buy {' and '.join(needs)}: {given}"
    first = f"{before}: {given}" if before else given
    sentences = [first, *_cautions(offer), *_limits(offer.limits, names), *_terms(names)]
    return " ".join(f"{one[0].upper()}{one[1:]}." for one in sentences)


def inside(offer: Offer, names: Names) -> str:
    """What the house must know beside it; empty where all is as usual."""
    parts = [*_combining(offer), *english_kinds.reckoned(offer), *_paid_by(offer, names)]
    return "".join(f"{one[0].upper()}{one[1:]}. " for one in parts).strip()


# ---- when and who


def when(valid: Valid, names: Names) -> str:
    parts = [_dates(valid, names), _weekdays(valid.weekdays), _hours(valid)]
    return ", ".join(part for part in parts if part)


def _dates(valid: Valid, names: Names) -> str:
    first, last = valid.starts, valid.ends
    if first and last:
        if first.date() == last.date() and is_day_begin(first) and is_day_end(last):
            return f"on {_day(first, names)}"
        return f"{_first(first, names)} to {_last(last, names)}"
    if first:
        return f"from {_first(first, names)}"
    return f"until {_last(last, names)}" if last else ""


def _day(moment: datetime, names: Names) -> str:
    year = "" if moment.year == names.year else f" {moment.year}"
    return f"{moment.day} {moment:%b}{year}"


def _first(moment: datetime, names: Names) -> str:
    return _day(moment, names) + ("" if is_day_begin(moment) else f" {clock(moment.time())}") + _offset(moment)


def _last(moment: datetime, names: Names) -> str:
    clock_time = f"{moment.hour}:{moment:%M}" if moment.second == 59 else clock(moment.time())
    return _day(moment, names) + ("" if is_day_end(moment) else f" {clock_time}") + _offset(moment)


def _offset(moment: datetime) -> str:
    return "" if moment.tzinfo is None else f" (UTC{moment:%z})"


def _weekdays(days: Sequence[int]) -> str:
    said = []
    for first, last in runs(tuple(days)):
        if last - first > 1:
            said.append(f"{DAYS[first]} to {DAYS[last]}")
        else:
            said += [DAYS[day] for day in range(first, last + 1)]
    return listed(said, "days")


def _hours(valid: Valid) -> str:
    begins, closes = valid.from_hour, valid.to_hour
    if closes is None or (begins is not None and is_midnight(closes)):
        return f"from {clock(begins)}" if begins else ""
    if begins is None:
        return f"before {'24:00' if is_midnight(closes) else clock(closes)}"
    return f"{clock(begins)}–{clock(closes)}{' of the next day' if closes < begins else ''}"


def who(valid: Valid, names: Names) -> Iterator[str]:
    """Members, places and the coupon that is asked for."""
    tiers = listed(called(valid.tiers, names.tiers), "tiers", "or")
    segments = listed([f"“{one}”" for one in called(valid.segments, names.segments)], "segments", "or")
    if valid.birthday_month or tiers or segments or valid.members_only:
        of_segment = f" in {segments}" if segments else ""
        born = " in the month of their birthday" if valid.birthday_month else ""
        only = " only" if valid.members_only else ""
        yield f"for {tiers + ' ' if tiers else ''}members{of_segment}{born}{only}"
    if valid.staff_only:
        yield "for staff only"
    if valid.channels:
        yield f"at {listed(called(valid.channels, {**CHANNELS, **names.channels}), 'channels')}"
    if valid.stores:
        yield f"in {listed(called(valid.stores, names.stores), 'stores')}"
    if valid.coupon:
        yield f"with the coupon {called([valid.coupon], names.coupons)[0]}"


# ---- what must be bought


def _need(need: Need, names: Names) -> str:
    asked = []
    if need.least_amount:
        asked.append(f"{in_english(need.least_amount, names)}{' before tax' if need.without_tax else ''} or more")
    elif need.without_tax:
        asked.append("an amount before tax")
    if need.least_pieces and need.most_pieces is not None:
        asked.append(f"{need.least_pieces} to {need.most_pieces} pieces")
    elif need.least_pieces:
        asked.append(f"{need.least_pieces} pieces or more")
    elif need.most_pieces is not None:
        asked.append(f"at most {need.most_pieces} pieces")
    if asked and need.goods == EVERYTHING:
        return ", and ".join(asked)
    return f"{', and '.join(asked)} of {goods_of(need.goods, names)}" if asked else goods_of(need.goods, names)


# ---- cautions and limits


def _cautions(offer: Offer) -> Iterator[str]:
    if offer.stack == "never":
        yield "no other offer on the receipt" if offer.scope == "receipt" else "no other offer on the same goods"
    elif offer.stack == "always":
        yield "together with other offers"


def _limits(limits: Limits, names: Names) -> Iterator[str]:
    """What a single receipt may take at most."""
    if limits.applications is not None:
        yield f"{_times(limits.applications)} a receipt"
    if limits.units is not None:
        yield f"{limits.units:,} {'piece' if limits.units == 1 else 'pieces'} a receipt"
    if limits.budget is not None:
        yield f"at most {in_english(limits.budget, names)} off a receipt"


def _terms(names: Names) -> Iterator[str]:
    terms = names.terms
    each = (
        ("for each member", terms.per_member),
        ("a day for each member", terms.per_member_day),
        ("a day in each store", terms.per_store_day),
        ("altogether", terms.uses),
    )
    yield from (f"{_times(count)} {who}" for who, count in each if count is not None)
    if terms.per_member_month_fen is not None:
        yield f"at most {in_english(terms.per_member_month_fen, names)} off a month for each member"
    if terms.budget_fen is not None:
        yield f"until {in_english(terms.budget_fen, names)} are given"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


# ---- for the house


def _combining(offer: Offer) -> Iterator[str]:
    stage = stage_of(offer)
    if stage is not None and (offer.stage is not None or offer.valid.coupon):
        yield f"reckoned in the {stage} stage"
    if offer.group:
        yield f"of the group “{offer.group}” at most {offer.group_most} on a receipt"
    elif offer.group_most != 1:
        yield f"at most {offer.group_most} of its group, and it is in none"
    if offer.scope == "receipt" and offer.stack != "never":
        yield "its scope is the receipt"
    if offer.priority:
        yield f"priority {offer.priority}"
    if offer.base == "initial":
        yield "reckoned on the first prices"


def _paid_by(offer: Offer, names: Names) -> Iterator[str]:
    if offer.funding:
        shares = [f"{called([one.payer], names.payers)[0]} {percentage(one.percent)}%" for one in offer.funding]
        yield f"paid by {', '.join(shares)}"
