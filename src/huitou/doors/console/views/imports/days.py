"""A trial's days beside the old system's daily report, pasted from a spreadsheet or brought as a file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.pasted import opened_of
from huitou.doors.console.views.imports import words
from huitou.usecases import sums_per_day
from huitou.usecases.sums_per_day import REASONS


def report_of(request: HttpRequest) -> list[list[Any]] | None:
    """The daily report that the form brings, as it is kept; None where it brings none.

    Raises DailyReportUnreadable, TableTooLarge, and what an unreadable file or an open question raises.
    """
    with opened_of(request, "report", "pasted") as opened:
        return None if opened is None else sums_per_day.as_kept(sums_per_day.read_daily_report(opened))


def shown(days: Mapping[str, Any]) -> dict[str, Any]:
    """The days as the page shows them, what differs first."""
    return {
        **days,
        "rows": [_row(one) for one in (days["differ"] if days["compared"] else days["days"])],
        "left_out": (days["differ_count"] - len(days["differ"]))
        if days["compared"]
        else days["count"] - len(days["days"]),
    }


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    said = one.get("said", {})
    facts = dict(one.get("facts", {}))
    if "codes" in facts:
        counted = (part.rpartition(" ") for part in facts["codes"].split(", "))
        facts["codes"] = "; ".join(f"{words.reason('receipts', code)} {count}" for code, _, count in counted)
    why = one.get("reason")
    return {
        "day": one["day"],
        "store": one["store"],
        "receipts": one["sales"] + one["returns"],
        "quantity": _number(one["quantity"], 3),
        "amount": _number(one["amount"], 2),
        "said_receipts": said.get("receipts"),
        "said_amount": _number(said.get("amount"), 2),
        "why": gettext(REASONS[why]).format(**facts) if why else "",
    }


def _number(text: str | None, places: int) -> str:
    if text is None:
        return ""
    value = Decimal(text)
    return figures.rounded(value, 0 if places == 3 and value == value.to_integral_value() else places)
