"""The codes that members' phones would show: for trying a till out, while there is no phone beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from huitou.access import service as access
from huitou.kernel.ids import member_number
from huitou.members import service as members


def codes_of(numbers: Iterable[str], *, now: datetime, actor: str) -> list[str]:
    """The code of this minute for each of these members; who saw it stays in the audit trail.

    Raises MemberNotFound.
    """
    seen = [members.member(member_number(number) or 0) for number in numbers]
    for one in seen:
        access.note_by(actor, "member.code", f"member:{one.id}")
    return [members.dynamic_code(one.id, at=now) for one in seen]
