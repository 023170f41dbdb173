"""What a member's own receipts of a year tell: what they buy, how they look at prices, when they come next, what's new.

Everything rests on the receipts that the reader may see and on no others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from huitou.catalogue import service as catalogue
from huitou.insight import service as insight
from huitou.insight.terms.person import ChangeSeen, Expected, Overdue, PriceSense
from huitou.receipts import service as receipts
from huitou.receipts.terms import BoughtLine

BASKET_DAYS = 91
CATEGORIES_TOLD = 8


@dataclass(frozen=True, slots=True)
class BasketPart:
    """A category of the first level: what the member spent on it in 91 days and in the 91 before (fen), its share of
    their money, and its share of what their layer spends; None where nobody counted the layer's."""

    category: str
    net_fen: int
    before_fen: int
    share: Fraction
    of_layer: Fraction | None


@dataclass(frozen=True, slots=True)
class MemberPicture:
    basket: Sequence[BasketPart]
    basket_fen: int
    prices: PriceSense | None
    promoted_usually: Fraction | None
    """Of everybody's money what part goes on goods at a discount, in the chain or in the reader's store."""
    expected: Expected | Overdue | None
    changes: Sequence[ChangeSeen]
    lines: int
    """How many lines all this rests on."""


def member_picture(
    member_id: int, *, visits: Sequence[date], as_of: date, layer: str, store_id: int | None
) -> MemberPicture:
    """`visits` are the days with a purchase of the year up to `as_of`, ascending. `store_id` says whose means stand
    beside the member: the chain's (None), or those of the store that the reader sees."""
    lines = receipts.bought(member_id, as_of - timedelta(days=364), as_of)
    products = catalogue.products(line.product_id for line in lines if line.product_id is not None)
    paths = {number: product.category for number, product in products.items() if product.category}
    usual = insight.goods_named(sorted(products), store_id)
    prices = {number: one.usual_price for number, one in usual.items()}
    basket = _basket(lines, paths, as_of, insight.layer_basket(layer, store_id) if layer else {})
    sold = sum(one.year_sold_fen for one in usual.values())
    return MemberPicture(
        basket=basket[:CATEGORIES_TOLD],
        basket_fen=sum(part.net_fen for part in basket),
        prices=insight.price_sense(lines, {number: price for number, price in prices.items() if price}),
        promoted_usually=Fraction(sum(one.year_promoted_fen for one in usual.values()), sold) if sold > 0 else None,
        expected=insight.expected_next(visits, as_of),
        changes=insight.changes_of(visits, _habits(lines, paths), as_of),
        lines=len(lines),
    )


def _basket(
    lines: Sequence[BoughtLine], paths: Mapping[int, str], as_of: date, of_layer: Mapping[str, int]
) -> list[BasketPart]:
    """The largest first; what came back is taken off."""
    now: dict[str, int] = {}
    before: dict[str, int] = {}
    for line in lines:
        path = paths.get(line.product_id or 0)
        days = (as_of - line.on).days
        if path is not None and days < 2 * BASKET_DAYS:
            part = now if days < BASKET_DAYS else before
            category = path.split("/")[0]
            part[category] = part.get(category, 0) + line.net_fen
    spent, theirs = sum(max(0, fen) for fen in now.values()), sum(of_layer.values())
    parts = [
        BasketPart(
            category,
            fen,
            before.get(category, 0),
            Fraction(fen, spent),
            Fraction(of_layer.get(category, 0), theirs) if theirs else None,
        )
        for category, fen in now.items()
        if fen > 0
    ]
    return sorted(parts, key=lambda part: (-part.net_fen, part.category))


def _habits(lines: Sequence[BoughtLine], paths: Mapping[int, str]) -> dict[str, list[date]]:
    """Of each category of the second level the days on which something of it was bought, ascending."""
    days: dict[str, set[date]] = {}
    for line in lines:
        path = paths.get(line.product_id or 0)
        if path is not None and line.quantity_milli > 0:
            days.setdefault("/".join(path.split("/")[:2]), set()).add(line.on)
    return {category: sorted(bought) for category, bought in days.items()}
