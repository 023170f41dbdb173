"""What is promised of coupons that offers give with receipts: each once, and for as long as what is left of the
purchase would bring it, reckoned anew from what was kept with the receipt and from what came back.

Over the views that receipts publishes; a sale whose month has left the books is left out.
"""

from __future__ import annotations

from huitou.kernel.errors import N_
from huitou.kernel.promise import Promise

_ONCE = """
SELECT says FROM (
    SELECT 'coupon ' || c.id || ' lies in the batch of an offer, and no receipt brought it' AS says
    FROM offers_coupon c JOIN offers_couponbatch b ON b.id = c.batch_id AND b.offer_id IS NOT NULL
    WHERE NOT EXISTS (SELECT FROM offers_brought g WHERE g.coupon_id = c.id AND g.offer_id = b.offer_id)
    UNION ALL
    SELECT 'receipt ' || s.receipt_id || ' was given ' || told || ' coupons by offer ' || (g.value ->> 0) || ', and '
        || (SELECT count(*) FROM offers_brought b
            WHERE b.receipt_id = s.receipt_id AND b.offer_id = (g.value ->> 0)::bigint) || ' are there'
    FROM offers_settled s, jsonb_array_elements(s.given) g, LATERAL (
        SELECT coalesce(sum((c.value ->> 'count')::int), 0) FROM jsonb_array_elements(g.value -> 4 -> 'coupons') c
    ) n (told)
    WHERE s.business_date > (SELECT max(business_date) FROM offers_settled) - 3 AND g.value -> 4 ? 'coupons'
        AND told <> (SELECT count(*) FROM offers_brought b
            WHERE b.receipt_id = s.receipt_id AND b.offer_id = (g.value ->> 0)::bigint)
    UNION ALL
    SELECT 'constraint offers_brought_once is missing' WHERE NOT EXISTS (
        SELECT FROM pg_constraint WHERE conname = 'offers_brought_once' AND convalidated)
    UNION ALL
    SELECT 'trigger offers_brought_is_kept is missing or off' WHERE NOT EXISTS (
        SELECT FROM pg_trigger WHERE tgname = 'offers_brought_is_kept' AND tgenabled IN ('O', 'A'))
) found ORDER BY says
"""

_WHILE_BROUGHT = """
WITH counted AS (
    SELECT b.id, b.receipt_id, b.coupon_id, b.gone_by_id, n.place, (n.value ->> 0)::numeric AS least_fen,
        (n.value ->> 1)::numeric AS least_pieces, (l.value ->> 1)::numeric AS fen, (l.value ->> 2)::numeric AS pieces,
        q.quantity_milli AS sold, least(coalesce(r.back_milli, 0), q.quantity_milli) AS back
    FROM offers_brought b JOIN offers_settled s ON s.receipt_id = b.receipt_id
    CROSS JOIN LATERAL jsonb_array_elements(s.given) g
    CROSS JOIN LATERAL jsonb_array_elements(g.value -> 7) WITH ORDINALITY n (value, place)
    CROSS JOIN LATERAL jsonb_array_elements(n.value -> 2) l
    JOIN receipts_soldlines q ON q.receipt_id = b.receipt_id AND q.business_date = s.business_date
        AND q.line = (l.value ->> 0)::int
    LEFT JOIN (SELECT sale_id, sale_line, sum(quantity_milli) AS back_milli FROM receipts_givenback GROUP BY 1, 2) r
        ON r.sale_id = b.receipt_id AND r.sale_line = q.line
    WHERE (g.value ->> 0)::bigint = b.offer_id
), judged AS (
    SELECT id, receipt_id, coupon_id, gone_by_id,
        sum(fen - div(2 * fen * back + sold, 2 * sold)) < least(max(least_fen), sum(fen))
        OR sum(ceil(pieces * (sold - back) / sold)) < least(max(least_pieces), sum(pieces)) AS fails
    FROM counted GROUP BY id, receipt_id, coupon_id, gone_by_id, place
)
SELECT says FROM (
    SELECT 'coupon ' || coupon_id || ': receipt ' || receipt_id || CASE WHEN gone_by_id IS NULL
        THEN ' would no longer bring it, and it stands' ELSE ' would bring it still, and it was ended' END AS says
    FROM judged GROUP BY id, coupon_id, receipt_id, gone_by_id HAVING bool_or(fails) <> (gone_by_id IS NOT NULL)
    UNION ALL
    SELECT 'coupon ' || c.id || ' is ' || c.state || ', and return ' || b.gone_by_id || ' took its purchase back'
    FROM offers_brought b JOIN offers_coupon c ON c.id = b.coupon_id
    WHERE b.gone_by_id IS NOT NULL AND c.state IN ('live', 'held')
) found ORDER BY says
"""

PROMISES = (
    Promise("C17", N_("A coupon that an offer gives comes with one receipt, once."), _ONCE),
    Promise("C17", N_("Such a coupon stands as long as what is left of the purchase would bring it."), _WHILE_BROUGHT),
)
