"""How good the data is, source by source: complete, valid, single, and how that has moved."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.findings import joined
from huitou.doors.console.gate import needs
from huitou.doors.console.spark import spark_points
from huitou.kernel.errors import N_
from huitou.usecases.quality import QualityRow, quality_now

_ABOUT = {
    "members": N_("Members"),
    "products": N_("Products"),
    "stores": N_("Stores"),
    "rows: receipts": N_("Rows of receipts, 28 days"),
    "rows: members": N_("Rows of members, 28 days"),
    "rows: products": N_("Rows of products, 28 days"),
    "rows: stores": N_("Rows of stores, 28 days"),
}
SORTS = {
    "completeness": N_("Complete"),
    "validity": N_("Valid"),
    "duplicates": N_("Single"),
}
_LOWEST = N_("Lowest is {measure}: {share} ({about}, {source}).")
_ALL_GOOD = N_("Every measure is at 100%.")
_TILLS = N_("tills")
_LOW = Fraction(9, 10)
"""Below this a measure is marked: one in ten is a hole that a campaign feels."""


@require_safe
@needs(Right.SEE_IMPORTS)
def quality(request: HttpRequest) -> HttpResponse:
    rows = [row for row in quality_now(timezone.now()) if row.of]
    asked = request.GET.get("sort", "")
    shown = [row for row in rows if row.sort == asked] if asked in SORTS else rows
    facts = {
        "groups": _groups(shown),
        "sort": asked if asked in SORTS else "",
        "sorts": [(key, gettext(name)) for key, name in SORTS.items()],
        "finding": _finding(shown) if shown else "",
        "empty": not rows,
    }
    return render(request, "console/quality.html", facts)


def _groups(rows: list[QualityRow]) -> list[dict[str, Any]]:
    """What is measured, then by source, the measures of each in their order."""
    groups: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(row.about, {}).setdefault(row.source, []).append(_tile(number, row))
    return [
        {
            "title": _about(about),
            "sources": [(source or gettext(_TILLS), tiles) for source, tiles in by_source.items()],
        }
        for about, by_source in groups.items()
    ]


def _about(about: str) -> str:
    name = _ABOUT.get(about)
    return gettext(name) if name else about


def _tile(number: int, row: QualityRow) -> dict[str, Any]:
    part = Fraction(row.good, row.of)
    title = row.title
    parts = [Fraction(good, of) if of else None for _, of, good in row.history] + [part]
    points = spark_points(parts) if len(parts) > 1 else []
    # Of what is printed: 100.0% to 95.5% is 4.5, however the rest is rounded.
    was = None if row.before is None else _rounded_down(row.before)
    change = figures.change(_rounded_down(part), was, "rate", 1)
    return {
        "id": f"quality-{number}",
        "title": gettext(title),
        "share": _share(row),
        "good": row.good,
        "of": row.of,
        "lacking": row.of - row.good,
        # Whoever shares a phone has one: they lack nothing.
        "has": row.sort == "completeness",
        "low": part < _LOW,
        "change": change,
        "spark": " ".join(f"{x},{y}" for x, y in points),
        "spark_end": points[-1] if points else None,
        "sort": gettext(SORTS[row.sort]),
        "since": row.history[0][0] if row.history else None,
        "rows": _rows_behind(row),
    }


def _rounded_down(share: Fraction) -> Fraction:
    return Fraction(share * 1000 // 1, 1000)


def _share(row: QualityRow) -> str:
    """Rounded down: 100.0% is all of them."""
    permille = row.permille or 0
    return f"{permille // 10}.{permille % 10}%"


def _rows_behind(row: QualityRow) -> str:
    """Where the rows that lack it are to be seen, where there is such a page."""
    if not row.about.startswith("rows:"):
        return ""
    return reverse("console:imports") + "?" + urlencode({"q": row.source, "state": "waiting"})


def _finding(rows: list[QualityRow]) -> SafeString:
    lowest = min(rows, key=lambda row: Fraction(row.good, row.of))
    if lowest.good == lowest.of:
        return joined([SafeString(gettext(_ALL_GOOD))])
    title = lowest.title
    said = format_html(
        gettext(_LOWEST),
        measure=format_html("<b>{}</b>", gettext(title)),
        share=format_html('<b class="u">{}</b>', _share(lowest)),
        about=_about(lowest.about),
        source=lowest.source or gettext(_TILLS),
    )
    return joined([said])
