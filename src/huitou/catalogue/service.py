"""The door of the catalogue."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.conf import settings
from django.utils import timezone

from huitou.bulk import service as bulk
from huitou.bulk.trip import Answer, Trip
from huitou.catalogue.errors import ScaleCodesNotUnderstood, WeighedUnitUnknown
from huitou.catalogue.rules import business_date as day
from huitou.catalogue.rules import chain as chain_rules
from huitou.catalogue.rules import product_rows, store_rows
from huitou.catalogue.rules.codes import Scanned, read_code
from huitou.catalogue.rules.pack_sizes import KILOGRAM, pack_size
from huitou.catalogue.rules.refusals import PRODUCT_REASONS, STORE_REASONS
from huitou.catalogue.rules.scale_codes import Scheme, read_schemes
from huitou.catalogue.store import chain as chain_store
from huitou.catalogue.store import codes, online, product_file, quality, reading, store_file, taking
from huitou.catalogue.terms import (
    ChainSeen,
    CodeSeen,
    GoodsSeen,
    Hours,
    OnSale,
    OnTheList,
    OnTheShelf,
    ProductSeen,
    Site,
    StoreSeen,
)
from huitou.kernel.measured import Measured
from huitou.kernel.rows import Cells, Taken, Unfit, judged

FRESH_SECONDS = 1.0
"""How long a process believes what it read of a store: every call of a till begins with its store."""
_kept: dict[str, tuple[float, StoreSeen]] = {}
_CODES_REMEMBERED = 20_000
"""What one process remembers of codes that tills told: as many as a large store has goods, some 10 MB."""

__all__ = ["PRODUCT_REASONS", "STORE_REASONS"]


def chain() -> ChainSeen | None:
    """What the first-run wizard was told; None: nobody has told it."""
    return chain_store.chain()


def tell_chain(name: str, language: str, currency: str, zone: str) -> None:
    """Raises ChainUnfit."""
    chain_rules.check(name, language, currency, zone, [code for code, _ in settings.LANGUAGES])
    chain_store.tell(name, language, currency, zone)


def finish_start() -> None:
    chain_store.finish()


def follow_chain() -> None:
    """Take over the name, currency and zone that the wizard was told, where the operator's settings leave them open.

    Every process asks now and then; nothing changes once data is in.
    """
    told = chain_store.chain()
    if told is None:
        return
    for setting, value in (("CHAIN_NAME", told.name), ("CURRENCY", told.currency), ("TIME_ZONE", told.zone)):
        if setting not in settings.TOLD_BY_OPERATOR and getattr(settings, setting) != value:
            setattr(settings, setting, value)
            timezone.get_default_timezone.cache_clear()


read_stores = chain_rules.read_stores


def stores() -> dict[int, StoreSeen]:
    """Every store of the chain by its id: their names are nobody's secret."""
    return {store.id: store for store in reading.every_store()}


def stores_of(codes: Iterable[str]) -> dict[str, StoreSeen]:
    """The stores of these codes, by code, at most FRESH_SECONDS old; unknown codes are missing."""
    now, wanted = time.monotonic(), set(codes)
    found = {code: kept[1] for code in wanted if (kept := _kept.get(code)) and now < kept[0]}
    if unknown := sorted(wanted - found.keys()):
        read = {store.code: store for store in reading.stores_of(unknown)}
        _kept.update((code, (now + FRESH_SECONDS, store)) for code, store in read.items())
        found |= read
    return found


def business_date(store: StoreSeen, at: datetime) -> date:
    """The day that the store books a sale of this moment on."""
    return day.business_date(at, zone=ZoneInfo(store.zone or settings.TIME_ZONE), day_starts_at=store.day_starts_at)


def scale_schemes() -> tuple[Scheme, ...]:
    """How the chain's scales print their labels. Raises ScaleCodesNotUnderstood."""
    try:
        return read_schemes(settings.SCALE_CODES)
    except ValueError as error:
        raise ScaleCodesNotUnderstood(reason=str(error)) from error


def find_products(trip: Trip, skus: Iterable[str], *, tell: bool = False) -> Answer:
    """Asks for (sku, id) of each product that is known by its sku, a barcode, its PLU or a label of a scale.

    `tell`: where one is not known, later statements of the same trip lock nothing (bulk.trip.READY).
    """
    scale_schemes()  # refuses what `_told` could not read
    return online.find_products(trip, [_told(sku, settings.SCALE_CODES) for sku in sorted(set(skus))], tell=tell)


@lru_cache(maxsize=_CODES_REMEMBERED)
def _told(sku: str, schemes: str) -> Scanned:
    """What a till means by a code: a shop sells the same goods all day, and only once is it worked out."""
    return read_code(sku, read_schemes(schemes))


