"""The sentence in Chinese, as a retailer writes it on a shelf: 什么时候，谁，买什么，给什么，限几次."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from huitou.offers.rules.programme import stage_of
from huitou.offers.rules.sentence import chinese_kinds
from huitou.offers.rules.sentence.chinese_goods import apart, called, goods_of, listed, tidied
from huitou.offers.rules.sentence.names import (
    asks_nothing,
    clock,
    in_chinese,
    is_day_begin,
    is_day_end,
    is_midnight,
    percentage,
    runs,
)
from huitou.offers.terms import EVERYTHING, Limits, Offer, Valid
from huitou.offers.terms.said import Names

DAYS = ("", "周一", "周二", "周三", "周四", "周五", "周六", "周日")
STAGES = {"price": "价格", "deal": "组合", "item": "单品", "order": "整单", "coupon": "用券"}
CHANNELS = {"store": "到店", "mini_program": "小程序", "delivery": "到家", "app": "APP"}


def customer(offer: Offer, names: Names) -> str:
    """What the customer is told."""
    parts = [
        when(offer.valid, names),
        who(offer.valid, names),
        *(need for number, need in enumerate(_needs(offer, names)) if number or not _told_by_kind(offer)),
        chinese_kinds.phrase(offer, names),
        *_cautions(offer),
        *_limits(offer.limits, names),
        *_terms(names),
    ]
    return tidied("，".join(part for part in parts if part) + "。")


def inside(offer: Offer, names: Names) -> str:
    """What the house must know beside it; empty where all is as usual."""
    parts = [*_combining(offer), *chinese_kinds.reckoned(offer), *_paid_by(offer, names)]
    return "；".join(parts) + "。" if parts else ""


# ---- when and who


def when(valid: Valid, names: Names) -> str:
    parts = [_dates(valid, names), _weekdays(valid.weekdays), _hours(valid)]
    return " ".join(part for part in parts if part)


def _dates(valid: Valid, names: Names) -> str:
    first, last = valid.starts, valid.ends
    if first and last:
        if first.date() == last.date() and is_day_begin(first) and is_day_end(last):
            return f"{_day(first, names)}当天"
        return f"{_first(first, names)}～{_last(last, names)}"
    if first:
        return f"{_first(first, names)}起"
    return f"{_last(last, names)}止" if last else ""


def _day(moment: datetime, names: Names) -> str:
    year = "" if moment.year == names.year else f"{moment.year}年"
    return f"{year}{moment.month}月{moment.day}日"


def _first(moment: datetime, names: Names) -> str:
    return _day(moment, names) + ("" if is_day_begin(moment) else f" {_exact(moment)}") + _offset(moment)


def _last(moment: datetime, names: Names) -> str:
    return _day(moment, names) + ("" if is_day_end(moment) else f" {_exact(moment)}") + _offset(moment)


def _exact(moment: datetime) -> str:
    whole = moment.second == 59
    return f"{moment.hour}:{moment:%M}" if whole else clock(moment.time())


def _offset(moment: datetime) -> str:
    return "" if moment.tzinfo is None else f"（UTC{moment:%z}）"


def _weekdays(days: Sequence[int]) -> str:
    said = []
    for first, last in runs(tuple(days)):
        if last - first > 1:
            said.append(f"{DAYS[first]}至{DAYS[last]}")
        else:
            said += [DAYS[day] for day in range(first, last + 1)]
    return "、".join(said)


def _hours(valid: Valid) -> str:
    begins, closes = valid.from_hour, valid.to_hour
    if begins is None and closes is None:
        return ""
    if closes is None or (begins is not None and is_midnight(closes)):
        return f"{clock(begins)} 起" if begins else ""
    if begins is None:
        return f"{'24:00' if is_midnight(closes) else clock(closes)} 前"
    return f"{clock(begins)}～{'次日 ' if closes < begins else ''}{clock(closes)}"


def who(valid: Valid, names: Names) -> str:
    """Members, places and the coupon that is asked for."""
    parts = []
    tiers = listed(called(valid.tiers, names.tiers), "个等级", "或")
    segments = listed([f"「{one}」" for one in called(valid.segments, names.segments)], "个人群", "或")
    if valid.birthday_month or tiers or segments or valid.members_only:
        born = "生日当月的" if valid.birthday_month else ""
        of_segment = f"{segments}人群的" if segments else ""
        parts.append(f"{born}{of_segment}{tiers}会员{'' if tiers or born or of_segment else '专享'}")
        if valid.members_only and (tiers or born or of_segment):
            parts[-1] += "专享"
    if valid.staff_only:
        parts.append("员工专享")
    if valid.channels:
        parts.append(f"限{listed(called(valid.channels, {**CHANNELS, **names.channels}), '个渠道')}")
    if valid.stores:
        parts.append(f"限{listed(called(valid.stores, names.stores), '家门店')}")
    if valid.coupon:
        parts.append(f"持{apart(called([valid.coupon], names.coupons)[0])}")
    return "，".join(parts)


# ---- what must be bought


def _told_by_kind(offer: Offer) -> bool:
    """The first need is the very goods of the phrase, and asks for nothing more."""
    return bool(offer.buy) and chinese_kinds.tells_first_goods(offer) and asks_nothing(offer.buy[0])


def _needs(offer: Offer, names: Names) -> Iterator[str]:
    for need in offer.buy:
        asked = []
        if need.least_amount:
            asked.append(f"满 {in_chinese(need.least_amount, names)}{'（不含税）' if need.without_tax else ''}")
        elif need.without_tax:
            asked.append("（按不含税）")
        if need.least_pieces and need.most_pieces is not None:
            asked.append(f"{need.least_pieces}～{need.most_pieces} 件")
        elif need.least_pieces:
            asked.append(f"满 {need.least_pieces} 件")
        elif need.most_pieces is not None:
            asked.append(f"不超过 {need.most_pieces} 件")
        goods = goods_of(need.goods, names)
        yield f"{'' if asked and need.goods == EVERYTHING else '购' + goods}{'且'.join(asked)}"


# ---- cautions and limits


def _cautions(offer: Offer) -> Iterator[str]:
    if offer.stack == "never":
        yield "整单不再享受其他优惠" if offer.scope == "receipt" else "参加的商品不再享受其他优惠"
    elif offer.stack == "always":
        yield "可与其他优惠同享"


def _limits(limits: Limits, names: Names) -> Iterator[str]:
    """What a single receipt may take at most."""
    if limits.applications is not None:
        yield f"每单限 {limits.applications:,} 次"
    if limits.units is not None:
        yield f"每单限 {limits.units:,} 件"
    if limits.budget is not None:
        yield f"每单最多优惠 {in_chinese(limits.budget, names)}"


def _terms(names: Names) -> Iterator[str]:
    terms = names.terms
    each = (
        ("每位会员", terms.per_member),
        ("每位会员每天", terms.per_member_day),
        ("每家门店每天", terms.per_store_day),
        ("总共", terms.uses),
    )
    yield from (f"{who}限 {count:,} 次" for who, count in each if count is not None)
    if terms.per_member_month_fen is not None:
        yield f"每人每月最多优惠 {in_chinese(terms.per_member_month_fen, names)}"
    if terms.budget_fen is not None:
        yield f"优惠满 {in_chinese(terms.budget_fen, names)}即止"


# ---- for the house


def _combining(offer: Offer) -> Iterator[str]:
    stage = stage_of(offer)
    if stage is not None and (offer.stage is not None or offer.valid.coupon):
        yield f"在{STAGES[stage]}阶段计算"
    if offer.group:
        yield f"「{offer.group}」组的优惠每单最多用 {offer.group_most} 个"
    elif offer.group_most != 1:
        yield f"未分组，同组最多 {offer.group_most} 个不起作用"
    if offer.scope == "receipt" and offer.stack != "never":
        yield "范围为整单"
    if offer.priority:
        yield f"优先级 {offer.priority}"
    if offer.base == "initial":
        yield "门槛和优惠按原价计算"


def _paid_by(offer: Offer, names: Names) -> Iterator[str]:
    if offer.funding:
        payers: Mapping[str, str] = names.payers
        yield "、".join(
            f"{called([share.payer], payers)[0]}承担 {percentage(share.percent)}%" for share in offer.funding
        )
