"""The basket as articles: like units together, in the canonical order, wherever they stood in the basket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache

from huitou.kernel.errors import N_
from huitou.kernel.shares import largest_remainder
from huitou.offers.errors import AmountOutOfRange, NamedTwice, TooManyPieces, UnreadableRequest
from huitou.offers.rules.bounds import MOST_PIECES, MOST_PRICE
from huitou.offers.rules.rounding import ratio
from huitou.offers.rules.scalars import shown
from huitou.offers.terms import HUNDRED_PERCENT, BasketLine, Fen, Goods, Percent, PriceRequest, Tax

Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Article:
    """Interchangeable units: equal in everything that an offer may ask."""

    line: BasketLine
    """One of its lines; the others differ in quantity alone."""
    pieces: int
    values: tuple[int, ...]
    """Fen that enter the first stage, for each unit, dearest first: the price with the taxes on top, without levies."""
    lines: tuple[tuple[int, int], ...]
    """Which lines of the basket, counted from 1, hold how many of its units."""


def articles_of(basket: Sequence[BasketLine]) -> list[Article]:
    """The articles of a basket in canonical order. Raises what `check_basket` raises."""
    check_basket(basket)
    places: dict[tuple[object, ...], list[int]] = {}
    for number, line in enumerate(basket, 1):
        places.setdefault(_key(line), []).append(number)
    return [_article(basket, numbers) for _, numbers in sorted(places.items(), key=lambda place: place[0])]


def check_basket(basket: Sequence[BasketLine]) -> None:
    """No line and not all of them together are absurd. Raises UnreadableRequest, AmountOutOfRange or TooManyPieces."""
    for number, line in enumerate(basket, 1):
        _check(line, number)
    pieces = sum(line.quantity for line in basket)
    if pieces > MOST_PIECES:
        raise TooManyPieces(found=pieces, most=MOST_PIECES)


def check_beside(request: PriceRequest) -> None:
    """What stands beside the basket costs no more than a price may, and stands there once.

    Raises AmountOutOfRange or NamedTwice.
    """
    amounts = [("delivery_fee", request.delivery_fee)]
    amounts += [(f"tenders[{number}].amount", tender.amount) for number, tender in enumerate(request.tenders)]
    amounts += [(f"earn_rules[{number}].per_amount", rule.per_amount) for number, rule in enumerate(request.earn_rules)]
    for where, amount in amounts:
        _check_price(where, amount)
    for number, rule in enumerate(request.taxes):
        _check_tax(f"taxes[{number}].percent", rule.percent)
    _check_ids("coupons", [coupon.id for coupon in request.coupons])
    _check_ids("earn_rules", [rule.id for rule in request.earn_rules])


def _check_ids(where: str, ids: Sequence[str]) -> None:
    if len(set(ids)) < len(ids):
        raise NamedTwice(where=where, name=next(name for name, times in Counter(ids).items() if times > 1))


def _check(line: BasketLine, number: int) -> None:
    where = f"basket[{number - 1}]"
    if not 1 <= line.quantity <= (MOST_PIECES if line.weight is None else 1):
        most = MOST_PIECES if line.weight is None else 1
        raise AmountOutOfRange(where=f"{where}.quantity", found=line.quantity, least=1, most=most)
    if line.weight == 0:
        raise UnreadableRequest(f"{where}.weight", N_("At {where} should stand a weight, and it is 0."))
    _check_price(f"{where}.price", line.price)
    _check_price(f"{where}.levy", line.levy)
    for place, tax in enumerate(line.tax):
        _check_tax(f"{where}.tax[{place}].percent", tax.percent)


def _check_price(where: str, amount: Fen) -> None:
    if not 0 <= amount <= MOST_PRICE:
        raise AmountOutOfRange(where=where, found=shown(amount, Fen), least="0.00", most=shown(MOST_PRICE, Fen))


def _check_tax(where: str, percent: Percent) -> None:
    if not 0 <= percent <= HUNDRED_PERCENT:
        raise AmountOutOfRange(where=where, found=shown(percent, Percent), least=0, most=100)


def _key(line: BasketLine) -> tuple[object, ...]:
    return (
        line.sku,
        line.price,
        line.category,
        line.brand,
        line.supplier,
        tuple(sorted(line.tags)),
        line.discountable,
        line.levy,
        tuple((tax.percent, tax.included, tax.compound) for tax in line.tax),
        line.weight or 0,
        line.bonus_points,
    )


def _article(basket: Sequence[BasketLine], numbers: Sequence[int]) -> Article:
    line = basket[numbers[0] - 1]
    lines = tuple((number, basket[number - 1].quantity) for number in numbers)
    pieces = sum(quantity for _, quantity in lines)
    if all(tax.included for tax in line.tax):
        return Article(line, pieces, (line.price,) * pieces, lines)
    # The tax on top is rounded once over the article; its units may then differ by a fen.
    over, under = with_taxes(line.tax)
    whole = ratio(line.price * pieces, over, under)
    return Article(line, pieces, tuple(sorted(largest_remainder(whole, [1] * pieces), reverse=True)), lines)


@cache
def with_taxes(taxes: tuple[Tax, ...]) -> tuple[int, int]:
    """What is paid, as a ratio to the price: the price times the taxes on top, over the taxes that it holds already."""
    inside_over, inside_under = stacked(tuple(tax for tax in taxes if tax.included))
    all_over, all_under = stacked(taxes)
    return all_over * inside_under, all_under * inside_over


def untaxed(amount: int, article: Article) -> tuple[int, int]:
    """An amount as it compares with others on the shelf: without taxes on top; ties by the amount itself."""
    if all(tax.included for tax in article.line.tax):
        return amount, amount
    over, under = with_taxes(article.line.tax)
    return ratio(amount, under, over), amount


@cache
def stacked(taxes: tuple[Tax, ...]) -> tuple[int, int]:
    """(over, under): what is paid for a net amount of 1 with these taxes."""
    over = under = 1
    for tax in taxes:
        if tax.compound:
            over, under = over * (HUNDRED_PERCENT + tax.percent), under * HUNDRED_PERCENT
        else:
            over, under = over * HUNDRED_PERCENT + under * tax.percent, under * HUNDRED_PERCENT
    return over, under


def tokens_of(line: BasketLine) -> list[Token]:
    """What goods can ask of a line, as the words of the index."""
    tokens = [("sku", line.sku)]
    if line.category:
        parts = line.category.split("/")
        tokens += [("category", "/".join(parts[:depth])) for depth in range(1, len(parts) + 1)]
    if line.brand:
        tokens.append(("brand", line.brand))
    if line.supplier:
        tokens.append(("supplier", line.supplier))
    tokens += [("tag", tag) for tag in line.tags]
    return tokens


@dataclass(frozen=True, slots=True)
class Asked:
    """Goods as words of the index: one word of every row must be there, none of `never`."""

    rows: tuple[tuple[Token, ...], ...]
    never: tuple[Token, ...]

    def hold(self, tokens: Set[Token]) -> bool:
        """Whether they hold a line with these words."""
        return all(not tokens.isdisjoint(row) for row in self.rows) and tokens.isdisjoint(self.never)


def asked_of(goods: Goods) -> Asked:
    """Compile goods once; matching a basket is then a few look-ups."""
    rows = (
        tuple(("sku", sku) for sku in goods.skus),
        tuple(("category", path) for path in goods.categories),
        tuple(("brand", brand) for brand in goods.brands),
        tuple(("tag", tag) for tag in goods.tags),
        tuple(("supplier", supplier) for supplier in goods.suppliers),
    )
    never = (
        *(("sku", sku) for sku in goods.not_skus),
        *(("category", path) for path in goods.not_categories),
        *(("brand", brand) for brand in goods.not_brands),
        *(("tag", tag) for tag in goods.not_tags),
        *(("supplier", supplier) for supplier in goods.not_suppliers),
    )
    return Asked(tuple(row for row in rows if row), never)


Mask = int
"""A set of articles: bit i is article i."""


def places_in(mask: Mask) -> Iterator[int]:
    """The articles of a set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


