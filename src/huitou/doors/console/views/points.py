"""What points are worth as a payment: look at it, set it, and see who set what before."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from huitou.access.terms import Right
from huitou.doors.console import toasts
from huitou.doors.console.gate import needs
from huitou.kernel.cells import read_fen
from huitou.kernel.errors import N_
from huitou.kernel.money import Money
from huitou.loyalty.errors import PointsRateUnfit
from huitou.loyalty.terms import PointsAsMoney
from huitou.usecases.points_rate import AtStake, at_stake, rate_now, rates_set, set_rate

FIELDS = {
    "points": N_("the number of points"),
    "worth": N_("what they are worth"),
    "least": N_("the least number"),
    "step": N_("the step"),
    "share": N_("the share of a basket"),
}
SUGGESTED = PointsAsMoney(points=100, worth_fen=100, least=100, step=100, share_percent=50)
"""What stands in the form of a chain that has set nothing: the usual rate of Chinese supermarkets."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SET_POINTS)
def points(request: HttpRequest) -> HttpResponse:
    """The setting and its versions; posted, the next version. It is asked twice, with whom it concerns."""
    now, refusal = timezone.now(), None
    standing, versions = rate_now(now), rates_set()
    last = next((one["rate"] for one in versions if one["pays"]), None)
    typed = _of(standing or last or SUGGESTED)
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:20].strip() for name in FIELDS}
        typed["earns"] = request.POST.get("earns") == "yes"
        try:
            rate = None if request.POST.get("do") == "off" else _rate(typed)
            if rate != standing and "sure" not in request.POST:
                return _asked_twice(request, rate, typed, at_stake(rate, now))
            new = set_rate(rate, now=now, actor=request.user.username)
            pays = gettext("Points pay") if rate is not None else gettext("Points do not pay")
            toasts.say(request, pays if new else gettext("It was so already."))
            return redirect("console:points")
        except PointsRateUnfit as refused:
            refusal = PointsRateUnfit(field=gettext(FIELDS[refused.facts["field"]]))
    facts = {
        "standing": standing,
        "typed": typed,
        "refusal": refusal,
        "said": gettext(refusal.message).format(**refusal.facts) if refusal else "",
        "versions": versions,
        "last": last,
    }
    return render(request, "console/points.html", facts, status=refusal.status if refusal else 200)


def _asked_twice(
    request: HttpRequest, rate: PointsAsMoney | None, typed: dict[str, Any], stake: AtStake
) -> HttpResponse:
    kept = [(name, "yes" if value is True else value) for name, value in typed.items() if value]
    facts = {
        "off": rate is None,
        "rate": rate,
        "stake": stake,
        "shown": stake.after or stake.before,
        "typed": kept if rate is not None else [],
    }
    return render(request, "console/points_sure.html", facts)


def _of(rate: PointsAsMoney) -> dict[str, Any]:
    return {
        "points": str(rate.points),
        "worth": str(Money(rate.worth_fen)),
        "least": str(rate.least),
        "step": str(rate.step),
        "share": str(rate.share_percent),
        "earns": rate.earns,
    }


def _rate(typed: dict[str, Any]) -> PointsAsMoney:
    """What is no number is 0, which no rate can be: the refusal names the field."""
    number = {name: _whole(typed[name]) for name in ("points", "least", "step", "share")}
    return PointsAsMoney(
        points=number["points"],
        worth_fen=read_fen(typed["worth"]) or 0,
        least=number["least"],
        step=number["step"],
        share_percent=number["share"],
        earns=typed["earns"],
    )


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 9 else 0
