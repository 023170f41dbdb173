"""A product file against the products that are known: a few statements inside the import's transaction."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.bulk.service import Watched
from huitou.catalogue.rules.product_rows import ProductSaid
from huitou.kernel.rows import Taken, Unfit

_ROWS = {
    "row_number": pa.int64(),
    "sku": pa.string(),
    "name": pa.string(),
    "category": pa.string(),
    "brand": pa.string(),
    "supplier": pa.string(),
    "pack": pa.string(),
    "weighed": pa.bool_(),
    "price_fen": pa.int64(),
    "cost_fen": pa.int64(),
    "promotable": pa.bool_(),
}
_CODES = {
    "row_number": pa.int64(),
    "sku": pa.string(),
    "kind": pa.string(),
    "code": pa.string(),
    "pieces": pa.int32(),
}
_OPEN = """
CREATE TEMP TABLE product_row (row_number bigint, sku text, name text, category text, brand text, supplier text,
    pack text, weighed boolean, price_fen bigint, cost_fen bigint, promotable boolean) ON COMMIT DROP;
CREATE TEMP TABLE product_code (row_number bigint, sku text, kind text, code text, pieces integer) ON COMMIT DROP;
CREATE TEMP TABLE product_unfit (row_number bigint, code text, product text, other text, other_row bigint)
    ON COMMIT DROP;
"""

# The owner of a code that only tills have spoken of so far (`source` empty, no row of this file about it) is the very
# product that the file names with that code: it gets the file's sku, and its receipts stay with it.
_CLAIMS = """
ANALYZE product_row, product_code;
-- Two products of the file claim one code, or a code is another product's sku: the row that says so is named.
INSERT INTO product_unfit
    SELECT c.row_number, c.code, o.sku, c.sku, o.row_number FROM product_code c JOIN (
        SELECT code, sku, min(row_number) AS row_number,
               row_number() OVER (PARTITION BY code ORDER BY min(row_number)) AS place
        FROM product_code GROUP BY code, sku
    ) o ON o.code = c.code AND o.sku <> c.sku AND o.place <= 2
    UNION SELECT c.row_number, c.code, r.sku, c.sku, r.row_number FROM product_code c
    JOIN (SELECT sku, min(row_number) AS row_number FROM product_row GROUP BY sku) r ON r.sku = c.code;
CREATE TEMP TABLE product_owner ON COMMIT DROP AS
    SELECT c.row_number, c.sku, c.code, o.id, o.sku AS owner,
           o.source = '' AND NOT EXISTS (SELECT FROM product_row r WHERE r.sku = o.sku)
           AND NOT EXISTS (SELECT FROM catalogue_product p WHERE p.sku = c.sku) AS adoptable
    FROM product_code c JOIN LATERAL (
        SELECT p.id, p.sku, p.source FROM catalogue_code k JOIN catalogue_product p ON p.id = k.product_id
        WHERE k.code = c.code
        UNION SELECT p.id, p.sku, p.source FROM catalogue_product p WHERE p.sku = c.code
    ) o ON o.sku <> c.sku
    WHERE NOT EXISTS (SELECT FROM product_unfit u WHERE u.row_number = c.row_number);
-- Of several that were sold under codes of one product only the first can become it.
CREATE TEMP TABLE product_adopted ON COMMIT DROP AS
    SELECT DISTINCT ON (o.sku) o.sku, o.id FROM product_owner o WHERE o.adoptable
      AND (SELECT count(DISTINCT sku) FROM product_owner n WHERE n.id = o.id) = 1 ORDER BY o.sku, o.id;
INSERT INTO product_unfit
    SELECT o.row_number, o.code, o.owner, o.sku, NULL::bigint FROM product_owner o
    WHERE NOT EXISTS (SELECT FROM product_adopted a WHERE a.sku = o.sku AND a.id = o.id)
    UNION
    -- A sku of the file that is a code of another product would hide it: a till's code is a sku first.
    SELECT r.row_number, r.sku, p.sku, r.sku, NULL FROM product_row r JOIN catalogue_code k ON k.code = r.sku
    JOIN catalogue_product p ON p.id = k.product_id AND p.sku <> r.sku;
DELETE FROM product_row WHERE row_number IN (SELECT row_number FROM product_unfit);
DELETE FROM product_code WHERE row_number IN (SELECT row_number FROM product_unfit);
"""

# Several rows may tell of one product: the last that says a thing is right, and who says nothing erases nothing.
_LAST = "(array_agg({0} ORDER BY row_number DESC) FILTER (WHERE {0} IS NOT NULL))[1] AS {0}"
_SCALARS = [column for column in _ROWS if column not in ("row_number", "sku")]
_NEWEST = f"""
CREATE TEMP TABLE product_said ON COMMIT DROP AS
    SELECT sku, {", ".join(_LAST.format(column) for column in _SCALARS)} FROM product_row GROUP BY sku;
CREATE TEMP TABLE code_said ON COMMIT DROP AS
    SELECT DISTINCT ON (code) sku, kind, code, pieces FROM product_code ORDER BY code, row_number DESC;
ANALYZE product_said, code_said;
"""
_NAMED = """
INSERT INTO catalogue_category (path) SELECT DISTINCT category FROM product_said WHERE category IS NOT NULL
    ON CONFLICT (path) DO NOTHING;
UPDATE catalogue_product p SET sku = a.sku FROM product_adopted a
    WHERE p.id = a.id AND a.sku IN (SELECT sku FROM product_said);
