"""Whose figures a page shows: everybody's, as the refresh kept them, or those of a segment's members, counted while
somebody waits. The choice stands in the address (`?segment=7`, or `&snapshot=12` for who was in it then)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.segmenting.said import as_of_shown
from huitou.segments import service as segments
from huitou.segments.terms import SegmentSeen
from huitou.usecases import segment_desk
from huitou.usecases.chosen_members import Chosen, chosen_of_snapshot
from huitou.usecases.segment_desk import Question

SNAPSHOTS_OFFERED = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to pick: its value in the address and its name."""

    value: str
    name: str
    current: bool


@dataclass(frozen=True, slots=True)
class Whose:
    """Members whom a page's figures are cut to, and how it says so."""

    segment: SegmentSeen
    chosen: Chosen

    @property
    def asked(self) -> Mapping[str, str]:
        """What stands in an address for it."""
        found = {"segment": str(self.segment.segment_id)}
        return found if self.chosen.snapshot is None else found | {"snapshot": str(self.chosen.snapshot)}

    @property
    def said(self) -> str:
        """Who they are, how many and as of when."""
        facts = {
            "name": self.segment.name,
            "members": figures.rounded(len(self.chosen.ids), 0),
            "at": as_of_shown(self.chosen.as_of),
        }
        if self.chosen.snapshot is not None:
            return gettext("Only the {members} members whom the snapshot of {at} found in {name}.").format(**facts)
        return gettext(
            "Only the {members} members who are in {name} as of {at}. They are the same members in every period: who "
            "has left since is not there, and who belongs today shows what they did before they belonged."
        ).format(**facts)


def asked_whose(request: HttpRequest) -> Whose | None:
    """Whom the address asks for; None: everybody. A snapshot of another segment, or asked for by somebody who does not
    see the chain, is none. Asked once a request. Raises SegmentUnknown, and what asking a segment raises."""
    if not hasattr(request, "huitou_whose"):
        request.huitou_whose = _asked(request)
    return request.huitou_whose


def _asked(request: HttpRequest) -> Whose | None:
    number, snapshot = _number(request, "segment"), _number(request, "snapshot")
    if number is None:
        return None
    access.require(request.user, Right.SEE_SEGMENTS)
    seen = segments.find_by_id(number)
    if snapshot is not None and access.scope_of(request.user).everything:
        segment_desk.require_asked_by(seen.name, request.user)
        chosen = chosen_of_snapshot(snapshot, person=request.user)
        if chosen.name == seen.name:
            return Whose(seen, chosen)
    question = Question(request.user, secrets.token_hex(8), 1, timezone.now())
    return Whose(seen, segment_desk.members_in(seen.name, question))


def picking(request: HttpRequest, whose: Whose | None) -> Mapping[str, Any]:
    """What the picker offers: segments, and of the one that is picked its snapshots."""
    if not access.may(request.user, Right.SEE_SEGMENTS):
        return {}
    picked = None if whose is None else whose.segment
    offered = [
        Choice(str(one.segment_id), one.name, picked is not None and picked.segment_id == one.segment_id)
        for one in segments.listed()
    ]
    kept = [(name, value) for name, value in request.GET.items() if name not in ("segment", "snapshot", "page")]
    whole = access.scope_of(request.user).everything
    snapshots = _snapshots(picked, whose) if picked is not None and whole else []
    return {"whose": whose, "segments_offered": offered, "snapshots_offered": snapshots, "whose_kept": kept}


def _snapshots(picked: SegmentSeen, whose: Whose | None) -> Sequence[Choice]:
    current = None if whose is None else whose.chosen.snapshot
    done = [one for one in segments.snapshots_of(picked.name, SNAPSHOTS_OFFERED) if one.state == "done" and one.as_of]
    return [Choice(str(one.id), figures.moment(one.as_of), one.id == current) for one in done if one.as_of]


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Http404
    return int(text)


def kept_in(whose: Whose | None, **others: Any) -> Mapping[str, str]:
    """What an address carries: whom, and what else is given."""
    pairs: Iterable[tuple[str, Any]] = others.items()
    return {**{name: str(value) for name, value in pairs if value not in (None, "")}, **(whose.asked if whose else {})}
