"""What goes into a basket, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from random import Random

from huitou.usecases.sample_chain.goods import Good
from huitou.usecases.sample_chain.people import Person
from huitou.usecases.sample_chain.shelf import Shelf

FAVOURITES = 22


@dataclass(frozen=True, slots=True)
class Taken:
    """A line: quantity in thousandths (negative: came back), money in fen; amount is what was paid."""

    good: Good
    quantity_milli: int
    price_fen: int
    discount_fen: int
    amount_fen: int


def favourites_of(person: Person, shelf: Shelf, rng: Random) -> list[Good]:
    """The goods that this member takes again and again, most of them from the department they love."""
    loved: list[Good] = []
    while len(loved) < FAVOURITES:
        good = shelf.take(rng)
        if good.department == person.love or rng.random() < 0.45:
            loved.append(good)
    return loved


def fill_basket(shelf: Shelf, rng: Random, *, lines: float, loved: list[Good], price_sense: float) -> list[Taken]:
    """The lines of one visit, no good twice."""
    wanted = max(1, min(24, round(rng.lognormvariate(log(lines), 0.5))))
    basket: dict[str, Good] = {}
    for _ in range(wanted * 3):
        good = rng.choice(loved) if loved and rng.random() < 0.62 else shelf.take(rng)
        if good.sku not in shelf.price_fen:
            continue
        if good.sku not in shelf.percent_off and rng.random() < price_sense * 0.4:
            other = shelf.take(rng)
            good = other if other.sku in shelf.percent_off else good
        basket.setdefault(good.sku, good)
        if len(basket) == wanted:
            break
    return [_weigh(good, shelf, rng) for good in basket.values()]


def _weigh(good: Good, shelf: Shelf, rng: Random) -> Taken:
    price = shelf.price_fen[good.sku]
    if good.weighed:
        # Dear goods are taken by the handful, cheap ones by the bag.
        typical = 900 if price < 2000 else 550
        quantity = max(60, int(rng.lognormvariate(log(typical), 0.45) / 2) * 2)
    else:
        quantity = 1000 * rng.choices((1, 2, 3), weights=(84, 13, 3) if price > 1500 else (68, 24, 8))[0]
    gross = _rounded(price * quantity, 1000)
    discount = _rounded(gross * shelf.percent_off.get(good.sku, 0), 100)
    return Taken(good, quantity, price, discount, gross - discount)


def give_back(lines: list[Taken], rng: Random) -> list[Taken]:
    """One or two lines of a sale as they come back, some in part, at what was paid for them."""
    returned = rng.sample(lines, min(len(lines), rng.choice((1, 1, 1, 2))))
    return [_as_return(line, rng) for line in returned]


def _as_return(line: Taken, rng: Random) -> Taken:
    quantity = line.quantity_milli
    if not line.good.weighed and quantity > 1000 and rng.random() < 0.5:
        quantity = 1000
    amount = _rounded(line.amount_fen * quantity, line.quantity_milli)
    discount = _rounded(line.discount_fen * quantity, line.quantity_milli)
    return Taken(line.good, -quantity, line.price_fen, -discount, -amount)


def _rounded(dividend: int, divisor: int) -> int:
    """Whole fen, half a fen up; for numbers that are not negative."""
    return (2 * dividend + divisor) // (2 * divisor)
