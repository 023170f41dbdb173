"""What a till without a server has to know of people."""

from __future__ import annotations

from datetime import date

from huitou.members.store import reading
from huitou.members.terms import RefKind


def of_store_for_tills(store_id: int, on: date) -> list[tuple[int, str, int, bool]]:
    """What a till without a server has to know of the members at home in its store: (id, tier on that day or empty,
    month of birth or 0, works for the chain). No name, no phone."""
    return reading.of_store_for_tills(store_id, on)


def cards_of_store(store_id: int) -> list[tuple[str, str, int]]:
    """(kind, value, member) of their cards and outside ids; phones are never among them."""
    return reading.readable_of_store(store_id, (RefKind.CARD, RefKind.EXTERNAL))
