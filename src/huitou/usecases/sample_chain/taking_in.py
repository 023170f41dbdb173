"""A drawn shop, its members and its months into the rooms: each in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
from django.db import transaction

from huitou.catalogue import service as catalogue
from huitou.catalogue.terms import Hours, Site
from huitou.kernel.ids import ImportId
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.members.terms import NewMember, NewProfile, RefKind
from huitou.outbox import service as outbox
from huitou.receipts import service as receipts
from huitou.usecases.sample_chain import month_rows
from huitou.usecases.sample_chain.goods import KEPT_OUT, behind_the_counter, read_goods
from huitou.usecases.sample_chain.month_rows import SOURCE, MonthSums
from huitou.usecases.sample_chain.places import Place

ACTOR = "huitou demo"
PEOPLE_AT_ONCE = 50_000


@transaction.atomic
def take_shop_in(places: Sequence[Place]) -> None:
    """Stores and products; what is there stays."""
    catalogue.take_stores([(place.code, place.name, place.district) for place in places])
    catalogue.describe_stores(
        {
            place.code: (Site(place.latitude, place.longitude), Hours(place.opens_at, place.closes_at))
            for place in places
        }
    )
    tobacco = behind_the_counter()
    goods = (*read_goods(), *tobacco)
    catalogue.take_products(
        pa.table({name: [getattr(good, name) for good in goods] for name in ("sku", "name", "category")})
    )
    details = ("sku", "brand", "supplier", "pack", "barcode", "weighed", "price_fen", "cost_fen")
    catalogue.describe_products(
        pa.table({name: [getattr(good, name) for good in goods] for name in details}), source=SOURCE
    )
    catalogue.keep_out_of_promotions([good.sku for good in goods if good.category == KEPT_OUT or good in tobacco])


@transaction.atomic
def take_people_in(session: duckdb.DuckDBPyConnection, places: Sequence[Place]) -> None:
    """Members with card, phone, outside id, what they told about themselves and with whom they live; whoever is there
    already stays."""
    store_ids = {store.code: store.id for store in catalogue.stores().values()}
    for rows in _in_pieces(
        session,
        "SELECT card, name, joined_on, CASE WHEN phone_kind = 'own' THEN phone END, birthday, home "
        "FROM people ORDER BY i",
    ):
        members.take_people(
            [
                NewMember(card, name, joined, phone=phone, birthday=birthday, home_store=store_ids[places[home].code])
                for card, name, joined, phone, birthday, home in rows
            ]
        )
    for rows in _in_pieces(
        session, "SELECT card, phone FROM people WHERE phone IS NOT NULL AND phone_kind <> 'own' ORDER BY i"
    ):
        members.take_identities(RefKind.PHONE, rows)
    for rows in _in_pieces(session, "SELECT card, openid FROM people WHERE openid IS NOT NULL ORDER BY i"):
        members.take_identities(RefKind.EXTERNAL, rows)
    told = "told_sex <> '' OR told_household IS NOT NULL OR told_address IS NOT NULL"
    for rows in _in_pieces(
        session,
        "SELECT card, told_sex, told_household, told_address, latitude::DECIMAL(9, 6), longitude::DECIMAL(9, 6), "
        f"consent_sms, consent_wechat, consent_email FROM people WHERE {told} ORDER BY i",
    ):
        members.take_profiles([_profile(*row) for row in rows], source=SOURCE)
    for rows in _in_pieces(
        session,
        # One who lives alone, as far as the chain knows, is linked to nobody.
        "SELECT card, household::VARCHAR FROM people SEMI JOIN "
        "(SELECT household FROM people GROUP BY household HAVING count(*) > 1) USING (household) ORDER BY i",
    ):
        members.link_households(rows, by=ACTOR)


def _profile(
    card: str,
    sex: str,
    household: int | None,
    address: str | None,
    latitude: Decimal,
    longitude: Decimal,
    sms: bool,
    wechat: bool,
    email: bool,
) -> NewProfile:
    """Whoever tells an address is found on the map by it."""
    noted = {"sms": sms, "wechat": wechat, "email": email}
    return NewProfile(card, sex, household, address, noted, (latitude, longitude) if address is not None else None)


def _in_pieces(session: duckdb.DuckDBPyConnection, query: str) -> Iterator[list[tuple[Any, ...]]]:
    found = session.execute(query)
    while rows := found.fetchmany(PEOPLE_AT_ONCE):
        yield rows


def find_ids(session: duckdb.DuckDBPyConnection, places: Sequence[Place]) -> None:
    """Make `stores` (place, store_id), `product_ids` (product, product_id) and `member_ids` (i, member_id)."""
    store_ids = {store.code: store.id for store in catalogue.stores().values()}
    found = {
        "stores": pa.table(
            {
                "place": pa.array(range(len(places)), pa.int16()),
                "store_id": pa.array([store_ids[place.code] for place in places], pa.int32()),
            }
        ),
        "products_known": catalogue.product_table(),
        "cards_known": members.ids_known(RefKind.CARD),
    }
    for name, table in found.items():
        session.register(f"{name}_found", table)
    session.execute("CREATE TABLE stores AS SELECT * FROM stores_found")
    session.execute(
        "CREATE TABLE product_ids AS SELECT product, product_id FROM goods JOIN products_known_found USING (sku)"
    )
    session.execute(
        "CREATE TABLE member_ids AS SELECT i, member_id FROM people JOIN cards_known_found k ON k.value = card"
    )
    for name in found:
        session.unregister(f"{name}_found")


def take_month(
    session: duckdb.DuckDBPyConnection,
    name: str,
    month: date,
    sums: MonthSums,
    *,
    batch: ImportId | None,
    in_books: bool,
    with_points: bool,
) -> ImportId | None:
    """The drawn month into the books; returns the import under which its lines go into the lake.

    `batch`: its import, where the books have it and the lake does not. None: the ids in the books are others than
    those just drawn, so the outbox brings what stands there into the lake.
    """
    if batch is not None and in_books:
        return None
    if batch is None:
        batch = _take_into_books(session, name, month.replace(day=1), sums, in_books=in_books, with_points=with_points)
    return batch


@transaction.atomic
def _take_into_books(
    session: duckdb.DuckDBPyConnection, name: str, month: date, sums: MonthSums, *, in_books: bool, with_points: bool
) -> ImportId:
    batch = receipts.open_batch(source=SOURCE, file_name=name, file_digest="", mapping={}, actor=ACTOR)
    report: dict[str, Any] = {"rows_read": sums.lines, "rows_taken": sums.lines, "receipts": sums.receipts}
    if in_books:
        receipts.take_receipts(
            [month],
            lambda of=None: month_rows.receipt_heads(session, batch),
            lambda of: month_rows.receipt_lines(session),
        )
        if with_points:
            report["points_posted"] = loyalty.post_earnings(month_rows.earning_sales(session), actor=ACTOR)
        report["points_reversed"] = _give_back(session)
        outbox.say("receipts_taken", batch=batch)
    else:
        receipts.note_month_gone(
            batch, month, lines=sums.lines, quantity_milli=sums.quantity_milli, net_fen=sums.net_fen
        )
    receipts.close_batch(batch, report)
    return batch


def _give_back(session: duckdb.DuckDBPyConnection) -> int:
    found = month_rows.matches(session)
    receipts.note_matches(found)
    sold, back = month_rows.sold_and_given_back(session, found)
    returned_on = receipts.business_dates({match.return_receipt for match in found})
    return loyalty.reverse_returns(sold, back, returned_on=returned_on, actor=ACTOR)
