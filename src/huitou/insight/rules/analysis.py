"""What is counted of receipts in a span of days, of some members beside everybody: when they come, along the tree of
categories, in which store, and what they buy at which hour.

`asked` are the lines of the span, `asked_visits` their receipts; in both `mine` says whether a row belongs to the
members who were asked for. Strangers are nobody's and everybody's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from statistics import NormalDist

TILL = "store"
"""The channel of the tills: who bought there stood in the shop."""
CHOSEN_JOINED = "LEFT JOIN (SELECT member_id, true AS chosen FROM chosen) USING (member_id)"


@dataclass(frozen=True, slots=True)
class Side:
    """Of the visits of some people so many held something: `bought` of `visits`, by `buyers` of `members`. With y of
    each one's n visits, the last three are the sums of y², y n and n²."""

    bought: int
    visits: int
    buyers: int
    members: int
    bought_squares: int
    products: int
    visit_squares: int

    def without(self, part: Side) -> Side:
        """The others."""
        return Side(
            self.bought - part.bought,
            self.visits - part.visits,
            self.buyers - part.buyers,
            self.members - part.members,
            self.bought_squares - part.bought_squares,
            self.products - part.products,
            self.visit_squares - part.visit_squares,
        )


@dataclass(frozen=True, slots=True)
class DemandSeen:
    """Who buys a category in an hour: some members, and everybody. The store is None where all are taken together."""

    store_id: int | None
    hour: int
    category: str
    here: Side
    all: Side


def asked_sql(source: str, first: date, last: date, stores: Collection[int] | None, *, everybody: bool) -> str:
    """SQL of the lines or visits of these days and stores (None: of all), with `mine`; `everybody`: nobody was picked,
    and all of it is theirs."""
    where = [f"business_date BETWEEN DATE '{first}' AND DATE '{last}'"]
    if stores is not None:
        where.append(f"store_id IN ({', '.join(str(int(store)) for store in stores) or 'NULL'})")
    mine, joined = ("true", "") if everybody else ("chosen IS NOT NULL", CHOSEN_JOINED)
    return f"SELECT *, {mine} AS mine FROM {source} {joined} WHERE {' AND '.join(where)}"


HOURS = """
SELECT weekday, hour, count(*) FILTER (mine), coalesce(sum(net_fen) FILTER (mine), 0)::BIGINT, count(*),
       sum(net_fen)::BIGINT
FROM (SELECT any_value(isodow(at_local)) AS weekday, any_value(hour(at_local)) AS hour, any_value(mine) AS mine,
             sum(net_fen) AS net_fen
      FROM asked WHERE kind = 'sale' GROUP BY receipt_id)
GROUP BY ALL ORDER BY ALL"""
"""Sales by weekday (1 is Monday) and hour, by the clock of the place: (weekday, hour, visits and fen of theirs, visits
and fen of everybody)."""

STORES = """
SELECT store_id, count(*) FILTER (mine AND kind = 'sale'), coalesce(sum(net_fen) FILTER (mine), 0)::BIGINT,
       count(DISTINCT member_id) FILTER (mine AND kind = 'sale'), count(*) FILTER (kind = 'sale'),
       coalesce(sum(net_fen), 0)::BIGINT, count(DISTINCT member_id) FILTER (kind = 'sale')
FROM asked_visits GROUP BY ALL ORDER BY ALL"""
"""(store_id, receipts, fen and members of theirs, receipts, fen and members of everybody)."""


def child_sql(within: str) -> str:
    """SQL of the category one level beneath `within` ('' is the top) that a line of it belongs to; a line that goes no
    deeper belongs to `within` itself."""
    if not within:
        return "split_part(category, '/', 1)"
    deeper = f"split_part(substr(category, {len(within) + 2}), '/', 1)"
    return f"CASE WHEN {deeper} = '' THEN {_text(within)} ELSE {_text(within + '/')} || {deeper} END"


