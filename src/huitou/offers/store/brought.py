"""Benefits: each is given while all limits of its offer have room, and counted by the same statement (C3, C7).

What had been promised while nobody could ask is counted like a discount, and what of it has no room is honoured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from huitou.bulk.trip import Answer, Trip
from huitou.offers.store import counting
from huitou.offers.terms.kept import Limited
from huitou.offers.terms.settling import Given, OfferUsed, Settling

# The rows are locked in their order, and those of benefits before those of money offers: of two tills that give the
# last one the second waits, and sees that it is gone.
_GIVE = """
WITH asked AS (
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[]) AS a (offer_id, shard, fen)
), tally AS MATERIALIZED (
    SELECT t.id, a.offer_id, a.fen,
        t.uses < coalesce(t.most_uses, t.uses + 1) AND t.fen + a.fen <= coalesce(t.most_fen, t.fen + a.fen) AS room
    FROM asked a JOIN offers_tally t ON t.offer_id = a.offer_id AND t.shard = a.shard ORDER BY t.id FOR UPDATE OF t
), bounded AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::date[], %s::bigint[]) AS b (offer_id, member_id,
        store_id, day, most)
), bound AS MATERIALIZED (
    SELECT t.id, b.offer_id, greatest(b.most, t.uses) AS most, t.uses < b.most AS room
    FROM bounded b JOIN offers_limitedtally t ON t.offer_id = b.offer_id
        AND t.member_id IS NOT DISTINCT FROM b.member_id AND t.store_id IS NOT DISTINCT FROM b.store_id
        AND t.day IS NOT DISTINCT FROM b.day
    WHERE (SELECT count(*) FROM tally) > 0 ORDER BY t.id FOR UPDATE OF t
), given AS MATERIALIZED (
    SELECT y.id, y.offer_id, y.fen FROM tally y
    WHERE y.room AND NOT EXISTS (SELECT FROM bound d WHERE d.offer_id = y.offer_id AND NOT d.room)
), counted AS (
    UPDATE offers_tally t SET uses = t.uses + 1, fen = t.fen + g.fen FROM given g WHERE t.id = g.id
), counted_bound AS (
    UPDATE offers_limitedtally t SET uses = t.uses + 1, most = d.most FROM bound d JOIN given g USING (offer_id)
    WHERE t.id = d.id
)
SELECT offer_id FROM given
"""


def give(trip: Trip, one: Settling, limits: Mapping[int, Limited]) -> Answer:
    """Queue the counting of what a receipt is given; answers with the offers whose limits had room for it."""
    given = sorted(one.given, key=lambda each: each.offer_id)
    rows = [row[:5] for each in given
            for row in counting.limited_rows(one, _as_used(each), limits.get(each.offer_id))]  # fmt: skip
    columns: list[list[object]] = [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 5
    if rows:
        trip.ask(counting.MAKE_LIMITED, columns)
    shards = [counting.shard_of(one.receipt_id, limits.get(each.offer_id)) for each in given]
    return trip.ask(_GIVE, [[g.offer_id for g in given], shards, [g.fen_counted for g in given], *columns])


def used_by(given: Sequence[Given]) -> tuple[OfferUsed, ...]:
    """As discounts are counted."""
    return tuple(map(_as_used, given))


def _as_used(given: Given) -> OfferUsed:
    return OfferUsed(given.offer_id, 1, given.fen_counted, ())
