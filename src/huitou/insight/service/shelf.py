"""What insight knows of products and of all members together; a part of the room's door."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from itertools import pairwise

import duckdb

from huitou.insight.rules import crowd, goods, loyalty_index, periods
from huitou.insight.store import crowd as crowd_store
from huitou.insight.store import goods as goods_store
from huitou.insight.store import writing
from huitou.insight.terms import CutOffs
from huitou.insight.terms.crowd import CohortSeen, Flow, LoyaltyTenth, NewcomersSeen, Square
from huitou.insight.terms.goods import BoughtWith, Buyers, GoodsSeen, GoodsSold, WeekOfGoods
from huitou.members.terms import LOST_TIMES, NEW_DAYS, RISK_DAYS_A_MONTH
from huitou.receipts.terms import HourOfVisits

__all__ = ["LOST_TIMES", "NEW_DAYS", "RISK_DAYS_A_MONTH"]
FLOW_MONTHS = 12
_KEPT = goods_store.TABLES | crowd_store.TABLES
PICTURES = (*(table for table, _ in _KEPT.values()), "insight_layerflow", "insight_stageflow", "insight_picture")
"""Tables of counted figures: who stands in them uses nothing."""
Query = Callable[[], str]


def goods_weeks(as_of: date, weeks: int = goods.WEEKS) -> tuple[date, date]:
    """The first and the last day of the newest whole weeks."""
    found = goods.weeks_up_to(as_of, weeks)
    return found.first, found.last


GOODS_ORDERS = tuple(goods_store.ORDERS)
"""How products can stand: by sales, by what was won or lost in money since the weeks before, by growth over a year, by
members' share, by name."""


def goods_ranked(
    asked: Sequence[tuple[int, str, bool]], store_id: int | None, *, order: str, first: int, limit: int
) -> tuple[list[GoodsSeen], list[tuple[str, GoodsSold]], int]:
    """Of products (id, the part it belongs to, whether it is wanted itself) in a store, or in the chain: the rows from
    `first` on of those that are wanted, what each part sold together, and how many are wanted. Only what sold is
    there; of a store that the reader does not see: nothing."""
    return goods_store.ranked(asked, store_id, order, first, limit)


def goods_of_product(product_id: int) -> list[GoodsSeen]:
    """What it sold in each store that the reader sees and, where they see it, in the chain."""
    return goods_store.of_product(product_id)


def goods_named(product_ids: Sequence[int], store_id: int | None) -> dict[int, GoodsSeen]:
    """What these products sold in a store, or in the chain."""
    return {one.product_id: one for one in goods_store.of_products(product_ids, store_id)}


def buyers_of(product_id: int, store_id: int | None) -> Buyers | None:
    """Who bought it in 13 weeks; None where nobody is known who did."""
    return goods_store.buyers(product_id, store_id)


def bought_with(product_id: int) -> list[BoughtWith]:
    """What lies in the same baskets, the strongest first; empty for who does not see the chain."""
    return goods_store.pairs(product_id)


def product_weeks(
    session: duckdb.DuckDBPyConnection, product_id: int, stores: Sequence[int] | None, as_of: date
) -> list[WeekOfGoods]:
    """Two years of weeks of a product in these stores (None: in all), oldest first: every one from the first with a
    sale to the newest that is over. `goods` is read in a session of the lake, which knows no policies: the stores are
    those that the reader sees."""
    first, last = goods_weeks(as_of, 2 * goods.YEAR_WEEKS)
    return goods.every_week(goods_store.weeks(session, product_id, stores, first, last), last)


def squares(store_id: int | None = None, on: date | None = None) -> list[Square]:
    """Where members stand, of one home store or of all that the reader sees."""
    return crowd_store.squares(store_id, on)


def cohorts(store_id: int | None = None, on: date | None = None) -> list[CohortSeen]:
    """Who came back after their first month, oldest first."""
    return crowd_store.cohorts(store_id, on)


def newcomers(store_id: int | None = None, on: date | None = None) -> list[NewcomersSeen]:
    """Through which door new members came, month by month."""
    return crowd_store.newcomers(store_id, on)


