"""What somebody asks of a span of days, of some members beside everybody; a part of the room's door. The session is one
of the lake; whoever reads it names the reader's stores, since the lake knows no policies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from huitou.insight.rules import analysis, crowd, funnel, together
from huitou.insight.rules.analysis import DemandSeen, Side
from huitou.insight.rules.funnel import ChannelSteps, FunnelSeen, LeftFor, PaidIn, Part, Steps
from huitou.insight.rules.lift import Lift, lift_of, lift_of_visits
from huitou.insight.terms import CategorySeen, HourSeen, PairSeen, StorePart
from huitou.insight.terms.crowd import CohortSeen

__all__ = [
    "FUNNEL_KINDS",
    "MOST_PAIRS",
    "PAIR_LEVELS",
    "PRODUCT_PAIRS",
    "ChannelSteps",
    "DemandSeen",
    "FunnelSeen",
    "LeftFor",
    "PaidIn",
    "Part",
    "Side",
    "Steps",
    "buyers_asked",
    "categories_asked",
    "cohorts_asked",
    "demand_asked",
    "demand_lift",
    "funnel_asked",
    "hours_asked",
    "lay_asked",
    "pair_lift",
    "pairs_asked",
    "stores_asked",
    "widened",
]  # fmt: skip

PAIR_LEVELS = together.LEVELS
PRODUCT_PAIRS = together.PRODUCT
MOST_PAIRS = together.MOST_PAIRS
widened = analysis.widened
FUNNEL_KINDS = funnel.KINDS


def lay_asked(
    session: duckdb.DuckDBPyConnection,
    first: date,
    last: date,
    stores: Collection[int] | None,
    *,
    everybody: bool,
) -> None:
    """From here on the questions below are about these days and stores (None: all of them). `everybody`: nobody was
    picked; else `lay_chosen` said who."""
    for name, source in (("asked", "lines"), ("asked_visits", "visits")):
        query = analysis.asked_sql(source, first, last, stores, everybody=everybody)
        session.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")


def hours_asked(session: duckdb.DuckDBPyConnection) -> list[HourSeen]:
    """When they come."""
    return [HourSeen(*row) for row in session.sql(analysis.HOURS).fetchall()]


def stores_asked(session: duckdb.DuckDBPyConnection) -> list[StorePart]:
    """Where they buy."""
    return [StorePart(*row) for row in session.sql(analysis.STORES).fetchall()]


def categories_asked(session: duckdb.DuckDBPyConnection, within: str) -> list[CategorySeen]:
    """What they buy one level beneath a category ('' is the top), what they spend most on first."""
    return [CategorySeen(*row) for row in session.sql(analysis.categories_sql(within)).fetchall()]


def buyers_asked(session: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """How many members bought anything: of theirs, and of everybody."""
    ((mine, everybody),) = session.sql(analysis.BUYERS).fetchall()
    return int(mine), int(everybody)


def demand_asked(session: duckdb.DuckDBPyConnection, within: str) -> tuple[Sequence[DemandSeen], Sequence[DemandSeen]]:
    """Who buys what one level beneath a category at which hour: of all the stores together, and of each."""
    session.execute(analysis.lay_demand_sql(within))
    whole, by_store = (
        [
            DemandSeen(*row[:3], Side(*row[3:10]), Side(*row[10:17]))
            for row in session.sql(analysis.demand_sql(by_store=apart)).fetchall()
        ]
        for apart in (False, True)
    )
    return whole, by_store


def demand_lift(one: DemandSeen, comparisons: int = 1) -> Lift | None:
    """How much more often than everybody who comes at that hour, with an interval for so many at once; None where too
    few tell."""
    return lift_of_visits(one.here, one.all, z=widened(comparisons))


def cohorts_asked(
    session: duckdb.DuckDBPyConnection, as_of: date, homes: pa.Table, home: int | None, *, everybody: bool
) -> list[CohortSeen]:
    """Of those who bought first in a month, who came back in which month after: of the chosen members, or of
    everybody; with `home` of those alone whose home store it is (`homes` says whose)."""
    session.register("homes", homes)
    session.execute(f"CREATE OR REPLACE TEMP VIEW facts AS {crowd.firsts_sql(as_of, everybody=everybody)}")
    at = "true" if home is None else f"store_id = {int(home)}"
    found = session.sql(
        f"SELECT month_on, after, sum(members)::BIGINT FROM ({crowd.cohorts_sql(as_of)}) WHERE {at} "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [CohortSeen(*row) for row in found.fetchall()]


def pairs_asked(session: duckdb.DuckDBPyConnection, level: str) -> tuple[list[PairSeen], int]:
    """What of theirs lies in one basket, by category down to a level or by product, and how many baskets there were."""
    session.execute(together.lay_lines_sql(level))
    session.execute(together.lay_baskets_sql(level))
    ((baskets,),) = session.sql(together.BASKETS).fetchall()
    ((items, pairs),) = session.sql(together.SIZES).fetchall()
    found = session.sql(together.pairs_sql(items, pairs)).fetchall()
    return [PairSeen(*row, baskets) for row in found], int(baskets)


def pair_lift(pair: PairSeen, comparisons: int = 1) -> Lift | None:
    """How much more often both lie in one basket than by chance, with an interval for so many at once; None where too
    few tell, or where one of them is in every basket. `here` is the confidence: of the baskets with the first, the
    part that holds the other."""
    return lift_of(pair.together, pair.of_one, pair.of_other, pair.baskets, z=widened(comparisons))


def funnel_asked(
    session: duckdb.DuckDBPyConnection,
    events: pa.Table,
    first: date,
    last: date,
    stores: Collection[int] | None,
    *,
    everybody: bool,
) -> FunnelSeen:
    """From looking to paying. `events`: rows of members' steps of these days and stores; `everybody`: nobody was
    picked; else `lay_chosen` said who."""
    session.register("events_told", events)
    mine, joined = ("true", "") if everybody else ("chosen IS NOT NULL", analysis.CHOSEN_JOINED)
    session.execute(
        f"CREATE OR REPLACE TEMP TABLE asked_events AS SELECT events_told.*, {mine} AS mine FROM events_told {joined}"
    )
    session.unregister("events_told")
    # Whoever looked on the last evening may pay on the day after.
    sales = analysis.asked_sql("lines", first, last + timedelta(days=1), stores, everybody=True)
    session.execute(f"CREATE OR REPLACE TEMP VIEW asked_sales AS {sales}")
    session.execute(funnel.LAY_LOOKS)
    rows = [ChannelSteps(row[0], _steps(row[1:19]), _steps(row[19:])) for row in session.sql(funnel.STEPS).fetchall()]
    ((without_look,),) = session.sql(funnel.WITHOUT_LOOK).fetchall()
    return FunnelSeen(
        next((one for one in rows if one.channel is None), None),
        [one for one in rows if one.channel is not None],
        [PaidIn(*row) for row in session.sql(funnel.PAID_IN).fetchall()],
        [LeftFor(*row) for row in session.sql(funnel.LEFT_FOR).fetchall()],
        int(without_look),
    )


def _steps(sums: Sequence[int]) -> Steps:
    return Steps(*(Part(*sums[at : at + 6]) for at in (0, 6, 12)))
