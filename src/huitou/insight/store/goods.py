"""What is kept of products, as a refresh writes it and pages read it. The database's policies keep every query to the
reader's stores (M6); what is read in the lake's session is kept to them by an argument."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
from django.db import connection

from huitou.bulk import service as bulk
from huitou.insight.rules import goods
from huitou.insight.terms.goods import BoughtWith, Buyers, GoodsSeen, GoodsSold, WeekOfGoods

TABLES = {
    "kept_goods": ("insight_goods", (
        "product_id", "store_id", "times", "net_fen", "member_fen", "sold_milli", "sold_fen", "promoted_fen",
        "before_fen", "before_times", "year_before_fen", "year_sold_milli", "year_sold_fen", "year_promoted_fen")),
    "kept_buyers": ("insight_goodsbuyers", (
        "product_id", "store_id", "buyers", "again", "diamond", "gold", "silver", "dormant")),
    "kept_pairs": ("insight_goodspair", (
        "product_id", "other_id", "together", "of_product", "of_other", "baskets", "since", "until")),
}  # fmt: skip
"""Of each result of a refresh the table that keeps it, and its columns."""
_SEEN = ", ".join(TABLES["kept_goods"][1])
_BATCH = 100_000


def form() -> str:
    """Changes with the SQL of what weeks tell alone."""
    day = date(2026, 1, 4)
    said = (goods.goods_sql(day), goods.bought_sql(day), goods.pairs_sql(goods.weeks_up_to(day)), repr(TABLES))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def replace(session: duckdb.DuckDBPyConnection, tables: dict[str, tuple[str, tuple[str, ...]]]) -> None:
    """Put what these views of the session say in the place of what was kept. Only what differs is written: weeks that
    are over say the same on each of the seven days that follow."""
    for view, (table, columns) in tables.items():
        names = ", ".join(columns)
        rows = session.sql(f"SELECT {names} FROM {view}").to_arrow_reader(_BATCH)
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMP TABLE arriving_rows ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA"
            )
            bulk.copy_in("arriving_rows", columns, rows)
            cursor.execute("ANALYZE arriving_rows")
            for said in _DIFFERENCE:
                cursor.execute(
                    said.format(
                        table=table,
                        names=names,
                        kept=", ".join(f"t.{name}" for name in columns),
                        came=", ".join(f"a.{name}" for name in columns),
                    )
                )
            cursor.execute(f"DROP TABLE arriving_rows; ANALYZE {table}")


# Rows are compared as texts: a store that is NULL is like another that is.
_DIFFERENCE = (
    "DELETE FROM {table} t WHERE NOT EXISTS (SELECT FROM arriving_rows a WHERE ROW({came})::text = ROW({kept})::text)",
    "INSERT INTO {table} ({names}) SELECT {names} FROM arriving_rows a "
    "WHERE NOT EXISTS (SELECT FROM {table} t WHERE ROW({kept})::text = ROW({came})::text)",
)


def forget(products: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        for table, columns in TABLES.values():
            also = "OR other_id = ANY(%(gone)s)" if "other_id" in columns else ""
            cursor.execute(f"DELETE FROM {table} WHERE product_id = ANY(%(gone)s) {also}", {"gone": list(products)})


def forget_stores(stores: Sequence[int], tables: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for table in (*tables, "insight_layerflow", "insight_stageflow", "insight_picture"):
            cursor.execute(f"DELETE FROM {table} WHERE store_id = ANY(%s)", [list(stores)])


def pairs_query(session: duckdb.DuckDBPyConnection, as_of: date) -> str:
    """The weeks that pairs are looked for in are known only when their lines are counted."""
    first = goods.weeks_up_to(as_of, goods.PAIR_WEEKS).first
    counted = session.sql(
        f"SELECT week_on, sum(times)::BIGINT FROM goods WHERE week_on >= DATE '{first}' GROUP BY 1"
    ).fetchall()
    weeks = goods.pair_weeks(counted, as_of)
    return f"SELECT *, DATE '{weeks.first}' AS since, DATE '{weeks.last}' AS until FROM ({goods.pairs_sql(weeks)})"


def _place(store_id: int | None, alias: str = "") -> tuple[str, list[Any]]:
    return (f"{alias}store_id IS NULL", []) if store_id is None else (f"{alias}store_id = %s", [store_id])


ORDERS = {
    "sales": "net_fen DESC",
    "rising": "before_fen - net_fen",
    "falling": "net_fen - before_fen",
    "year": "CASE WHEN year_before_fen > 0 THEN (net_fen - year_before_fen)::numeric / year_before_fen ELSE 0 END DESC",
    "members": "CASE WHEN net_fen > 0 THEN member_fen::numeric / net_fen ELSE 0 END DESC",
    "name": "place",
}
"""How products can stand; equal ones as they were asked for."""
_ASKED = "unnest(%(ids)s::bigint[], %(parts)s::text[], %(named)s::boolean[]) WITH ORDINALITY AS a "
_ASKED += "(product_id, part, named, place)"
_MOVED = "(net_fen <> 0 OR before_fen <> 0 OR year_before_fen <> 0)"


def ranked(
    asked: Sequence[tuple[int, str, bool]], store_id: int | None, order: str, first: int, limit: int
) -> tuple[list[GoodsSeen], list[tuple[str, GoodsSold]], int]:
    """Of products (id, the part it belongs to, whether it is wanted itself) in a store, or in the chain: some rows of
    those that are wanted, what each part sold together, and how many are wanted. Only what sold is there."""
    place, values = ("store_id IS NULL", {}) if store_id is None else ("store_id = %(store)s", {"store": store_id})
    ids, parts, named = zip(*asked, strict=True) if asked else ((), (), ())
    values |= {"ids": list(ids), "parts": list(parts), "named": list(named), "first": first, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_SEEN} FROM insight_goods JOIN {_ASKED} USING (product_id) WHERE {place} AND named AND {_MOVED} "
            f"ORDER BY {ORDERS[order]}, place LIMIT %(limit)s OFFSET %(first)s",
            values,
        )
        rows = [GoodsSeen(*row) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT part, count(*) FILTER (WHERE net_fen <> 0), sum(net_fen)::bigint, sum(before_fen)::bigint, "
            f"sum(year_before_fen)::bigint, sum(member_fen)::bigint, count(*) FILTER (WHERE named AND {_MOVED}) "
            f"FROM insight_goods JOIN {_ASKED} USING (product_id) WHERE {place} GROUP BY part",
            values,
        )
        summed = cursor.fetchall()
    return rows, [(part, GoodsSold(*counts)) for part, *counts, _ in summed], sum(row[-1] for row in summed)


def of_product(product_id: int) -> list[GoodsSeen]:
    """One product in each place that the reader sees."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_SEEN} FROM insight_goods WHERE product_id = %s", [product_id])
        return [GoodsSeen(*row) for row in cursor.fetchall()]


