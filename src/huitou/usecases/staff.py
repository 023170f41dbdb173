"""Members who work for the chain: who they are, and what of their quota is left this month."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from huitou.access import service as access
from huitou.catalogue import service as catalogue
from huitou.kernel.errors import HuitouError
from huitou.kernel.ids import member_code
from huitou.members import service as members
from huitou.members.errors import StaffFileUnfit
from huitou.offers.service import programmes
from huitou.offers.service import till as offers
from huitou.usecases.typed_member import typed_member

COLUMNS = ("number", "member")
"""Of a file of staff: the employee number; the member's number, card or phone."""
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class StaffTaken:
    """What a file did. `refused`: (line of the file, why)."""

    new: int
    known: int
    refused: tuple[tuple[int, HuitouError], ...]


@transaction.atomic
def employ(who: str, number: str, *, since: date, now: datetime, actor: str) -> tuple[str, bool]:
    """Make the member whom this number, card or phone means staff; the member's number, and whether that is new.

    Raises MemberUnknown, StaffNumberUnfit and StaffNumberTaken.
    """
    member = typed_member(who, at=now)
    new = members.employ(member, number, since)
    if new:
        access.note_by(actor, "staff.employ", f"member:{member}", number=number.strip())
    return member_code(member), new


@transaction.atomic
def dismiss(number: str, *, until: date, actor: str) -> str:
    """Staff until this day, and not longer; the member's number. Raises StaffUnknown."""
    member = members.dismiss(number, until)
    access.note_by(actor, "staff.dismiss", f"member:{member}", number=number.strip(), until=until.isoformat())
    return member_code(member)


@transaction.atomic
def keep_on(number: str, *, today: date, actor: str) -> str:
    """Who was to leave today stays; the member's number. Raises StaffUnknown, also of one who left before."""
    member = members.keep_on(number, today)
    access.note_by(actor, "staff.keep_on", f"member:{member}", number=number.strip())
    return member_code(member)


def take_staff_file(lines: Iterable[str], *, since: date, now: datetime, actor: str) -> StaffTaken:
    """Everybody in a CSV file with the columns `number` and `member`; whoever cannot be taken is told with the line.
    Raises StaffFileUnfit."""
    rows = csv.DictReader(lines)
    if rows.fieldnames is None or not set(COLUMNS) <= {
        (name or "").strip().lstrip("\ufeff") for name in rows.fieldnames
    }:
        raise StaffFileUnfit(columns=", ".join(COLUMNS))
    rows.fieldnames = [(name or "").strip().lstrip("\ufeff") for name in rows.fieldnames]
    new = known = 0
    refused: list[tuple[int, HuitouError]] = []
    for row in rows:
        if rows.line_num > MOST_ROWS:
            raise StaffFileUnfit(columns=", ".join(COLUMNS))
        try:
            _, fresh = employ(row["member"] or "", row["number"] or "", since=since, now=now, actor=actor)
            new, known = new + fresh, known + (not fresh)
        except HuitouError as refusal:
            refused.append((rows.line_num, refusal))
    return StaffTaken(new, known, tuple(refused))


def list_staff(on: date) -> list[dict[str, Any]]:
    """Everybody who works or has worked for the chain, with what offers with a quota gave them in the month of this
    day: by the offer's name (fen, quota)."""
    seen = members.staff()
    stores = catalogue.stores()
    given = offers.given_in_month([one.member for one in seen], on)
    limited = programmes.programme_now().limited
    return [
        {
            "number": one.number,
            "member": one.code,
            "name": one.name,
            "store": stores[one.home_store_id].code if one.home_store_id in stores else None,
            "since": one.since.isoformat(),
            "until": one.until.isoformat() if one.until else None,
            "works": one.works_on(on),
            "given": _told(given.get(one.member, {}), limited),
        }
        for one in seen
    ]


def _told(given: Mapping[str, int], limited: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "offer": offer,
            "fen": fen,
            "quota_fen": limited[offer].terms.per_member_month_fen if offer in limited else None,
        }
        for offer, fen in sorted(given.items())
    ]
