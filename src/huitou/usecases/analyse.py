"""What people ask of a span of days: when customers come, what they buy, where, what a segment asks for at which hour,
what lies in one basket, and who goes on from looking to paying. Counted from the lake while somebody waits, of some
members beside everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
from django.conf import settings

from huitou.catalogue import service as catalogue
from huitou.insight import service as insight
from huitou.insight.errors import NothingToReckon
from huitou.insight.service import DemandSeen, FunnelSeen, Lift
from huitou.insight.terms import CategorySeen, HourSeen, PairSeen, StorePart
from huitou.insight.terms.crowd import CohortSeen
from huitou.lake import service as lake
from huitou.members import service as members
from huitou.usecases.chosen_members import LIMIT_SECONDS, Chosen, counting_within

WEEKS = (4, 13, 52)
USUAL_WEEKS = 13
MOST_SUGGESTIONS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom (None: of everybody), in which stores (None: in all), in how many weeks that end on which day (None: on
    the newest business day), and counted in how many seconds at most."""

    chosen: Chosen | None = None
    stores: Collection[int] | None = None
    weeks: int = USUAL_WEEKS
    until: date | None = None
    seconds: float = LIMIT_SECONDS


@dataclass(frozen=True, slots=True)
class Span:
    """The days that were counted, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Categories:
    """The categories one level beneath another. `sure`: of a category how much likelier theirs buy it than everybody,
    where enough tell."""

    span: Span
    within: str
    rows: Sequence[CategorySeen]
    buyers: int
    all_buyers: int
    sure: Mapping[str, Lift]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What those of a segment who come to a store in an hour buy more often than everybody who comes then."""

    seen: DemandSeen
    lift: Lift


@dataclass(frozen=True, slots=True)
class Demand:
    """What a segment asks for by hour, of all the stores together, and what it asks for in single stores and hours even
    where chance is taken into account for all the comparisons that were made."""

    span: Span
    within: str
    cells: Sequence[DemandSeen]
    wanted: Sequence[Wanted]
    comparisons: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items of a basket, and how much more often they lie together than by chance."""

    seen: PairSeen
    lift: Lift


@dataclass(frozen=True, slots=True)
class Together:
    """What lies together more often than by chance, the surest first, and what less often. `names` are those of
    products by their number."""

    span: Span
    level: str
    baskets: int
    pairs: int
    together: Sequence[Pair]
    apart: Sequence[Pair]
    names: Mapping[str, str]


def hours_of(asked: Asked) -> tuple[Span, list[HourSeen]]:
    """Sales by weekday and hour. Raises NothingToReckon or SegmentTookTooLong, as all below."""
    with _opened(asked) as (session, span):
        return span, insight.hours_asked(session)


def stores_of(asked: Asked) -> tuple[Span, list[StorePart]]:
    """Each store's receipts, money and members."""
    with _opened(asked) as (session, span):
        return span, insight.stores_asked(session)


def categories_of(asked: Asked, within: str = "") -> Categories:
    """What was spent one level beneath a category, and how many bought it."""
    with _opened(asked) as (session, span):
        rows = insight.categories_asked(session, within)
        mine, everybody = insight.buyers_asked(session)
    sure = {}
    if asked.chosen is not None:
        for row in rows:
            lift = insight.lift_of(row.buyers, mine, row.all_buyers, everybody)
            if lift is not None:
                sure[row.category] = lift
    return Categories(span, within, rows, mine, everybody, sure)


def demand_of(asked: Asked, within: str = "") -> Demand:
    """What the chosen members ask for at which hour, beside everybody; of nobody chosen nothing stands out."""
    with _opened(asked) as (session, span):
        cells, by_store = insight.demand_asked(session, within)
    compared = [one for one in by_store if insight.demand_lift(one) is not None]
    found = []
    for one in compared:
        lift = insight.demand_lift(one, len(compared))
        if lift is not None and lift.low > 1:
            found.append(Wanted(one, lift))
    found.sort(
        key=lambda one: (-(one.lift.here - one.lift.all) * one.seen.here.visits, one.seen.store_id, one.seen.hour)
    )
    return Demand(span, within, cells, found[:MOST_SUGGESTIONS], len(compared))


def cohorts_of(asked: Asked, home: int | None = None) -> tuple[Span, list[CohortSeen]]:
    """Who came back after their first month, month by month; with `home` of the members of this home store. Weeks and
    stores are not asked: a member's first purchase is the first of all."""
    with _opened(asked) as (session, span):
        homes = members.homes_now()
        found = insight.cohorts_asked(session, span.last, homes, home, everybody=asked.chosen is None)
        return span, found


def together_of(asked: Asked, level: str) -> Together:
    """What lies in one basket. `level`: 1, 2 or 3 of the tree of categories, or product."""
    with _opened(asked) as (session, span):
        pairs, baskets = insight.pairs_asked(session, level)
    told = [Pair(one, lift) for one in pairs if (lift := insight.pair_lift(one, len(pairs))) is not None]
    told.sort(key=lambda one: (-one.lift.sure, -one.seen.together, one.seen.one, one.seen.other))
    more, less = ([one for one in told if one.lift.clear and (one.lift.at > 1) is up] for up in (True, False))
    more, less = more[: insight.MOST_PAIRS], less[: insight.MOST_PAIRS]
    names: dict[str, str] = {}
    if level == insight.PRODUCT_PAIRS:
        numbers = {int(item) for pair in (*more, *less) for item in (pair.seen.one, pair.seen.other)}
        names = {str(number): product.name for number, product in catalogue.products(numbers).items()}
    return Together(span, level, baskets, len(pairs), more, less, names)


def funnel_of(asked: Asked) -> tuple[Span, FunnelSeen]:
    """From looking to paying, by channel. Of some stores: events that name them, and receipts of theirs."""
    with _opened(asked) as (session, span):
        events = members.events_between(settings.TIME_ZONE, insight.FUNNEL_KINDS, span.first, span.last, asked.stores)
        everybody = asked.chosen is None
        return span, insight.funnel_asked(session, events, span.first, span.last, asked.stores, everybody=everybody)


@contextmanager
def _opened(asked: Asked) -> Iterator[tuple[duckdb.DuckDBPyConnection, Span]]:
    with lake.open_snapshot() as snapshot, counting_within(snapshot.session, asked.seconds):
        session = snapshot.session
        known = insight.days_known(session)
        if known is None or (asked.until is not None and asked.until < known[0]):
            raise NothingToReckon(day=asked.until or "-")
        last = asked.until or known[1]
        first = max(known[0], last - timedelta(days=7 * asked.weeks - 1))
        if asked.chosen is not None:
            insight.lay_chosen(session, asked.chosen.ids)
        insight.lay_asked(session, first, last, asked.stores, everybody=asked.chosen is None)
        yield session, Span(first, last)
