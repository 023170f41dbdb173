"""What stands on the shelf in a week: prices, promotions, and how likely a hand falls on each product."""

from __future__ import annotations

from datetime import date, timedelta
from math import log
from random import Random

import duckdb
import pyarrow as pa

from huitou.kernel.festivals import SALE_DAYS
from huitou.usecases.sample_chain.goods import Aisle, Good, read_aisles, read_goods
from huitou.usecases.sample_chain.people import LOVES
from huitou.usecases.sample_chain.seasons import days_between, in_season
from huitou.usecases.sample_chain.terms import SampleChain

AISLE_SLOTS, PRODUCT_SLOTS = 1024, 512
"""A hand falls on one of so many places of equal width; whatever is likelier has more of them."""
PROMOTIONS = (10, 15, 20, 30)
PROMOTED_SHARE, PROMOTED_SHARE_OF_SALE_WEEKS = 0.06, 0.16
WEEKS = 7
"""A month touches six weeks at most; week 0 stands for what is sold all year."""

LIVES = ("single", "couple", "baby", "school", "senior")
LOVE_FACTOR = 2.4
# How much more or less often than others a household of this stage takes from an aisle: the longest path that fits.
LIFE_FACTORS: dict[str, dict[str, float]] = {
    "single": {
        "生鲜": 0.6,
        "生鲜/熟食": 1.6,
        "粮油调味": 0.5,
        "粮油调味/方便食品": 2.2,
        "休闲食品": 1.7,
        "酒水饮料": 1.5,
    },
    "couple": {"酒水饮料/酒": 1.3},
    "baby": {"乳品烘焙": 1.2, "生鲜/水果": 1.2, "休闲食品": 0.8, "家居清洁/纸品": 1.5},
    "school": {"乳品烘焙": 1.4, "休闲食品": 1.2, "文具百货/文具": 3.0, "冷冻食品/速冻主食": 1.4},
    "senior": {"生鲜": 1.4, "休闲食品": 0.5, "酒水饮料/碳酸与功能": 0.2, "冷冻食品/冰品": 0.3, "粮油调味/米面": 1.4},
}
BABY_AISLES = {
    "个护母婴/婴儿奶粉/1段": 9.0, "个护母婴/纸尿裤/NB": 10.0, "个护母婴/婴儿辅食/米粉果泥": 7.0,
    "个护母婴/婴儿洗护/湿巾洗护": 5.0,
}  # fmt: skip


def segment_of(life: str, love: int) -> int:
    return LIVES.index(life) * len(LOVES) + love


def stock_aisles(session: duckdb.DuckDBPyConnection) -> None:
    """Make `goods` (product, sku, aisle, weighed, pull, ln_grams): numbers count from 0 in the order of the shop."""
    aisles = {aisle.category: number for number, aisle in enumerate(read_aisles())}
    goods = read_goods()
    session.register(
        "goods_read",
        pa.table(
            {
                "product": pa.array(range(len(goods)), pa.int16()),
                "sku": [good.sku for good in goods],
                "aisle": pa.array([aisles[good.category] for good in goods], pa.int16()),
                "weighed": [good.weighed for good in goods],
                "pull": [good.pull for good in goods],
                "ln_grams": [_ln_grams(good) for good in goods],
            }
        ),
    )
    session.execute("CREATE TABLE goods AS SELECT * FROM goods_read")
    session.unregister("goods_read")
    session.register("aisle_weights", _aisle_weights(0, [a for a in read_aisles() if not a.season]))
    session.execute(f"CREATE TABLE all_year AS {_spread('aisle_weights', 'segment', 'aisle', AISLE_SLOTS)}")
    session.unregister("aisle_weights")


def _ln_grams(good: Good) -> float:
    """How much of a weighed product a hand takes, as a natural logarithm: dear ones by the handful, cheap ones by the
    bag, and garlic less than cabbage."""
    usual = 500 if good.price_fen < 1000 else 440 if good.price_fen < 3000 else 320
    return log(usual) + Random(f"grams {good.sku}").gauss(0, 0.42)  # noqa: S311 - lifelike, not secret


