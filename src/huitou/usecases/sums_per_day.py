"""What a file of receipts comes to, day by day and store by store, beside what the old system's daily report says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from huitou.catalogue import service as catalogue
from huitou.kernel.cells import read_day, read_fen, read_number, said
from huitou.kernel.errors import N_, HuitouError
from huitou.kernel.rows import Cells
from huitou.lake import service as lake
from huitou.receipts import service as receipts

DAYS_SHOWN = 62

Place = tuple[date, str]
"""A business date and a store's code; no store: all of them."""


class DailyReportUnreadable(HuitouError):
    code = "daily_report_unreadable"
    message = N_("Row {row} of the daily report has {given} as its {field}.")
    next_step = N_("Write days as 2026-12-31, receipts as whole numbers, amounts with at most two decimals.")


@dataclass(frozen=True, slots=True)
class DaySums:
    """What stands in the books of this source: `quantity_milli` in thousandths, `net_fen` in fen."""

    sales: int = 0
    returns: int = 0
    quantity_milli: int = 0
    net_fen: int = 0
    left_out: int = 0
    """Rows of the file that are no sales by their status, beside what stands in the books ..."""
    left_out_fen: int = 0
    """... and their amount."""

    def __add__(self, other: DaySums) -> DaySums:
        return DaySums(
            self.sales + other.sales,
            self.returns + other.returns,
            self.quantity_milli + other.quantity_milli,
            self.net_fen + other.net_fen,
            self.left_out + other.left_out,
            self.left_out_fen + other.left_out_fen,
        )


@dataclass(frozen=True, slots=True)
class DaySaid:
    """What the old system's report says of a day and store; None: it does not say."""

    receipts: int | None = None
    quantity_milli: int | None = None
    net_fen: int | None = None


REASONS = {
    "day_missing": N_("nothing of this day and store is in the file"),
    "rows_refused": N_("{rows} rows of this day were refused: {codes}"),
    "no_sales": N_("the report counts {rows} rows of {amount} that are no sales by their status"),
    "receipts_missing": N_("{count} receipts are missing, and no row of the day was refused: they are not in the file"),
    "receipts_more": N_("{count} receipts more than in the report: were they rung up after it was printed?"),
    "amount_differs": N_("as many receipts, and another amount: does the report count discounts or tax otherwise?"),
    "not_in_report": N_("the report does not have this day and store"),
}


@dataclass(frozen=True, slots=True)
class DayDiffers:
    """A day and store that differs: ours less theirs, and the likeliest reason (a code of REASONS and its facts)."""

    day: date
    store: str
    said: DaySaid
    ours: DaySums
    reason: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Days:
    """Every day and store of a file, and, beside a daily report, those that differ."""

    sums: Mapping[Place, DaySums]
    differing: tuple[DayDiffers, ...] = ()
    agreeing: int = 0


def read_report(rows: Iterable[tuple[int, Cells]]) -> dict[Place, DaySaid]:
    """The old system's daily report; several rows of a day and store add up. Raises DailyReportUnreadable."""
    found: dict[Place, DaySaid] = {}
    for number, cells in rows:
        day = read_day(cells.get("day") or "")
        if day is None:
            raise DailyReportUnreadable(row=number, given=cells.get("day") or "-", field="day")
        place = (day, said(cells.get("store")) or "")
        before = found.get(place, DaySaid())
        found[place] = DaySaid(
            _more(before.receipts, _value(number, cells, "receipts", 1)),
            _more(before.quantity_milli, _value(number, cells, "quantity", 1000)),
            _more(before.net_fen, _value(number, cells, "amount", 100)),
        )
    return found


def _more(before: int | None, value: int | None) -> int | None:
    return before if value is None else (before or 0) + value


def _value(number: int, cells: Cells, name: str, times: int) -> int | None:
    text = said(cells.get(name))
    if text is None:
        return None
    if name == "amount":
        whole = read_fen(text)
    else:
        read = read_number(text)
        whole = None if read is None or read * times != (read * times).to_integral_value() else int(read * times)
    if whole is None:
        raise DailyReportUnreadable(row=number, given=text, field=name)
    return whole


