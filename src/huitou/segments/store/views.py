"""The views that the rules' SQL speaks of, laid into a session of the lake, which brings `lines`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import duckdb
import pyarrow as pa

from huitou.segments.rules.goods import LINES, numbers_among
from huitou.segments.terms import Moment

TAGGED = pa.schema(
    [
        ("member_id", pa.int64()),
        ("tag", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
        ("strength", pa.int32()),
        ("as_of", pa.date32()),
        ("ongoing", pa.bool_()),
    ]
)
# Arrays come as JSON; positions count members, by rising id and then those who came later.
_SPELLED = """* EXCLUDE (categories, category_shares),
    list_transform(
        list_zip(from_json(categories, '["VARCHAR"]'), from_json(category_shares, '["SMALLINT"]')),
        lambda one: {'category': one[1], 'share': one[2]}
    ) AS likes"""


def lay_people(
    session: duckdb.DuckDBPyConnection, told: Iterable[pa.Table], stores: Collection[int] | None = None
) -> None:
    """`told` are rows of members' `everybody`; only members whose home store is one of `stores` are anybody."""
    _fill(session, "people_told", told)
    session.execute(
        f"CREATE OR REPLACE TABLE people AS SELECT {_SPELLED}, row_number() OVER (ORDER BY member_id) - 1 AS position "
        f"FROM people_told WHERE {at_home_in(stores)} ORDER BY member_id"
    )
    session.execute("DROP TABLE people_told")


def at_home_in(stores: Collection[int] | None) -> str:
    """SQL: whether a row of people is of these stores; None: of any or none."""
    return "true" if stores is None else numbers_among("home_store_id", sorted(stores))


def change_people(session: duckdb.DuckDBPyConnection, told: pa.Table) -> int:
    """Put these rows in the place of the same members'; who is new comes behind all others. How many are new."""
    session.register("part_told", told)
    told_here = _SPELLED.replace("*", "part_told.*", 1)
    behind = "(SELECT coalesce(max(position) + 1, 0) FROM people) + row_number() OVER (PARTITION BY p.position IS NULL"
    session.execute(
        f"CREATE OR REPLACE TEMP TABLE fresh AS SELECT {told_here}, p.position IS NULL AS new, "
        f"coalesce(p.position, {behind} ORDER BY member_id) - 1) AS position "
        "FROM part_told LEFT JOIN (SELECT member_id, position FROM people) p USING (member_id)"
    )
    ((new,),) = session.sql("SELECT count(*) FILTER (new) FROM fresh").fetchall()
    session.execute("DELETE FROM people WHERE member_id IN (SELECT member_id FROM fresh)")
    session.execute("INSERT INTO people BY NAME SELECT * EXCLUDE (new) FROM fresh")
    session.execute("DROP TABLE fresh")
    session.unregister("part_told")
    return int(new)


def change_rows(session: duckdb.DuckDBPyConnection, table: str, told: pa.Table) -> None:
    """Put these rows of `events` or `tagged` in the place of the same members'."""
    session.register("part_told", told)
    session.execute(f"DELETE FROM {table} WHERE member_id IN (SELECT member_id FROM part_told)")
    session.execute(f"INSERT INTO {table} BY NAME SELECT * FROM part_told")
    session.unregister("part_told")


def lay_events(session: duckdb.DuckDBPyConnection, events: Iterable[pa.Table]) -> None:
    """Rows of members' `events`."""
    _fill(session, "events", events)


def lay_products(session: duckdb.DuckDBPyConnection, products: pa.Table) -> None:
    """(sku, brand)."""
    _fill(session, "products", [products])


def lay_tagged(session: duckdb.DuckDBPyConnection, tagged: Iterable[pa.Table]) -> None:
    """Rows of TAGGED."""
    _fill(session, "tagged", tagged)


