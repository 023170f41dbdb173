"""The codes that members' phones would show: for trying a till out, while there is no phone beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from huitou.access import service as access
from huitou.kernel.ids import member_number
from huitou.members import service as members


def codes_of(numbers: Iterable[str], *, now: datetime, actor: str, signed: bool = False) -> list[str]:
    """The code of this minute for each of these members; who saw it stays in the audit trail. `signed`: the long one of
    the QR, which a till without a server reads.

    Raises MemberNotFound.
    """
    seen = [members.member(member_number(number) or 0) for number in numbers]
    for one in seen:
        access.note_by(actor, "member.code", f"member:{one.id}")
    code = members.signed_code if signed else members.dynamic_code
    return [code(one.id, at=now) for one in seen]
