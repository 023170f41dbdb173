"""A trial's days beside the old system's daily report, pasted from a spreadsheet or brought as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.views.imports import words
from huitou.lake import service as lake
from huitou.usecases import sums_per_day
from huitou.usecases.sums_per_day import REASONS

_LARGEST = 2_000_000
"""Bytes: some years of days of some hundred stores."""


def report_of(request: HttpRequest) -> list[list[Any]] | None:
    """The daily report that the form brings, as it is kept; None where it brings none.

    Raises DailyReportUnreadable, and what an unreadable file or an open question raises.
    """
    brought = request.FILES.get("report")
    pasted = request.POST.get("pasted", "")
    content = brought.read(_LARGEST + 1) if brought else pasted.encode()
    if not content.strip():
        return None
    if len(content) > _LARGEST:
        raise sums_per_day.DailyReportTooLarge(most=_LARGEST // 1_000_000)
    ending = Path(brought.name or "").suffix.lower() if brought else ".tsv"
    with tempfile.TemporaryDirectory(dir=settings.LAKE_PATH.parent) as folder:
        path = Path(folder) / f"report{ending if ending.removeprefix('.').isalnum() else ''}"
        path.write_bytes(content)
        with lake.open_file(path) as opened:
            return sums_per_day.as_kept(sums_per_day.read_daily_report(opened))


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
