"""Who of the members works for the chain, and from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from huitou.members.errors import StaffNumberTaken, StaffNumberUnfit, StaffUnknown
from huitou.members.store import staff as store
from huitou.members.terms import StaffSeen

MOST_SIGNS = 40


@transaction.atomic
def employ(member: int, number: str, since: date) -> bool:
    """The member works for the chain from this day on, under this employee number; whether that is new.

    Who works already keeps the first day. Raises StaffNumberUnfit and StaffNumberTaken.
    """
    number = number.strip()
    if not number or len(number) > MOST_SIGNS or not number.isprintable():
        raise StaffNumberUnfit(number=number[:MOST_SIGNS], most=MOST_SIGNS)
    holder = store.holder_of(number)
    if holder not in (None, member):
        raise StaffNumberTaken(number=number)
    return store.put(member, number, since)


@transaction.atomic
def dismiss(number: str, until: date) -> int:
    """Who has this employee number works for the chain until this day, and not longer; whose it is. Again, the same.
    Raises StaffUnknown."""
    member = store.holder_of(number.strip())
    if member is None:
        raise StaffUnknown(number=number[:MOST_SIGNS])
    store.end(member, until)
    return member


@transaction.atomic
def keep_on(number: str, today: date) -> int:
    """Who has this employee number and works until this day works on; whose it is. Again, the same. Raises
    StaffUnknown where nobody works under it today."""
    member = store.holder_of(number.strip())
    if member is None or not store.keep_on(member, today):
        raise StaffUnknown(number=number[:MOST_SIGNS])
    return member


def staff() -> Sequence[StaffSeen]:
    """Everybody who works or has worked for the chain, by employee number."""
    return [StaffSeen(*row) for row in store.everybody()]
