"""Shelf labels as a file for a label printer: CSV, or a sheet of Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

COLUMNS = (
    "store", "sku", "ean", "name", "brand", "category", "pack", "weighed", "shelf_price", "member_price", "member_from",
    "member_until", "member_offer_zh", "member_offer_en", "offer_price", "offer_from", "offer_until", "offer_zh",
    "offer_en", "deal_from", "deal_until", "deal_zh", "deal_en", "unit", "unit_price", "unit_price_500g",
    "offer_unit_price", "promotable", "changed_at",
)  # fmt: skip
"""Prices in yuan; days as 2026-11-30, empty where no end is said."""
KINDS = {"csv": "text/csv; charset=utf-8",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip
"""Of files, with their media types."""
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def label_file(rows: Iterable[dict[str, Any]], kind: str) -> bytes:
    """The rows of `shelf_labels` as a file of one of KINDS."""
    return _as_xlsx(rows) if kind == "xlsx" else _as_csv(rows)


def _as_csv(rows: Iterable[dict[str, Any]]) -> bytes:
    """UTF-8 with its mark, so that Excel reads the Chinese."""
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(COLUMNS)
    writer.writerows([_text(row[name]) for name in COLUMNS] for row in rows)
    return ("\ufeff" + sink.getvalue()).encode()


def _as_xlsx(rows: Iterable[dict[str, Any]]) -> bytes:
    """Codes stay texts, prices are numbers."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("labels")
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([Decimal(row[name]) if "price" in name and row[name] else _text(row[name]) for name in COLUMNS])
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def _text(value: Any) -> str:
    """No cell is a formula, whoever named the product."""
    if isinstance(value, bool):
        return "1" if value else "0"
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULAS) else text
