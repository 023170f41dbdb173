"""A till's file becomes receipts, members, points and a fact for the lake: all of it or nothing (row M3, S4)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import transaction

from huitou.catalogue import service as catalogue
from huitou.kernel.ids import ImportId
from huitou.kernel.money import Money
from huitou.kernel.quantity import shown
from huitou.lake import service as lake
from huitou.lake.terms import Field, Layout, Reading, Sums
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import GivenBack, SoldQuantity
from huitou.members import service as members
from huitou.members.errors import PhonesAsCards
from huitou.outbox import service as outbox
from huitou.privacy import service as privacy
from huitou.receipts import service as receipts
from huitou.receipts.service import import_life
from huitou.usecases import ready_rows
from huitou.usecases.apply_waiting_returns import apply_waiting_returns
from huitou.usecases.load_lake import load_at_hand
from huitou.usecases.refused_cells import SEALED_FOR, Mends, bytea_array

Progress = Callable[[str], None]

_REVERSED_AT_ONCE = 20_000
"""Sales whose lines are held while what their returns take back is reckoned."""
_NAMED = 12
"""So many new stores and products the report names."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or, of a dry run, would do. rows_read = rows_taken + rows_repeated + rows_refused."""

    dry_run: bool
    import_id: int | None
    rows_read: int
    rows_taken: int
    rows_repeated: int
    rows_refused: int
    refused: list[dict[str, Any]]
    receipts: int
    sales: int
    returns: int
    returned_rows: int
    returned_rows_without_their_sale: int
    new_members: int
    new_stores: int
    new_products: int
    quantity: str
    amount: str
    points_posted: int
    points_reversed: int
    newcomers: dict[str, list[str]] = field(default_factory=dict)
    """The first new stores and products by code, with the name of the product where the file has one."""


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

Then = Callable[[Report], None]


def import_receipts(
    path: Path,
    columns: Mapping[Field, str],
    *,
    now: datetime,
    reading: Reading | None = None,
    date_format: str | None = None,
    **how: Any,
) -> Report:
    """Take every receipt of the file at `path`: `take_receipts` of it, opened as `reading` says."""
    reading = reading or Reading(date_format=date_format)
    with lake.open_file(path, reading=reading) as opened:
        return take_receipts(opened, columns, now=now, **how)


def take_receipts(
    opened: lake.OpenedFile,
    columns: Mapping[Field, str],
    *,
    now: datetime,
    source: str = "till",
    actor: str = "cli",
    member_kind: str = "card",
    dry_run: bool = False,
    progress: Progress = lambda step: None,
    then: Then = lambda report: None,
    mends: Mends | None = None,
    points_from: date | None = None,
    look: Callable[[duckdb.DuckDBPyConnection], None] = lambda session: None,
) -> Report:
    """Take every receipt of the file that is new and whole; the same file twice changes nothing.

    `columns` maps fields to the file's columns; those that it leaves out are not read. A dry run goes the whole way
    and takes everything back, so its report is the one that the import would give. Raises a refusal where the file or
    the mapping is wrong, and the first question that the file leaves open. Sales of business days before
    `points_from` earn nothing: an old programme's balances hold their points. `look` sees the judged file when
    everything is written, of a dry run too. `then` is called in the import's own
    transaction; a `progress` with a function `rows` is told how many lines of how many are written. `mends`: the rows
    are those that another import had refused, and hears what becomes of them.
    """
    layout = Layout(
        columns=columns,
        zone=settings.TIME_ZONE,
        now=now,
        date_format=opened.reading.date_format,
        decimal=opened.reading.decimal,
    )
    progress("read")
    spell = privacy.spelled_phone if member_kind == "phone" else None
    lake.judge_receipts(opened, layout, spell_member=spell)
    session = opened.session
    if member_kind == "card" and lake.members_look_like_phones(session):
        raise PhonesAsCards()
    with transaction.atomic():
        reading = {"member_kind": member_kind, **asdict(opened.reading)}
        if points_from is not None:
            reading["points_from"] = points_from.isoformat()
        report = _take(session, opened.path, columns, source, actor, member_kind, reading, progress, mends)
        look(session)
        if dry_run:
            transaction.set_rollback(True)
            return replace(report, dry_run=True, import_id=None)
        then(report)
    # Only now: who holds accounts for as long as an import takes would let every till wait.
    apply_waiting_returns(now=now, actor=actor)
    if report.import_id is not None:
        load_at_hand(session, ImportId(report.import_id), source)
    return report


