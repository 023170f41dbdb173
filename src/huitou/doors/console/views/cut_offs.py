"""The cut-offs of scores and layers: look at them, see who would move, change them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.gate import last_refresh, needs
from huitou.doors.console.layers import LAYERS
from huitou.insight import service as insight
from huitou.insight.errors import CutOffsUnfit, NoChange, NothingToReckon
from huitou.insight.terms import CutOffs, CutOffsSeen, Moves
from huitou.kernel.errors import N_, HuitouError
from huitou.usecases.cut_offs import change_cut_offs, preview_cut_offs

THRESHOLDS = (
    ("recency_days", "R", N_("Days since the last purchase, at most, for score 5, 4, 3, 2"), 1),
    ("frequency", "F", N_("Receipts in 12 months, at least, for score 2, 3, 4, 5"), 1),
    ("monetary_fen", "M", N_("Spend in 12 months, at least, for score 2, 3, 4, 5"), 100),
)
NUMBERS = ("dormant_after_months", "diamond_percent", "diamond_frequency", "gold_score")
FIELD_NAMES = {
    "recency_days": N_("Recency"),
    "frequency": N_("Frequency"),
    "monetary_fen": N_("Money"),
    "dormant_after_months": N_("Dormant after months"),
    "diamond_percent": N_("Diamond: top per cent by spend"),
    "diamond_fen": N_("Diamond: spend of at least"),
    "diamond_frequency": N_("Diamond: frequency score"),
    "gold_score": N_("Gold: frequency and money score"),
}


class _NoNumber(Exception):
    """What was typed is no whole number."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """What stands in the form, as texts: a refused one comes back as it was typed."""

    texts: dict[str, Any]

    @property
    def cut_offs(self) -> CutOffs:
        values: dict[str, Any] = {name: _whole(self.texts[name]) for name in NUMBERS}
        for name, _, _, factor in THRESHOLDS:
            four = self.texts[name]
            by_fifths = self.texts[f"{name}_by"] != "own"
            values[name] = () if by_fifths else tuple(_whole(text) * factor for text in four)
        by_amount = self.texts["diamond_by"] == "amount"
        return CutOffs(**values, diamond_fen=_whole(self.texts["diamond_amount"]) * 100 if by_amount else None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SET_CUT_OFFS)
def cut_offs(request: HttpRequest) -> HttpResponse:
    now = insight.cut_offs()
    typed = _typed(request.POST) if request.method == "POST" else _of(now.cut_offs)
    moves: Moves | None = None
    refusal: HuitouError | None = None
    if request.method == "POST":
        try:
            wanted = typed.cut_offs
            if request.POST.get("do") == "save":
                change_cut_offs(wanted, note=request.POST.get("note", ""), actor=request.user.username)
                return redirect("console:cut_offs")
            moves = preview_cut_offs(wanted)
        except _NoNumber as text:
            refusal = CutOffsUnfit(field=gettext("a number"), given=str(text))
        except CutOffsUnfit as unfit:
            refusal = CutOffsUnfit(field=gettext(FIELD_NAMES[unfit.facts["field"]]), given=unfit.facts["given"])
        except (NoChange, NothingToReckon) as refused:
            refusal = refused
    facts = {
        "now": now,
        "form": _form(typed.texts),
        "texts": typed.texts,
        "note": request.POST.get("note", ""),
        "moves": _moves(moves) if moves else None,
        "refusal": _said(refusal) if refusal else None,
        "versions": _versions(insight.cut_offs_history()),
        "refreshed": last_refresh(request),
    }
    return render(request, "console/cut_offs.html", facts, status=422 if refusal else 200)


def _typed(post: QueryDict) -> _Typed:
    texts: dict[str, Any] = {name: post.get(name, "")[:20].strip() for name in (*NUMBERS, "diamond_amount")}
    texts["diamond_by"] = "amount" if post.get("diamond_by") == "amount" else "percent"
    for name, _, _, _ in THRESHOLDS:
        texts[f"{name}_by"] = "own" if post.get(f"{name}_by") == "own" else "fifths"
        texts[name] = [post.get(f"{name}_{place}", "")[:20].strip() for place in range(4)]
    return _Typed(texts)


def _of(cut_offs: CutOffs) -> _Typed:
    texts: dict[str, Any] = {name: str(getattr(cut_offs, name)) for name in NUMBERS}
    texts["diamond_by"] = "percent" if cut_offs.diamond_fen is None else "amount"
    texts["diamond_amount"] = "" if cut_offs.diamond_fen is None else str(cut_offs.diamond_fen // 100)
    for name, _, _, factor in THRESHOLDS:
        own = getattr(cut_offs, name)
        texts[f"{name}_by"] = "own" if own else "fifths"
        texts[name] = [str(value // factor) for value in own] or [""] * 4
    return _Typed(texts)


def _whole(text: str) -> int:
    # Full-width digits are digits to a Chinese keyboard, and to int().
    if not (text.isdecimal() and len(text) <= 12):
        raise _NoNumber(text or "—")
    return int(text)


def _form(texts: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "letter": letter,
            "title": FIELD_NAMES[name],
            "hint": hint,
            "own": texts[f"{name}_by"] == "own",
            "four": list(enumerate(texts[name])),
        }
        for name, letter, hint, _ in THRESHOLDS
    ]


def _moves(moves: Moves) -> dict[str, Any]:
    """Who moves from which layer to which; each row and column adds up."""
    counts = moves.counts
    rows = []
    for now, name in LAYERS.items():
        cells = [(then, counts.get((now, then), 0), now == then) for then in LAYERS]
        rows.append({"key": now, "name": name, "cells": cells, "total": sum(count for _, count, _ in cells)})
    totals = [sum(counts.get((now, then), 0) for now in LAYERS) for then in LAYERS]
    return {
        "layers": LAYERS.items(),
        "rows": rows,
        "totals": totals,
        "members": moves.members,
        "moving": moves.moving,
        "share": figures.rate_of(moves.moving, moves.members),
    }


def _versions(versions: list[CutOffsSeen]) -> list[dict[str, Any]]:
    """Each version with what it changed of the one before."""
    rows = []
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        changes = []
        for name, title in FIELD_NAMES.items():
            was = getattr(before.cut_offs, name) if before else None
            now = getattr(version.cut_offs, name)
            if before and was != now:
                changes.append((title, _spelled(name, was), _spelled(name, now)))
        rows.append({"seen": version, "changes": changes})
    return rows


def _spelled(name: str, value: Any) -> str:
    if isinstance(value, tuple):
        if not value:
            return gettext("fifths")
        return " · ".join(figures.rounded(one // 100 if name == "monetary_fen" else one, 0) for one in value)
    if value is None:
        return "—"
    return figures.money_in_whole(value) if name == "diamond_fen" else str(value)


def _said(refusal: HuitouError) -> dict[str, str]:
    return {
        "message": gettext(refusal.message).format(**refusal.facts),
        "next_step": gettext(refusal.next_step).format(**refusal.facts),
        "code": refusal.code,
    }
