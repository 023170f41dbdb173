"""The views that the rules' SQL speaks of, laid into a session of the lake, which brings `lines`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import duckdb
import pyarrow as pa

from huitou.segments.rules.goods import LINES, numbers_among
from huitou.segments.terms import Moment

_TAGGED = pa.schema([("member_id", pa.int64()), ("tag", pa.string()), ("since", pa.date32()), ("until", pa.date32())])
# Arrays come as JSON; positions count members by rising id.
_PEOPLE = """
CREATE OR REPLACE TABLE people AS
SELECT * EXCLUDE (categories, category_shares), row_number() OVER (ORDER BY member_id) - 1 AS position,
    list_transform(
        list_zip(from_json(categories, '["VARCHAR"]'), from_json(category_shares, '["SMALLINT"]')),
        lambda one: {{'category': one[1], 'share': one[2]}}
    ) AS likes
FROM people_told WHERE {seen} ORDER BY member_id
"""


def lay_people(
    session: duckdb.DuckDBPyConnection, told: Iterable[pa.Table], stores: Collection[int] | None = None
) -> None:
    """`told` are rows of members' `everybody`; only members whose home store is one of `stores` are anybody."""
    _fill(session, "people_told", told)
    seen = "true" if stores is None else numbers_among("home_store_id", sorted(stores))
    session.execute(_PEOPLE.format(seen=seen))
    session.execute("DROP TABLE people_told")


def lay_beside(
    session: duckdb.DuckDBPyConnection, events: Iterable[pa.Table], products: pa.Table, tagged: pa.Table | None = None
) -> None:
    """`events` are rows of members' `events`, `products` (sku, brand), `tagged` (member_id, tag, since, until)."""
    _fill(session, "events", events)
    _fill(session, "products", [products])
    _fill(session, "tagged", [_TAGGED.empty_table() if tagged is None else tagged])


# By the day nobody knows what happened after the moment; the newest days are looked at line by line.
_UNTIL = """
CREATE OR REPLACE VIEW visits_until AS
SELECT member_id, receipt_id, business_date, store_id, kind, channel, items, net_fen FROM visits
WHERE business_date < {day}
UNION ALL
SELECT any_value(member_id), receipt_id, business_date, any_value(store_id), any_value(kind), any_value(channel),
    {items}, sum(net_fen)::BIGINT
FROM lines WHERE business_date >= {day} AND at_utc <= {at} GROUP BY receipt_id, business_date;
CREATE OR REPLACE VIEW baskets_until AS
SELECT category, member_id, business_date, receipt_id, store_id, kind, channel, lines, items, net_fen FROM baskets
WHERE business_date < {day}
UNION ALL
SELECT category, any_value(member_id), business_date, receipt_id, any_value(store_id), any_value(kind),
    any_value(channel), count(*), {items}, sum(net_fen)::BIGINT
FROM lines WHERE business_date >= {day} AND at_utc <= {at} AND member_id IS NOT NULL
GROUP BY category, business_date, receipt_id
"""


def lay_until(session: duckdb.DuckDBPyConnection, moment: Moment) -> None:
    """What of `visits` and `baskets` had happened at the moment."""
    day = min([moment.today, *(store.today for store in moment.stores.values())])
    at = f"TIMESTAMP '{moment.at:%Y-%m-%d %H:%M:%S.%f}'"
    session.execute(_UNTIL.format(day=f"DATE '{day}'", at=at, items=f"({LINES.pieces})::BIGINT"))


def _fill(session: duckdb.DuckDBPyConnection, name: str, parts: Iterable[pa.Table]) -> None:
    verb = f"CREATE OR REPLACE TABLE {name} AS"
    for part in parts:
        session.register("part_told", part)
        session.execute(f"{verb} SELECT * FROM part_told")
        session.unregister("part_told")
        verb = f"INSERT INTO {name}"
