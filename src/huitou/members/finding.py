"""Whom a till means, by whatever was shown or said: asked in one statement of the till's own trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huitou.bulk.trip import Answer, Trip
from huitou.kernel.ids import member_number
from huitou.members.codes import read_code
from huitou.members.errors import CodeUnknown
from huitou.members.registering import is_a_phone
from huitou.members.store import online
from huitou.members.terms import MemberRef, RefKind
from huitou.privacy import service as privacy


@dataclass(slots=True)
class Looked:
    """Who was meant, once the trip brings it."""

    count: int
    answer: Answer | None
    _rows: list[Any] | None = None

    def ids(self) -> list[int | None]:
        """The member of each ref, in their order; None: nobody, or a phone that several members share."""
        return self._of_each(1)

    def origins(self) -> list[int | None]:
        """Of each ref whose identity it was before that person became one with another; None: the member's own."""
        return self._of_each(2)

    def _of_each(self, column: int) -> list[int | None]:
        if self._rows is None:
            self._rows = [] if self.answer is None else self.answer.rows()
        found: list[int | None] = [None] * self.count
        for row in self._rows:
            if found[row[0]] is None:
                found[row[0]] = row[column]
        return found


def find(
    trip: Trip,
    refs: Sequence[MemberRef],
    *,
    at: datetime | Mapping[MemberRef, datetime],
    strict: bool = True,
    tell: bool = False,
) -> Looked:
    """Asks for the members that tills name, in one statement.

    Dynamic codes are read at `at`: the server's time, or for each ref the time when an offline till read it. Raises
    CodeUnknown for one that does not hold then; unless `strict`, it is nobody's. `tell`: where it finds all of them,
    later statements of the same trip may lock what is theirs (bulk.trip.READY).
    """
    by_value: list[tuple[int, str, str]] = []
    by_phone: list[tuple[int, bytes]] = []
    by_number: list[tuple[int, int]] = []
    for position, ref in enumerate(refs):
        if is_a_phone(ref) and (index := privacy.blind_index(ref.value)):
            by_phone.append((position, index))
        if ref.kind == RefKind.CODE:
            read = read_code(ref.value, at=at[ref] if isinstance(at, Mapping) else at)
            if read is not None:
                by_number.append((position, read.member))
            elif strict:
                raise CodeUnknown()
        elif ref.kind == RefKind.MEMBER:
            if number := member_number(ref.value):
                by_number.append((position, number))
        elif ref.kind != RefKind.PHONE:
            by_value.append((position, ref.kind, ref.value))
    least = len(refs) if tell else None
    asked = tell or by_value or by_phone or by_number
    return Looked(len(refs), online.find(trip, by_value, by_phone, by_number, least) if asked else None)
