"""KPIs, reckoned in the lake's session for many periods and parts at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from huitou.insight.rules.kpis.kpi import SILENT_MONTHS, Kpi
from huitou.insight.rules.periods import ONE_DAY, Period
from huitou.insight.terms import Cut
from huitou.members.terms import months_before

TILL = "store"
"""The channel of the tills; every other is digital."""

_VISITS = "SELECT {} AS cut, receipt_id, business_date, member_id, kind, channel, net_fen, items FROM read_visits"
# A basket bought of a category when a line of it went out.
_BY_CATEGORY = """
SELECT coalesce(split_part(category, '/', 1), '') AS cut, receipt_id, business_date, any_value(member_id) AS member_id,
       CASE WHEN max(quantity_milli) > 0 THEN any_value(kind) ELSE 'return' END AS kind,
       any_value(channel) AS channel, sum(net_fen)::BIGINT AS net_fen,
       sum(CASE WHEN quantity_milli <= 0 THEN 0 WHEN quantity_milli % 1000 = 0 THEN quantity_milli // 1000 ELSE 1 END)
           ::BIGINT AS items
FROM lines {} GROUP BY 1, receipt_id, business_date"""
_CATEGORY_COLUMNS = "cut, business_date, member_id, kind, channel, net_fen, items"
_PARTS = {
    Cut.CHAIN: _VISITS.format("NULL::VARCHAR"),
    # A number is sorted in a third of the time that its text takes; values name a store by text.
    Cut.STORE: _VISITS.format("store_id"),
    Cut.CHANNEL: _VISITS.format("channel"),
    # `layers` is what is known of members' layers: (member_id, layer).
    Cut.LAYER: _VISITS.format("coalesce(layer, '')") + " LEFT JOIN layers USING (member_id)",
}
# Of each store the same parts: the store's number, a stroke, and which part of it. Nobody remembers them.
_OF_STORES = {
    Cut.CHANNEL: _VISITS.format("store_id || '/' || channel"),
    Cut.LAYER: _VISITS.format("store_id || '/' || coalesce(layer, '')") + " LEFT JOIN layers USING (member_id)",
}

_DAY_SUMS = f"""
CREATE OR REPLACE TEMP TABLE day_sums AS
SELECT cut, business_date, sum(net_fen)::BIGINT AS net_fen,
       coalesce(sum(net_fen) FILTER (kind = 'sale'), 0)::BIGINT AS sale_fen, count(*) FILTER (kind = 'sale') AS sales,
       coalesce(sum(items) FILTER (kind = 'sale'), 0)::BIGINT AS items,
       coalesce(sum(net_fen) FILTER (member_id IS NOT NULL), 0)::BIGINT AS member_fen,
       coalesce(sum(net_fen) FILTER (channel <> '{TILL}'), 0)::BIGINT AS digital_fen
FROM cut_visits GROUP BY cut, business_date
"""
# Members go by the days on which they bought, with the days before and after.
_MEMBER_DAYS = """
CREATE OR REPLACE TEMP TABLE member_days AS
SELECT cut, business_date, lag(business_date) OVER days AS previous_on,
       lead(business_date) OVER days AS next_on
FROM (SELECT DISTINCT cut, member_id, business_date FROM cut_visits WHERE kind = 'sale' AND member_id IS NOT NULL)
WINDOW days AS (PARTITION BY cut, member_id ORDER BY business_date)
"""
_CHAIN_DAYS = """
CREATE OR REPLACE TEMP TABLE chain_days AS
SELECT member_id, business_date, lag(business_date) OVER days AS previous_on,
       lead(business_date) OVER days AS next_on
FROM (SELECT DISTINCT member_id, business_date FROM ({visits})
      WHERE kind = 'sale' AND member_id IS NOT NULL AND business_date <= DATE '{last}')
WINDOW days AS (PARTITION BY member_id ORDER BY business_date)
"""
# A member has one layer, and so the same days in it as in the chain.
_OF_CHAIN_DAYS = {
    Cut.CHAIN: "SELECT NULL::VARCHAR AS cut, business_date, previous_on, next_on FROM chain_days",
    Cut.LAYER: "SELECT coalesce(layer, '') AS cut, business_date, previous_on, next_on FROM chain_days "
    "LEFT JOIN layers USING (member_id)",
}
_COMINGS = """
CREATE OR REPLACE TEMP TABLE comings AS
SELECT cut, business_date, count(*) - count(previous_on) AS newcomers, count(previous_on) AS came_back,
       coalesce(sum(business_date - previous_on), 0)::BIGINT AS waited_days
FROM member_days GROUP BY cut, business_date
"""
_GAPS = """
CREATE OR REPLACE TEMP TABLE gaps AS
SELECT cut, business_date, next_on, count(*) AS members FROM member_days GROUP BY ALL
"""
# What lies further away than the longest period is long is the same to each of them.
_STEPS = """
CREATE OR REPLACE TEMP TABLE steps AS
SELECT cut, business_date, CASE WHEN business_date - previous_on < {days} THEN previous_on END AS previous_on,
       CASE WHEN next_on - business_date < {days} THEN next_on END AS next_on, count(*) AS members
FROM member_days GROUP BY ALL
"""
# Up to the day {since} `standing` knows the last sale of each member in each store; no period needs those before it.
_SINCE = """
SELECT receipt_id, business_date, store_id, member_id, kind, channel, net_fen, items FROM visits
WHERE business_date > DATE '{since}'
UNION ALL SELECT NULL, last_on, store_id, member_id, 'sale', '', 0, 0 FROM standing"""

PREPARED_BY = (
    *_PARTS.values(),
    _DAY_SUMS,
    _MEMBER_DAYS,
    _CHAIN_DAYS,
    *_OF_CHAIN_DAYS.values(),
    _COMINGS,
    _GAPS,
    _STEPS,
)
"""What the values that are remembered hang on, beside the SQL of KPIs: of chain and stores, not of their parts."""
NONE_FOUND = """
SELECT NULL::VARCHAR AS cut, '' AS kpi, '' AS period, DATE '1970-01-01' AS starts_on, DATE '1970-01-01' AS ends_on,
       0::BIGINT AS numerator, 0::BIGINT AS denominator WHERE false"""


@dataclass(frozen=True, slots=True)
class Only:
    """Whose receipts count: those of the members in the session's view `chosen`, in these stores (None: in all)."""

    stores: Collection[int] | None = None

    @property
    def sql(self) -> str:
        """It as it follows the name of a view with members and stores; a condition on days may follow."""
        theirs = (
            "true" if self.stores is None else f"store_id IN ({', '.join(str(int(s)) for s in self.stores) or 'NULL'})"
        )
        return f"SEMI JOIN chosen USING (member_id) WHERE {theirs}"


@dataclass(frozen=True, slots=True)
class ChainDays:
    """The days on which members bought up to `last`, as they lie in the session: `chain_days`. `since` as in
    `found_query`."""

    last: date
    since: date | None


def lay_chain_days(session: duckdb.DuckDBPyConnection, last: date, since: date | None) -> ChainDays:
    """They are found once for every cut that has the same."""
    session.execute(_CHAIN_DAYS.format(visits=_visits(since), last=last))
    return ChainDays(last, since)


def forget_chain_days(session: duckdb.DuckDBPyConnection) -> None:
    """Of a whole refresh they are the days of all years, and would fill its memory to the end."""
    session.execute("DROP TABLE IF EXISTS chain_days")


@dataclass(frozen=True, slots=True)
class CategoryVisits:
    """Baskets by category of these days, both included, as a view of the session tells them."""

    first: date
    last: date
    view: str


@contextmanager
def category_visits(
    session: duckdb.DuckDBPyConnection,
    first: date,
    last: date,
    known: CategoryVisits | None = None,
    *,
    only: Only | None = None,
) -> Iterator[CategoryVisits]:
    """They lie in the session meanwhile: read twice, and dear to group from lines. `known` days are taken from there.
    `only`: as if there were no other lines than these; of them nothing is known."""
    counted_from, parts = first, []
    if known is not None and known.first <= first <= known.last:
        counted_from = min(known.last, last) + ONE_DAY
        parts.append(
            f"SELECT {_CATEGORY_COLUMNS} FROM {known.view} "
            f"WHERE business_date >= DATE '{first}' AND business_date < DATE '{counted_from}'"
        )
    within = f"business_date BETWEEN DATE '{counted_from:%Y-%m-%d}' AND DATE '{last}'"
    counted = _BY_CATEGORY.format(f"{only.sql} AND {within}" if only else f"WHERE {within}")
    parts.append(f"SELECT {_CATEGORY_COLUMNS} FROM ({counted})")
    session.execute(f"CREATE OR REPLACE TEMP TABLE category_visits AS {' UNION ALL '.join(parts)}")
    yield CategoryVisits(first, last, "category_visits")
    session.execute("DROP TABLE category_visits")


def lay_chosen(session: duckdb.DuckDBPyConnection, member_ids: Collection[int]) -> None:
    """Leaves `chosen` (member_id) in the session."""
    session.register("chosen", pa.table({"member_id": pa.array(member_ids, pa.int64())}))


def stores_up_to(as_of: date) -> str:
    """SQL of the stores (cut) that had a receipt up to that day."""
    return f"SELECT DISTINCT store_id::VARCHAR AS cut FROM visits WHERE business_date <= DATE '{as_of}'"


def layers_up_to(session: duckdb.DuckDBPyConnection, as_of: date) -> str:
    """SQL of the layers (cut) that had one; '' is who has none."""
    until = f"business_date <= DATE '{as_of}'"
    # A guest is soon found; members without a layer are looked for among all visits.
    for strangers in (
        "FROM visits WHERE member_id IS NULL AND",
        "FROM visits ANTI JOIN layers USING (member_id) WHERE",
    ):
        if session.execute(f"SELECT 1 {strangers} {until} LIMIT 1").fetchone():
            return "SELECT DISTINCT layer AS cut FROM layers UNION ALL SELECT ''"
    return "SELECT DISTINCT layer AS cut FROM layers"


def reaches(since: date, periods: Sequence[Period]) -> bool:
    """Whether what was sold after the day `since`, and each member's last sale before it, tell all of these periods."""
    return all(since < period.starts_on and since <= months_before(period.ends_on, SILENT_MONTHS) for period in periods)


def found_query(
    session: duckdb.DuckDBPyConnection,
    kpis: Iterable[Kpi],
    periods: Sequence[Period],
    cut: Cut,
    since: date | None = None,
    only: Only | None = None,
    days: ChainDays | None = None,
    categories: CategoryVisits | None = None,
    of_stores: bool = False,
) -> str:
    """Prepares what KPIs read, and gives the SQL of their values: (kpi, period, starts_on, ends_on, cut, numerator,
    denominator) for each period and part that has any; the part of the chain itself is null. Holds until the next
    preparation. With a day `since` that `reaches` the periods, visits before it are not read. `only`: counted as if
    there were no other receipts than these. `days`: what was laid of the chain, read where it tells the same.
    `categories`: what was laid of all these periods. `of_stores`: each store by layer or channel, as `store/part`."""
    asked = list(kpis)
    looks_back = any(kpi.looks_back for kpi in asked)
    last = max(period.ends_on for period in periods)
    first = date.min if looks_back else min(period.starts_on for period in periods)
    since = since if looks_back else None
    visits = _visits(since)
    if only:
        visits = f"SELECT * FROM ({visits}) {only.sql}"
    session.execute(f"CREATE OR REPLACE TEMP VIEW read_visits AS {visits}")
    _prepare_periods(session, periods)
    longest = max((period.ends_on - period.starts_on).days + 1 for period in periods)
    of_chain = cut in _OF_CHAIN_DAYS and looks_back and only is None and days == ChainDays(last, since)
    laid = f"CREATE OR REPLACE TEMP TABLE member_days AS {_OF_CHAIN_DAYS[cut]}" if of_chain else _MEMBER_DAYS
    with ExitStack() as meanwhile:
        if of_stores:
            parts = _OF_STORES[cut]
        elif cut is not Cut.CATEGORY:
            parts = _PARTS[cut]
        else:
            categories = categories or meanwhile.enter_context(category_visits(session, first, last, only=only))
            parts = f"FROM {categories.view}"
        within = f"business_date BETWEEN DATE '{first:%Y-%m-%d}' AND DATE '{last}'"
        session.execute(f"CREATE OR REPLACE TEMP VIEW cut_visits AS {parts} WHERE {within}")
        for statement in (_DAY_SUMS, laid, _COMINGS, _GAPS, _STEPS.format(days=longest)):
            session.execute(statement)
        session.execute("DROP TABLE member_days")
    return " UNION ALL ".join(
        f"SELECT '{kpi.name}' AS kpi, period, starts_on, ends_on, cut::VARCHAR AS cut, "
        "numerator::BIGINT AS numerator, "
        f"denominator::BIGINT AS denominator FROM ({kpi.sql})"
        for kpi in asked
    )


def _visits(since: date | None) -> str:
    return "FROM visits" if since is None else _SINCE.format(since=since)


def values_query(
    session: duckdb.DuckDBPyConnection,
    kpis: Iterable[Kpi],
    periods: Sequence[Period],
    cut: Cut,
    only: Only | None = None,
    categories: CategoryVisits | None = None,
    of_stores: bool = False,
) -> str:
    """The same with a row for every period and part, also where nothing was found."""
    asked = list(kpis)
    found = found_query(session, asked, periods, cut, only=only, categories=categories, of_stores=of_stores)
    places = "SELECT NULL::VARCHAR AS cut" if cut is Cut.CHAIN else "SELECT DISTINCT cut::VARCHAR AS cut FROM day_sums"
    return filled_query(found, places, asked)


def filled_query(found: str, places: str, kpis: Sequence[Kpi]) -> str:
    """SQL of the values `found` of each of these places (cut) and of each period in `periods`, zeros where there are
    none: a store that sold nothing in a period has a row that says so. Left out, its last good weeks would pass for
    now."""
    kinds = ", ".join(f"('{kpi.name}', {'true' if kpi.denominator else 'false'})" for kpi in kpis)
    return f"""
        WITH found AS ({found}), places AS ({places})
        SELECT k.kpi, p.period, p.starts_on, p.ends_on, s.cut, coalesce(f.numerator, 0)::BIGINT AS numerator,
               CASE WHEN k.is_ratio THEN coalesce(f.denominator, 0)::BIGINT END AS denominator
        FROM (VALUES {kinds}) AS k (kpi, is_ratio) CROSS JOIN periods p CROSS JOIN places s
        LEFT JOIN found f ON f.kpi = k.kpi AND f.period = p.period AND f.starts_on = p.starts_on
             AND f.ends_on = p.ends_on AND f.cut IS NOT DISTINCT FROM s.cut"""


def lay_periods(session: duckdb.DuckDBPyConnection, periods: Sequence[Period]) -> None:
    """Leaves `periods` (period, starts_on, ends_on) in the session."""
    session.register(
        "periods",
        pa.table(
            {
                "period": [period.kind for period in periods],
                "starts_on": pa.array([period.starts_on for period in periods], pa.date32()),
                "ends_on": pa.array([period.ends_on for period in periods], pa.date32()),
            }
        ),
    )


def _prepare_periods(session: duckdb.DuckDBPyConnection, periods: Sequence[Period]) -> None:
    lay_periods(session, periods)
    session.execute(
        "CREATE OR REPLACE TEMP TABLE period_days AS SELECT *, unnest(generate_series(starts_on, ends_on, "
        "INTERVAL 1 DAY))::DATE AS business_date FROM periods"
    )
    session.execute(
        "CREATE OR REPLACE TEMP TABLE quarter_days AS SELECT *, unnest(generate_series("
        f"ends_on - INTERVAL {2 * SILENT_MONTHS} MONTH + INTERVAL 1 DAY, quarter_ends_on, INTERVAL 1 DAY))::DATE "
        "AS business_date "
        f"FROM (SELECT *, (ends_on - INTERVAL {SILENT_MONTHS} MONTH)::DATE AS quarter_ends_on FROM periods)"
    )