_LINES_OF_FEW = """
ALTER VIEW lines RENAME TO lake_lines;
CREATE TABLE lines AS
SELECT b.receipt_id, b.line, b.kind, b.store_id, b.channel, b.at_utc, b.at_local, b.business_date, b.member_id, n.sku,
    {category} AS category, b.quantity_milli, b.net_fen
FROM books b LEFT JOIN named n USING (product_id){was}
"""
# A product whose category changed keeps in the lake the one that it had when the line came there.
_WAS = """ LEFT JOIN (
    SELECT receipt_id, line, category FROM lake_lines
    WHERE product_id IN ({products}) AND receipt_id IN (SELECT receipt_id FROM books)
) w ON w.receipt_id = b.receipt_id AND w.line = b.line"""
_OF_MONTHS_GONE = """
INSERT INTO lines BY NAME SELECT receipt_id, line, kind, store_id, channel, at_utc, at_local, business_date, member_id,
    sku, category, quantity_milli, net_fen
FROM lake_lines SEMI JOIN few USING (member_id) WHERE business_date >= DATE '{since}' AND business_date < DATE '{until}'
    AND NOT EXISTS (SELECT 1 FROM books b WHERE b.receipt_id = lake_lines.receipt_id)
"""
_BY_DAY_OF_FEW = f"""
CREATE TABLE visits AS SELECT receipt_id, business_date, any_value(store_id) AS store_id,
    any_value(member_id) AS member_id, any_value(kind) AS kind, any_value(channel) AS channel,
    sum(net_fen)::BIGINT AS net_fen, ({LINES.pieces})::BIGINT AS items FROM lines GROUP BY receipt_id, business_date;
CREATE TABLE baskets AS SELECT category, any_value(member_id) AS member_id, business_date, receipt_id,
    any_value(store_id) AS store_id, any_value(kind) AS kind, any_value(channel) AS channel, count(*) AS lines,
    ({LINES.pieces})::BIGINT AS items, sum(net_fen)::BIGINT AS net_fen
FROM lines GROUP BY category, business_date, receipt_id
"""


def lay_lines_of_few(
    session: duckdb.DuckDBPyConnection,
    books: Iterable[pa.Table],
    named: pa.Table,
    recategorised: Collection[int],
    gone: tuple[date, date] | None,
) -> None:
    """Lets `lines`, `visits` and `baskets` of a session of the lake be those of few members. `books`: what the books
    hold of them, `named` (product_id, sku, category), `recategorised` products whose category changed; `gone`: of the
    days from the first to before the second the lake tells what has left the books."""
    _fill(session, "books", books)
    _fill(session, "named", [named])
    ((some,),) = session.execute(
        f"SELECT count(*) FROM (FROM books WHERE {numbers_among('product_id', sorted(recategorised))} LIMIT 1)"
    ).fetchall()
    was = _WAS.format(products=", ".join(map(str, sorted(recategorised)))) if some else ""
    category = "coalesce(w.category, n.category)" if some else "n.category"
    session.execute(_LINES_OF_FEW.format(category=category, was=was))
    if gone is not None:
        session.execute("CREATE TABLE few AS SELECT member_id FROM people")
        session.execute(_OF_MONTHS_GONE.format(since=gone[0], until=gone[1]))
    session.execute(_BY_DAY_OF_FEW)


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


def came_into_sight(session: duckdb.DuckDBPyConnection, before: Moment, now: Moment) -> bool:
    """Whether the lake, as it stands, holds a line whose moment lies after `before` and not after `now`."""
    first = min([before.today, *(store.today for store in before.stores.values())])
    ((some,),) = session.execute(
        "SELECT count(*) FROM (FROM lines WHERE business_date >= ? AND at_utc > ? AND at_utc <= ? LIMIT 1)",
        [first, before.at, now.at],
    ).fetchall()
    return bool(some)


def _fill(session: duckdb.DuckDBPyConnection, name: str, parts: Iterable[pa.Table]) -> None:
    verb = f"CREATE OR REPLACE TABLE {name} AS"
    for part in parts:
        session.register("part_told", part)
        session.execute(f"{verb} SELECT * FROM part_told")
        session.unregister("part_told")
        verb = f"INSERT INTO {name}"