def flows(store_id: int | None = None, on: date | None = None) -> list[Flow]:
    """Who went from which layer to which, from each month's end to the next and to the day of the refresh."""
    return crowd_store.flows(store_id, on)


def stage_flows(store_id: int | None = None, on: date | None = None) -> list[Flow]:
    """Who went from which stage to which, from each month's end to the next and to the day of the refresh; layers are
    stages here."""
    return crowd_store.stage_flows(store_id, on)


def loyalty_tenths(store_id: int | None = None, on: date | None = None) -> list[LoyaltyTenth]:
    """Where members stand on the loyalty index, by layer and tenth."""
    return crowd_store.loyalty_tenths(store_id, on)


def hours(store_id: int | None = None, on: date | None = None) -> list[HourOfVisits]:
    """When people came in the newest 28 days, or in those up to the day of a picture."""
    return crowd_store.hours(store_id, on)


def picture_of(day: date) -> date | None:
    """The last day up to this one of which squares, cohorts, newcomers and flows are kept as they were then: `on`."""
    return crowd_store.picture_of(day)


def layer_basket(layer: str, store_id: int | None = None) -> dict[str, int]:
    """What a layer of a home store, or of the chain, spends on each category of the first level (fen, three months)."""
    return crowd_store.layer_basket(layer, store_id)


def forget_products(products: Sequence[int]) -> None:
    """Products leave with the import that brought them, and what is kept of them."""
    goods_store.forget(products)


def forget_pictures(stores: Sequence[int]) -> None:
    """Stores leave, and what is kept of them."""
    goods_store.forget_stores(stores, [name for name, columns in _KEPT.values() if "store_id" in columns])


def forget_flows() -> None:
    """Members have left: the next refresh counts the flow between layers without them."""
    crowd_store.forget_flows()


BOUGHT_FORM = goods_store.form()
BY_WEEKS = ("kept_goods", "kept_pairs")
"""Results that whole weeks tell alone: they say the same on each of the seven days that follow."""


def bought_query(as_of: date) -> str:
    """Who bought which product where in the weeks that buyers are counted in: `bought`. Reads `lines`."""
    return goods.bought_sql(as_of)


def shelf_queries(session: duckdb.DuckDBPyConnection, as_of: date, by: CutOffs) -> dict[str, Query]:
    """What a refresh counts of products and members, by the name of its result. Reads `lines`, `goods`, `visits`,
    `tastes`, `facts`, `preferences`, `layers`, `homes` and `bought`."""
    return {
        "kept_goods": lambda: goods.goods_sql(as_of),
        "kept_buyers": goods.buyers_sql,
        "kept_pairs": lambda: goods_store.pairs_query(session, as_of),
        "kept_squares": lambda: crowd.squares_sql(as_of, by.dormant_after_months),
        "kept_cohorts": lambda: crowd.cohorts_sql(as_of),
        "kept_newcomers": lambda: crowd.newcomers_sql(as_of),
        "kept_loyalty": lambda: loyalty_index.tenths_sql(as_of),
        "kept_hours": lambda: crowd.hours_sql(as_of),
        "kept_baskets": lambda: crowd.layer_baskets_sql(as_of),
    }


def keep_shelf(
    session: duckdb.DuckDBPyConnection, first_day: date, as_of: date, *, anew: bool, but: Collection[str] = ()
) -> None:
    """Put the results in the place of what was kept (`but` of these, which stand already), continue the flow between
    layers, and keep the pictures of this day. Belongs into the transaction of the caller."""
    goods_store.replace(session, {name: table for name, table in _KEPT.items() if name not in but})
    known_to = writing.history_ends()
    if known_to is not None and as_of < known_to:
        return  # looked back: the history stays as it is, and so does its flow
    ends = periods.month_ends(first_day, as_of, FLOW_MONTHS) or [first_day - periods.ONE_DAY]
    wanted = list(pairwise([*ends, as_of]))
    crowd_store.forget_flows(() if anew else wanted)
    kept = crowd_store.flows_kept()
    # The day of the refresh can be refreshed again; what lies before it is history.
    crowd_store.keep_flows(session, [pair for pair in wanted if pair[1] == as_of or pair not in kept])
    crowd_store.keep_pictures(as_of)
