"""The nouns of reading files and of the lake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Field(StrEnum):
    """What a column of a till's file can be."""

    RECEIPT = "receipt"
    LINE = "line"
    AT = "at"
    STORE = "store"
    TILL = "till"
    CHANNEL = "channel"
    MEMBER = "member"
    SKU = "sku"
    NAME = "name"
    CATEGORY = "category"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    AMOUNT = "amount"
    DISCOUNT = "discount"


REQUIRED = (Field.RECEIPT, Field.AT, Field.SKU, Field.QUANTITY)
PRICED = (Field.UNIT_PRICE, Field.AMOUNT)
"""One of these must be mapped as well."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is to be read: which column is which field, and what its texts mean."""

    columns: Mapping[Field, str]
    zone: str
    now: datetime
    date_format: str | None = None
    default_store: str = "main"


@dataclass(frozen=True, slots=True)
class Refused:
    """One row of a file that was not taken."""

    row_number: int
    code: str
    detail: str
    row: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the rows add up to: quantity in thousandths, net amount in fen."""

    rows: int
    quantity_milli: int
    net_fen: int
