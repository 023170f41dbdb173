"""Who has entered and left a live segment of late, what moved them, and how many were in it day by day."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext

from huitou.access import service as access
from huitou.doors.console import figures
from huitou.doors.console.by_day import members_by_day
from huitou.doors.console.parts import Chart
from huitou.kernel.ids import member_code
from huitou.segments import service as segments
from huitou.segments.service import live
from huitou.segments.terms import SegmentSeen
from huitou.usecases import segment_desk
from huitou.usecases.live_segments import MOVED_BY

MOST = 12


@dataclass(frozen=True, slots=True)
class Moved:
    """A member who came in or left, when, and what moved them."""

    member_id: int
    code: str
    entered: bool
    at: str
    because: str


def moves_shown(seen: SegmentSeen, person: access.Person) -> list[Moved]:
    """The newest first, of the members whom this person sees. Where any version names what they may not see, nobody:
    who left with a change of the tree was in the one before."""
    if _hidden(seen, person):
        return []
    return [
        Moved(
            one.member_id,
            member_code(one.member_id),
            one.entered,
            figures.moment(one.at),
            gettext(MOVED_BY[one.because]),
        )
        for one in live.newest_moves(seen.name, MOST)
    ]


def _hidden(seen: SegmentSeen, person: access.Person) -> bool:
    hidden = segment_desk.hidden_from(person)
    return hidden(seen) or any(hidden(one) for one in segments.versions_of(seen.name))


def days_shown(seen: SegmentSeen, person: access.Person) -> Chart | None:
    """How many were in it each day, for who sees the whole chain; None while it is the first day."""
    if not access.scope_of(person).everything or _hidden(seen, person):
        return None
    days = live.by_day(seen.name, timezone.localdate(), timezone.get_current_timezone_name())
    return members_by_day(
        "days",
        gettext("Members by day"),
        [(one.day, (one.came, one.left, one.members)) for one in days],
        [gettext("Came in"), gettext("Left it"), gettext("Members")],
        gettext("Counted back from now by who came and who left since it went live, at most 90 days."),
    )