"""

_KNOWN = """
CREATE TEMP TABLE product_told ON COMMIT DROP AS
    SELECT p.id, s.sku, coalesce(s.name, p.name) AS name, coalesce(k.id, p.category_id) AS category_id,
           coalesce(s.brand, p.brand) AS brand, coalesce(s.supplier, p.supplier) AS supplier,
           coalesce(s.pack, p.pack) AS pack, coalesce(s.weighed, p.weighed) AS weighed,
           coalesce(s.price_fen, p.price_fen) AS price_fen, coalesce(s.cost_fen, p.cost_fen) AS cost_fen,
           coalesce(s.promotable, p.promotable) AS promotable,
           p.id IS NULL AS is_new,
           p.id IN (SELECT id FROM product_adopted) OR EXISTS (
               SELECT FROM code_said c LEFT JOIN catalogue_code g ON g.code = c.code
               WHERE c.sku = s.sku AND (g.pieces, g.kind) IS DISTINCT FROM (c.pieces, c.kind)) AS has_new_code
    FROM product_said s LEFT JOIN catalogue_product p USING (sku) LEFT JOIN catalogue_category k ON k.path = s.category;
"""
_COLUMNS = "name, category_id, brand, supplier, pack, weighed, price_fen, cost_fen, promotable"
_TOLD_COLUMNS = ", ".join(f"t.{column}" for column in _COLUMNS.split(", "))
_CHANGED = f"({', '.join('p.' + column for column in _COLUMNS.split(', '))}) IS DISTINCT FROM ({_TOLD_COLUMNS})"


LOG = "catalogue_told"
PRODUCTS = Watched(
    "catalogue_product",
    "id",
    "t.sku IN (SELECT sku FROM product_said) OR t.id IN (SELECT id FROM product_adopted)",
    seal="concat_ws('|', to_jsonb(t)::text, "
    "(SELECT string_agg(to_jsonb(c)::text, '|' ORDER BY c.id) FROM catalogue_code c WHERE c.product_id = t.id))",
)
CODES = Watched("catalogue_code", "id", "t.code IN (SELECT code FROM code_said)")
CATEGORIES = Watched("catalogue_category", "id", "t.path IN (SELECT category FROM product_said)")
PLACES = (PRODUCTS, CODES, CATEGORIES)


def open_file() -> None:
    """Make room for the rows of one file; they are gone with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN)


def add_rows(said: Sequence[tuple[int, ProductSaid]]) -> None:
    """Rows of the file, with their numbers."""
    rows = {
        name: pa.array([number if name == "row_number" else getattr(row, name) for number, row in said], kind)
        for name, kind in _ROWS.items()
    }
    codes = [(number, row.sku, *code) for number, row in said for code in row.codes]
    bulk.copy_in("product_row", list(_ROWS), pa.table(rows))
    columns = [pa.array([code[place] for code in codes], kind) for place, kind in enumerate(_CODES.values())]
    bulk.copy_in("product_code", list(_CODES), pa.table(columns, list(_CODES)))


def settle(source: str, batch: int) -> Taken:
    """Take the rows that agree with each other and with what is known."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS)
        cursor.execute(
            "SELECT DISTINCT ON (row_number) row_number, code, product, other, other_row FROM product_unfit "
            "ORDER BY 1, 2, 3, 4, 5"
        )
        unfit = tuple(_claimed(*row) for row in cursor.fetchall())
        cursor.execute(_NEWEST)
        bulk.told.remember(PLACES)
        cursor.execute(_NAMED)
        cursor.execute(_KNOWN)
        cursor.execute(
            "SELECT count(*) FILTER (WHERE is_new), "
            f"count(*) FILTER (WHERE NOT is_new AND ({_CHANGED} OR has_new_code)), count(*) "
            "FROM product_told t LEFT JOIN catalogue_product p USING (id)"
        )
        new, changed, of_all = cursor.fetchone()
        _write(source)
        bulk.told.note(LOG, batch, PLACES)
        said = bulk.spans_of("SELECT p.id FROM catalogue_product p JOIN product_said s USING (sku)")
        cursor.execute(
            "DROP TABLE product_row, product_code, product_unfit, product_owner, product_adopted, product_said, "
            "code_said, product_told"
        )
    return Taken(new, changed, of_all - new - changed, unfit, said=said)


def _claimed(number: int, code: str, product: str, other: str, other_row: int | None) -> Unfit:
    if other_row is None:
        return Unfit(number, "code_claimed", {"barcode": code, "product": product, "other": other})
    return Unfit(number, "code_claimed_by_row", {"barcode": code, "row": str(other_row), "product": product})


def _write(source: str) -> None:
    with connection.cursor() as cursor:
        # A product that only tills have spoken of is the file's from now on, also where nothing else changes.
        cursor.execute(
            f"UPDATE catalogue_product p SET ({_COLUMNS}, source) = ROW({_TOLD_COLUMNS}, %s) FROM product_told t "
            f"WHERE p.id = t.id AND ({_CHANGED} OR p.source <> %s)",
            [source, source],
        )
        cursor.execute(
            f"INSERT INTO catalogue_product (sku, {_COLUMNS}, source) SELECT sku, coalesce(name, sku), category_id, "
            "coalesce(brand, ''), coalesce(supplier, ''), coalesce(pack, ''), coalesce(weighed, false), price_fen, "
            "cost_fen, coalesce(promotable, true), %s FROM product_told WHERE is_new ORDER BY sku",
            [source],
        )
        cursor.execute(
            "INSERT INTO catalogue_code (product_id, kind, code, pieces) "
            "SELECT p.id, c.kind, c.code, c.pieces FROM code_said c JOIN catalogue_product p USING (sku) ORDER BY 3 "
            "ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, pieces = excluded.pieces "
            "WHERE (catalogue_code.kind, catalogue_code.pieces) IS DISTINCT FROM (excluded.kind, excluded.pieces)"
        )
    bulk.freshen_statistics("catalogue_product", "catalogue_code")