def goods_at_the_till(skus: Iterable[str]) -> dict[str, GoodsSeen]:
    """What tills mean by these codes (skus, barcodes, PLUs, labels of scales), by code; unknown ones are missing."""
    scale_schemes()  # refuses what `_told` could not read
    asked = [_told(sku, settings.SCALE_CODES) for sku in sorted(set(skus))]
    return codes.goods(asked)


def price_list() -> list[OnTheList]:
    """Every product as a till lists it, by sku: some thousands."""
    return codes.price_list()


def take_products_online(rows: Iterable[tuple[str, str, str]]) -> dict[str, int]:
    """Make the products (sku, name, category path or empty) that nobody has made; returns all their ids by sku."""
    schemes = scale_schemes()
    return online.insert_products([(read_code(sku, schemes), name, path) for sku, name, path in sorted(set(rows))])


def find_code(text: str) -> CodeSeen | None:
    """The product that a till means by this code; None where nobody knows it."""
    return codes.seen(read_code(text, scale_schemes()))


def search_products(words: str, limit: int) -> list[ProductSeen]:
    """Products by sku, barcode, PLU, or a part of the name or brand; the exact first."""
    text = words.replace("\x00", "").strip()
    if len(text) < 2:
        return []
    scanned = read_code(text, scale_schemes())
    return reading.products_like(text, scanned.code or text, limit)


def products(ids: Iterable[int]) -> dict[int, ProductSeen]:
    """The products of these ids, in one trip."""
    wanted = sorted(set(ids))
    return {product.id: product for product in reading.products(wanted)} if wanted else {}


def not_promotable(skus: Iterable[str]) -> list[str]:
    """Which of these goods law or chain keep out of promotions, by sku."""
    return reading.not_promotable(sorted(set(skus)))


def shelf(category: str = "", words: str = "") -> list[tuple[int, str, bool]]:
    """Of each product in a category (its whole path, empty: all) and below: its id, the next part of its path, and
    whether its name or code holds these words; by name."""
    return reading.shelf(category, words)


def on_sale() -> list[OnSale]:
    """Every product as offers know it: some thousands."""
    return reading.on_sale()


def on_the_shelf() -> list[OnTheShelf]:
    """Every product as its shelf label knows it, by sku."""
    return reading.on_the_shelf()


def unit_price(fen: int, pack: str, *, weighed: bool) -> tuple[str, int] | None:
    """Fen of a kilogram (`kg`) or a litre (`L`): of what the text of the pack says that a piece holds, or of weighed
    goods, which are priced by the kilogram. None where nobody knows."""
    size = KILOGRAM if weighed else pack_size(pack)
    return None if size is None else (size.unit, size.price_of_one(fen))


def goods_for_tills() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """What a till without a server has to know of goods: (sku, name, category path, brand, supplier, weighed, price in
    fen or None, promotable), and of their codes (code, sku, pieces)."""
    return reading.goods_for_tills()


def take_stores(rows: Sequence[tuple[str, str, str]]) -> tuple[dict[str, int], int]:
    """Make the stores (code, name, district) that are new. Returns all ids by code, and how many are new."""
    new = taking.insert_stores(rows)
    return taking.store_ids(), new


def describe_stores(sites: Mapping[str, tuple[Site, Hours]]) -> None:
    """Write down where the stores of these codes stand, and when they are open."""
    taking.update_sites(sites)


def describe_products(rows: pa.Table, *, source: str) -> None:
    """Write down what is known of products: sku, brand, supplier, pack, barcode (empty: none), weighed, price_fen and
    cost_fen (per kilogram of weighed goods, else per piece)."""
    taking.update_products(rows, source)


def keep_out_of_promotions(skus: Sequence[str]) -> None:
    """Law or chain keep these goods out of promotions from now on."""
    taking.keep_out(list(skus))


def take_products(rows: pa.Table) -> tuple[pa.Table, int]:
    """Make a product for each code of `rows` (sku, name, category path) that means none yet.

    A code is a sku, a barcode, a PLU or a label of a scale. Returns for each of them (sku, product_id, pieces,
    weight_g, by_price), and how many products are new. `pieces`: how many of them the pack holds that bears the code;
    `weight_g`: what the label says that the goods weigh; `by_price`: it says a price and no weight.
    """
    schemes = scale_schemes()
    return codes.take_products(rows, [read_code(sku, schemes) for sku in rows["sku"].to_pylist()])


def product_table() -> pa.Table:
    """(sku, product_id, category path) of every product."""
    return taking.product_ids()


def recategorised() -> list[int]:
    """The products whose category has ever changed: what the lake holds of them keeps the one of its day."""
    return taking.recategorised()


def brands() -> pa.Table:
    """(sku, brand) of every product; the brand is empty where nobody told it."""
    return taking.brands()


def category_paths() -> list[str]:
    """The whole path of every category."""
    return reading.category_paths()


def newest() -> dict[str, int]:
    """The largest id of each `store`, `product` and `category`, before an import makes others."""
    return {what: taking.newest(what) for what in ("store", "product", "category")}