def days_of(session: duckdb.DuckDBPyConnection, source: str, report: Mapping[Place, DaySaid] | None = None) -> Days:
    """The days of a judged file as they stand in the books now, within the import's transaction; earlier files of the
    same source are in them, so that a day in two files compares whole."""
    touched = {
        day
        for (day,) in session.sql(
            "SELECT DISTINCT local_at::DATE FROM (FROM placed UNION ALL FROM left_out) WHERE moment IS NOT NULL"
        ).fetchall()
    }
    wanted = sorted(touched | {day for day, _ in report or {}})
    codes = {store.id: store.code for store in catalogue.stores().values()}
    sums = {(day, codes[store]): DaySums(*found) for store, day, *found in receipts.sums_per_day(source, wanted)}
    for place, (rows, fen) in _left_out(session).items():
        sums[place] = sums.get(place, DaySums()) + DaySums(left_out=rows, left_out_fen=fen)
    if report is None:
        return Days(sums)
    refused = _refused(session)
    if not any(store for _, store in report):
        sums, refused = _of_all_stores(sums), _refused_of_all(refused)
    differing = compare(sums, report, refused)
    return Days(sums, tuple(differing), len(sums.keys() | report.keys()) - len(differing))


def _left_out(session: duckdb.DuckDBPyConnection) -> dict[Place, tuple[int, int]]:
    """Of each day and store the rows that are no sales by their status, and their amount in fen."""
    return {
        (day, store): (rows, fen)
        for day, store, rows, fen in session.sql(
            "SELECT local_at::DATE, store, count(*), coalesce(sum(net_fen), 0)::BIGINT FROM left_out "
            "WHERE moment IS NOT NULL GROUP BY 1, 2"
        ).fetchall()
    }


def _of_all_stores(sums: Mapping[Place, DaySums]) -> dict[Place, DaySums]:
    whole: dict[Place, DaySums] = defaultdict(DaySums)
    for (day, _), one in sums.items():
        whole[day, ""] += one
    return dict(whole)


def _refused_of_all(refused: Mapping[Place, Mapping[str, int]]) -> dict[Place, dict[str, int]]:
    whole: dict[Place, dict[str, int]] = defaultdict(dict)
    for (day, _), codes in refused.items():
        for code, count in codes.items():
            whole[day, ""][code] = whole[day, ""].get(code, 0) + count
    return dict(whole)


def _refused(session: duckdb.DuckDBPyConnection) -> dict[Place, dict[str, int]]:
    """How many rows of each day and store were refused, by the code; the most frequent first."""
    rows = session.sql(
        "SELECT local_at::DATE, store, code, count(*) FROM refused JOIN placed USING (row_number) "
        "WHERE moment IS NOT NULL GROUP BY ALL ORDER BY 4 DESC, 3"
    ).fetchall()
    found: dict[Place, dict[str, int]] = defaultdict(dict)
    for day, store, code, count in rows:
        found[day, store][code] = count
    return dict(found)


def compare(
    sums: Mapping[Place, DaySums], report: Mapping[Place, DaySaid], refused: Mapping[Place, Mapping[str, int]]
) -> list[DayDiffers]:
    """The days and stores that differ, each with the likeliest reason. Whether a report counts returns is its own."""
    found = []
    for place in sorted(sums.keys() | report.keys()):
        ours, theirs = sums.get(place, DaySums()), report.get(place)
        if theirs is None and ours == DaySums(left_out=ours.left_out, left_out_fen=ours.left_out_fen) != DaySums():
            continue  # nothing of the day was sold, and the report says so by its silence
        if theirs is None:
            found.append(DayDiffers(*place, DaySaid(), ours, "not_in_report"))
        elif not _agree(ours, theirs):
            reason, facts = _reason(ours, theirs, refused.get(place, {}))
            found.append(DayDiffers(*place, theirs, ours, reason, facts))
    return found


