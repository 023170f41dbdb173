"""What each kind of offer gives, in Chinese: a phrase for each file of `rules/kinds`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from huitou.offers.rules.forms import Deal, Reduction
from huitou.offers.rules.programme import taken_goods
from huitou.offers.rules.sentence.chinese_goods import apart, called, goods_of
from huitou.offers.rules.sentence.names import asks_nothing, in_chinese, times
from huitou.offers.terms import EVERYTHING, HALF, HUNDRED_PERCENT, Goods, Offer
from huitou.offers.terms.said import Names

NUMBERS = "零一二三四五六七八九十"
PER = {"unit": "每件", "line": "每款", "lot": "合计"}


def phrase(offer: Offer, names: Names) -> str:
    """What is given, with the goods that it is given for."""
    speak = KINDS.get(offer.get.kind)
    return speak(offer, offer.get, names) if speak else offer.name or offer.id


def tells_first_goods(offer: Offer) -> bool:
    """The phrase names the goods of the first need by itself."""
    get = offer.get
    return not isinstance(get, Deal) and not (isinstance(get, Reduction) and get.goods is not None)


def reckoned(offer: Offer) -> Iterator[str]:
    """How a reduction is rounded, capped and spread: what nobody reads on a shelf."""
    get = offer.get
    if not isinstance(get, Reduction):
        if getattr(get, "less_scanned", False):
            yield "购物篮里已有的赠品不再另给"
        return
    if get.per is not None and get.kind != "amount_off":
        yield f"按{PER[get.per]}取整"
    if get.pick == "dearest" and get.most_units is None:
        yield "先取最贵的"
    if get.most_units_of == "line" and get.most_units is None:
        yield "件数按每款计"
    if get.spread == "pieces":
        yield "优惠按件数分摊"


# ---- numbers


def fold(percent: int) -> str:
    """20% off is 8 折, 50 % 半价, all of it 免费."""
    if percent == HUNDRED_PERCENT:
        return "免费"
    return "半价" if percent == HALF else f"{tenths(percent)} 折"


def tenths(percent: int) -> str:
    left = HUNDRED_PERCENT - percent
    whole, rest = divmod(left, 1000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)


def _ordinal(number: int) -> str:
    return f"第{NUMBERS[number]}件" if 0 < number <= 10 else f"第 {number} 件"


def _reduced(offer: Offer, names: Names) -> str:
    """The goods of a reduction, and how many of them: 鲜奶."""
    goods = taken_goods(offer)[0]
    return "全场" if goods == EVERYTHING else goods_of(goods, names)


def _capped(get: Any, names: Names) -> str:
    parts = []
    if get.most_units is not None:
        which = "最贵" if get.pick == "dearest" else "最便宜"
        each = "每款" if get.most_units_of == "line" else ""
        parts.append(f"{each}限{which}的 {get.most_units} 件")
    if get.most is not None:
        parts.append(f"最多减 {in_chinese(get.most, names)}")
    return "".join(f"，{part}" for part in parts)


# ---- reductions


def _percent_off(offer: Offer, get: Any, names: Names) -> str:
    said = fold(get.percent)
    goods = _reduced(offer, names)
    return f"{goods}{said if said in ('免费', '半价') else f' {said}'}{_capped(get, names)}"


def _amount_off(offer: Offer, get: Any, names: Names) -> str:
    per = get.per or get.usual_per(offer.stage or ("coupon" if offer.valid.coupon else "item"))
    each = {"unit": "每件减", "line": "每款减", "lot": "立减"}[per]
    return f"{_reduced(offer, names)}{each} {in_chinese(get.amount, names)}{_capped(get, names)}"


def _fixed_price(offer: Offer, get: Any, names: Names) -> str:
    return f"{_reduced(offer, names)}，每件 {in_chinese(get.price, names)}{_capped(get, names)}"


def _threshold(offer: Offer, get: Any, names: Names) -> str:
    steps = [_step(step, names, every=get.every) for step in get.steps]
    highest = "，取最高一档" if len(steps) > 1 else ""
    return f"{_reduced(offer, names)}{'，'.join(steps)}{highest}{_capped(get, names)}"


def _step(step: Any, names: Names, *, every: bool) -> str:
    asked = []
    if step.least_amount:
        asked.append(f"满 {in_chinese(step.least_amount, names)}")
    if step.least_pieces:
        asked.append(f"满 {step.least_pieces} 件")
    gives = f"减 {in_chinese(step.amount, names)}" if step.amount is not None else ""
    if step.percent is not None:
        gives += f"打 {tenths(step.percent)} 折" if step.percent != HUNDRED_PERCENT else "免费"
    return f"{'每' if every else ''}{'且'.join(asked)}{gives}"


# ---- deals


def _nth_unit(offer: Offer, get: Any, names: Names) -> str:
    said = fold(get.percent)
    space = "" if said in ("免费", "半价") else " "
    return f"{_any(get.goods, names)}{_ordinal(get.n)}{space}{said}{_cheapest(get.goods)}"


def _cheapest_free(offer: Offer, get: Any, names: Names) -> str:
    if get.percent == HUNDRED_PERCENT:
        return f"{_any(get.goods, names)}买 {get.group - get.free} 送 {get.free}{_cheapest(get.goods)}"
    which = "" if _is_one(get.goods) else "最便宜的"
    return f"{_any(get.goods, names)}每 {get.group} 件，其中{which} {get.free} 件 {tenths(get.percent)} 折"


def _buy_get(offer: Offer, get: Any, names: Names) -> str:
    bought = f"买 {get.buy_pieces} 件{goods_of(get.buy_goods, names)}"
    given = f"{get.get_pieces} 件{goods_of(get.get_goods, names)}"
    if get.amount is not None:
        return f"{bought}，另 {given}每件减 {in_chinese(get.amount, names)}"
    if get.price is not None:
        return f"{bought}，另 {given}每件只要 {in_chinese(get.price, names)}"
    if get.percent is None or get.percent == HUNDRED_PERCENT:
        return f"{bought}，送 {given}"
    said = fold(get.percent)
    return f"{bought}，另 {given}{said if said == '半价' else f'打 {said}'}"


def _bundle(offer: Offer, get: Any, names: Names) -> str:
    if get.price is not None:
        gives = f" {in_chinese(get.price, names)}"
    elif get.percent is not None:
        gives = f" {fold(get.percent)}" if get.percent not in (HALF, HUNDRED_PERCENT) else fold(get.percent)
    else:
        gives = f"减 {in_chinese(get.amount or 0, names)}"
    if len(get.groups) == 1:
        group = get.groups[0]
        return f"{_any(group.goods, names)}任选 {group.pieces} 件{gives}"
    parts = [f"{goods_of(group.goods, names)} {group.pieces} 件" for group in get.groups]
    return f"{'加'.join(parts)}，一起{gives}"


def _add_on(offer: Offer, get: Any, names: Names) -> str:
    return f"加 {in_chinese(get.price, names)}换购{goods_of(get.goods, names)} 1 件，每单最多 {get.times} 件"


def _any(goods: Goods, names: Names) -> str:
    return "全场" if goods == EVERYTHING else goods_of(goods, names)


def _is_one(goods: Goods) -> bool:
    return len(goods.skus) == 1


def _cheapest(goods: Goods) -> str:
    return "" if _is_one(goods) else "（优惠其中较便宜的）"


# ---- benefits


def _of_goods(offer: Offer, names: Names) -> str:
    """The goods that earn it, where they are not everything."""
    if not offer.buy or offer.buy[0].goods == EVERYTHING:
        return ""
    return goods_of(offer.buy[0].goods, names) if asks_nothing(offer.buy[0]) else "这些商品"


def _buying(offer: Offer, names: Names) -> str:
    goods = offer.buy[0].goods if offer.buy else EVERYTHING
    return f"买{goods_of(goods, names)}" if goods != EVERYTHING and asks_nothing(offer.buy[0]) else ""


def _points_bonus(offer: Offer, get: Any, names: Names) -> str:
    parts = []
    if get.multiply != HUNDRED_PERCENT:
        parts.append("双倍积分" if get.multiply == 2 * HUNDRED_PERCENT else f" {times(get.multiply)} 倍积分")
    if get.add:
        parts.append(f"{'另' if parts else ''}送 {get.add:,} 积分")
    said = "，".join(parts) or "不多给积分"
    goods = _of_goods(offer, names)
    return f"{goods}{said}" if goods else said.strip()


def _gift(offer: Offer, get: Any, names: Names) -> str:
    gifts = "、".join(f"{apart(called([gift.sku], names.skus)[0])} {gift.pieces} 件" for gift in get.gifts)
    return f"{_buying(offer, names)}{'每满一次' if get.every else ''}送{gifts}"


def _stamps(offer: Offer, get: Any, names: Names) -> str:
    each = f"每满 {in_chinese(get.per_amount, names)}" if get.per_amount else ""
    return f"{_of_goods(offer, names)}{each}得 {get.count} 枚印花"


def _free_delivery(offer: Offer, get: Any, names: Names) -> str:
    return f"{_buying(offer, names)}免配送费"


def _next_coupon(offer: Offer, get: Any, names: Names) -> str:
    return f"{_buying(offer, names)}送 {get.count} 张{apart(called([get.coupon], names.coupons)[0])}，下次可用"


KINDS: Mapping[str, Callable[[Offer, Any, Names], str]] = {
    "percent_off": _percent_off,
    "amount_off": _amount_off,
    "fixed_price": _fixed_price,
    "threshold": _threshold,
    "nth_unit": _nth_unit,
    "cheapest_free": _cheapest_free,
    "buy_get": _buy_get,
    "bundle": _bundle,
    "add_on": _add_on,
    "points_bonus": _points_bonus,
    "gift": _gift,
    "stamps": _stamps,
    "free_delivery": _free_delivery,
    "next_coupon": _next_coupon,
}