def made_since(before: Mapping[str, int], names: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    """Which of these stores (by code), products (by any of their codes) and categories (path) were made since `newest`
    said so."""
    schemes = scale_schemes()
    names = {**names, "product": [read_code(sku, schemes).name_for_new for sku in names["product"]]}
    return {what: taking.newer_than(what, before[what], wanted) for what, wanted in names.items()}


def unused(what: str, ids: Sequence[int], *, besides: Sequence[str] = ()) -> list[int]:
    """Which of these (`store`, `product` or `category`) nobody has described since they came with an import, or uses.

    The database's own foreign keys say who uses a row; `besides` are tables that the caller asks itself.
    """
    return taking.unused(what, ids, besides)


def let_leave(what: str, ids: Sequence[int]) -> None:
    """Delete these; the database refuses where somebody uses one."""
    taking.delete(what, ids)


def take_product_file(
    pieces: Iterable[Sequence[tuple[int, Cells]]], *, source: str, batch: int, weighed_unit: str | None = None
) -> Taken:
    """Take what the rows of a product file say, in pieces of (row number, cells by field); the caller's transaction.

    A row whose code another product has is refused with both named. `weighed_unit` (kg, jin, liang, 100g): what prices
    of weighed goods are for where no column says it. Raises ScaleCodesNotUnderstood, WeighedUnitUnknown.
    """
    schemes, unit = scale_schemes(), _weighed_unit(weighed_unit)
    product_file.open_file()
    unfit: list[Unfit] = []
    for piece in pieces:
        fit, refused = judged(piece, lambda cells: product_rows.judge(cells, schemes, unit))
        product_file.add_rows(fit)
        unfit += refused
    taken = product_file.settle(source, batch)
    return replace(taken, unfit=(*unfit, *taken.unfit))


def _weighed_unit(given: str | None) -> product_rows.Unit | None:
    """Raises WeighedUnitUnknown."""
    if given is None:
        return None
    if given not in WEIGHED_UNITS:
        raise WeighedUnitUnknown(given=given, units=", ".join(WEIGHED_UNITS))
    return product_rows.Unit(given)


WEIGHED_UNITS = tuple(map(str, product_rows.PER_KILOGRAM))
"""What prices of weighed goods may be for."""


def judge_rows(kind: str, rows: Sequence[tuple[int, Cells]], *, weighed_unit: str | None = None) -> list[Unfit]:
    """Which rows of a file of `products` or `stores` say nothing that can be taken, each by itself, and why.

    Raises WeighedUnitUnknown."""
    if kind == "stores":
        return judged(rows, store_rows.judge)[1]
    schemes, unit = scale_schemes(), _weighed_unit(weighed_unit)
    return judged(rows, lambda cells: product_rows.judge(cells, schemes, unit))[1]


def take_store_file(pieces: Iterable[Sequence[tuple[int, Cells]]], *, source: str, batch: int) -> Taken:
    """Take what the rows of a store file say, in pieces of (row number, cells by field); the caller's transaction."""
    said, unfit = [], []
    for piece in pieces:
        fit, refused = judged(piece, store_rows.judge)
        said += [row for _, row in fit]
        unfit += refused
    taken = store_file.settle(said, source, batch)
    return replace(taken, unfit=tuple(unfit))


def made_by_files(batches: Sequence[int], what: str) -> tuple[list[int], list[int]]:
    """The rows of `what` (product, store or category) that imports made: (as they made them, changed since)."""
    return bulk.told.made(product_file.LOG, batches, taking.WATCHED[what])


def unreferenced(what: str, ids: Sequence[int], *, besides: Sequence[str] = ()) -> list[int]:
    """Which of these no table names, but for `besides` and a product's own codes."""
    return bulk.unreferenced(f"catalogue_{what}", ids, besides=(*besides, "catalogue_code"))


def take_back_file(batch: int, undone: Sequence[int]) -> tuple[int, list[tuple[str, int, list[str]]]]:
    """Put back what an import of products or stores changed where nobody changed it since: how many rows, and what
    stays as (place, row, columns). What the import made, and can leave, has left before. What imports `undone` before
    could not put back because this one had changed it again follows."""
    return taking.take_back(batch, undone)


def remembers_file(batch: int) -> bool:
    """Whether what an import of products or stores did can still be taken back."""
    return bulk.told.has_log(product_file.LOG, batch)


def forget_files(batches: Sequence[int], undone: Sequence[int]) -> int:
    """What these imports did can be taken back no more; how many notes of it are gone. Of those `undone` it is kept
    what they made, and as what."""
    return bulk.told.forget(product_file.LOG, batches, undone)


def names_of(what: str, ids: Sequence[int]) -> dict[int, str]:
    """Skus of products, codes of stores, paths of categories, by id."""
    return taking.names_of(what, ids)


def measured() -> list[Measured]:
    """How complete and how single what is known here is, by source."""
    return quality.measured()
