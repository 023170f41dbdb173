"""Promises about what came from an old programme: balances opened once, by postings that say so, and tiers."""

from __future__ import annotations

from huitou.kernel.errors import N_
from huitou.kernel.promise import Promise

_ONCE = """
SELECT says FROM (
    SELECT 'account ' || account_id || ' was opened ' || count(*) || ' times from ' || source AS says
    FROM loyalty_opening WHERE undone_at IS NULL GROUP BY account_id, source HAVING count(*) > 1
    UNION ALL
    SELECT 'table loyalty_opening has no unique index on account and source' WHERE NOT EXISTS (
        SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = 'loyalty_opening_stands_once'
            AND i.indisunique AND i.indisvalid)
) found ORDER BY says
"""
_MOVED = """
SELECT says FROM (
    SELECT 'opening ' || o.id || ': ' || o.balance || ' less ' || o.before || ', its posting moved '
        || coalesce(sum(e.points), 0) AS says
    FROM loyalty_opening o LEFT JOIN loyalty_entry e ON e.transaction_id = o.transaction_id
        AND e.account_id = o.account_id
    GROUP BY o.id HAVING coalesce(sum(e.points), 0) <> o.balance - o.before
    UNION ALL
    SELECT 'transaction ' || t.id || ' opens an account, and no opening names it' FROM loyalty_transaction t
    WHERE t.kind = 'opening' AND NOT EXISTS (SELECT FROM loyalty_opening o WHERE o.transaction_id = t.id)
    UNION ALL
    SELECT 'transaction ' || t.id || ' takes an opening back, and corrects none' FROM loyalty_transaction t
    WHERE t.kind = 'unopening' AND NOT EXISTS (SELECT FROM loyalty_opening o
        WHERE o.undone_by_id = t.id AND o.transaction_id = t.corrects_id)
) found ORDER BY says
"""
# A receipt of a day before the cut-over that earned all the same counts twice. What had been posted before the opening
# stands in `before`.
_TWICE = """
SELECT 'transaction ' || t.id || ' earned for ' || t.business_date || ', which came with opening ' || o.id
FROM loyalty_opening o JOIN loyalty_lot l ON l.account_id = o.account_id
JOIN loyalty_transaction t ON t.id = l.transaction_id AND t.kind = 'earn' AND t.business_date < o.first_day
    AND EXISTS (SELECT FROM loyalty_entry e WHERE e.transaction_id = t.id AND e.account_id = o.account_id)
JOIN loyalty_transaction opened ON opened.id = o.transaction_id AND opened.posted_at < t.posted_at
WHERE o.undone_at IS NULL ORDER BY t.id
"""
_TIERS = """
SELECT says FROM (
    SELECT 'member ' || a.member_id || ' has the tiers ' || a.tier || ' and ' || b.tier || ' on ' || b.since AS says
    FROM loyalty_tierentry a JOIN loyalty_tierentry b ON b.member_id = a.member_id AND b.id <> a.id
        AND b.since >= a.since AND (a.until IS NULL OR b.since <= a.until)
    WHERE a.undone_at IS NULL AND b.undone_at IS NULL
    UNION ALL
    SELECT 'table loyalty_tierentry lets a member have two tiers on one day' WHERE NOT EXISTS (
        SELECT FROM pg_constraint WHERE conname = 'loyalty_tierentry_one_a_day')
) found ORDER BY says
"""

PROMISES = (
    Promise("L4", N_("What an old programme says of an account is opened once."), _ONCE),
    Promise("L15", N_("An opening names its import, and its posting moved what it says."), _MOVED),
    Promise("L4", N_("No receipt of a day before the cut-over earns what came with the opening already."), _TWICE),
    Promise("M2", N_("A member has one tier on each day, by an entry that names its rule."), _TIERS),
)
