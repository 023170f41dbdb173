"""Every offer: how it stands, what it says, what it cost against its budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.gate import needs
from huitou.doors.console.offering import said
from huitou.doors.console.offering.fields import KINDS
from huitou.doors.console.parts import Tab
from huitou.kernel.errors import N_
from huitou.offers.service import programmes
from huitou.offers.terms.kept import OfferSeen, OfferState
from huitou.offers.terms.said import Names

ORDER = (
    OfferState.ON, OfferState.WAITING, OfferState.APPROVED, OfferState.SCHEDULED, OfferState.DRAFT, OfferState.PAUSED,
    OfferState.ENDED,
)  # fmt: skip
SORTS = {"changed": N_("Last changed"), "spent": N_("Spent"), "uses": N_("Uses"), "name": N_("By name")}
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Row:
    """An offer as the list shows it."""

    seen: OfferSeen
    sentence: str
    kind: str
    state: str
    tone: str
    when: str
    share: str
    """Of the budget, in per cent; empty without one."""
    full: bool


@needs(Right.SEE_OFFERS)
def offers(request: HttpRequest) -> HttpResponse:
    """The list, filtered by state, kind and words."""
    now = timezone.now()
    every = programmes.offers(now)
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("state", "kind", "q", "sort")}
    names = said.names_now()
    rows = [_row(one, names) for one in every]
    found = [row for row in rows if _fits(row, asked)]
    shown = [row for row in found if not asked["state"] or row.seen.state == asked["state"]]
    shown.sort(key=lambda row: _place(row, asked["sort"]))
    facts = {
        "rows": shown[:SHOWN],
        "more": max(0, len(shown) - SHOWN),
        "any": bool(every),
        "tabs": _tabs(request, Counter(row.seen.state for row in found), asked["state"]),
        "kinds": [(kind, gettext(text), kind == asked["kind"]) for kind, text in KINDS.items()],
        "sorts": [(key, gettext(text), key == (asked["sort"] or "changed")) for key, text in SORTS.items()],
        "words": asked["q"],
        "state": asked["state"],
        "finding": _finding(rows),
        "may_edit": access.may(request.user, Right.EDIT_OFFERS),
    }
    return render(request, "console/offers/list.html", facts)


def _row(one: OfferSeen, names: Names) -> Row:
    state, tone = said.STATES[one.state]
    version = programmes.shown_version(one)
    budget = one.terms.budget_fen
    share = Fraction(one.spent_fen, budget) if budget else None
    return Row(
        one,
        said.one_line(programmes.engine_offer(version), replace(names, terms=version.terms)),
        gettext(KINDS.get(one.kind, one.kind)),
        gettext(state),
        tone,
        when(one),
        figures.rounded(min(Fraction(1), share) * 100, 1) if share is not None else "",
        share is not None and share >= Fraction(9, 10),
    )


def when(one: OfferSeen) -> str:
    """From when to when, as lists say it."""
    first, last = one.starts, one.ends
    if first and last:
        return figures.span(first.date(), last.date())
    if first:
        return gettext("from {day}").format(day=figures.day(first.date()))
    return gettext("until {day}").format(day=figures.day(last.date())) if last else gettext("always")


def _fits(row: Row, asked: dict[str, str]) -> bool:
    words = asked["q"].casefold()
    text = f"{row.seen.code} {row.seen.name} {row.sentence}".casefold()
    return (not words or words in text) and (not asked["kind"] or row.seen.kind == asked["kind"])


def _place(row: Row, sort: str) -> tuple[object, ...]:
    if sort == "spent":
        return (-row.seen.spent_fen, row.seen.code)
    if sort == "uses":
        return (-row.seen.uses, row.seen.code)
    if sort == "name":
        return (row.seen.name or row.seen.code,)
    return (ORDER.index(row.seen.state), -row.seen.changed_at.timestamp())


def _tabs(request: HttpRequest, counts: Counter[OfferState], chosen: str) -> Sequence[Tab]:
    def address(state: str) -> str:
        query = request.GET.copy()
        query["state"] = state
        return "?" + query.urlencode()

    every = Tab(gettext("All"), address(""), not chosen, str(sum(counts.values())))
    return [every] + [
        Tab(gettext(said.STATES[state][0]), address(state), chosen == state, str(counts[state]))
        for state in ORDER
        if counts[state] or chosen == state
    ]


def _finding(rows: Sequence[Row]) -> str:
    """What the page has found: how many are on, and what runs out."""
    on = [row for row in rows if row.seen.state == OfferState.ON]
    waiting = sum(row.seen.state == OfferState.WAITING for row in rows)
    full = [row.seen.name or row.seen.code for row in on if row.full]
    parts = [gettext("{count} offers are on.").format(count=len(on))]
    if waiting:
        waits = ngettext("{count} waits for a second person.", "{count} wait for a second person.", waiting)
        parts.append(waits.format(count=waiting))
    if full:
        parts.append(gettext("The budget of {offer} is nearly spent.").format(offer=full[0]))
    return figures.sentences(*parts)
