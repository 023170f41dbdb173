"""What waits for whoever looks at the overview, and what has got worse, each with the page that does something about
it. Nothing is shown that this person can do nothing about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.gate import last_refresh
from huitou.doors.console.tiles import Tile
from huitou.insight import service as insight
from huitou.insight.terms import KpiFigure
from huitou.members import service as members
from huitou.members.terms import Layer
from huitou.offers.service import programmes
from huitou.offers.terms.kept import OfferSeen, OfferState
from huitou.receipts import service as receipts
from huitou.receipts.service import import_life
from huitou.usecases import live_segments

WEEKS_RUNNING = 3
"""A figure that got worse in each of so many weeks is spoken of; one week is weather."""
ENDS_WITHIN_DAYS = 7
NEARLY_SPENT_PERCENT = 90
NAMED = 3
"""Offers that are called by their names; of more the number is said."""
IMPORTS_LOOKED_AT = 50
LIVE_WITHIN_MINUTES = 10
"""Live segments follow within seconds, and within minutes where everybody is asked again."""
BEST_LAYERS = (Layer.DIAMOND, Layer.GOLD)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to look at. `pressing`: it costs something every day."""

    icon: str
    title: str
    text: str
    address: str
    action: str
    pressing: bool = False


def notices(
    request: HttpRequest,
    store: int | None,
    tiles: Sequence[Tile],
    histories: Mapping[str, Sequence[KpiFigure]],
    *,
    with_targets: bool,
) -> list[Notice]:
    """Of the chain, or of one store; pressing ones first. `tiles`: the figures that this person answers for."""
    found = [*_late(request), *worse(tiles, histories, store), *_asleep(store), *_conflicts(request)]
    if store is None:
        found += [
            *_standing_still(request),
            *_targets(request, with_targets),
            *_offers(request),
            *_imports(request),
            *_pairs(request),
        ]
    return sorted(found, key=lambda one: not one.pressing)


def _late(request: HttpRequest) -> Iterator[Notice]:
    refreshed = last_refresh(request)
    # The night between counts yesterday; a day before that was missed.
    if refreshed is None or refreshed.as_of >= timezone.localdate() - timedelta(days=2):
        return
    if not access.may(request.user, Right.RUN_REFRESH):
        return
    yield Notice(
        "clock",
        gettext("The figures stop at {day}").format(day=figures.day(refreshed.as_of)),
        gettext("No refresh has counted the days since, or no receipts of them were read in."),
        reverse("console:refresh"),
        gettext("See why"),
        pressing=True,
    )


def worse(tiles: Iterable[Tile], histories: Mapping[str, Sequence[KpiFigure]], store: int | None) -> Iterator[Notice]:
    """Of the figures that got worse week after week the one that moved furthest."""
    falling = []
    for tile in tiles:
        values = [figure.value for figure in histories[tile.kpi.name][-WEEKS_RUNNING - 1 :]]
        if len(values) <= WEEKS_RUNNING or None in values or not values[0]:
            continue
        if all((after - before) * tile.kpi.good_direction < 0 for before, after in pairwise(values)):
            falling.append((abs(values[-1] - values[0]) / values[0], tile, values[0]))
    if not falling:
        return
    _, tile, before = max(falling, key=lambda one: one[0])
    page = reverse("console:kpi", args=[tile.kpi.name])
    yield Notice(
        "warning",
        gettext("{name} has got worse three weeks running").format(name=gettext(tile.kpi.title)),
        figures.closed_up(
            gettext("From {before} to {now}, 28 days each.").format(
                before=figures.figure(before, tile.kpi.unit), now=tile.shown
            )
        ),
        f"{page}?store={store}" if store is not None else page,
        gettext("All about it"),
        pressing=True,
    )


def _asleep(store: int | None) -> Iterator[Notice]:
    """Those who spent most and have stopped coming, since the end of the last month."""
    flows = insight.flows(store)
    newest = max((flow.to_on for flow in flows), default=date.min)
    fallen = [
        flow
        for flow in flows
        if flow.to_on == newest and flow.from_layer in BEST_LAYERS and flow.to_layer == Layer.DORMANT
    ]
    count = sum(flow.members for flow in fallen)
    if not count:
        return
    title = ngettext(
        "{count} diamond or gold member fell asleep", "{count} diamond and gold members fell asleep", count
    )
    page = f"{reverse('console:crowd')}?view=layers"
    yield Notice(
        "layers",
        title.format(count=figures.rounded(count, 0)),
        gettext("Since {day}, the end of the last month.").format(day=figures.day(fallen[0].from_on)),
        f"{page}&store={store}" if store is not None else page,
        gettext("See the flow"),
        pressing=True,
    )


