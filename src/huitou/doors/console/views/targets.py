"""Baselines and targets of the figures: look at them, change them, take the last change back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from huitou.access.terms import Right
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.refusals import said
from huitou.insight import service as insight
from huitou.insight.errors import GoalsSame, GoalUnfit
from huitou.insight.service import goals as kpi_goals
from huitou.insight.terms import Goal, GoalsSeen, Published
from huitou.kernel.errors import N_, HuitouError
from huitou.usecases.goals import set_goals, take_goals_back

WITH_GOALS = (
    *("sales", "repurchase_rate", "average_ticket", "churn_rate", "wake_up_rate", "digital_share"),
    *("active_members", "new_members", "repurchase_cycle", "member_share"),
)
REASONS = {
    "range": N_("A rate lies between 0 and 100, anything else is not below 0."),
    "side": N_("The target has to be better than the baseline."),
    "number": N_("That is no number."),
}
LONGEST = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the form, as texts: what was typed comes back as it was typed."""

    kpi: Any
    unit: str
    baseline: str
    target: str
    now: str
    year_before: str
    published: str
    fault: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SET_TARGETS)
def targets(request: HttpRequest) -> HttpResponse:
    seen = kpi_goals.standing()
    typed = typed_goals(request.POST) if request.method == "POST" else texts_of(seen)
    refusal: HuitouError | None = None
    if request.method == "POST":
        try:
            version = set_goals(read_goals(typed), note=request.POST.get("note", ""), actor=request.user.username)
            toasts.say(request, gettext("The targets are kept."), undo=reverse("console:targets_undo", args=[version]))
            return redirect("console:targets")
        except (GoalUnfit, GoalsSame) as refused:
            refusal = refused
    facts = {
        "rows": form_rows(typed, refusal),
        "refusal": refusal_shown(refusal),
        "now": seen,
        "versions": _versions(kpi_goals.history()),
    }
    return render(request, "console/targets.html", facts, status=refusal.status if refusal else 200)


@require_POST
@needs(Right.SET_TARGETS)
def undo(request: HttpRequest, version: int) -> HttpResponse:
    take_goals_back(version, actor=request.user.username)
    toasts.say(request, gettext("The targets are as they were."))
    return redirect("console:targets")


Texts = dict[str, tuple[str, str]]


def typed_goals(post: QueryDict) -> Texts:
    return {
        name: (post.get(f"{name}_baseline", "")[:LONGEST].strip(), post.get(f"{name}_target", "")[:LONGEST].strip())
        for name in WITH_GOALS
    }


def texts_of(seen: GoalsSeen) -> Texts:
    goals = seen.goals
    return {
        name: (_text(name, goals[name].baseline), _text(name, goals[name].target)) if name in goals else ("", "")
        for name in WITH_GOALS
    }


def read_goals(typed: Texts) -> dict[str, Goal]:
    """Raises GoalUnfit where a text is no number. A figure without either is left out."""
    goals = {}
    for name, texts in typed.items():
        baseline, target = (_number(name, text) for text in texts)
        if baseline is not None or target is not None:
            goals[name] = Goal(baseline, target)
    return goals


def form_rows(typed: Texts, refusal: HuitouError | None) -> list[Row]:
    now = insight.kpi_now()
    wrong = refusal.facts.get("kpi") if isinstance(refusal, GoalUnfit) else None
    rows = []
    for name, (baseline, target) in typed.items():
        kpi, known = insight.kpi(name), now.get(name)
        rows.append(
            Row(
                kpi,
                _unit(kpi),
                baseline,
                target,
                figures.in_full(known.now.value, kpi.unit) if known else "—",
                figures.in_full(known.year_before.value, kpi.unit) if known and known.year_before else "—",
                _published(kpi, kpi_goals.published(name)),
                gettext(REASONS[str(refusal.facts["reason"])]) if refusal is not None and wrong == kpi.title else "",
            )
        )
    return rows


def refusal_shown(refusal: HuitouError | None) -> dict[str, str] | None:
    """Both sentences, with the figure and the reason in the person's language."""
    if refusal is None:
        return None
    if isinstance(refusal, GoalUnfit):
        kpi, reason = gettext(str(refusal.facts["kpi"])), gettext(REASONS[str(refusal.facts["reason"])])
        refusal = GoalUnfit(kpi=kpi, reason=reason)
    message, next_step = said(refusal)
    return {"message": message, "next_step": next_step, "code": refusal.code}


def _unit(kpi: Any) -> str:
    units = {"rate": "%", "money": figures.currency(), "days": gettext("days")}
    return units.get(kpi.unit, "")


_FACTOR = {"rate": 100, "money": Fraction(1, 100)}


def _text(name: str, value: Fraction | None) -> str:
    """The shortest decimal that says it: 48, 41.6, 980000."""
    if value is None:
        return ""
    shown = value * _FACTOR.get(insight.kpi(name).unit, 1)
    return f"{float(shown):.4f}".rstrip("0").rstrip(".")


def _number(name: str, text: str) -> Fraction | None:
    plain = text.replace(",", "").replace("，", "").replace("%", "").replace("％", "").strip()
    if not plain:
        return None
    whole, _, part = plain.partition(".")
    if not (whole.isdecimal() and (part.isdecimal() or not part) and len(plain) <= LONGEST and len(part) <= 4):
        raise GoalUnfit(kpi=insight.kpi(name).title, reason="number")
    return Fraction(f"{int(whole)}.{part or 0}") / _FACTOR.get(insight.kpi(name).unit, 1)


def _published(kpi: Any, found: Published | None) -> str:
    if found is None:
        return ""
    said_ = []
    if found.baseline is not None:
        said_.append(
            gettext("one chain: {baseline} to {target} within a year").format(
                baseline=figures.figure(found.baseline, kpi.unit), target=figures.figure(found.target, kpi.unit)
            )
        )
    else:
        said_.append(gettext("one chain: {target}").format(target=figures.figure(found.target, kpi.unit)))
    if found.industry is not None:
        said_.append(gettext("industry: {industry}").format(industry=figures.figure(found.industry, kpi.unit)))
    return ("；" if figures.chinese() else "; ").join(said_)


def _versions(versions: list[GoalsSeen]) -> list[dict[str, Any]]:
    """Each version with what it changed of the one before, newest first."""
    rows = []
    for place, seen in enumerate(versions):
        was = versions[place + 1].goals if place + 1 < len(versions) else {}
        changes = [
            (
                insight.kpi(name).title,
                _goal(name, was[name]) if was.get(name) else "",
                _goal(name, seen.goals.get(name)),
            )
            for name in WITH_GOALS
            if was.get(name) != seen.goals.get(name)
        ]
        rows.append({"seen": seen, "changes": changes})
    return rows


def _goal(name: str, goal: Goal | None) -> str:
    if goal is None:
        return "—"
    unit = insight.kpi(name).unit
    return " → ".join(
        "—" if value is None else str(figures.figure(value, unit)) for value in (goal.baseline, goal.target)
    )
