"""About where a member lives, as another system of the chain tells it, or takes it back."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from huitou.members.errors import MemberNotFound
from huitou.members.rules.places import coarse_place, place_of
from huitou.members.store import merging, person

Place = tuple[int, int]
"""Latitude and longitude in millionths of a degree."""


@transaction.atomic
def live_at(member: int, latitude: Decimal, longitude: Decimal, *, by: str) -> bool:
    """About there, to a thousandth of a degree: whether that is new. Raises MemberNotFound."""
    place = coarse_place(latitude, longitude)
    assert place is not None, "degrees that whoever asks has checked"
    return _put(member, place, by)


@transaction.atomic
def forget_where(member: int, *, by: str) -> bool:
    """Nobody knows it any more: whether that is new. Raises MemberNotFound."""
    return _put(member, None, by)


def home_of(lives_at: str) -> Place:
    """What a profile says of it, to be reckoned with."""
    return place_of(lives_at)


def _put(member: int, place: str | None, by: str) -> bool:
    if member not in merging.lock([member]):
        raise MemberNotFound(member=member)
    return person.put_place(member, place, by)
