"""The nouns of reading files and of the lake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Field(StrEnum):
    """What a column of a till's file can be."""

    RECEIPT = "receipt"
    LINE = "line"
    AT = "at"
    TIME = "time"
    """The time of day, where it stands in a column of its own beside the date in `at`."""
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
    STATUS = "status"
    """What became of the order: rows that are cancelled or not paid by it are left out."""


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
    decimal: str | None = None
    default_store: str = "main"
    statuses: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """One row of a file that was not taken."""

    row_number: int
    code: str
    detail: str
    row: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowRead:
    """One row as it was judged: the text that was read for each field, and the reason against it, if any.

    `at_fault` is the field that the reason speaks of; None where it speaks of the row or of its receipt.
    """

    values: Mapping[str, str | None]
    code: str | None
    reason: str
    at_fault: str | None


@dataclass(frozen=True, slots=True)
class Sums:
    """What the rows add up to: quantity in thousandths, net amount in fen."""

    rows: int
    quantity_milli: int
    net_fen: int


class Format(StrEnum):
    """How a file keeps its rows."""

    DELIMITED = "csv"
    WORKBOOK = "xlsx"
    JSON_LINES = "ndjson"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read, as far as a person has said so; None is left to be found or asked."""

    encoding: str | None = None
    """A name of `ENCODINGS`."""
    delimiter: str | None = None
    """One character between the cells."""
    sheet: str | None = None
    """The name of a workbook's sheet."""
    header_row: int | None = None
    """The row that names the columns, counted from 1 as a spreadsheet does; 0 where none does."""
    date_format: str | None = None
    """As strptime writes it: `%d/%m/%Y %H:%M`."""
    decimal: str | None = None
    """`.` or `,`: what stands before the fractions."""
    statuses: str | None = None
    """What statuses of orders mean that nobody knows here: `已退款=sale | 3=no_sale`."""

    @property
    def said(self) -> dict[str, Any]:
        """What a person has said, by the part's name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5", "shift-jis", "windows-1252")


@dataclass(frozen=True, slots=True)
class Found:
    """How a file was read: what was found, and what a person had said."""

    format: Format
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    notes: Sequence[Said] = ()
    """What was seen on the way and may surprise: rows above the header, hidden sheets left alone."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for a person: an English template, marked for the translators, and its facts."""

    template: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.facts)


class Holds(StrEnum):
    """What the values of a field are."""

    CODE = "code"
    """A number or name that identifies: repeated, or different in each row."""
    TEXT = "text"
    TIME = "time"
    """A date, with or without a time."""
    CLOCK = "clock"
    """A time of day without a date."""
    NUMBER = "number"
    WHOLE = "whole"
    STATUS = "status"
    """What became of an order: paid, shipped, cancelled."""
    PHONE = "phone"
    ANY = "any"
    """Too many spellings to tell by: barcodes side by side, birthdays without a year."""


@dataclass(frozen=True, slots=True)
class KnownField:
    """A field of a kind of file: by which headers it is known, and what its values are."""

    name: str
    holds: Holds
    words: tuple[str, ...]
    """Headers that mean this field and no other, in any language, small, without spaces and marks."""
    also: tuple[str, ...] = ()
    """Headers that can mean this field where no better one is there."""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file as data: what the guesses of a mapping need to know about it."""

    name: str
    fields: tuple[KnownField, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    """Of each of these at least one is needed; the first is asked for."""


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """Which column a field is, how sure that is in percent, and why."""

    field: str
    column: str | None
    percent: int
    sure: bool
    why: Sequence[Said] = ()
    others: Sequence[str] = ()
    """Other columns that it could be, likeliest first."""