def stock_month(session: duckdb.DuckDBPyConnection, chain: SampleChain, first: date, last: date) -> None:
    """Make the month's `weeks` (day, week), `aisle_slots`, `product_slots` and `labels` (product, week, price, off)."""
    days = days_between(first, last)
    mondays = sorted({day - timedelta(days=day.weekday()) for day in days})
    assert len(mondays) < WEEKS
    session.execute("CREATE OR REPLACE TABLE weeks (day DATE, week TINYINT)")
    session.executemany(
        "INSERT INTO weeks VALUES (?, ?)",
        [(day, mondays.index(day - timedelta(days=day.weekday())) + 1) for day in days],
    )
    session.register("labels_drawn", pa.concat_tables(_labels(chain, week, n) for n, week in enumerate(mondays, 1)))
    session.execute("CREATE OR REPLACE TABLE labels AS SELECT * FROM labels_drawn")
    session.register("aisle_weights", pa.concat_tables(_in_week(week, n) for n, week in enumerate(mondays, 1)))
    session.execute(
        f"CREATE OR REPLACE TABLE aisle_slots AS "
        f"SELECT key::INTEGER AS key, aisle FROM ({_spread('aisle_weights', 'segment', 'aisle', AISLE_SLOTS)}) "
        "UNION ALL SELECT key, aisle FROM all_year"
    )
    # Week 0: everything of the aisle by its pull. Other weeks: what is promoted, or everything where nothing is.
    session.execute(
        "CREATE OR REPLACE TABLE product_weights AS SELECT aisle::INTEGER * 8 AS aisle_week, product, pull AS weight "
        "FROM goods UNION ALL SELECT aisle::INTEGER * 8 + week, product, pull FROM goods JOIN labels USING (product) "
        "QUALIFY off > 0 OR max(off) OVER (PARTITION BY aisle, week) = 0"
    )
    session.execute(
        f"CREATE OR REPLACE TABLE product_slots AS {_spread('product_weights', 'aisle_week', 'product', PRODUCT_SLOTS)}"
    )


def _spread(weights: str, group: str, what: str, slots: int) -> str:
    """Each of a group's things on as many of its slots as its weight asks for: (key = group * slots + slot, what)."""
    return f"""
    WITH reached AS (
        SELECT {group} AS in_group, {what}, sum(weight) OVER upto / sum(weight) OVER whole AS reached,
               weight / sum(weight) OVER whole AS share FROM {weights}
        WINDOW upto AS (PARTITION BY {group} ORDER BY {what} ROWS UNBOUNDED PRECEDING),
               whole AS (PARTITION BY {group})
    )
    SELECT in_group::INTEGER * {slots} + unnest(range(round((reached - share) * {slots})::INTEGER,
           round(reached * {slots})::INTEGER))::INTEGER AS key, {what} FROM reached
    """


def _in_week(monday: date, week: int) -> pa.Table:
    days = days_between(monday, monday + timedelta(days=6))
    return _aisle_weights(week, [a for a in read_aisles() if any(in_season(a.season, day) for day in days)])


def _aisle_weights(week: int, aisles: list[Aisle]) -> pa.Table:
    """(segment with its week, aisle, weight) of every kind of shopper."""
    numbers = {aisle.category: number for number, aisle in enumerate(read_aisles())}
    rows = [
        (segment_of(life, love) * 8 + week, numbers[aisle.category], _weight(aisle, life, LOVES[love]))
        for life in LIVES
        for love in range(len(LOVES))
        for aisle in aisles
    ]
    segments, found, weights = zip(*(row for row in rows if row[2] > 0), strict=True)
    return pa.table(
        {"segment": pa.array(segments, pa.int32()), "aisle": pa.array(found, pa.int16()), "weight": weights}
    )


def _weight(aisle: Aisle, life: str, love: str) -> float:
    if life == "baby" and aisle.category in BABY_AISLES:
        return BABY_AISLES[aisle.category]
    parts = aisle.category.split("/")
    paths = ["/".join(parts[: n + 1]) for n in range(3)]
    factors = [LIFE_FACTORS[life][path] for path in paths if path in LIFE_FACTORS[life]]
    return aisle.pull * (factors[-1] if factors else 1.0) * (LOVE_FACTOR if parts[0] == love else 1.0)


def _labels(chain: SampleChain, monday: date, week: int) -> pa.Table:
    """(product, week, price in fen, percent off): fresh goods move with the market, packaged ones keep their price."""
    rng = Random(f"shelf {chain.seed} {monday}")  # noqa: S311 - lifelike, not secret
    goods = read_goods()
    big_sale = any((day.month, day.day) in SALE_DAYS for day in days_between(monday, monday + timedelta(days=6)))
    share = PROMOTED_SHARE_OF_SALE_WEEKS if big_sale else PROMOTED_SHARE
    return pa.table(
        {
            "product": pa.array(range(len(goods)), pa.int16()),
            "week": pa.array([week] * len(goods), pa.int8()),
            "price_fen": pa.array([_price(good, rng) for good in goods], pa.int32()),
            "off": pa.array([rng.choice(PROMOTIONS) if rng.random() < share else 0 for _ in goods], pa.int8()),
        }
    )


def _price(good: Good, rng: Random) -> int:
    """To ten fen."""
    if not good.weighed:
        return good.price_fen
    return max(10, good.price_fen * rng.randint(880, 1140) // 10_000 * 10)
