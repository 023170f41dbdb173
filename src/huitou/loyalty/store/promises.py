"""What the ledger promises, as SQL that names the first broken row: sums, limits, names and guards.

What tells a story over several postings (L8 to L13) stands in `promises_of_operations`, what returns
had to move in `promises_of_returns`.
"""

from __future__ import annotations

from huitou.kernel.errors import N_
from huitou.kernel.promise import Promise
from huitou.loyalty.store import promises_of_openings, promises_of_operations, promises_of_returns

_NEVER_CHANGE = (
    "loyalty_entry_never_changes",
    "loyalty_transaction_never_changes",
    "loyalty_entry_stays",
    "loyalty_transaction_stays",
    "loyalty_lot_kept",
    "loyalty_lot_keeps_its_names",
    "loyalty_transaction_names_what_is_there",
    "loyalty_lot_names_what_is_there",
    "loyalty_entry_names_what_is_there",
    "loyalty_sealed_names_what_is_there",
    "loyalty_block_never_changes",
    "loyalty_block_stays",
    "loyalty_sealed_never_changes",
    "loyalty_sealed_stays",
    "loyalty_hold_stays",
    "loyalty_holdlot_stays",
    "loyalty_bonus_never_changes",
    "loyalty_bonus_stays",
)
_LIMITS = ("loyalty_entry_spends_within", "loyalty_hold_holds_within")


def _triggers(names: tuple[str, ...]) -> str:
    """The first of these triggers that is not at work."""
    return (
        "SELECT 'trigger ' || name || ' is missing or off' FROM unnest(ARRAY["
        + ", ".join(f"'{name}'" for name in names)
        + "]) AS name WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = name AND tgenabled IN ('O', 'A'))"
    )


