"""Whom and what the rows of a till's file name: stores, products and members, made where they are new, and receipts
that were here before."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from huitou.catalogue import service as catalogue
from huitou.kernel.ids import ImportId
from huitou.members import service as members
from huitou.receipts import service as receipts
from huitou.receipts.service import import_life
from huitou.usecases import ready_rows

_NAMED = 12
"""So many new stores and products the report names."""
# A case's barcode counts its pieces. A till that counts the labels of its scale writes a quantity of 1 for each: then
# the goods weigh what the label says, or what was paid by the price of a kilogram. Other quantities are the till's own.
_COUNT_PIECES = """
UPDATE clean SET quantity_milli = counted.quantity_milli, unit_price = counted.unit_price
FROM (
    SELECT row_number, CASE WHEN pieces > 1 THEN unit_price / pieces ELSE unit_price END AS unit_price,
           CASE WHEN pieces > 1 THEN quantity_milli * pieces
                WHEN weight_g > 0 THEN sign(quantity_milli) * weight_g
                ELSE sign(quantity_milli) * round(abs(net_fen) * 10 / unit_price) END AS quantity_milli
    FROM clean JOIN product_ids USING (sku)
    WHERE pieces > 1
       OR (abs(quantity_milli) = 1000 AND (weight_g > 0 OR (by_price AND unit_price > 0 AND net_fen <> 0)))
) counted WHERE counted.row_number = clean.row_number
"""


def place_stores(session: duckdb.DuckDBPyConnection) -> int:
    codes = [code for (code,) in session.sql("SELECT DISTINCT store FROM baskets ORDER BY 1").fetchall()]
    ids, new = catalogue.take_stores([(code, code, "") for code in codes])
    session.register("store_ids", pa.table({"store": list(ids), "store_id": pa.array(ids.values(), pa.int32())}))
    return new


def note_made(session: duckdb.DuckDBPyConnection, batch: ImportId, before: dict[str, int]) -> dict[str, list[int]]:
    """Remember which stores, products and categories this import made: an undo takes them back."""
    asked = {
        "store": "SELECT DISTINCT store FROM baskets",
        "product": "SELECT DISTINCT sku FROM clean",
        "category": "SELECT DISTINCT category FROM goods SEMI JOIN clean USING (sku) WHERE category IS NOT NULL",
    }
    names = {what: [name for (name,) in session.sql(query).fetchall()] for what, query in asked.items()}
    made = catalogue.made_since(before, names)
    for what, ids in made.items():
        import_life.note_brought(batch, what, ids)
    return made


def first_newcomers(made: Mapping[str, list[int]]) -> dict[str, list[str]]:
    """The first new stores and products by name, so that a wrong column is seen before it is taken in."""
    stores = catalogue.names_of("store", made["store"][:_NAMED])
    products = catalogue.products(made["product"][:_NAMED])
    return {
        "stores": [stores[one] for one in sorted(stores)],
        "products": [
            f"{one.sku} {one.name}" if one.name != one.sku else one.sku for _, one in sorted(products.items())
        ],
    }


def leave_out_known(session: duckdb.DuckDBPyConnection, batch: ImportId, source: str) -> None:
    """Receipts that were taken before are repeated, or refused where their contents differ."""
    session.execute("CREATE OR REPLACE TABLE known (basket BIGINT, same BOOLEAN, receipt_id BIGINT)")
    asked = session.sql(
        "SELECT basket, store_id, till, business_date, receipt AS number, kind, digest FROM baskets "
        "JOIN store_ids USING (store)"
    ).to_arrow_reader(ready_rows.AT_ONCE)
    for piece in receipts.known_baskets(source, asked, at_once=ready_rows.AT_ONCE):
        ready_rows.lay(session, "known", piece)
    for again in ready_rows.pieces(session, "SELECT receipt_id FROM known WHERE same ORDER BY 1"):
        import_life.note_brought(batch, "again", again["receipt_id"].to_pylist())
    for statement in (
        "INSERT INTO refused SELECT row_number, 'receipt_differs' FROM clean JOIN known USING (basket) WHERE NOT same",
        "INSERT INTO repeated_rows SELECT row_number FROM clean JOIN known USING (basket) WHERE same",
        "DELETE FROM clean WHERE basket IN (SELECT basket FROM known)",
        "DELETE FROM baskets WHERE basket IN (SELECT basket FROM known)",
    ):
        session.execute(statement)


def count_known_left_out(session: duckdb.DuckDBPyConnection, source: str) -> int:
    """How many receipts whose rows are left out as no sales an earlier file brought as sales."""
    stores = catalogue.stores().values()
    ids = pa.array([store.id for store in stores], pa.int32())
    session.register("known_stores", pa.table({"store": pa.array([s.code for s in stores], pa.string()), "id": ids}))
    asked = session.sql(
        "SELECT min(place) AS basket, id AS store_id, till, min(local_at)::DATE AS business_date, receipt AS number, "
        "'sale' AS kind, '' AS digest FROM left_out JOIN known_stores USING (store) "
        "ANTI JOIN reckoned USING (store, till, receipt) "
        "WHERE moment IS NOT NULL AND receipt IS NOT NULL GROUP BY id, till, receipt"
    ).to_arrow_reader(ready_rows.AT_ONCE)
    known = receipts.known_baskets(source, asked, at_once=ready_rows.AT_ONCE)
    return sum(len(piece) for piece in known)


def name_products(session: duckdb.DuckDBPyConnection) -> int:
    goods = session.sql("FROM goods SEMI JOIN clean USING (sku)").to_arrow_table()
    ids, new = catalogue.take_products(goods)
    session.register("product_ids", ids)
    (others,) = session.sql(
        "SELECT count(*) FROM product_ids WHERE pieces > 1 OR weight_g IS NOT NULL OR by_price"
    ).fetchall()[0]
    if others:  # most chains have none, and a file of millions of lines is then not gone through
        session.execute(_COUNT_PIECES)
    return new


def name_members(session: duckdb.DuckDBPyConnection, batch: ImportId, kind: str) -> int:
    session.execute("CREATE OR REPLACE TABLE member_ids (value VARCHAR, member_id BIGINT, origin_id BIGINT)")
    made = 0
    # In order of their first day, so that whoever came earlier has the lower number.
    for people in ready_rows.pieces(
        session,
        'SELECT member AS value, min(business_date) AS joined_on, arg_min(store_id, "at") AS home_store_id '
        "FROM baskets JOIN store_ids USING (store) WHERE member IS NOT NULL GROUP BY member ORDER BY joined_on, value",
    ):
        new = members.take_strangers(kind, people)
        import_life.note_brought(batch, "member", new)
        ready_rows.lay(session, "member_ids", members.ids_of(kind, people["value"].to_pylist()))
        made += len(new)
    return made
