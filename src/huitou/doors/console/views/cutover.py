"""Coming from an old programme: its totals beside ours, what differs, and who stands for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.gate import needs
from huitou.doors.console.pasted import opened_of
from huitou.doors.console.refusals import said
from huitou.doors.console.views.imports import words
from huitou.kernel.errors import HuitouError
from huitou.loyalty import service as loyalty
from huitou.usecases.cut_over import reconcile
from huitou.usecases.cut_over.words import FIGURES, GROUPS, WHY

_LISTED = 15
_ROWS_SHOWN = 50
_LONGEST_NOTE = 500
_LARGEST_BALANCES = 20_000_000
"""Bytes: half a million members."""


@require_safe
@needs(Right.SEE_IMPORTS)
def cutover(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@needs(Right.READ_FILES_IN)
def check(request: HttpRequest) -> HttpResponse:
    """Compare the books with the totals that the form brings, and keep the comparison; balances beside them name the
    members that differ."""
    try:
        with (
            opened_of(request, "totals", "pasted") as totals,
            opened_of(request, "balances", most_bytes=_LARGEST_BALANCES) as balances,
        ):
            found = reconcile.check(
                actor=request.user.username,
                totals=totals and (totals, reconcile.read_columns(totals, "old_totals")),
                balances=balances and (balances, reconcile.read_columns(balances, "balances")),
            )
    except HuitouError as refused:
        return _page(request, refused)
    access.note(request.user, "cutover_checked", f"reconciliation:{found.number}", differences=found.differences)
    return redirect(reverse("console:cutover") + f"?number={found.number}")


@require_POST
@needs(Right.UNDO_IMPORTS)
def sign(request: HttpRequest, number: int) -> HttpResponse:
    """Stand for a comparison, by one's own name."""
    note = request.POST.get("note", "").strip()[:_LONGEST_NOTE]
    knowing = bool(request.POST.get("with_differences"))
    by = request.user.username
    try:
        reconcile.sign(number, by=by, note=note, with_differences=knowing, now=timezone.now())
    except HuitouError as refused:
        return _page(request, refused, number=number)
    access.note(request.user, "cutover_signed", f"reconciliation:{number}", note=note)
    return redirect(reverse("console:cutover") + f"?number={number}")


def _page(request: HttpRequest, refused: HuitouError | None = None, *, number: int | None = None) -> HttpResponse:
    every = loyalty.reconciliations(_LISTED)
    asked = number or _number(request.GET.get("number", ""))
    one = next((seen for seen in every if seen.id == asked), every[0] if every and asked is None else None)
    opened = loyalty.cut_over()
    facts: dict[str, Any] = {
        "opened": {"source": opened[0], "first_day": opened[1]} if opened else None,
        "every": every,
        "one": one,
        "may_check": access.may(request.user, Right.READ_FILES_IN),
        "may_sign": access.may(request.user, Right.UNDO_IMPORTS),
    }
    if one is not None:
        rows = [_row(row) for row in one.report["rows"][:_ROWS_SHOWN]]
        facts |= {
            "figures": [_figure(figure) for figure in one.report["figures"]],
            "rows": rows,
            "more": len(one.report["rows"]) - len(rows) + one.report["rows_not_listed"],
            "as_of": date.fromisoformat(one.report["as_of"]),
        }
    if refused is not None:
        message, next_step = said(refused)
        facts["refused"] = {"title": message, "text": next_step, "code": refused.code}
    return render(request, "console/cutover.html", facts, status=200 if refused is None else refused.status)


def _figure(one: Mapping[str, Any]) -> dict[str, Any]:
    name = _name_of(one["figure"])
    return {
        "name": f"{name} {_group(one['group'])}" if one["group"] else name,
        "said": _shown(one["figure"], one["said"]),
        "ours": _shown(one["figure"], one["ours"]),
        "difference": _shown(one["figure"], one["difference"]) if one["difference"] else "",
    }


def _group(group: str) -> str:
    """A tier, a month or a kind of coupons as it is called; points without a last day are in no month."""
    return gettext(GROUPS[group]) if group in GROUPS else group


def _name_of(figure: str) -> str:
    name = FIGURES[figure]
    return gettext(name)


def _shown(figure: str, value: int | None) -> str:
    if value is None:
        return "—"
    return figures.rounded(Decimal(value) / 100, 2) if figure == "coupons_worth" else figures.rounded(value, 0)


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    why, _, code = one["why"].partition(":")
    template = WHY[why]
    reason = gettext(template).format(code=words.reason("balances", code) if code else "")
    if one["row_number"] is not None:
        reason = gettext("row {row}: {why}").format(row=one["row_number"], why=reason)
    given = one.get("given") or "—" if one["said"] is None else figures.rounded(one["said"], 0)
    return {**one, "given": given, "why": reason}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