def _take(
    session: duckdb.DuckDBPyConnection,
    path: Path,
    columns: Mapping[Field, str],
    source: str,
    actor: str,
    member_kind: str,
    reading: dict[str, Any],
    progress: Progress,
    mends: Mends | None,
) -> Report:
    batch = receipts.open_batch(
        source=source,
        file_name=mends.file_name if mends else path.name,
        file_digest=_digest(path),
        mapping={str(field): column for field, column in columns.items()},
        actor=actor,
        reading=reading,
        mends=mends.number if mends else None,
    )
    before = catalogue.newest()
    progress("stores")
    new_stores = _place_stores(session)
    _leave_out_known(session, batch, source)
    progress("products")
    new_products = _name_products(session)
    made = _note_made(session, batch, before)
    progress("members")
    new_members = _name_members(session, batch, member_kind)
    progress("receipts")
    ready_rows.number_rows(session)
    _write_receipts(session, batch, source, getattr(progress, "rows", None))
    progress("points")
    posted, taken_back, unexplained = _move_points(session, batch, actor, reading.get("points_from"))
    report = _report(session, batch, (new_stores, new_products, new_members), (posted, taken_back, unexplained))
    report = replace(report, newcomers=_named(made))
    # Refused rows are kept once, in rows of their own: a report that lists half a million of them helps nobody.
    refusals = _refusals(session, member_kind)
    receipts.close_batch(batch, asdict(replace(report, refused=[])), refusals.slice(0, 0) if mends else refusals)
    if mends:
        mends.note(batch, refusals)
    if report.rows_taken:
        outbox.say("receipts_taken", batch=batch)
    progress("done")
    return report


def _refusals(session: duckdb.DuckDBPyConnection, member_kind: str) -> pa.Table:
    """The refused rows as they are kept. A phone among their cells shows its mask, and lies sealed beside it (M5)."""
    phones = member_kind == "phone"
    refusals = lake.refusals(session, hide=privacy.masked_text if phones else None)
    ragged = lake.ragged_receipts(session)
    clear = lake.refused_members(session) if phones else {}
    numbers = refusals["row_number"].to_pylist()
    keys = [receipt_key(ragged[row]) if row in ragged else "" for row in numbers]
    sealed = [_hex(privacy.seal(clear[row], purpose=SEALED_FOR)) if row in clear else None for row in numbers]
    owners = [bytea_array([index] if (index := privacy.blind_index(clear.get(row, ""))) else []) for row in numbers]
    for name, cells in (("receipt_key", keys), ("sealed", sealed), ("owner_indexes", owners)):
        refusals = refusals.append_column(name, pa.array(cells, pa.string()))
    return refusals


def receipt_key(number: str) -> str:
    """What tells that rows belong to one receipt, where its number may be a cell of another column."""
    return privacy.keyed_digest(number, purpose="refused receipt")


def _hex(value: bytes | None) -> str | None:
    return None if value is None else "\\x" + value.hex()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _place_stores(session: duckdb.DuckDBPyConnection) -> int:
    codes = [code for (code,) in session.sql("SELECT DISTINCT store FROM baskets ORDER BY 1").fetchall()]
    ids, new = catalogue.take_stores([(code, code, "") for code in codes])
    session.register("store_ids", pa.table({"store": list(ids), "store_id": pa.array(ids.values(), pa.int32())}))
    return new


def _note_made(session: duckdb.DuckDBPyConnection, batch: ImportId, before: dict[str, int]) -> dict[str, list[int]]:
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


def _named(made: Mapping[str, list[int]]) -> dict[str, list[str]]:
    """The first new stores and products by name, so that a wrong column is seen before it is taken in."""
    stores = catalogue.names_of("store", made["store"][:_NAMED])
    products = catalogue.products(made["product"][:_NAMED])
    return {
        "stores": [stores[one] for one in sorted(stores)],
        "products": [
            f"{one.sku} {one.name}" if one.name != one.sku else one.sku for _, one in sorted(products.items())
        ],
    }


def _leave_out_known(session: duckdb.DuckDBPyConnection, batch: ImportId, source: str) -> None:
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


