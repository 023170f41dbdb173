"""Uses and budgets, counted in the transaction of the receipt that used them (C3, C7); and how it was settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from huitou.bulk.trip import Answer, Trip
from huitou.offers.rules.settled_words import rows_of, written
from huitou.offers.store.programmes import SHARDS
from huitou.offers.terms.kept import Limited
from huitou.offers.terms.settling import OfferUsed, OverLimit, Settling

_SETTLE = """
INSERT INTO offers_settled (receipt_id, programme_id, business_date, reckoned_fen, claimed_fen, takings, applied,
    given)
VALUES (%s::bigint, %s::bigint, %s::date, %s::bigint, %s::bigint, %s::jsonb, %s::jsonb, %s::jsonb)
"""
# What has room in the limits is counted, and the rest is honoured: it has happened. The rows are locked in their order,
# so that what is read of them is what is written. A version that was quoted may have counted in a shard that is gone
# since: then in the first.
_COUNT = """
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::bigint[]) AS g (offer_id, shard, uses, fen)
), locked AS MATERIALIZED (
    SELECT t.id, g.offer_id, g.uses, g.fen,
        least(g.uses, greatest(coalesce(t.most_uses - t.uses, g.uses), 0)) AS in_uses,
        least(g.fen, greatest(coalesce(t.most_fen - t.fen, g.fen), 0)) AS in_fen
    FROM given g CROSS JOIN LATERAL (
        SELECT c.id FROM offers_tally c WHERE c.offer_id = g.offer_id ORDER BY c.shard = g.shard DESC, c.shard LIMIT 1
    ) chosen JOIN offers_tally t ON t.id = chosen.id ORDER BY t.id FOR UPDATE OF t
)
UPDATE offers_tally t SET uses = t.uses + l.in_uses, fen = t.fen + l.in_fen,
    honoured_uses = t.honoured_uses + l.uses - l.in_uses, honoured_fen = t.honoured_fen + l.fen - l.in_fen
FROM locked l WHERE t.id = l.id RETURNING l.offer_id, l.uses - l.in_uses, l.fen - l.in_fen
"""
MAKE_LIMITED = """
INSERT INTO offers_limitedtally (offer_id, member_id, store_id, day, most)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::date[], %s::bigint[]) AS g (offer_id, member_id,
    store_id, day, most) ORDER BY 1, 2, 3, 4
ON CONFLICT (offer_id, member_id, store_id, day) DO NOTHING
"""
_COUNT_LIMITED = """
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::date[], %s::bigint[], %s::bigint[]) AS g (offer_id,
        member_id, store_id, day, most, uses)
), locked AS MATERIALIZED (
    SELECT t.id, g.offer_id, g.uses, greatest(g.most, t.uses) AS most,
        least(g.uses, greatest(g.most - t.uses, 0)) AS in_uses
    FROM given g JOIN offers_limitedtally t ON t.offer_id = g.offer_id
        AND t.member_id IS NOT DISTINCT FROM g.member_id AND t.store_id IS NOT DISTINCT FROM g.store_id
        AND t.day IS NOT DISTINCT FROM g.day
    ORDER BY t.id FOR UPDATE OF t
)
UPDATE offers_limitedtally t SET most = l.most, uses = t.uses + l.in_uses, honoured = t.honoured + l.uses - l.in_uses
FROM locked l WHERE t.id = l.id RETURNING l.offer_id, l.uses - l.in_uses
"""
# An offer's honoured part is given back first. Of several shards the one that holds enough; the sale's own, if it can.
_UNCOUNT = """
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::bigint[]) AS g (offer_id, shard, uses, fen)
), chosen AS (
    SELECT g.*, (SELECT t.id FROM offers_tally t WHERE t.offer_id = g.offer_id ORDER BY
        (t.uses + t.honoured_uses >= g.uses AND t.fen + t.honoured_fen >= g.fen) DESC, t.shard = g.shard DESC,
        t.fen DESC LIMIT 1) AS id FROM given g
), locked AS MATERIALIZED (
    SELECT t.id, least(t.honoured_uses, c.uses) AS out_uses, least(t.honoured_fen, c.fen) AS out_fen, c.uses, c.fen
    FROM chosen c JOIN offers_tally t ON t.id = c.id ORDER BY t.id FOR UPDATE OF t
)
UPDATE offers_tally t SET honoured_uses = t.honoured_uses - l.out_uses, honoured_fen = t.honoured_fen - l.out_fen,
    uses = greatest(0, t.uses - (l.uses - l.out_uses)), fen = greatest(0, t.fen - (l.fen - l.out_fen))
