"""What a member is given by an offer in a month, counted in the transaction of the receipt that took it (C14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from huitou.bulk.trip import Answer, Trip
from huitou.kernel.ids import as_array
from huitou.offers.terms.kept import Limited
from huitou.offers.terms.settling import QuotaTaken, Settling

_MAKE = """
INSERT INTO offers_quota (offer_id, member_id, month, most_fen)
SELECT offer, %s::bigint, %s::date, most FROM unnest(%s::bigint[], %s::bigint[]) AS g (offer, most) ORDER BY offer
ON CONFLICT (member_id, offer_id, month) DO NOTHING
"""
# The row is locked: of two tills the second sees what the first took. What has no room is counted apart, and whoever
# asked decides whether that may be.
_COUNT = """
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS g (offer_id, most, fen)
), locked AS MATERIALIZED (
    SELECT q.id, g.offer_id, g.fen, greatest(g.most, q.fen) AS most, least(g.fen, greatest(g.most - q.fen, 0)) AS in_fen
    FROM given g JOIN offers_quota q ON q.offer_id = g.offer_id AND q.member_id = %s::bigint AND q.month = %s::date
    ORDER BY q.id FOR UPDATE OF q
)
UPDATE offers_quota q SET most_fen = l.most, fen = q.fen + l.in_fen, honoured_fen = q.honoured_fen + l.fen - l.in_fen
FROM locked l WHERE q.id = l.id RETURNING l.offer_id, l.fen - l.in_fen, q.most_fen - q.fen
"""
# What was honoured beyond it is given back first.
_UNCOUNT = """
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS g (offer_id, fen)
), locked AS MATERIALIZED (
    SELECT q.id, least(q.honoured_fen, g.fen) AS out_fen, g.fen FROM given g JOIN offers_quota q
        ON q.offer_id = g.offer_id AND q.member_id = %s::bigint AND q.month = %s::date ORDER BY q.id FOR UPDATE OF q
)
UPDATE offers_quota q SET honoured_fen = q.honoured_fen - l.out_fen, fen = greatest(0, q.fen - (l.fen - l.out_fen))
FROM locked l WHERE q.id = l.id
"""


@dataclass(frozen=True, slots=True)
class Counting:
    """The question what a receipt took of quotas, and what it was to take of each offer."""

    asked: Answer
    fen: Mapping[int, int]

    def taken(self) -> list[QuotaTaken]:
        """Sends the trip."""
        return [QuotaTaken(offer, self.fen[offer], over, left) for offer, over, left in sorted(self.asked.rows())]


def count(trip: Trip, one: Settling, limits: Mapping[int, Limited]) -> Counting | None:
    """Queue the counting of what a member's receipt took; None where no offer of it has a quota."""
    rows = [
        (used.offer_id, limited.terms.per_member_month_fen, used.fen)
        for used in sorted(one.used, key=lambda each: each.offer_id)
        if (limited := limits.get(used.offer_id)) is not None and limited.terms.per_member_month_fen is not None
    ]
    if one.member is None or not rows:
        return None
    offers, most, fen = (list(column) for column in zip(*rows, strict=True))
    month = month_of(one.business_date)
    trip.ask(_MAKE, [one.member, month, offers, most])
    return Counting(trip.ask(_COUNT, [offers, most, fen, one.member, month]), dict(zip(offers, fen, strict=True)))


def uncount(trip: Trip, fen: Mapping[int, int], *, member: int, day: date) -> None:
    """Queue that a return gives the quota of the month of the sale back."""
    if fen:
        trip.ask(_UNCOUNT, [list(fen), list(fen.values()), member, month_of(day)])


def ask_of_member(trip: Trip, member: int, day: date) -> Answer:
    """Queue the question what the member was given in the month of this day: (offer, fen)."""
    return trip.ask(
        "SELECT offer_id, fen FROM offers_quota WHERE member_id = %s::bigint AND month = %s::date",
        [member, month_of(day)],
    )


def of_members(members: Sequence[int], day: date) -> list[tuple[Any, ...]]:
    """(offer, member, month, fen) of these members in the month of this day."""
    return _rows(
        "SELECT o.code, q.member_id, q.month::text, q.fen FROM offers_quota q JOIN offers_offer o ON o.id = q.offer_id "
        "WHERE q.member_id = ANY(%s::bigint[]) AND q.month = %s",
        [as_array(members), month_of(day)],
    )


def given_to(member: int) -> list[dict[str, Any]]:
    """What the member was given by offers with a quota, month by month."""
    rows = _rows(
        "SELECT o.code, q.month, q.fen, q.honoured_fen FROM offers_quota q JOIN offers_offer o ON o.id = q.offer_id "
        "WHERE q.member_id = %s ORDER BY o.code, q.month",
        [member],
    )
    return [dict(zip(("offer", "month", "fen", "honoured_fen"), row, strict=True)) for row in rows]


def month_of(day: date) -> date:
    return day.replace(day=1)


def _rows(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
