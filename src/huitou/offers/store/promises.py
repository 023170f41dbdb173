"""What is promised of offers and coupons at the till, each with the question that finds the first row that breaks it.

What was settled is looked at three days back: older receipts were looked at when they were new, and never change.
"""

from __future__ import annotations

from huitou.kernel.errors import N_
from huitou.kernel.promise import Promise
from huitou.offers.store import promises_of_benefits

_RECENT = "business_date > (SELECT max(business_date) FROM offers_settled) - 3"

_USED_BY_ONE = """
SELECT says FROM (
    SELECT 'coupon ' || c.id || ' is ' || c.state || ' and receipt ' || u.receipt_id || ' has used it' AS says
    FROM offers_couponuse u JOIN offers_coupon c ON c.id = u.coupon_id
    WHERE u.given_back_by_id IS NULL AND (c.state, c.receipt_id) IS DISTINCT FROM ('used', u.receipt_id)
    UNION ALL
    SELECT 'coupon ' || c.id || ' is used by receipt ' || c.receipt_id || ' and no use says so'
    FROM offers_coupon c WHERE c.receipt_id IS NOT NULL AND NOT c.brought AND NOT EXISTS (
        SELECT FROM offers_couponuse u WHERE u.coupon_id = c.id AND u.receipt_id = c.receipt_id
            AND u.given_back_by_id IS NULL)
    UNION ALL
    SELECT 'table offers_couponuse has no unique index on open uses' WHERE NOT EXISTS (
        SELECT FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid
        WHERE n.relname = 'offers_couponuse_one_at_a_time' AND i.indisunique AND i.indisvalid)
) found ORDER BY says
"""

_WITHIN_LIMITS = """
SELECT says FROM (
    SELECT 'offer ' || offer_id || ': ' || uses || ' uses of ' || most AS says FROM offers_limitedtally
    WHERE uses > most
    UNION ALL
    SELECT 'offer ' || offer_id || ': ' || uses || ' uses of ' || most_uses FROM offers_tally WHERE uses > most_uses
    UNION ALL
    SELECT 'offer ' || offer_id || ': ' || fen || ' fen of the quota of ' || most_fen FROM offers_quota
    WHERE fen > most_fen
    UNION ALL
    SELECT 'constraint ' || name || ' is missing' FROM unnest(ARRAY['offers_limitedtally_within',
        'offers_tally_within_uses', 'offers_tally_within_budget', 'offers_quota_within']) AS name
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conname = name AND convalidated)
) found ORDER BY says DESC
"""

_ALLOCATED = f"""
SELECT 'receipt ' || receipt_id || ': offer ' || offer || ' took ' || taken || ' fen off its lines, and ' || fen
    || ' altogether' FROM (
    SELECT s.receipt_id, (a.value ->> 0) AS offer, (a.value ->> 2)::bigint AS fen, (
        SELECT coalesce(sum((t.value ->> 4)::bigint), 0) FROM jsonb_array_elements(s.takings) t
        WHERE t.value ->> 1 = a.value ->> 0 AND (t.value ->> 4)::bigint >= 0) AS taken
    FROM offers_settled s, jsonb_array_elements(s.applied) a WHERE s.{_RECENT}
) found WHERE taken <> fen
UNION ALL
SELECT 'receipt ' || receipt_id || ': ' || taken || ' fen were taken off line ' || line || ' of ' || before FROM (
    SELECT l.receipt_id, l.line, l.net_fen + l.discount_fen AS before, sum((t.value ->> 4)::bigint) AS taken
    FROM offers_settled s CROSS JOIN jsonb_array_elements(s.takings) t
    JOIN receipts_line l ON l.receipt_id = s.receipt_id AND l.business_date = s.business_date
        AND l.line = (t.value ->> 0)::int
    WHERE s.{_RECENT} GROUP BY 1, 2, 3
) found WHERE taken > before OR taken < 0
ORDER BY 1
"""

_WITHIN_BUDGET = f"""
SELECT says FROM (
    SELECT 'offer ' || offer_id || ': ' || fen || ' fen of ' || most_fen AS says FROM offers_tally WHERE fen > most_fen
    UNION ALL
    SELECT 'receipt ' || s.receipt_id || ': the shares of offer ' || (a.value ->> 0) || ' do not sum to its discount'
    FROM offers_settled s, jsonb_array_elements(s.applied) a WHERE s.{_RECENT}
        AND jsonb_array_length(a.value -> 3) > 0 AND (a.value ->> 2)::bigint <> (
            SELECT sum((f.value ->> 1)::bigint) FROM jsonb_array_elements(a.value -> 3) f)
) found ORDER BY says
"""

_GIVEN_BACK = """
SELECT says FROM (
    SELECT 'coupon ' || u.coupon_id || ' was given back by receipt ' || u.given_back_by_id
        || ', which is no return of receipt ' || u.receipt_id AS says
    FROM offers_couponuse u WHERE u.given_back_by_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM receipts_returnmatch m WHERE m.return_receipt_id = u.given_back_by_id
            AND m.sale_receipt_id = u.receipt_id)
    UNION ALL
    SELECT 'trigger offers_couponuse_is_kept is missing or off' WHERE NOT EXISTS (
        SELECT FROM pg_trigger WHERE tgname = 'offers_couponuse_is_kept' AND tgenabled IN ('O', 'A'))
) found ORDER BY says
"""

PROMISES = (
    Promise("C1", N_("A coupon says which receipt has used it, and no other receipt has."), _USED_BY_ONE),
    Promise("C3", N_("No offer is used beyond one of its limits."), _WITHIN_LIMITS),
    Promise("C4", N_("What an offer took off the lines sums to its discount, and no line to less than nothing."),
            _ALLOCATED),
    Promise("C7", N_("No offer costs more than its budget, and its payers' shares sum to the discount."),
            _WITHIN_BUDGET),
    Promise("C8", N_("A coupon is given back by a return of the sale that used it, once."), _GIVEN_BACK),
    *promises_of_benefits.PROMISES,
)  # fmt: skip
