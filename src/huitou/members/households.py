"""People who live together (A5): linked by hand, by a file or by another system, and never made one."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from django.db import transaction

from huitou.members.errors import HouseholdUnknown, MemberNotFound
from huitou.members.rules import households as rules
from huitou.members.store import households as store
from huitou.members.store import merging, reading
from huitou.members.terms import HouseholdSeen, Housemate
from huitou.privacy import service as privacy


def household_of(member: int) -> HouseholdSeen | None:
    """With whom the member lives, themselves included, as far as the reader sees them; None: nobody said."""
    found = store.of_member(member)
    if found is None:
        return None
    household, name, number = found
    people = store.people_of(household)
    sealed = reading.sealed_phones([one for one, *_ in people])
    return HouseholdSeen(
        household,
        name,
        number,
        tuple(
            Housemate(*row, masked_phone=privacy.masked_phone(bytes(sealed[row[0]])) if row[0] in sealed else "")
            for row in people
        ),
    )


@transaction.atomic
def live_together(member: int, other: int, *, by: str) -> tuple[int, list[int]]:
    """The two live in one household from now on: (which, who of them is new in it). Again, nobody is.

    Raises MemberNotFound, HouseholdOfOne, HouseholdsDiffer and HouseholdFull.
    """
    _lock(member, other)
    mine, theirs = (store.of_member(one) for one in (member, other))
    shared = rules.shared_household(member, mine[0] if mine else None, other, theirs[0] if theirs else None)
    if shared is None:
        shared = store.make()
    store.lock(shared)
    coming = [one for one, there in ((member, mine), (other, theirs)) if there is None]
    if coming:
        rules.room_for(store.count(shared), len(coming))
    for one in coming:
        store.put(one, shared, by)
    return shared, coming


@transaction.atomic
def leave_household(member: int) -> int | None:
    """The member lives with nobody any more; the household that they left, None where they were in none."""
    _lock(member)
    return store.take_out(member)


@transaction.atomic
def return_to_household(member: int, household: int, *, by: str) -> bool:
    """Undo `leave_household`; whether they came. Raises MemberNotFound, HouseholdUnknown (also where they have moved
    on) and HouseholdFull."""
    _lock(member)
    there = store.of_member(member)
    if there is not None and there[0] == household:
        return False
    if there is not None or not store.lock(household):
        raise HouseholdUnknown()
    rules.room_for(store.count(household), 1)
    return store.put(member, household, by)


@transaction.atomic
def call_household(member: int, name: str) -> bool:
    """What the member's household is called; empty: nothing. Whether that is new. Raises HouseholdUnknown and
    HouseholdNameUnfit."""
    name = rules.fit_name(name)
    found = store.of_member(member)
    if found is None:
        raise HouseholdUnknown()
    return store.call(found[0], name)


def link_households(rows: Sequence[tuple[str, str]], *, by: str) -> int:
    """(card, number of the household in another system), many at once and in order already: whoever lives in one stays
    there. How many came."""
    return store.link(pa.table({"card": [card for card, _ in rows], "number": [number for _, number in rows]}), by)


def _lock(*members: int) -> None:
    """Nobody merges or moves these until the transaction ends. Raises MemberNotFound."""
    found = merging.lock(sorted(set(members)))
    for one in members:
        if found.get(one, one) is not None:
            raise MemberNotFound(member=one)
