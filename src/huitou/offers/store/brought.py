"""Benefits at the till. Each is given while all limits of its offer have room, counted by the same statement (C3, C7);
coupons come with them, each once (C17).

What had been promised while nobody could ask is counted like a discount, and what of it has no room is honoured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import connection

from huitou.bulk.trip import Answer, Trip
from huitou.offers.store import counting
from huitou.offers.terms.coupons import CouponGiven, KindToGive
from huitou.offers.terms.kept import Limited
from huitou.offers.terms.settling import Given, OfferUsed, Settling

# A version that was quoted may have counted in a shard that is gone since: then in the first. The rows are locked in
# their order, and those of benefits before those of money offers: of two tills that give the last one the second waits,
# and sees that it is gone.
_GIVE = """
WITH asked AS (
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[]) AS a (offer_id, shard, fen)
), tally AS MATERIALIZED (
    SELECT t.id, a.offer_id, a.fen,
        t.uses < coalesce(t.most_uses, t.uses + 1) AND t.fen + a.fen <= coalesce(t.most_fen, t.fen + a.fen) AS room
    FROM asked a CROSS JOIN LATERAL (
        SELECT c.id FROM offers_tally c WHERE c.offer_id = a.offer_id ORDER BY c.shard = a.shard DESC, c.shard LIMIT 1
    ) chosen JOIN offers_tally t ON t.id = chosen.id ORDER BY t.id FOR UPDATE OF t
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


_BATCHES = """
INSERT INTO offers_couponbatch (kind_id, offer_id, issued, source, actor)
SELECT k.id, g.offer_id, 0, 'huitou', %s FROM (SELECT DISTINCT * FROM unnest(%s::text[], %s::bigint[]) AS a (kind,
    offer_id)) g JOIN offers_couponkind k ON k.code = g.kind
WHERE NOT EXISTS (SELECT FROM offers_couponbatch b WHERE b.offer_id = g.offer_id AND b.kind_id = k.id)
ORDER BY k.id, g.offer_id ON CONFLICT DO NOTHING
"""
# Where a kind or its batch is not there NOT NULL refuses it: nobody is told of a coupon that is none.
_GRANT = """
WITH asked AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::smallint[], %s::date[], %s::date[]) AS g (code, kind,
        offer_id, number, starts, ends)
), made AS (
    INSERT INTO offers_coupon (code, batch_id, member_id, starts, ends, changed_on)
    SELECT g.code, b.id, CASE WHEN k.personal THEN %s::bigint END, g.starts, g.ends, %s::date FROM asked g
    LEFT JOIN offers_couponkind k ON k.code = g.kind
    LEFT JOIN offers_couponbatch b ON b.kind_id = k.id AND b.offer_id = g.offer_id
    RETURNING id, code
)
INSERT INTO offers_brought (receipt_id, offer_id, number, coupon_id)
SELECT %s::bigint, g.offer_id, g.number, made.id FROM asked g JOIN made USING (code) ORDER BY g.offer_id, g.number
"""


def grant(
    trip: Trip, coupons: Sequence[CouponGiven], *, receipt_id: int, member: int | None, day: date, actor: str
) -> None:
    """Queue the coupons that a receipt brings; the unique constraint refuses a second time (C17)."""
    kinds, offers = [one.kind.code for one in coupons], [one.offer_id for one in coupons]
    trip.ask(_BATCHES, [actor, kinds, offers])
    trip.ask(
        _GRANT,
        [
            [one.code for one in coupons], kinds, offers, [one.number for one in coupons],
            [one.starts for one in coupons], [one.ends for one in coupons], member, day, receipt_id,
        ],
    )  # fmt: skip


_END = """
WITH those AS MATERIALIZED (
    SELECT g.id AS brought_id, c.id, c.code, c.state, k.code AS kind, o.code AS offer FROM offers_brought g
    JOIN offers_coupon c ON c.id = g.coupon_id JOIN offers_couponbatch b ON b.id = c.batch_id
    JOIN offers_couponkind k ON k.id = b.kind_id JOIN offers_offer o ON o.id = g.offer_id
    WHERE g.receipt_id = %s::bigint AND g.offer_id = ANY(%s::bigint[]) AND g.gone_by_id IS NULL
    ORDER BY c.id FOR UPDATE OF c
), voided AS (
    UPDATE offers_coupon c SET state = 'void', changed_on = %s::date, hold_key = NULL, held_until = NULL
    FROM those WHERE c.id = those.id AND those.state IN ('live', 'held')
), marked AS (
    UPDATE offers_brought g SET gone_by_id = %s::bigint FROM those WHERE g.id = those.brought_id
)
SELECT code, kind, offer, state FROM those ORDER BY id
"""


def end(trip: Trip, sale: int, offers: Sequence[int], return_id: int, day: date) -> Answer:
    """Queue the end of the coupons that these offers gave with a sale: void, unless somebody has used them."""
    return trip.ask(_END, [sale, list(offers), day, return_id])


_VOID_COME_BACK = """
UPDATE offers_coupon c SET state = 'void', changed_on = %s::date FROM offers_brought g
WHERE g.coupon_id = c.id AND g.gone_by_id IS NOT NULL AND c.state = 'live' AND c.code = ANY(%s::text[])
"""


def void_come_back(trip: Trip, codes: Sequence[str], day: date) -> None:
    """Queue the end of those of these coupons, which a return has just given back, whose own purchase came back."""
    trip.ask(_VOID_COME_BACK, [day, list(codes)])


def kinds_to_give(codes: Sequence[str]) -> list[KindToGive]:
    """Those of these kinds that are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, title, terms, personal, valid_from, valid_until, valid_days FROM offers_couponkind "
            "WHERE code = ANY(%s) ORDER BY code",
            [list(codes)],
        )
        return [KindToGive(*row) for row in cursor.fetchall()]
