"""How a segment has grown: what its snapshots wrote down, how far the newest one is, and its stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.parts import Chart, Column, Table
from huitou.segments import service as segments
from huitou.segments.terms import SegmentSeen, SnapshotSeen
from huitou.usecases import segment_desk
from huitou.usecases.segment_snapshots import problem_said

SNAPSHOTS = 90
OPEN = ("waiting", "running")


def growth_shown(seen: SegmentSeen, person: access.Person) -> dict[str, Any]:
    """What the part says to this person: the chart or the only snapshot, the one on its way, how the last went."""
    hidden = segment_desk.hidden_from(person)
    snapshots = [] if hidden(seen) else _readable(segments.snapshots_of(seen.name, SNAPSHOTS), hidden)
    done = [one for one in reversed(snapshots) if one.state == "done" and one.as_of is not None]
    newest = snapshots[0] if snapshots else None
    coming = newest if newest is not None and newest.state in OPEN else None
    return {
        "seen": seen,
        "whole_chain": access.scope_of(person).everything,
        "hidden": hidden(seen),
        "may_edit": access.may(person, Right.EDIT_SEGMENTS),
        "chart": _chart(done) if len(done) > 1 else None,
        "only": _only(done[0]) if len(done) == 1 else "",
        "coming": coming,
        "coming_said": _coming_said(coming) if coming is not None else "",
        "mark": _mark(coming),
        "stopped": newest is not None and newest.state == "cancelled",
        "failed": problem_said(newest.problem, gettext) if newest is not None and newest.state == "failed" else "",
    }


def _readable(snapshots: Sequence[SnapshotSeen], hidden: Callable[[SegmentSeen], bool]) -> Sequence[SnapshotSeen]:
    """Without those of versions that ask for what this person may not see."""
    apart = {one.version for one in segments.versions_of(snapshots[0].segment) if hidden(one)} if snapshots else set()
    return [one for one in snapshots if one.version not in apart]


def _mark(coming: SnapshotSeen | None) -> str:
    """What the page has said of it; where that is the same, nothing is sent again."""
    return f"{coming.id}-{coming.state}-{coming.attempts}-{coming.silent:d}-{coming.stopping:d}" if coming else ""


def _coming_said(one: SnapshotSeen) -> str:
    if one.state == "waiting":
        return gettext("A snapshot waits to be counted; that begins within seconds.")
    if one.stopping:
        return gettext("The snapshot is being stopped.")
    if one.silent:
        return gettext("Whoever counted the snapshot no longer answers; another takes it over within seconds.")
    if one.attempts > 1:
        said = gettext("Whoever counted the snapshot was gone; another counts it now, try {attempt} of {most}.")
        return said.format(attempt=one.attempts, most=segments.MOST_ATTEMPTS)
    return gettext("A snapshot is being counted.")


def _only(one: SnapshotSeen) -> str:
    said = gettext("So far one snapshot: {members} members, {reachable} of them reachable by SMS, as of {moment}.")
    return said.format(
        members=figures.rounded(one.members or 0, 0),
        reachable=figures.rounded(_reachable(one), 0),
        moment=figures.moment(one.as_of) if one.as_of else "",
    )


def _reachable(one: SnapshotSeen) -> int:
    return one.reach.get("sms", {}).get("reachable", 0)


def _chart(done: Sequence[SnapshotSeen]) -> Chart:
    """Members and reachable by snapshot."""
    moments = [figures.moment(one.as_of) for one in done if one.as_of is not None]
    counts = [one.members or 0 for one in done]
    can = [_reachable(one) for one in done]
    finding = gettext("{first} members on {since}, {last} on {until}.").format(
        first=figures.rounded(counts[0], 0), since=moments[0], last=figures.rounded(counts[-1], 0), until=moments[-1]
    )
    columns = [
        Column(gettext("As of")),
        Column(gettext("Version"), number=True),
        Column(gettext("Members"), number=True),
        Column(gettext("Reachable by SMS"), number=True),
    ]
    rows = [
        [moment, str(one.version), figures.rounded(count, 0), figures.rounded(reached, 0)]
        for moment, one, count, reached in zip(moments, done, counts, can, strict=True)
    ]
    return Chart(
        key="growth",
        builder="growth",
        title=gettext("Growth"),
        options={"moments": moments, "members": counts, "reachable": can,
                 "words": {"members": gettext("Members"), "reachable": gettext("Reachable by SMS")}},
        finding=finding,
        definition=gettext("Each snapshot wrote down who met the newest version at its moment."),
        table=Table(columns, rows),
        height="cal",
    )  # fmt: skip


@require_safe
@needs(Right.SEE_SEGMENTS)
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """Asked every second while a snapshot is on its way; the page comes anew when it has ended."""
    shown = growth_shown(segments.find_by_id(number), request.user)
    if shown["coming"] is None:
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    if request.GET.get("seen") == shown["mark"]:
        return HttpResponse(status=204)
    return render(request, "console/segments/_coming.html", shown)


@require_POST
@needs(Right.EDIT_SEGMENTS)
def snapshot(request: HttpRequest, number: int) -> HttpResponse:
    """Have it written down who is in it; the worker counts it within a minute."""
    seen = segments.find_by_id(number)
    with access.beyond_scope(request.user):
        segment_desk.ask_snapshot(seen.name, request.user)
    toasts.say(request, gettext("A snapshot is being counted."))
    return redirect("console:segment", number=number)


@require_POST
@needs(Right.EDIT_SEGMENTS)
def stop(request: HttpRequest, number: int, snapshot: int) -> HttpResponse:
    """End a snapshot that is on its way: what waits at once, what is counted within seconds."""
    seen = segments.find_by_id(number)
    with access.beyond_scope(request.user):
        segment_desk.stop_snapshot(seen.name, snapshot, request.user)
    return redirect("console:segment", number=number)
