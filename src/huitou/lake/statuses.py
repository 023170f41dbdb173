"""Rows that are no sales by a column of their file: left out where the column is mapped, told where it is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from huitou.kernel.errors import Choice
from huitou.lake.errors import StatusUnclear
from huitou.lake.formats.spooled import ROW
from huitou.lake.opening import OpenedFile
from huitou.lake.rules import statuses
from huitou.lake.rules.statuses import Meaning, may_say_status
from huitou.lake.values_sql import literal, quoted, trimmed

_MOST_VALUES = 1000
"""A column with more values than these says something else than a status."""
_LOOKED_AT = 200_000
"""Rows in which values are looked for before anything is judged; of those behind them each row speaks for itself."""
_FEW = 12
"""Values: a column with a known header and so few of them says a status, though in words that nobody knows here."""


@dataclass(frozen=True, slots=True)
class NoSale:
    """How many rows have this status, and their net amount in fen."""

    column: str
    status: str
    rows: int
    net_fen: int


def says_statuses(opened: OpenedFile, column: str) -> bool:
    """Whether the values of a column can say what became of an order: known words, or few."""
    values = values_of(opened, column)
    known = sum(statuses.is_known(value) for value in values)
    return 0 < len(values) <= _FEW or known * 2 > len(values)


def values_of(opened: OpenedFile, column: str) -> list[str]:
    """The different values of a column in the rows that are looked at, the most frequent first."""
    text = trimmed(f"{quoted(column)}::VARCHAR")
    return [
        value
        for (value,) in opened.session.sql(
            f"SELECT v FROM (SELECT {text} AS v FROM (FROM arrived LIMIT {_LOOKED_AT})) WHERE v IS NOT NULL "
            f"GROUP BY v ORDER BY count(*) DESC, v LIMIT {_MOST_VALUES}"
        ).fetchall()
    ]


def ask_statuses(opened: OpenedFile, column: str, quantity: str | None) -> list[StatusUnclear]:
    """One question for the first value that nobody can read here; answered, the next one is asked."""
    said = opened.reading.statuses
    values = values_of(opened, column)
    meant = statuses.meanings(values, statuses.read_said(said))
    unclear = [value for value in values if meant[value] is Meaning.UNCLEAR]
    unclear += [value for value in values if meant[value] is Meaning.GIVEN_BACK]
    if quantity is not None:
        unclear = [one for one in unclear if meant[one] is Meaning.UNCLEAR or _sold(opened, column, one, quantity)]
    if not unclear:
        return []
    choices = [Choice(statuses.write_said(said, unclear[0], one)) for one in (Meaning.SALE, Meaning.NO_SALE)]
    return [StatusUnclear(choices, column=column, status=unclear[0], statuses=", ".join(unclear))]


def _sold(opened: OpenedFile, column: str, value: str, quantity: str) -> bool:
    """Whether a row of this status is not below zero."""
    text = trimmed(f"{quoted(column)}::VARCHAR")
    minus = f"starts_with({trimmed(f'{quoted(quantity)}::VARCHAR')}, '-')"
    (found,) = opened.session.sql(
        f"SELECT EXISTS (FROM (FROM arrived LIMIT {_LOOKED_AT}) WHERE {text} = {literal(value)} AND NOT {minus})"
    ).fetchall()[0]
    return bool(found)


_KEEP = "('blank', 'header_again')"
"""Reasons that speak before the status does."""


def judge_statuses(session: duckdb.DuckDBPyConnection, said: str | None) -> None:
    """Mark the rows of `judged` that are no sales, and those of which nobody can tell."""
    values = [value for (value,) in session.sql(
        f"SELECT DISTINCT status FROM judged WHERE status IS NOT NULL LIMIT {_MOST_VALUES}").fetchall()]  # fmt: skip
    meant = statuses.meanings(values, statuses.read_said(said))
    session.register(
        "status_meanings",
        pa.table({"status": pa.array(values, pa.string()), "meaning": pa.array(map(str, meant.values()), pa.string())}),
    )
    session.execute(
        "UPDATE judged SET reason = 'not_a_sale' FROM status_meanings m WHERE m.status = judged.status "
        f"AND m.meaning = '{Meaning.NO_SALE}' AND (reason IS NULL OR reason NOT IN {_KEEP})"
    )
    session.execute(
        "UPDATE judged SET reason = 'status_unclear' FROM status_meanings m WHERE m.status = judged.status "
        f"AND reason IS NULL AND (m.meaning = '{Meaning.UNCLEAR}' "
        f"OR m.meaning = '{Meaning.GIVEN_BACK}' AND quantity_milli >= 0)"
    )
    if len(values) == _MOST_VALUES:
        session.execute("UPDATE judged SET reason = 'status_unclear' WHERE reason IS NULL AND status IS NOT NULL "
                        "AND status NOT IN (SELECT status FROM status_meanings)")  # fmt: skip


def left_out(opened: OpenedFile, columns: Mapping[str, str]) -> list[NoSale]:
    """By status the rows that are left out of a judged file, most rows first; none where no column says it."""
    if "status" not in columns:
        return []
    return [
        NoSale(columns["status"], *told)
        for told in opened.session.sql(
            "SELECT status, count(*), coalesce(sum(net_fen), 0)::BIGINT FROM left_out GROUP BY status "
            "ORDER BY 2 DESC, 1"
        ).fetchall()
    ]


def no_sales(opened: OpenedFile, mapped: Collection[str]) -> list[NoSale]:
    """By column and status what will be taken though a column that nobody mapped says that it is no sale, most rows
    first. The file must have been judged."""
    found = []
    for column in opened.columns:
        if column in mapped or not may_say_status(column):
            continue
        text = trimmed(f"{quoted(column)}::VARCHAR")
        values = opened.session.sql(f"SELECT DISTINCT {text} FROM arrived LIMIT {_MOST_VALUES}").fetchall()
        meant = statuses.meanings([value for (value,) in values if value], {})
        told = [value for value, one in meant.items() if one in (Meaning.NO_SALE, Meaning.GIVEN_BACK)]
        if told:
            among = ", ".join(map(literal, told))
            found += [NoSale(column, *one) for one in opened.session.sql(
                f"SELECT status, count(*), sum(net_fen)::BIGINT FROM clean JOIN ("
                f"SELECT {ROW} AS row_number, {text} AS status FROM numbered WHERE {text} IN ({among})"
                ") USING (row_number) GROUP BY status ORDER BY 2 DESC, 1"
            ).fetchall()]  # fmt: skip
    return found