FROM locked l WHERE t.id = l.id
"""
_UNCOUNT_LIMITED = """
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS g (offer_id, uses)
), locked AS MATERIALIZED (
    SELECT t.id, least(t.honoured, g.uses) AS out_uses, g.uses FROM given g JOIN offers_limitedtally t
        ON t.offer_id = g.offer_id AND (t.day IS NULL OR t.day = %s::date)
        AND (t.member_id = %s::bigint OR t.store_id = %s::int AND t.day = %s::date)
    ORDER BY t.id FOR UPDATE OF t
)
UPDATE offers_limitedtally t SET honoured = t.honoured - l.out_uses, uses = greatest(0, t.uses - (l.uses - l.out_uses))
FROM locked l WHERE t.id = l.id
"""


def settle(trip: Trip, one: Settling) -> None:
    """Queue how a receipt was priced."""
    words = map(written, rows_of(one.took, one.used, one.given))
    trip.ask(
        _SETTLE,
        [one.receipt_id, one.programme or None, one.business_date, one.reckoned_fen, one.claimed_fen, *words],
    )


def count(trip: Trip, one: Settling, limits: Mapping[int, Limited]) -> list[Answer]:
    """Queue the counting of what a receipt used; the answers say what went beyond limits, where there are any."""
    used = sorted(one.used, key=lambda each: each.offer_id)
    if not used:
        return []
    shards = [shard_of(one.receipt_id, limits.get(each.offer_id)) for each in used]
    asked = trip.ask(
        _COUNT,
        [[u.offer_id for u in used], shards, [u.uses for u in used], [u.fen for u in used]],
    )
    answers = [asked] if any(is_limited(limits.get(each.offer_id)) for each in used) else []
    rows = [row for each in used for row in limited_rows(one, each, limits.get(each.offer_id))]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        trip.ask(MAKE_LIMITED, columns[:5])
        answers.append(trip.ask(_COUNT_LIMITED, columns))
    return answers


def beyond(answers: Sequence[Answer]) -> list[OverLimit]:
    """Of each offer the most that went beyond one of its limits."""
    found: dict[int, tuple[int, int]] = {}
    for answer in answers:
        for offer_id, uses, *fen in answer.rows():
            before = found.get(offer_id, (0, 0))
            found[offer_id] = (max(before[0], uses), max(before[1], *fen, 0))
    return [OverLimit(offer, uses, fen) for offer, (uses, fen) in sorted(found.items()) if uses or fen]


def is_limited(limited: Limited | None) -> bool:
    return limited is not None and not limited.terms.unlimited


def shard_of(receipt_id: int, limited: Limited | None) -> int:
    capped = limited is not None and (limited.terms.budget_fen is not None or limited.terms.uses is not None)
    return 0 if capped else receipt_id % SHARDS


def limited_rows(
    one: Settling, used: OfferUsed, limited: Limited | None
) -> list[tuple[int, int | None, int | None, date | None, int, int]]:
    if limited is None:
        return []
    terms, offer, day = limited.terms, used.offer_id, one.business_date
    rows: list[tuple[int, int | None, int | None, date | None, int, int]] = []
    if one.member is not None and terms.per_member is not None:
        rows.append((offer, one.member, None, None, terms.per_member, used.uses))
    if one.member is not None and terms.per_member_day is not None:
        rows.append((offer, one.member, None, day, terms.per_member_day, used.uses))
    if terms.per_store_day is not None:
        rows.append((offer, None, one.store_id, day, terms.per_store_day, used.uses))
    return rows


def ask_settled(trip: Trip, sale: int) -> Answer:
    """Queue the question for how a sale was priced."""
    return trip.ask(
        "SELECT takings::text, business_date, given::text FROM offers_settled WHERE receipt_id = %s::bigint", [sale]
    )


def uncount(
    trip: Trip, sale: int, uses: Mapping[int, int], fen: Mapping[int, int], *, member: int | None, store_id: int,
    day: date,
) -> None:  # fmt: skip
    """Queue that uses and what they cost are taken back from where the sale was counted."""
    offers = sorted(uses.keys() | fen.keys())
    if not offers:
        return
    counts = [uses.get(offer, 0) for offer in offers]
    trip.ask(_UNCOUNT, [offers, [sale % SHARDS] * len(offers), counts, [fen.get(offer, 0) for offer in offers]])
    if uses:
        trip.ask(_UNCOUNT_LIMITED, [offers, counts, day, member, store_id, day])


def ask_left_of_member(trip: Trip, member: int) -> Answer:
    """Queue the question how often the member used limited offers."""
    return trip.ask(
        "SELECT offer_id, day, uses FROM offers_limitedtally WHERE member_id = %s::bigint AND store_id IS NULL",
        [member],
    )


def ask_left_of_store(trip: Trip, store_id: int, day: date) -> Answer:
    """The same of a store on a day."""
    return trip.ask(
        "SELECT offer_id, day, uses FROM offers_limitedtally WHERE store_id = %s::int AND day = %s::date",
        [store_id, day],
    )