def of_products(product_ids: Sequence[int], store_id: int | None) -> list[GoodsSeen]:
    place, values = _place(store_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_SEEN} FROM insight_goods WHERE {place} AND product_id = ANY(%s)", [*values, list(product_ids)]
        )
        return [GoodsSeen(*row) for row in cursor.fetchall()]


def buyers(product_id: int, store_id: int | None) -> Buyers | None:
    place, values = _place(store_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT buyers, again, diamond, gold, silver, dormant FROM insight_goodsbuyers WHERE {place} "
            "AND product_id = %s",
            [*values, product_id],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    counted, again, *layers = row
    names = ("diamond", "gold", "silver", "dormant")
    return Buyers(counted, again, dict(zip(names, layers, strict=True)))


def pairs(product_id: int) -> list[BoughtWith]:
    """What is bought with it, the strongest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT other_id, together, of_product, of_other, baskets, since, until FROM insight_goodspair "
            "WHERE product_id = %s ORDER BY together::float8 / of_other DESC, together DESC, other_id",
            [product_id],
        )
        return [BoughtWith(*row) for row in cursor.fetchall()]


def weeks(
    session: duckdb.DuckDBPyConnection, product_id: int, stores: Sequence[int] | None, first: date, last: date
) -> list[WeekOfGoods]:
    """Each week of a product from the Monday `first` on, in these stores; None: in all of them."""
    only = "" if stores is None else f"AND store_id IN ({', '.join(str(int(one)) for one in stores) or 'NULL'})"
    rows = session.sql(
        "SELECT week_on, sum(net_fen)::BIGINT, sum(times)::BIGINT, sum(sold_milli)::BIGINT, sum(sold_fen)::BIGINT, "
        f"sum(discount_fen)::BIGINT FROM goods WHERE product_id = {int(product_id)} "
        f"AND week_on BETWEEN DATE '{first}' AND DATE '{last}' {only} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return [WeekOfGoods(*row) for row in rows]