def _agree(ours: DaySums, theirs: DaySaid) -> bool:
    return (
        theirs.receipts in (None, ours.sales, ours.sales + ours.returns)
        and theirs.quantity_milli in (None, ours.quantity_milli)
        and theirs.net_fen in (None, ours.net_fen)
    )


def _reason(ours: DaySums, theirs: DaySaid, refused: Mapping[str, int]) -> tuple[str, dict[str, str]]:
    here = ours.sales + ours.returns
    if ours.left_out and theirs.net_fen == ours.net_fen + ours.left_out_fen:
        return "no_sales", {"rows": str(ours.left_out), "amount": _decimal(ours.left_out_fen, 100) or ""}
    if refused:
        codes = ", ".join(f"{code} {count}" for code, count in refused.items())
        return "rows_refused", {"rows": str(sum(refused.values())), "codes": codes}
    if here == 0:
        return "day_missing", {}
    if theirs.receipts is not None and theirs.receipts > here:
        return "receipts_missing", {"count": str(theirs.receipts - here)}
    if theirs.receipts is not None and theirs.receipts < ours.sales:
        return "receipts_more", {"count": str(ours.sales - theirs.receipts)}
    return "amount_differs", {}


def as_kept(report: Mapping[Place, DaySaid]) -> list[list[Any]]:
    """A daily report as JSON keeps it: day, store, receipts, thousandths, fen."""
    return [
        [day.isoformat(), store, said.receipts, said.quantity_milli, said.net_fen]
        for (day, store), said in sorted(report.items())
    ]


def from_kept(rows: Iterable[Sequence[Any]]) -> dict[Place, DaySaid]:
    return {(date.fromisoformat(day), store): DaySaid(*figures) for day, store, *figures in rows}


def shortened(days: Days) -> dict[str, Any]:
    """As a page shows it: the first days, and the first of those that differ, with how many there are of each."""
    plain = as_plain(days)
    every, differing = plain["days"], plain["days_that_differ"]
    return {
        "compared": bool(days.agreeing or days.differing),
        "agreeing": days.agreeing,
        "count": len(every),
        "days": every[:DAYS_SHOWN],
        "differ_count": len(differing),
        "differ": differing[:DAYS_SHOWN],
    }


def read_daily_report(opened: lake.OpenedFile) -> dict[Place, DaySaid]:
    """The old system's daily report from a file whose columns are found. Raises DailyReportUnreadable, and the first
    question that the file leaves open."""
    guess = lake.guess_mapping(lake.KINDS["day_totals"], opened)
    for question in (*opened.questions, *guess.questions):
        raise question
    pieces = lake.DescribedRows(opened, lake.KINDS["day_totals"], guess.columns)
    return read_report(row for piece in pieces for row in piece)


def as_plain(days: Days) -> dict[str, Any]:
    """As JSON has it; amounts as decimal strings."""
    return {
        "days": [_plain(day, store, sums) for (day, store), sums in sorted(days.sums.items())],
        "days_that_agree": days.agreeing,
        "days_that_differ": [
            _plain(one.day, one.store, one.ours)
            | {
                "said": {
                    "receipts": one.said.receipts,
                    "quantity": _decimal(one.said.quantity_milli, 1000),
                    "amount": _decimal(one.said.net_fen, 100),
                },
                "reason": one.reason,
                "facts": dict(one.facts),
            }
            for one in days.differing
        ],
    }


def _plain(day: date, store: str, sums: DaySums) -> dict[str, object]:
    return {
        "day": day.isoformat(),
        "store": store,
        "sales": sums.sales,
        "returns": sums.returns,
        "quantity": _decimal(sums.quantity_milli, 1000),
        "amount": _decimal(sums.net_fen, 100),
        "left_out": sums.left_out,
        "left_out_amount": _decimal(sums.left_out_fen, 100),
    }


def _decimal(value: int | None, of: int) -> str | None:
    """12.80 of 1280 hundredths."""
    if value is None:
        return None
    digits = len(str(of)) - 1
    whole, part = divmod(abs(value), of)
    return f"{'-' if value < 0 else ''}{whole}.{part:0{digits}d}"
