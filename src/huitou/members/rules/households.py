"""Which household two people are in once somebody said that they live together. Members stay members: nothing here
makes one of two."""

from __future__ import annotations

from huitou.kernel.ids import member_code
from huitou.members.errors import HouseholdFull, HouseholdNameUnfit, HouseholdOfOne, HouseholdsDiffer

MOST_IN_HOUSEHOLD = 20
"""As many as a file may say that live together. More are a desk, a club or a placeholder of another system."""
LONGEST_NAME = 40


def shared_household(member: int, mine: int | None, other: int, theirs: int | None) -> int | None:
    """The household that both are in afterwards; None: a new one. Raises HouseholdOfOne and HouseholdsDiffer."""
    if member == other:
        raise HouseholdOfOne(member=member_code(member))
    if mine is not None and theirs is not None and mine != theirs:
        raise HouseholdsDiffer(member=member_code(member), other=member_code(other))
    return theirs if mine is None else mine


def room_for(people: int, more: int) -> None:
    """Raises HouseholdFull."""
    if people + more > MOST_IN_HOUSEHOLD:
        raise HouseholdFull(most=MOST_IN_HOUSEHOLD)


def fit_name(text: str) -> str:
    """Raises HouseholdNameUnfit."""
    name = text.strip()
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise HouseholdNameUnfit(most=LONGEST_NAME)
    return name