@dataclass(frozen=True, slots=True)
class Shelf:
    """The articles by word, each as a mask."""

    by_token: dict[Token, Mask]
    everything: Mask
    known: dict[int, tuple[Asked, Mask]]
    """By the identity of compiled goods, which many offers share; they are kept, so that none takes another's."""

    def mask(self, asked: Asked) -> Mask:
        """The articles that these goods hold."""
        found = self.known.get(id(asked))
        if found is None:
            found = self.known[id(asked)] = asked, self._mask(asked)
        return found[1]

    def _mask(self, asked: Asked) -> Mask:
        found = self.everything
        by_token = self.by_token
        for row in asked.rows:
            of_row = 0
            if len(row) <= len(by_token):
                for token in row:
                    of_row |= by_token.get(token, 0)
            else:
                wanted = set(row)
                for token, mask in by_token.items():
                    if token in wanted:
                        of_row |= mask
            found &= of_row
            if not found:
                return 0
        for token in asked.never:
            found &= ~by_token.get(token, 0)
        return found


def shelf_of(articles: Sequence[Article]) -> Shelf:
    by_token: dict[Token, Mask] = {}
    for index, article in enumerate(articles):
        for token in tokens_of(article.line):
            by_token[token] = by_token.get(token, 0) | 1 << index
    return Shelf(by_token, (1 << len(articles)) - 1, {})
