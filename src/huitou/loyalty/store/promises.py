"""What the ledger promises, as SQL that names the first broken row."""

from __future__ import annotations

from huitou.kernel.errors import N_
from huitou.kernel.promise import Promise

_TRIGGERS = ("loyalty_entry_never_changes", "loyalty_transaction_never_changes")

PROMISES = (
    Promise(
        "L1",
        N_("Each account's balance is the sum of its entries and of what is left in its lots."),
        "SELECT 'account ' || a.id || ': balance ' || a.balance || ', entries ' || coalesce(e.points, 0) || ', lots ' "
        "|| coalesce(l.remaining, 0) FROM loyalty_account a "
        "LEFT JOIN (SELECT account_id, sum(points) AS points FROM loyalty_entry GROUP BY 1) e ON e.account_id = a.id "
        "LEFT JOIN (SELECT account_id, sum(remaining) AS remaining FROM loyalty_lot GROUP BY 1) l "
        "ON l.account_id = a.id WHERE a.role = 'member' "
        "AND (a.balance <> coalesce(e.points, 0) OR a.balance <> coalesce(l.remaining, 0)) ORDER BY a.id",
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
        N_("Issued points are those outstanding and those reversed."),
        "SELECT asset || ': issued ' || issued || ', outstanding ' || outstanding || ', reversed ' || reversed FROM ("
        "SELECT a.asset, -coalesce(sum(e.points) FILTER (WHERE a.role = 'issued'), 0) AS issued, "
        "coalesce(sum(e.points) FILTER (WHERE a.role = 'reversed'), 0) AS reversed, "
        "coalesce((SELECT sum(balance) FROM loyalty_account m WHERE m.asset = a.asset), 0) AS outstanding "
        "FROM loyalty_account a LEFT JOIN loyalty_entry e ON e.account_id = a.id AND a.role <> 'member' "
        "GROUP BY a.asset) books WHERE issued <> outstanding + reversed",
    ),
    Promise(
        "L3",
        N_("Entries never change: a trigger refuses."),
        "SELECT 'trigger ' || name || ' is missing or off' FROM unnest(ARRAY["
        + ", ".join(f"'{name}'" for name in _TRIGGERS)
        + "]) AS name WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = name AND tgenabled = 'O')",
    ),
    Promise(
        "L4",
        N_("A receipt's points are posted once, for ever."),
        "SELECT 'receipt ' || receipt_id || ' has ' || count(*) || ' earnings' FROM loyalty_transaction "
        "WHERE kind = 'earn' GROUP BY receipt_id HAVING count(*) > 1 OR receipt_id IS NULL ORDER BY receipt_id",
    ),
    Promise(
        "L6",
        N_("No member's balance is below zero."),
        "SELECT 'account ' || id || ': balance ' || balance FROM loyalty_account WHERE balance < 0 ORDER BY id",
    ),
    Promise(
        "L7",
        N_("What is left of a lot is between nothing and all of it."),
        "SELECT 'lot ' || id || ': ' || remaining || ' of ' || original FROM loyalty_lot "
        "WHERE remaining < 0 OR remaining > original ORDER BY id",
    ),
    Promise(
        "L10",
        N_("A return takes back from its own sale's lot, never more than the sale earned."),
        "SELECT 'lot ' || l.id || ': earned ' || l.original || ', taken back ' || -coalesce(sum(e.points), 0) "
        "|| ', left ' || l.remaining FROM loyalty_lot l LEFT JOIN (loyalty_entry e JOIN loyalty_transaction t "
        "ON t.id = e.transaction_id AND t.kind = 'reverse') ON e.lot_id = l.id GROUP BY l.id "
        "HAVING -coalesce(sum(e.points), 0) > l.original OR l.original + coalesce(sum(e.points), 0) <> l.remaining "
        "ORDER BY l.id",
    ),
    Promise(
        "L15",
        N_("Each posting names rule and version, actor and source."),
        "SELECT 'transaction ' || id || ' lacks one of them' FROM loyalty_transaction "
        "WHERE rule = '' OR rule_version < 1 OR actor = '' OR source = '' ORDER BY id",
    ),
)
