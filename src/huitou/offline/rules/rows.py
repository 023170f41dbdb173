"""The rows of a bundle: written in columns, told apart by fingerprints, and brought from one version to the next.

A till that has a version gets the rows that are new to it and the fingerprints of those that are gone. The version is
a digest over the fingerprints of all rows: both sides reckon it, and where they differ all is fetched anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from huitou.offline.terms import Row, Rows

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "goods": ("sku", "name", "category", "brand", "supplier", "weighed", "price_fen", "promotable"),
    "codes": ("code", "sku", "pieces"),
    "offers": (
        "offer",
        "document",
        "budget_fen",
        "uses",
        "per_member",
        "per_member_day",
        "per_store_day",
        "per_member_month_fen",
    ),
    "spent": ("offer", "uses", "fen", "day", "in_store"),
    "kinds": ("kind", "personal", "transferable", "stores", "title"),
    "gives": ("kind", "personal", "until"),
    "members": ("member", "tier", "birth_month", "points", "staff"),
    "segments": ("segment", "member"),
    "cards": ("digest", "member"),
    "coupons": ("code", "kind", "member", "starts", "ends", "held_until"),
    "used": ("offer", "member", "day", "uses"),
    "quotas": ("offer", "member", "month", "fen"),
}
"""By section. Amounts in fen, days as ISO text, empty where there is none; `digest` is keyed, in hexadecimal."""
FINGERPRINT_BYTES = 6
"""Two of 100,000 rows are alike by chance once in 50,000 bundles; then the version differs, and all is fetched anew."""
_NOTHING = "\x00"


def fingerprint(section: str, row: Row) -> bytes:
    """Of the section's name and the values, each behind a separator."""
    values = tuple(_NOTHING if value is None else value for value in row) if None in row else row
    words = (section + "\x1f%s" * len(row)) % values
    return blake2b(words.encode(), digest_size=FINGERPRINT_BYTES).digest()


def fingerprints(rows: Rows) -> set[bytes]:
    """Of every row."""
    return {fingerprint(section, row) for section in COLUMNS for row in rows.get(section, ())}


def version_of(marks: Iterable[bytes]) -> str:
    """24 hexadecimal digits; the order means nothing."""
    return blake2b(b"".join(sorted(marks)), digest_size=12).hexdigest()


def packed(marks: Iterable[bytes]) -> bytes:
    """Fingerprints one behind the other, in order."""
    return b"".join(sorted(marks))


def unpacked(text: bytes) -> set[bytes]:
    return {text[place : place + FINGERPRINT_BYTES] for place in range(0, len(text), FINGERPRINT_BYTES)}


def in_columns(rows: Rows) -> dict[str, list[list[Any]]]:
    """Column by column: neighbours are alike, and compress to a fraction. Whole numbers that only grow are written as
    steps."""
    return {section: [_steps(column) for column in zip(*sorted_rows(found), strict=True)]
            for section, found in rows.items() if found}  # fmt: skip


def from_columns(section: str, columns: Sequence[Sequence[Any]]) -> list[Row]:
    """Raises ValueError where the columns are not those of the section."""
    if section not in COLUMNS or len(columns) != len(COLUMNS[section]):
        raise ValueError(section)
    return list(zip(*(_summed(column) for column in columns), strict=True))


def sorted_rows(found: Sequence[Row]) -> list[Row]:
    try:
        return sorted(found)
    except TypeError:  # where something is None: that comes first
        return sorted(found, key=lambda row: tuple((value is not None, value) for value in row))


def _steps(column: Sequence[Any]) -> list[Any]:
    if len(column) < 2 or not all(type(value) is int for value in column) or list(column) != sorted(column):
        return list(column)
    return ["+", column[0], *(after - before for before, after in pairwise(column))]


def _summed(column: Sequence[Any]) -> Iterator[Any]:
    if len(column) < 2 or column[0] != "+" or type(column[1]) is not int:
        yield from column
        return
    total = 0
    for step in column[1:]:
        total += step
        yield total


def changes(rows: Rows, known: set[bytes]) -> tuple[dict[str, list[Row]], list[bytes], set[bytes]]:
    """(rows that whoever knows these fingerprints lacks, fingerprints that are gone, the fingerprints of all rows)."""
    marks: set[bytes] = set()
    new: dict[str, list[Row]] = {}
    for section in COLUMNS:
        for row in rows.get(section, ()):
            mark = fingerprint(section, row)
            if mark not in marks and mark not in known:
                new.setdefault(section, []).append(row)
            marks.add(mark)
    return new, sorted(known - marks), marks


def applied(rows: Rows, put: Rows, gone: set[bytes]) -> dict[str, list[Row]]:
    """The rows of the next version."""
    kept = {
        section: [row for row in rows.get(section, ()) if not gone or fingerprint(section, row) not in gone]
        for section in COLUMNS
    }
    return {section: [*kept[section], *put.get(section, ())] for section in COLUMNS}
