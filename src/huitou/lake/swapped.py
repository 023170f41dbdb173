"""Whether quantity and amount of a judged file are likely in each other's columns: only where the rows prove it."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from huitou.lake.terms import Field

_FEWEST, _MOSTLY, _PIECES = 10, 90, 60
"""Rows from which on something can be told, the percent of them that have to say it, and the percent that have to be
sold by the piece: the others are weighed."""
# With a unit price the rows reckon themselves: price times what is called the amount is what is called the quantity.
# What is called the amount was read to the fen: a weight of 0.752 kg as 0.75.
_BY_PRICE = """
SELECT count(*), count(*) FILTER (abs(q - a * p) <= 0.011 + 0.005 * p AND abs(a - q * p) > 0.011 + 0.005 * p) FROM (
    SELECT quantity_milli / 1000 AS q, (net_fen + discount_fen) / 100 AS a, unit_price::DOUBLE AS p
    FROM clean WHERE quantity_milli > 0 AND net_fen > 0 AND unit_price > 0)
"""
# Without one, pieces are whole and few, and money is to the fen and more: nearly nothing costs less than a yuan a piece
# or a kilogram.
_BY_LOOKS = """
SELECT count(*), count(*) FILTER (net_fen < 10000 AND quantity_milli % 10 = 0 AND quantity_milli > net_fen * 10),
       count(*) FILTER (net_fen % 100 = 0),
       count(*) FILTER (quantity_milli % 1000 <> 0)
FROM clean WHERE quantity_milli > 0 AND net_fen > 0
"""


def look_swapped(session: duckdb.DuckDBPyConnection, columns: Mapping[Field, str]) -> bool:
    """Whether the columns that are called quantity and amount look like each other's."""
    if Field.AMOUNT not in columns:
        return False
    if Field.UNIT_PRICE in columns:
        rows, swapped = session.sql(_BY_PRICE).fetchall()[0]
        if rows >= _FEWEST and swapped * 100 >= rows * _MOSTLY:
            return True
    rows, swapped, pieces, fractions = session.sql(_BY_LOOKS).fetchall()[0]
    if rows < _FEWEST or swapped * 100 < rows * _MOSTLY:
        return False
    return bool(pieces * 100 >= rows * _PIECES and fractions * 2 >= rows)
