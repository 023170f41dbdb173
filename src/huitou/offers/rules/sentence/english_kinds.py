"""What each kind of offer gives, in English: a phrase for each file of `rules/kinds`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from huitou.offers.rules.forms import Deal, Reduction
from huitou.offers.rules.programme import taken_goods
from huitou.offers.rules.sentence.english_goods import called, goods_of, listed
from huitou.offers.rules.sentence.names import asks_nothing, in_english, percentage, times
from huitou.offers.terms import EVERYTHING, HALF, HUNDRED_PERCENT, Goods, Offer
from huitou.offers.terms.said import Names

ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
PER = {"unit": "piece by piece", "line": "line by line", "lot": "over the lot"}


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
            yield "gifts that lie in the basket are not handed out again"
        return
    if get.per is not None and get.kind != "amount_off":
        yield f"rounded {PER[get.per]}"
    if get.pick == "dearest" and get.most_units is None:
        yield "the dearest first"
    if get.most_units_of == "line" and get.most_units is None:
        yield "pieces are counted line by line"
    if get.spread == "pieces":
        yield "spread over the goods by pieces"


def _off(percent: int) -> str:
    if percent == HUNDRED_PERCENT:
        return "free"
    return "half price" if percent == HALF else f"{percentage(percent)}% off"


def _reduced(offer: Offer, names: Names) -> str:
    return goods_of(taken_goods(offer)[0], names)


def _capped(get: Any, names: Names) -> str:
    parts = []
    if get.most_units is not None:
        pieces = "piece" if get.most_units == 1 else f"{get.most_units} pieces"
        parts.append(f"the {get.pick} {pieces}{' of each line' if get.most_units_of == 'line' else ''} only")
    if get.most is not None:
        parts.append(f"at most {in_english(get.most, names)} off")
    return "".join(f", {part}" for part in parts)


# ---- reductions


def _percent_off(offer: Offer, get: Any, names: Names) -> str:
    return f"{_reduced(offer, names)}, {_off(get.percent)}{_capped(get, names)}"


def _amount_off(offer: Offer, get: Any, names: Names) -> str:
    per = get.per or get.usual_per(offer.stage or ("coupon" if offer.valid.coupon else "item"))
    each = {"unit": " each", "line": " for each line", "lot": ""}[per]
    return f"{_reduced(offer, names)}, {in_english(get.amount, names)} off{each}{_capped(get, names)}"


def _fixed_price(offer: Offer, get: Any, names: Names) -> str:
    return f"{_reduced(offer, names)} for {in_english(get.price, names)} each{_capped(get, names)}"


def _threshold(offer: Offer, get: Any, names: Names) -> str:
    goods = taken_goods(offer)[0]
    steps = ", or ".join(_step(step, names, every=get.every) for step in get.steps)
    highest = ", whichever is higher" if len(get.steps) > 1 else ""
    return f"{steps}{highest}{'' if goods == EVERYTHING else f', on {goods_of(goods, names)}'}{_capped(get, names)}"


def _step(step: Any, names: Names, *, every: bool) -> str:
    asked = []
    if step.least_amount:
        asked.append(f"{in_english(step.least_amount, names)}")
    if step.least_pieces:
        asked.append(f"{step.least_pieces} pieces")
    gives = f"{in_english(step.amount, names)} off" if step.amount is not None else ""
    gives += _off(step.percent) if step.percent is not None else ""
    return f"{gives} {'for every' if every else 'from'} {' and '.join(asked)}{'' if every else ' on'}"


# ---- deals


def _nth_unit(offer: Offer, get: Any, names: Names) -> str:
    number = ORDINALS[get.n] if 0 < get.n < len(ORDINALS) else f"{get.n}th"
    return f"{goods_of(get.goods, names)}, the {number} {_off(get.percent)}{_cheapest(get.goods)}"


def _cheapest_free(offer: Offer, get: Any, names: Names) -> str:
    goods = goods_of(get.goods, names)
    if get.percent == HUNDRED_PERCENT:
        return f"{goods}, buy {get.group - get.free}, get {get.free} free{_cheapest(get.goods)}"
    which = "" if _is_one(get.goods) else "cheapest "
    return f"of every {get.group} {goods} the {which}{get.free} {_off(get.percent)}"


def _buy_get(offer: Offer, get: Any, names: Names) -> str:
    bought = f"buy {get.buy_pieces} of {goods_of(get.buy_goods, names)}"
    given = f"get {get.get_pieces} of {goods_of(get.get_goods, names)}"
    if get.amount is not None:
        return f"{bought}, {given} {in_english(get.amount, names)} off each"
    if get.price is not None:
        return f"{bought}, {given} for {in_english(get.price, names)} each"
    return f"{bought}, {given} {_off(HUNDRED_PERCENT if get.percent is None else get.percent)}"


def _bundle(offer: Offer, get: Any, names: Names) -> str:
    groups = [f"{group.pieces} of {goods_of(group.goods, names)}" for group in get.groups]
    if get.price is not None:
        gives = f"for {in_english(get.price, names)}"
    elif get.percent is not None:
        gives = _off(get.percent)
    else:
        gives = f"{in_english(get.amount or 0, names)} off"
    return f"{listed(groups, 'groups')}{' together' if len(groups) > 1 else ''} {gives}"


def _add_on(offer: Offer, get: Any, names: Names) -> str:
    often = "one" if get.times == 1 else f"{get.times}"
    return f"add {goods_of(get.goods, names)} for {in_english(get.price, names)}, at most {often} a receipt"


def _is_one(goods: Goods) -> bool:
    return len(goods.skus) == 1


def _cheapest(goods: Goods) -> str:
    return "" if _is_one(goods) else " (the cheaper ones)"


# ---- benefits


def _of_goods(offer: Offer, names: Names) -> str:
    """The goods that earn it, where they are not everything."""
    if not offer.buy or offer.buy[0].goods == EVERYTHING:
        return ""
    return f" for {goods_of(offer.buy[0].goods, names)}" if asks_nothing(offer.buy[0]) else " for these goods"


def _buying(offer: Offer, names: Names) -> str:
    goods = offer.buy[0].goods if offer.buy else EVERYTHING
    return f"buy {goods_of(goods, names)}, get " if goods != EVERYTHING and asks_nothing(offer.buy[0]) else ""


def _points_bonus(offer: Offer, get: Any, names: Names) -> str:
    parts = []
    if get.multiply != HUNDRED_PERCENT:
        twice = get.multiply == 2 * HUNDRED_PERCENT
        parts.append("double points" if twice else f"{times(get.multiply)} times the points")
    if get.add:
        parts.append(f"{get.add:,} {'more ' if parts else ''}points")
    return f"{' and '.join(parts) or 'no more points'}{_of_goods(offer, names)}"


def _gift(offer: Offer, get: Any, names: Names) -> str:
    gifts = listed([f"{gift.pieces} × {called([gift.sku], names.skus)[0]}" for gift in get.gifts], "gifts")
    return f"{_buying(offer, names)}{gifts} as a gift{' each time' if get.every else ''}"


def _stamps(offer: Offer, get: Any, names: Names) -> str:
    stamps = "1 stamp" if get.count == 1 else f"{get.count} stamps"
    each = f" for every {in_english(get.per_amount, names)}" if get.per_amount else ""
    return f"{stamps}{each}{_of_goods(offer, names)}"


def _free_delivery(offer: Offer, get: Any, names: Names) -> str:
    return f"{_buying(offer, names)}free delivery"


def _next_coupon(offer: Offer, get: Any, names: Names) -> str:
    coupon = called([get.coupon], names.coupons)[0]
    count = "a coupon" if get.count == 1 else f"{get.count} coupons"
    return f"{_buying(offer, names)}{count} {coupon} for next time"


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