def _name_products(session: duckdb.DuckDBPyConnection) -> int:
    goods = session.sql("FROM goods SEMI JOIN clean USING (sku)").to_arrow_table()
    ids, new = catalogue.take_products(goods)
    session.register("product_ids", ids)
    (others,) = session.sql(
        "SELECT count(*) FROM product_ids WHERE pieces > 1 OR weight_g IS NOT NULL OR by_price"
    ).fetchall()[0]
    if others:  # most chains have none, and a file of millions of lines is then not gone through
        session.execute(_COUNT_PIECES)
    return new


def _name_members(session: duckdb.DuckDBPyConnection, batch: ImportId, kind: str) -> int:
    session.execute("CREATE OR REPLACE TABLE member_ids (value VARCHAR, member_id BIGINT)")
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


def _write_receipts(
    session: duckdb.DuckDBPyConnection, batch: ImportId, source: str, tell: ready_rows.Tell | None
) -> None:
    receipts.take_receipts(
        ready_rows.dates(session),
        lambda of=None: ready_rows.heads(session, batch, source, of),
        ready_rows.lines_reader(session, tell),
    )


def _move_points(
    session: duckdb.DuckDBPyConnection, batch: ImportId, actor: str, points_from: str | None
) -> tuple[int, int, int]:
    """Post what the sales earned and take back what the returns had earned: (posted, reversed, lines unexplained)."""
    settled = receipts.settle_returns(batch)
    session.register(
        "exchanged",
        pa.table(
            {
                "receipt_id": pa.array(settled.exchanged.keys(), pa.int64()),
                "given_fen": pa.array(settled.exchanged.values(), pa.int64()),
            }
        ),
    )
    sales = session.sql(
        "SELECT receipt_id, member_id, net_fen + coalesce(given_fen, 0) AS net_fen, "
        'timezone(\'UTC\', r."at") AS "at", business_date, store_id FROM receipt_rows r '
        "LEFT JOIN exchanged USING (receipt_id) "
        "WHERE kind = 'sale' AND member_id IS NOT NULL AND business_date >= coalesce(?::DATE, '-infinity'::DATE) "
        "ORDER BY receipt_id",
        params=[points_from],
    ).to_arrow_reader(ready_rows.AT_ONCE)
    posted = loyalty.post_earnings(sales, actor=actor)
    taken_back = 0
    for sales, returned in settled.pieces:
        returned_on = receipts.business_dates(returned)
        for first in range(0, len(sales), _REVERSED_AT_ONCE):
            taken_back += _reverse(sales[first : first + _REVERSED_AT_ONCE], returned_on, actor)
    return posted, taken_back, settled.unexplained


def _reverse(sales: Sequence[int], returned_on: Mapping[int, date], actor: str) -> int:
    lines, given = receipts.lines_and_matches(sales)
    sold: dict[int, list[SoldQuantity]] = {}
    for receipt, line, quantity, net in lines:
        sold.setdefault(receipt, []).append(SoldQuantity(line, quantity, net))
    back: dict[int, list[GivenBack]] = {}
    for sale, sale_line, return_receipt, quantity in given:
        back.setdefault(sale, []).append(GivenBack(sale_line, return_receipt, quantity))
    return loyalty.reverse_returns(sold, back, returned_on=returned_on, actor=actor)


def _report(
    session: duckdb.DuckDBPyConnection,
    batch: ImportId,
    new: tuple[int, int, int],
    points: tuple[int, int, int],
) -> Report:
    taken: Sums = lake.sums(session)
    (repeated,) = session.sql("SELECT count(*) FROM repeated_rows").fetchall()[0]
    (sales, returns) = session.sql(
        "SELECT count(*) FILTER (kind = 'sale'), count(*) FILTER (kind = 'return') FROM baskets"
    ).fetchall()[0]
    (returned,) = session.sql("SELECT count(*) FROM clean WHERE quantity_milli < 0").fetchall()[0]
    refused = lake.refused_rows(session).to_pylist()
    new_stores, new_products, new_members = new
    posted, taken_back, unexplained = points
    return Report(
        dry_run=False,
        import_id=batch,
        rows_read=taken.rows + repeated + len(refused),
        rows_taken=taken.rows,
        rows_repeated=repeated,
        rows_refused=len(refused),
        refused=refused,
        receipts=sales + returns,
        sales=sales,
        returns=returns,
        returned_rows=returned,
        returned_rows_without_their_sale=unexplained,
        new_members=new_members,
        new_stores=new_stores,
        new_products=new_products,
        quantity=shown(taken.quantity_milli),
        amount=str(Money(taken.net_fen)),
        points_posted=posted,
        points_reversed=taken_back,
    )
