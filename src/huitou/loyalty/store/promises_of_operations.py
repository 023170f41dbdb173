"""Promises about what operations did over time, reckoned from their entries: order, allocations, returns, ends."""

from __future__ import annotations

from huitou.kernel.errors import N_
from huitou.kernel.promise import Promise

# Of the last three days: every night sees each burn, and seals keep what was seen from changing. What was left of a lot
# at that moment is the sum of its entries until then on the account that burned (merges move lots), less the holds that
# were open. A lot whose last day was moved by a return had another place in the order before; it is left out.
_BURN_ORDER = """
WITH burn AS (
    SELECT DISTINCT ON (t.id) t.id, t.posted_at, e.account_id, l.id AS lot_id,
        coalesce(l.expires_on, 'infinity'::date) AS expires_on, l.earned_at
    FROM loyalty_transaction t JOIN loyalty_entry e ON e.transaction_id = t.id AND e.points < 0
    JOIN loyalty_lot l ON l.id = e.lot_id
    WHERE t.kind = 'burn' AND NOT l.graced AND t.posted_at > clock_timestamp() - interval '3 days'
      AND NOT EXISTS (SELECT FROM loyalty_hold h WHERE h.transaction_id = t.id)
    ORDER BY t.id, coalesce(l.expires_on, 'infinity'::date) DESC, l.earned_at DESC, l.id DESC
)
SELECT 'burn ' || burn.id || ' took of lot ' || burn.lot_id || ' while lot ' || earlier.id || ' had points' FROM burn
JOIN loyalty_lot earlier ON earlier.account_id = burn.account_id AND NOT earlier.graced
    AND (coalesce(earlier.expires_on, 'infinity'::date), earlier.earned_at, earlier.id)
        < (burn.expires_on, burn.earned_at, burn.lot_id)
WHERE (SELECT coalesce(sum(e.points), 0) FROM loyalty_entry e JOIN loyalty_transaction t ON t.id = e.transaction_id
       WHERE e.lot_id = earlier.id AND e.account_id = burn.account_id
         AND (t.posted_at < burn.posted_at OR t.id = burn.id))
    > (SELECT coalesce(sum(p.points), 0) FROM loyalty_holdlot p JOIN loyalty_hold h ON h.id = p.hold_id
       WHERE p.lot_id = earlier.id AND h.made_at < burn.posted_at
         AND (h.ended_at IS NULL OR h.ended_at > burn.posted_at))
ORDER BY burn.id
"""
_ALLOCATIONS = """
SELECT says FROM (
    SELECT 'burn ' || t.id || ': ' || coalesce(sum(e.points) FILTER (WHERE a.role = 'redeemed'), 0) || ' points, lots '
        || coalesce(-sum(e.points) FILTER (WHERE e.lot_id IS NOT NULL), 0) || ', honoured '
        || coalesce(-sum(e.points) FILTER (WHERE a.role = 'honoured'), 0) AS says, t.id
    FROM loyalty_transaction t JOIN loyalty_entry e ON e.transaction_id = t.id
    LEFT JOIN loyalty_account a ON a.id = e.account_id AND a.role <> 'member' WHERE t.kind = 'burn' GROUP BY t.id
    HAVING coalesce(sum(e.points) FILTER (WHERE a.role = 'redeemed'), 0)
        <> coalesce(-sum(e.points) FILTER (WHERE e.lot_id IS NOT NULL OR a.role = 'honoured'), 0)
    UNION ALL
    SELECT 'hold ' || h.key || ': ' || h.points || ' points, lots ' || coalesce(sum(p.points), 0), h.id
    FROM loyalty_hold h LEFT JOIN loyalty_holdlot p ON p.hold_id = h.id GROUP BY h.id
    HAVING h.points <> coalesce(sum(p.points), 0)
) found ORDER BY id
"""
# Entries and debts apart: of both in one list the planner reads all of it for each reversal, where it believes that
# there are few.
_REVERSALS = """
SELECT says FROM (
    SELECT 'lot ' || l.id || ': earned ' || l.original || ', taken back ' || sum(e.points) AS says
    FROM loyalty_lot l JOIN loyalty_transaction t ON t.corrects_id = l.transaction_id AND t.kind = 'reverse'
    JOIN loyalty_entry e ON e.transaction_id = t.id JOIN loyalty_account a ON a.id = e.account_id
        AND a.role = 'reversed'
    WHERE NOT EXISTS (SELECT FROM loyalty_transaction u WHERE u.corrects_id = t.id AND u.kind = 'undo')
    GROUP BY l.id HAVING sum(e.points) > l.original
    UNION ALL
    SELECT 'reversal ' || t.id || ' takes from lot ' || other.id || ', which its sale did not earn'
    FROM loyalty_transaction t JOIN loyalty_entry e ON e.transaction_id = t.id
    JOIN loyalty_lot other ON other.id = e.lot_id
    WHERE t.kind = 'reverse' AND other.transaction_id IS DISTINCT FROM t.corrects_id
    UNION ALL
    SELECT 'reversal ' || t.id || ' takes from lot ' || other.id || ', which its sale did not earn'
    FROM loyalty_debt d JOIN loyalty_transaction t ON t.id = d.transaction_id
    JOIN loyalty_lot other ON other.id = d.lot_id
    WHERE t.kind = 'reverse' AND other.transaction_id IS DISTINCT FROM t.corrects_id
) found ORDER BY says
"""
_RESTORED = """
SELECT 'lot ' || back.lot_id || ' got back ' || back.points || ' of the ' || coalesce(-sum(e.points), 0)
    || ' that burn ' || back.corrects_id || ' took of it'
FROM (
    SELECT t.corrects_id, r.lot_id, sum(r.points) AS points FROM loyalty_transaction t
    JOIN loyalty_entry r ON r.transaction_id = t.id AND r.points > 0 AND r.lot_id IS NOT NULL
    WHERE t.kind = 'restore' GROUP BY 1, 2
) back LEFT JOIN loyalty_entry e ON e.transaction_id = back.corrects_id AND e.lot_id = back.lot_id AND e.points < 0
GROUP BY back.corrects_id, back.lot_id, back.points HAVING back.points > coalesce(-sum(e.points), 0)
ORDER BY back.lot_id
"""
# A return that comes in late gives points back to a lot that has expired: one more expiry for each such return.
_EXPIRED = """
SELECT says FROM (
    SELECT 'lot ' || l.id || ' expired ' || count(*) || ' times for ' || t.business_date AS says
    FROM loyalty_transaction t JOIN loyalty_entry e ON e.transaction_id = t.id JOIN loyalty_lot l ON l.id = e.lot_id
    WHERE t.kind = 'expire' GROUP BY l.id, t.business_date HAVING count(*) > 1 + (
        SELECT count(*) FROM loyalty_entry r JOIN loyalty_transaction c ON c.id = r.transaction_id
        WHERE r.lot_id = l.id AND c.kind = 'restore')
    UNION ALL
    SELECT 'lot ' || l.id || ' expired for ' || t.business_date || ', and its last day is ' || coalesce(
        l.expires_on::text, 'none')
    FROM loyalty_transaction t JOIN loyalty_entry e ON e.transaction_id = t.id JOIN loyalty_lot l ON l.id = e.lot_id
    WHERE t.kind = 'expire' AND (l.expires_on IS NULL OR t.business_date > l.expires_on
        OR NOT l.graced AND t.business_date <> l.expires_on)
    UNION ALL
    SELECT 'lot ' || e.lot_id || ' expired at ' || t.posted_at || ', before ' || t.business_date || ' was over'
    FROM loyalty_transaction t JOIN loyalty_entry e ON e.transaction_id = t.id AND e.lot_id IS NOT NULL
    WHERE t.kind = 'expire' AND (t.posted_at + interval '14 hours')::date <= t.business_date
) found ORDER BY says
"""
_HOLDS = """
SELECT says FROM (
    SELECT 'account ' || a.id || ': held ' || a.held || ', open holds ' || coalesce(sum(h.points), 0) AS says
    FROM loyalty_account a LEFT JOIN loyalty_hold h ON h.account_id = a.id AND h.state = 'open'
    GROUP BY a.id HAVING a.held <> coalesce(sum(h.points), 0)
    UNION ALL
    SELECT 'lot ' || l.id || ': held ' || l.held || ', open holds ' || coalesce(sum(p.points), 0) FROM loyalty_lot l
    LEFT JOIN (loyalty_holdlot p JOIN loyalty_hold h ON h.id = p.hold_id AND h.state = 'open') ON p.lot_id = l.id
    GROUP BY l.id HAVING l.held <> coalesce(sum(p.points), 0)
    UNION ALL
    SELECT 'hold ' || key || ' is ' || state || ' and ended ' || coalesce(ended_at::text, 'never') FROM loyalty_hold
    WHERE (state = 'open') <> (ended_at IS NULL) OR (state = 'posted') <> (transaction_id IS NOT NULL)
    UNION ALL
    SELECT 'trigger loyalty_hold_ends_once is missing or off' WHERE NOT EXISTS (
        SELECT FROM pg_trigger WHERE tgname = 'loyalty_hold_ends_once' AND tgenabled IN ('O', 'A'))
) found ORDER BY says
"""

PROMISES = (
    Promise("L8", N_("Burns take the lots that expire first, then those earned first."), _BURN_ORDER),
    Promise("L9", N_("What a burn or a hold takes of lots sums to its points."), _ALLOCATIONS),
    Promise("L10", N_("A return takes back from its own sale's lot, never more than the sale earned."), _REVERSALS),
    Promise("L11", N_("Points come back to the lots that they were taken from, never more than that."), _RESTORED),
    Promise("L12", N_("A lot expires once, when its last day is over."), _EXPIRED),
    Promise(
        "L12",
        N_("No lot outlives its last day."),
        # Two days: the job runs in the chain's night, wherever that is, and a held lot waits for the hold's end.
        "SELECT 'lot ' || id || ': ' || remaining || ' left, and its last day was ' || expires_on FROM loyalty_lot "
        "WHERE remaining > 0 AND expires_on < current_date - 2 ORDER BY expires_on, id",
    ),
    Promise("L13", N_("A hold ends once, and what is held is the open holds."), _HOLDS),
)
