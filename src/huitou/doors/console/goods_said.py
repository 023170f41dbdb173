"""The sentence that opens the pages of products and categories."""

from __future__ import annotations

from fractions import Fraction

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.findings import joined, say, strong
from huitou.insight.terms.goods import GoodsSold
from huitou.kernel.errors import N_
from huitou.usecases.look_at_product import ProductLookedAt
from huitou.usecases.rank_goods import RankedGoods

_UP = N_("{name} sold {amount} in four weeks, {change} more than in the four before.")
_DOWN = N_("{name} sold {amount} in four weeks, {change} less than in the four before.")
_LEVEL = N_("{name} sold {amount} in four weeks.")
_WON = N_("{part} won most, {amount}.")
_LOST = N_("{part} lost most, {amount}.")
_REPEAT = N_("{share} of the members who bought it bought it again within 13 weeks.")
_WITH = N_("It is bought with {other} {times} times as often as by chance.")
_STRONG_LIFT = Fraction(3, 2)
_ENOUGH_BUYERS = 30


def category_finding(ranked: RankedGoods, category: str) -> SafeString:
    """How the category (or everything) went, and which part of it moved most money."""
    name = category.split("/")[-1] if category else gettext("Everything together")
    said = [_sold(name, ranked.whole.net_fen, ranked.whole.before_fen)]
    moved = [(part, sold) for part, sold in ranked.categories if part]
    if len(moved) > 1:
        lost = min(moved, key=lambda pair: _won(pair[1]))
        won = max(moved, key=lambda pair: _won(pair[1]))
        falling = ranked.whole.net_fen < ranked.whole.before_fen
        part, sold = lost if falling else won
        if _won(sold) < 0 if falling else _won(sold) > 0:
            amount = _amount(abs(_won(sold)))
            said.append(say(_LOST if falling else _WON, part=strong(part), amount=amount))
    return joined(said)


def _won(sold: GoodsSold) -> int:
    return sold.net_fen - sold.before_fen


def product_finding(looked: ProductLookedAt) -> SafeString:
    here = looked.here
    assert here is not None, "a page without figures has no finding"
    said = [_sold(looked.product.name, here.net_fen, here.before_fen)]
    buyers = looked.buyers
    if buyers is not None and buyers.members >= _ENOUGH_BUYERS:
        said.append(say(_REPEAT, share=strong(figures.rate_of(buyers.again, buyers.members) + "%")))
    if looked.bought_with and looked.bought_with[0][1].lift >= _STRONG_LIFT:
        other, pair = looked.bought_with[0]
        said.append(say(_WITH, other=strong(other.name), times=figures.rounded(pair.lift, 1)))
    return joined(said)


def _sold(name: str, now: int, before: int) -> SafeString:
    amount = format_html('<b class="u">{}</b>', _amount(now))
    change = figures.change(Fraction(now), Fraction(before), "money", 1)
    if change is None or not change.arrow:
        return say(_LEVEL, name=name, amount=amount)
    return say(_UP if change.arrow == "▲" else _DOWN, name=name, amount=amount, change=change.text)


def _amount(fen: int) -> str:
    return str(figures.money_headline(fen))
