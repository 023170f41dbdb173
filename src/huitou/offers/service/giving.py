"""What offers give beside the price, when a receipt is recorded: what of it can be kept, counted, and later taken back.

What takes a `Trip` only queues its writing, and belongs inside a transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from huitou.bulk.trip import Answer as Asked
from huitou.bulk.trip import Trip
from huitou.offers.rules import giving
from huitou.offers.service.programmes import ProgrammeNow
from huitou.offers.service.quoting import promised
from huitou.offers.store import brought, counting
from huitou.offers.terms import Answer
from huitou.offers.terms.settling import Given, OverLimit, Settling

__all__ = ["promised"]

of_share, worth = giving.of_share, giving.worth


def given_of(answer: Answer, now: ProgrammeNow, line_of: Sequence[int]) -> tuple[Given, ...]:
    """What an answer gives beside the price, on the lines of the till. `line_of`: the till's line of each basket
    line."""
    return tuple(
        giving.given_of(one, now.offers[one.offer].offer_id, line_of)
        for one in answer.benefits
        if one.kind in giving.ALWAYS_KEPT
    )


def as_earned(
    given: Sequence[Given], part_fen: int, whole_fen: int, worth_of: Callable[[int], int]
) -> tuple[Given, ...]:
    """With the points that are earned where only a part of the sale earns, and with what those are worth."""
    found = [giving.of_share(one, part_fen, whole_fen) for one in given]
    return tuple(giving.worth(one, worth_of(one.points_given)) for one in found if one is not None)


@dataclass(frozen=True, slots=True)
class Counted:
    """The questions what of a receipt's benefits had room."""

    one: Settling
    asked: Asked | None = None
    honoured: tuple[Asked, ...] = ()

    def settling(self) -> Settling:
        """The receipt with what it is given. Sends the trip where an offer of it is limited."""
        if self.asked is None:
            return self.one
        had_room = {offer_id for (offer_id,) in self.asked.rows()}
        return replace(self.one, given=tuple(each for each in self.one.given if each.offer_id in had_room))

    def beyond(self) -> list[OverLimit]:
        """What went beyond limits, and was honoured. Sends the trip where there may be any."""
        return counting.beyond(self.honoured)


def count(trip: Trip, one: Settling, now: ProgrammeNow, *, honour: bool) -> Counted:
    """Queue the counting of what a receipt is given, each as one use of its offer. `honour`: it was promised while
    nobody could ask, and is given whatever is left."""
    if not one.given:
        return Counted(one)
    limits = {limited.offer_id: limited for limited in now.offers.values()}
    if honour:
        used = replace(one, used=brought.used_by(one.given))
        return Counted(one, honoured=tuple(counting.count(trip, used, limits)))
    asked = brought.give(trip, one, limits)
    limited = any(counting.is_limited(limits.get(each.offer_id)) for each in one.given)
    return Counted(one, asked if limited else None)
