"""What stands on the shelf in a week: prices, promotions, and what may be bought that day."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from huitou.usecases.sample_chain.draws import draws_for
from huitou.usecases.sample_chain.goods import Good
from huitou.usecases.sample_chain.seasons import SALE_DAYS, in_season

PROMOTIONS = (10, 15, 20, 30)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One week's shelf: the goods in season, their running popularity, prices in fen and percent off."""

    goods: tuple[Good, ...]
    running: tuple[float, ...]
    price_fen: dict[str, int]
    percent_off: dict[str, int]

    def take(self, rng: Random) -> Good:
        return self.goods[min(len(self.goods) - 1, bisect(self.running, rng.random() * self.running[-1]))]


def week_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def stock_shelf(goods: tuple[Good, ...], week: date, *, seed: int) -> Shelf:
    """The shelf of the week that starts on `week` (a Monday)."""
    rng = draws_for("shelf", seed, week)
    days = [week + timedelta(days=n) for n in range(7)]
    present = tuple(good for good in goods if any(in_season(good.season, day) for day in days))
    big_sale = any((day.month, day.day) in SALE_DAYS for day in days)
    promoted = rng.sample(present, 70 if big_sale else 26)
    percent_off = {good.sku: rng.choice(PROMOTIONS) for good in promoted}
    return Shelf(
        goods=present,
        # A red label brings buyers, and more of them the deeper it cuts.
        running=tuple(accumulate(good.pull * (1 + percent_off.get(good.sku, 0) / 25) for good in present)),
        price_fen={good.sku: _price(good, rng) for good in present},
        percent_off=percent_off,
    )


def _price(good: Good, rng: Random) -> int:
    """Fresh goods move with the market, to ten fen; packaged goods keep their price."""
    if not good.weighed:
        return good.price_fen
    return max(10, good.price_fen * rng.randint(880, 1140) // 10_000 * 10)