def _conflicts(request: HttpRequest) -> Iterator[Notice]:
    count = receipts.count_conflicts() if access.may(request.user, Right.SETTLE_CONFLICTS) else 0
    if count:
        title = ngettext("{count} conflict of the tills is open", "{count} conflicts of the tills are open", count)
        yield Notice(
            "receipt",
            title.format(count=figures.rounded(count, 0)),
            gettext("It happened, and does not fit the books: a person finds out why."),
            reverse("console:conflicts"),
            gettext("Settle"),
            pressing=True,
        )


def _targets(request: HttpRequest, there: bool) -> Iterator[Notice]:
    if not there and access.may(request.user, Right.SET_TARGETS):
        yield Notice(
            "target",
            gettext("No figure has a target yet."),
            gettext("With one, each shows how far the chain is from where it wants to be."),
            reverse("console:targets"),
            gettext("Set targets"),
        )


def _standing_still(request: HttpRequest) -> Iterator[Notice]:
    """Live segments that nobody follows: whoever acts by them acts by who was in them then."""
    if not access.may(request.user, Right.EDIT_SEGMENTS):
        return
    now = timezone.now()
    since = live_segments.waits_since(now)
    if since is None or since > now - timedelta(minutes=LIVE_WITHIN_MINUTES):
        return
    yield Notice(
        "clock",
        gettext("Live segments have stood still since {moment}").format(moment=figures.moment(since)),
        gettext(
            "Nobody has entered or left one since. Tell an administrator: the log of the background process says why."
        ),
        reverse("console:segments"),
        gettext("Look"),
        pressing=True,
    )


def _offers(request: HttpRequest) -> Iterator[Notice]:
    if not access.may(request.user, Right.SEE_OFFERS):
        return
    every = programmes.offers(timezone.now())
    waiting = [one for one in every if one.state is OfferState.WAITING and one.changed_by != request.user.username]
    if waiting and access.may(request.user, Right.APPROVE_OFFERS):
        title = ngettext(
            "{count} offer waits for a second person", "{count} offers wait for a second person", len(waiting)
        )
        yield _of_offers("offer", title.format(count=len(waiting)), waiting, OfferState.WAITING)
    on = [one for one in every if one.state is OfferState.ON]
    until = timezone.localdate() + timedelta(days=ENDS_WITHIN_DAYS)
    ending = [one for one in on if one.ends is not None and one.ends.date() <= until]
    if ending:
        title = ngettext("{count} offer ends within 7 days", "{count} offers end within 7 days", len(ending))
        yield _of_offers("calendar", title.format(count=len(ending)), ending, OfferState.ON)
    spent = [
        one for one in on if one.terms.budget_fen and one.spent_fen * 100 >= one.terms.budget_fen * NEARLY_SPENT_PERCENT
    ]
    if spent:
        title = ngettext(
            "The budget of {count} offer is nearly spent", "The budgets of {count} offers are nearly spent", len(spent)
        )
        yield _of_offers("coins", title.format(count=len(spent)), spent, OfferState.ON)


def _of_offers(icon: str, title: str, some: Sequence[OfferSeen], state: OfferState) -> Notice:
    """By name where they are few; to the one, or to the list of their state."""
    comma = "、" if figures.chinese() else ", "
    text = comma.join(one.name or one.code for one in some[:NAMED])
    if len(some) > NAMED:
        text += comma + gettext("and {count} others").format(count=len(some) - NAMED)
    one = reverse("console:offer", args=[some[0].code])
    return Notice(
        icon,
        title,
        text,
        one if len(some) == 1 else f"{reverse('console:offers')}?state={state.value}",
        gettext("Look"),
    )


def _imports(request: HttpRequest) -> Iterator[Notice]:
    if not access.may(request.user, Right.READ_FILES_IN):
        return
    count = len(import_life.imports_found("", state="waiting", before=None, limit=IMPORTS_LOOKED_AT))
    if count:
        title = ngettext("{count} file has rows to mend", "{count} files have rows to mend", count)
        yield Notice(
            "import",
            title.format(count=count),
            gettext("Refused rows count nowhere until they are mended or put aside."),
            f"{reverse('console:imports')}?state=waiting",
            gettext("Mend them"),
        )


def _pairs(request: HttpRequest) -> Iterator[Notice]:
    count = members.candidate_counts().get("open", 0) if access.may(request.user, Right.MERGE_MEMBERS) else 0
    if count:
        title = ngettext(
            "{count} pair of members may be one person", "{count} pairs of members may be one person", count
        )
        yield Notice(
            "copy",
            title.format(count=figures.rounded(count, 0)),
            gettext("Until a person decides, each counts for itself."),
            reverse("console:duplicates"),
            gettext("Look"),
        )