PROMISES = (
    Promise(
        "L1",
        N_("Each account's balance is the sum of its entries, and what is left in its lots less its debts."),
        "SELECT 'account ' || a.id || ': balance ' || a.balance || ', entries ' || coalesce(e.points, 0) || ', lots ' "
        "|| coalesce(l.remaining, 0) || ', debt ' || a.debt || ', debts ' || coalesce(d.remaining, 0) "
        "FROM loyalty_account a "
        "LEFT JOIN (SELECT account_id, sum(points) AS points FROM loyalty_entry GROUP BY 1) e ON e.account_id = a.id "
        "LEFT JOIN (SELECT account_id, sum(remaining) AS remaining FROM loyalty_lot GROUP BY 1) l "
        "ON l.account_id = a.id "
        "LEFT JOIN (SELECT account_id, sum(remaining) AS remaining FROM loyalty_debt GROUP BY 1) d "
        "ON d.account_id = a.id WHERE a.role = 'member' AND (a.balance <> coalesce(e.points, 0) "
        "OR a.balance <> coalesce(l.remaining, 0) - a.debt OR a.debt <> coalesce(d.remaining, 0)) ORDER BY a.id",
    ),
    Promise(
        "L1",
        N_("What is left of each lot is the sum of its entries."),
        "SELECT 'lot ' || l.id || ': left ' || l.remaining || ', entries ' || coalesce(e.points, 0) "
        "FROM loyalty_lot l LEFT JOIN (SELECT lot_id, sum(points) AS points FROM loyalty_entry "
        "WHERE lot_id IS NOT NULL GROUP BY 1) e ON e.lot_id = l.id WHERE l.remaining <> coalesce(e.points, 0) "
        "ORDER BY l.id",
    ),
    Promise(
        "L2",
        N_("Each transaction sums to zero over all accounts."),
        "SELECT 'transaction ' || t.id || ' sums to ' || coalesce(sum(e.points), 0) || ' over ' || count(e.id) "
        "|| ' entries' FROM loyalty_transaction t LEFT JOIN loyalty_entry e ON e.transaction_id = t.id "
        "GROUP BY t.id HAVING coalesce(sum(e.points), 0) <> 0 OR count(e.id) < 2 ORDER BY t.id",
    ),
    Promise(
        "L2",
        N_("Every entry stands on an account."),
        "SELECT 'entry ' || e.id || ' names account ' || e.account_id || ', which is none' FROM loyalty_entry e "
        "LEFT JOIN loyalty_account a ON a.id = e.account_id WHERE a.id IS NULL ORDER BY e.id",
    ),
    Promise(
        "L2",
        N_("Issued points are those outstanding less debts, redeemed, expired and reversed, less what was honoured."),
        "SELECT asset || ': issued ' || issued || ', outstanding ' || outstanding || ', gone ' || gone FROM ("
        "SELECT a.asset, -coalesce(sum(e.points) FILTER (WHERE a.role = 'issued'), 0) AS issued, "
        "coalesce(sum(e.points) FILTER (WHERE a.role IN ('redeemed', 'expired', 'reversed', 'honoured')), 0) AS gone, "
        "coalesce((SELECT sum(balance) FROM loyalty_account m WHERE m.asset = a.asset), 0) AS outstanding "
        "FROM loyalty_account a LEFT JOIN loyalty_entry e ON e.account_id = a.id AND a.role <> 'member' "
        "GROUP BY a.asset) books WHERE issued <> outstanding + gone",
    ),
    Promise("L3", N_("Entries never change: triggers refuse."), _triggers(_NEVER_CHANGE)),
    Promise(
        "L3",
        N_("Nobody has the right to change an entry, the product itself included."),
        # Of every role, by whatever way it came to the right; PostgreSQL's own (pg_...) log nobody in.
        "SELECT 'role ' || rolname || ' may ' || word || ' ' || name FROM pg_roles, unnest(ARRAY['loyalty_entry', "
        "'loyalty_sealed']) AS name, unnest(ARRAY['update', 'delete']) AS word "
        "WHERE NOT rolsuper AND rolname NOT LIKE 'pg\\_%' AND (has_table_privilege(oid, name, word) "
        "OR word = 'update' AND has_any_column_privilege(oid, name, word)) ORDER BY rolname, name, word",
    ),
    Promise(
        "L4",
        N_("What a receipt earns, spends, gives back or takes back is posted once, and undone once, for ever."),
        "SELECT 'receipt ' || coalesce(receipt_id::text, '-') || ' has ' || count(*) || ' postings ' || kind "
        "FROM loyalty_transaction WHERE kind IN ('earn', 'burn', 'reverse', 'restore', 'undo') "
        # What paid a sale may have been two people's who were one then: each of them gets back by a posting.
        "GROUP BY receipt_id, kind, corrects_id, split_part(key, '/', 4) "
        "HAVING count(*) > 1 OR receipt_id IS NULL ORDER BY receipt_id",
    ),
    Promise(
        "L5",
        N_("A key is used once: unique indexes refuse a second posting, hold or debt of that name."),
        "SELECT says FROM (SELECT 'key ' || key || ' stands ' || count(*) || ' times' AS says FROM loyalty_transaction "
        "GROUP BY key HAVING count(*) > 1 UNION ALL "
        "SELECT 'hold ' || key || ' stands ' || count(*) || ' times' FROM loyalty_hold GROUP BY key "
        "HAVING count(*) > 1 UNION ALL "
        "SELECT 'table ' || named.tab || ' has no unique index on ' || named.col FROM (VALUES "
        "('loyalty_transaction', 'key'), ('loyalty_hold', 'key'), ('loyalty_debt', 'name')) named (tab, col) "
        "WHERE NOT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
        "    AND a.attnum = i.indkey[0] WHERE i.indrelid = named.tab::regclass AND a.attname = named.col "
        "    AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1 AND i.indpred IS NULL)) found ORDER BY says",
    ),
    Promise(
        "L6",
        N_("No member's balance is below zero but by named debts, and what is held is there."),
        "SELECT 'account ' || id || ': balance ' || balance || ', debt ' || debt || ', held ' || held "
        "FROM loyalty_account WHERE balance + debt < held OR debt < 0 OR held < 0 ORDER BY id",
    ),
    Promise("L6", N_("Nobody spends or holds more than they have: triggers refuse."), _triggers(_LIMITS)),
    Promise(
        "L7",
        N_("What is left of a lot is between nothing and all of it, and what is held lies within."),
        "SELECT 'lot ' || id || ': ' || remaining || ' of ' || original || ', held ' || held FROM loyalty_lot "
        "WHERE remaining < 0 OR remaining > original OR held < 0 OR held > remaining ORDER BY id",
    ),
    Promise(
        "L7",
        N_("A lot began with what its posting gave it, and a debt with what its posting left open."),
        "SELECT says FROM (SELECT 'lot ' || l.id || ': ' || l.original || ', its posting gave ' "
        "|| coalesce(sum(e.points), 0) AS says FROM loyalty_lot l LEFT JOIN loyalty_entry e "
        "ON e.transaction_id = l.transaction_id AND e.lot_id = l.id AND e.points > 0 "
        "GROUP BY l.id HAVING l.original <> coalesce(sum(e.points), 0) UNION ALL "
        "SELECT 'debt ' || d.id || ': ' || d.original || ', its posting left ' || coalesce(-sum(e.points), 0) "
        "FROM (SELECT min(id) AS id, transaction_id, sum(original) AS original FROM loyalty_debt "
        "      GROUP BY transaction_id) d "
        # A debt may have gone on to another account since, with its member.
        "LEFT JOIN (loyalty_entry e JOIN loyalty_account a ON a.id = e.account_id AND a.role "
        "NOT IN ('issued', 'redeemed', 'expired', 'reversed', 'honoured')) ON e.transaction_id = d.transaction_id "
        "AND e.lot_id IS NULL "
        "GROUP BY d.id, d.original HAVING d.original <> coalesce(-sum(e.points), 0)) found ORDER BY says",
    ),
    *promises_of_openings.PROMISES,
    *promises_of_operations.PROMISES,
    *promises_of_returns.PROMISES,
    Promise(
        "L14",
        N_("Points are whole numbers."),
        "SELECT 'column ' || table_name || '.' || column_name || ' is ' || data_type FROM information_schema.columns "
        "WHERE table_name LIKE 'loyalty%' AND data_type <> 'bigint' AND column_name IN ('points', 'balance', 'debt', "
        "'held', 'original', 'remaining') ORDER BY table_name, column_name",
    ),
    Promise(
        "L15",
        N_("Each posting names rule and version, actor, source and receipt."),
        "SELECT 'transaction ' || id || ' lacks one of them' FROM loyalty_transaction "
        "WHERE rule = '' OR rule_version < 1 OR actor = '' OR source = '' "
        "OR kind IN ('earn', 'burn', 'reverse', 'restore', 'undo') AND receipt_id IS NULL "
        "OR kind IN ('reverse', 'restore', 'undo') AND corrects_id IS NULL ORDER BY id",
    ),
    Promise(
        "L15",
        N_("What a receipt earned lies with the receipt's member."),
        # Over the view that receipts publishes; a receipt whose month has left is in it no more.
        "SELECT 'receipt ' || w.number || ' of ' || w.business_date || ' is of member ' "
        "|| coalesce(w.member_id::text, 'nobody') || ', and account ' || l.account_id || ' of member ' || a.member_id "
        "|| ' earned its points' FROM loyalty_transaction t JOIN loyalty_lot l ON l.transaction_id = t.id "
        "JOIN loyalty_account a ON a.id = l.account_id JOIN receipts_whose w ON w.receipt_id = t.receipt_id "
        "WHERE t.kind = 'earn' AND w.member_id IS DISTINCT FROM a.member_id ORDER BY t.id",
    ),
    Promise(
        "L17",
        N_("Postings are dated by the server's clock."),
        "SELECT says FROM (SELECT 'transaction ' || id || ' is of ' || posted_at || ', which is still to come' AS says "
        "FROM loyalty_transaction WHERE posted_at > clock_timestamp() + interval '1 minute' UNION ALL "
        "SELECT 'column posted_at is not set by the clock' WHERE NOT EXISTS (SELECT FROM pg_attrdef d "
        "JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attname = 'posted_at' "
        "AND d.adrelid = 'loyalty_transaction'::regclass "
        "AND pg_get_expr(d.adbin, d.adrelid) = 'clock_timestamp()')) found ORDER BY says",
    ),
)
