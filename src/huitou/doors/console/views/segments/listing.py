"""Every segment: its sentence, how many are in it, how many can be reached, what uses it.

What is known is shown as it stands: who is in a live segment, and what the last snapshot of another found. Only those
of which nothing is known are counted when the page has opened; the others when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.gate import needs
from huitou.doors.console.segmenting import said
from huitou.doors.console.views.segments.asking import question
from huitou.kernel.errors import HuitouError
from huitou.segments import service as segments
from huitou.segments.service import live
from huitou.segments.terms import SegmentSeen
from huitou.usecases import segment_desk

SHOWN = 100
CHANNEL = "sms"


@dataclass(frozen=True, slots=True)
class Row:
    """A segment as the list shows it; numbers that are None nobody has counted yet."""

    seen: SegmentSeen
    sentence: str
    used_by: Sequence[str]
    members: int | None = None
    reachable: int | None = None
    as_of: str = ""
    now: bool = False
    """Counted now, and not written down before."""
    live: bool = False
    """Its members are kept at every moment."""
    problem: str = ""
    hidden: bool = False
    """It asks for a tag that this person may not see: they are not told how many are in it."""


@require_safe
@needs(Right.SEE_SEGMENTS)
def listing(request: HttpRequest) -> HttpResponse:
    """Those in use, or the archive."""
    put_away = segments.archived()
    archived = bool(request.GET.get("archived")) and bool(put_away)
    every = put_away if archived else segments.listed()
    rows = _rows(every, _words(request))
    shown = rows[:SHOWN] if archived else _as_known(request, rows[:SHOWN])
    facts = {
        "rows": shown,
        "unknown": sum(row.members is None and not row.hidden for row in shown),
        "more": max(0, len(rows) - SHOWN),
        "any": bool(every or put_away),
        "archived": len(put_away),
        "put_away": archived,
        "words": request.GET.get("q", "")[:80],
        "finding": _finding(segments.listed()),
        "may_edit": access.may(request.user, Right.EDIT_SEGMENTS),
    }
    return render(request, "console/segments/list.html", facts)


@require_safe
@needs(Right.SEE_SEGMENTS)
def counts(request: HttpRequest) -> HttpResponse:
    """The same rows; those of which nothing is known (`all`: every one) are counted now among the members that this
    person sees."""
    rows = _as_known(request, _rows(segments.listed(), _words(request))[:SHOWN])
    wanted = {row.seen.name for row in rows if not row.hidden and (row.members is None or request.GET.get("all"))}
    asked = question(request, "list")
    try:
        counted, _, as_of = segment_desk.count_listed(sorted(wanted), asked, channel=CHANNEL)
        by_name = {one.name: one for one in counted}
        rows = [
            replace(
                row,
                members=by_name[row.seen.name].members,
                reachable=by_name[row.seen.name].reachable,
                problem=_said(by_name[row.seen.name].problem),
                as_of=said.as_of_shown(as_of),
                now=True,
            )
            if row.seen.name in wanted
            else row
            for row in rows
        ]
    except HuitouError as refusal:
        rows = [replace(row, problem=_said(refusal)) if row.seen.name in wanted else row for row in rows]
    return render(request, "console/segments/_rows.html", {"rows": rows})


def _said(problem: HuitouError | None) -> str:
    return said.refused(problem, "")["says"] if problem else ""


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:80].casefold()


def _rows(every: Sequence[SegmentSeen], words: str) -> list[Row]:
    living = live.ids()
    rows = [
        Row(
            one,
            segments.sentence(segments.read_segment(one.body), gettext),
            said.users_shown([user for user in segments.users_of(one.name) if user != live.LIVE]),
            live=one.name in living,
        )
        for one in every
    ]
    return [row for row in rows if words in f"{row.seen.name} {row.sentence}".casefold()]


def _as_known(request: HttpRequest, rows: Sequence[Row]) -> list[Row]:
    """With what is kept of each: who of those that this person sees is in it if it is live, else the last snapshot,
    which is of the whole chain."""
    living = {one.name: one for one in live.listed() if one.found_by}
    whole_chain = access.scope_of(request.user).everything
    hidden = segment_desk.hidden_from(request.user)
    found = []
    for row in rows:
        if hidden(row.seen):
            found.append(replace(row, hidden=True))
        elif (one := living.get(row.seen.name)) is not None:
            found.append(replace(row, members=one.members))
        else:
            found.append(_as_written_down(row, hidden) if whole_chain else row)
    return found


def _as_written_down(row: Row, hidden: Callable[[SegmentSeen], bool]) -> Row:
    done = next((one for one in segments.snapshots_of(row.seen.name, 5) if one.state == "done"), None)
    if done is None or done.as_of is None:
        return row
    if done.version != row.seen.version and hidden(segments.find(row.seen.name, done.version)):
        return row
    return replace(row, members=done.members, reachable=_reachable(done.reach), as_of=figures.moment(done.as_of))


def _reachable(reach: Mapping[str, Mapping[str, int]]) -> int:
    return reach.get(CHANNEL, {}).get("reachable", 0)


def _finding(every: Sequence[SegmentSeen]) -> str:
    used = sum(bool(segments.users_of(one.name)) for one in every)
    told = ngettext("There is {count} segment.", "There are {count} segments.", len(every)).format(count=len(every))
    if not used:
        return told
    more = ngettext("{count} is used by something.", "{count} are used by something.", used).format(count=used)
    return figures.sentences(told, more)