def beneath_sql(within: str) -> str:
    """SQL of whether a line is of a category: of it or of one beneath it."""
    if not within:
        return "category <> ''"
    return f"(category = {_text(within)} OR starts_with(category, {_text(within + '/')}))"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def categories_sql(within: str) -> str:
    """(category, fen and buyers of theirs, fen and buyers of everybody); buyers are members who took something of it
    home."""
    return f"""
SELECT category, coalesce(sum(net_fen) FILTER (mine), 0)::BIGINT, count(*) FILTER (mine AND bought AND known),
       coalesce(sum(net_fen), 0)::BIGINT, count(*) FILTER (bought AND known)
FROM (SELECT {child_sql(within)} AS category, any_value(mine) AS mine, member_id IS NOT NULL AS known,
             max(quantity_milli) > 0 AS bought, sum(net_fen) AS net_fen
      FROM asked WHERE {beneath_sql(within)} GROUP BY 1, member_id)
GROUP BY ALL ORDER BY 2 DESC, 4 DESC, 1"""


BUYERS = """
SELECT count(DISTINCT member_id) FILTER (mine), count(DISTINCT member_id) FROM asked_visits WHERE kind = 'sale'"""
"""How many members bought anything: of theirs, and of everybody."""


# ---- who buys what at which hour


def lay_demand_sql(within: str) -> str:
    """A table `demand_rows` of what each member's receipt at a till held: (store_id, hour, category, member_id,
    receipt_id, mine), each category once; null is anything else."""
    sold = f"kind = 'sale' AND member_id IS NOT NULL AND channel = '{TILL}' AND quantity_milli > 0"
    return f"""
CREATE OR REPLACE TEMP TABLE demand_rows AS
SELECT DISTINCT store_id, hour(at_local)::SMALLINT AS hour,
       CASE WHEN {beneath_sql(within)} THEN {child_sql(within)} END AS category, member_id, receipt_id, mine
FROM asked WHERE {sold}"""


def demand_sql(*, by_store: bool) -> str:
    """SQL over `demand_rows` of (store_id, hour, category) with the sums of `Side`, first of theirs, then of everybody.
    `by_store` keeps stores apart; else store_id is null."""
    store = "store_id" if by_store else "-1"

    def sums(of: str) -> str:
        return (
            f"coalesce(sum(y) {of}, 0)::BIGINT, max(visits{{0}}), count(*) {of}, max(members{{0}}), "
            f"coalesce(sum(y * y) {of}, 0)::BIGINT, coalesce(sum(y * n) {of}, 0)::BIGINT, max(squares{{0}})"
        )

    def hours(of: str, name: str) -> str:
        return (
            f"coalesce(sum(n) {of}, 0)::BIGINT AS visits{name}, count(*) {of} AS members{name}, "
            f"coalesce(sum(n * n) {of}, 0)::BIGINT AS squares{name}"
        )

    mine = "FILTER (mine)"
    return f"""
WITH came AS (
    SELECT {store} AS store_id, hour, member_id, any_value(mine) AS mine, count(DISTINCT receipt_id) AS n
    FROM demand_rows GROUP BY ALL
), hours AS (
    SELECT store_id, hour, {hours(mine, "")}, {hours("", "_all")} FROM came GROUP BY ALL
), bought AS (
    SELECT {store} AS store_id, hour, category, member_id, count(DISTINCT receipt_id) AS y
    FROM demand_rows WHERE category IS NOT NULL GROUP BY ALL
)
SELECT nullif(store_id, -1), hour, category, {sums(mine).format("")}, {sums("").format("_all")}
FROM bought JOIN came USING (store_id, hour, member_id) JOIN hours USING (store_id, hour)
GROUP BY store_id, hour, category ORDER BY ALL"""


@cache
def widened(comparisons: int) -> float:
    """How many standard errors an interval reaches so that of so many at once chance moves none past 1 in 95 of 100
    cases (Bonferroni)."""
    return NormalDist().inv_cdf(1 - 0.025 / max(1, comparisons))
