"""Who has entered and left a live segment of late, and what moved them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from huitou.access import service as access
from huitou.doors.console import figures
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
    hidden = segment_desk.hidden_from(person)
    if hidden(seen) or any(hidden(one) for one in segments.versions_of(seen.name)):
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
