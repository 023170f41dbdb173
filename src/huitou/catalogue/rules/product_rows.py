"""What a row of a product file says, or the first reason against it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from huitou.catalogue.rules import barcodes
from huitou.catalogue.rules.scale_codes import Scheme, read_scale_code
from huitou.catalogue.terms import CodeKind
from huitou.kernel.cells import plain, read_fen, read_whole, read_yes, said
from huitou.kernel.rows import Cells, RowRefused

MOST_LEVELS = 3
LONGEST_TEXT = 200
MOST_FEN = 1_000_000_000
"""Ten million yuan for one piece or kilogram is a typing error."""
MOST_PIECES = 10_000

_BETWEEN_LEVELS = re.compile(r"\s*[>＞/／\\|]\s*|\s*->\s*|\s*→\s*")
_BETWEEN_CODES = re.compile(r"[;；,，、|/\s]+")
_TIMES = re.compile(r"(.+?)[*×xX＊](\d{1,5})", re.ASCII)
_PLU = re.compile(r"\d{1,7}", re.ASCII)


class Unit(StrEnum):
    """What a price is for."""

    PIECE = "piece"
    KILOGRAM = "kg"
    JIN = "jin"
    """斤: half a kilogram, as shelves in China show it."""
    LIANG = "liang"
    """两: fifty grams."""
    HUNDRED_GRAMS = "100g"


PER_KILOGRAM = {Unit.KILOGRAM: 1, Unit.JIN: 2, Unit.LIANG: 20, Unit.HUNDRED_GRAMS: 10}
_UNITS = {
    Unit.KILOGRAM: "kg 千克 公斤 /kg 元/kg 元/千克 元/公斤 kilogram kilo",
    Unit.JIN: "斤 市斤 jin 500g 500克 元/斤 元/500g /斤",
    Unit.LIANG: "两 liang 50g 50克 元/两",
    Unit.HUNDRED_GRAMS: "100g 100克 元/100g 元/100克",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class ProductSaid:
    """One row's word about a product; None where it says nothing. Prices per kilogram of weighed goods, else per piece.

    `codes` are (kind, code, pieces): what a till scans or keys in for it.
    """

    sku: str
    name: str | None
    category: str | None
    brand: str | None
    supplier: str | None
    pack: str | None
    weighed: bool | None
    price_fen: int | None
    cost_fen: int | None
    promotable: bool | None
    codes: tuple[tuple[CodeKind, str, int], ...]


def judge(cells: Cells, schemes: Sequence[Scheme], weighed_unit: Unit | None) -> ProductSaid:
    """Raises RowRefused. `weighed_unit`: what the prices of weighed goods are for, where no column says it."""
    row = {field: said(text) for field, text in cells.items()}
    if any("\x00" in (text or "") for text in cells.values()):
        raise RowRefused("nul")
    sku = row.get("sku")
    if sku is None:
        raise RowRefused("sku_blank")
    if any(len(text or "") > LONGEST_TEXT for field, text in row.items() if field != "barcode"):
        raise RowRefused("text_too_long")
    unit, weighed = _unit(row)
    prices = [_price(row.get(field), field) for field in ("price", "cost")]
    if weighed and any(price is not None for price in prices):
        unit = unit or weighed_unit
        if unit is None:
            raise RowRefused("price_unit_unknown")
        prices = [None if price is None else price * PER_KILOGRAM[unit] for price in prices]
    promotable = _yes(row.get("not_promoted"), "not_promoted")
    return ProductSaid(
        sku=sku,
        name=row.get("name"),
        category=_category(row),
        brand=row.get("brand"),
        supplier=row.get("supplier"),
        pack=row.get("pack"),
        weighed=weighed,
        price_fen=prices[0],
        cost_fen=prices[1],
        promotable=None if promotable is None else not promotable,
        codes=_codes(row, sku, schemes),
    )


def _unit(row: Cells) -> tuple[Unit | None, bool | None]:
    """The weight that the price is for, and whether the goods are weighed; None: not said."""
    weighed = _yes(row.get("weighed"), "weighed")
    word = row.get("unit")
    if word is None:
        return None, weighed
    unit = _UNIT_OF.get(plain(word).lower())
    if unit is None and weighed:
        raise RowRefused("unit_unknown", unit=word)
    if unit is not None and weighed is False:
        raise RowRefused("unit_of_weight", unit=word)
    return unit, (unit is not None) if weighed is None else weighed


def _yes(text: str | None, field: str) -> bool | None:
    answer = None if text is None else read_yes(text)
    if text is not None and answer is None and field == "weighed":
        word = plain(text)
        answer = True if word in ("称重", "散称", "散装", "计重") else False if word in ("计件", "标品", "件") else None
    if text is not None and answer is None:
        raise RowRefused("yes_unreadable", field=field)
    return answer


def _price(text: str | None, field: str) -> int | None:
    if text is None:
        return None
    fen = read_fen(text)
    if fen is None:
        raise RowRefused("price_of_product_unreadable", field=field)
    if not 0 <= fen <= MOST_FEN:
        raise RowRefused("price_of_product_absurd", field=field)
    return fen


def _category(row: Cells) -> str | None:
    """The path as the chain keeps it (`生鲜/水果/苹果`), of one column or of one for each level."""
    levels = [level for name in ("category", "category_1", "category_2", "category_3") if (level := row.get(name))]
    parts = [part for level in levels for part in _BETWEEN_LEVELS.split(level) if part]
    if len(parts) > MOST_LEVELS:
        raise RowRefused("category_too_deep")
    return "/".join(parts) or None


def _codes(row: Cells, sku: str, schemes: Sequence[Scheme]) -> tuple[tuple[CodeKind, str, int], ...]:
    found: dict[str, tuple[CodeKind, str, int]] = {}
    for field, pieces_field in (("barcode", "pieces"), ("case_barcode", "case_pieces")):
        pieces = _pieces(row.get(pieces_field))
        for word in _BETWEEN_CODES.split(row.get(field) or ""):
            if not word:
                continue
            times = _TIMES.fullmatch(word)
            kind, code = _code(times.group(1) if times else word, schemes)
            found[code] = (kind, code, _pieces(times.group(2)) if times else pieces)
    if (plu := row.get("plu")) is not None:
        digits = plain(plu).removesuffix(".0").lstrip("0")
        if not _PLU.fullmatch(digits):
            raise RowRefused("plu_unreadable")
        found.setdefault(digits, (CodeKind.PLU, digits, 1))
    return tuple(code for code in found.values() if code[1] != sku)


def _code(word: str, schemes: Sequence[Scheme]) -> tuple[CodeKind, str]:
    """A scale's barcode names the goods by their PLU; weight and price in it are those of one label."""
    scale = read_scale_code(word, schemes)
    if scale is not None:
        return CodeKind.PLU, scale.plu
    code = barcodes.read_barcode(word)
    if isinstance(code, barcodes.Fault):
        raise RowRefused(code.value, barcode=word)
    return CodeKind.BARCODE, code


def _pieces(text: str | None) -> int:
    if text is None:
        return 1
    pieces = read_whole(text)
    if pieces is None or not 1 <= pieces <= MOST_PIECES:
        raise RowRefused("pieces_unreadable")
    return pieces
