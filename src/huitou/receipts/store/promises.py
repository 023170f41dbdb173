"""What receipts promise, as SQL that names the first broken row."""

from __future__ import annotations

from huitou.kernel.errors import N_
from huitou.kernel.promise import Promise
from huitou.receipts.store.online import cannot_be_applied

_IDENTITY = "source, store_id, till, business_date, number, kind"
_SAME = " AND ".join(
    f"i.{column} = r.{column}" for column in ("source", "store_id", "till", "business_date", "number", "kind")
)
# Many tills number a return like its sale: what names itself is none that another one gives back.
_IS_A_RETURN = (
    "s.kind = 'return' AND NOT EXISTS (SELECT FROM receipts_returnof n WHERE n.return_receipt_id = s.id "
    "AND (n.sale_store_id, n.sale_business_date, n.sale_number, n.sale_till) "
    "= (s.store_id, s.business_date, s.number, s.till))"
)
_LINES_OF_MATCHES = (
    "receipts_returnmatch m JOIN receipts_identity s ON s.id = m.sale_receipt_id "
    "JOIN receipts_identity b ON b.id = m.return_receipt_id"
)

PROMISES = (
    Promise(
        "L4",
        N_("A receipt's identity is taken once, for ever."),
        f"SELECT 'receipt ' || number || ' of ' || business_date || ' stands ' || count(*) || ' times' "
        f"FROM receipts_identity WHERE undone_by_id IS NULL GROUP BY {_IDENTITY} HAVING count(*) > 1 ORDER BY min(id)",
    ),
    Promise(
        "L4",
        N_("Each receipt stands under its own identity, and each identity has its receipt until its month leaves."),
        "SELECT 'receipt ' || r.id || ' of ' || r.business_date || ' stands under no identity of its own' "
        f"FROM receipts_receipt r WHERE NOT EXISTS (SELECT FROM receipts_identity i WHERE i.id = r.id "
        f"AND i.undone_by_id IS NULL AND {_SAME}) "
        "UNION ALL SELECT 'receipt ' || i.id || ' of ' || i.business_date || ' has its identity alone' "
        "FROM receipts_identity i LEFT JOIN receipts_receipt r ON r.id = i.id AND r.business_date = i.business_date "
        "WHERE r.id IS NULL AND i.undone_by_id IS NULL AND date_trunc('month', i.business_date)::date NOT IN "
        "(SELECT month FROM receipts_monthgone)",
    ),
    Promise(
        "L5",
        N_("A receipt that comes again is known by its digest, and a till's has the answer that it got."),
        "SELECT 'receipt ' || i.number || ' of ' || i.business_date || ' has no digest' FROM receipts_identity i "
        "WHERE i.digest = '' UNION ALL "
        "SELECT 'receipt ' || i.number || ' of ' || i.business_date || ' came by the API and has no answer' "
        "FROM receipts_receipt r JOIN receipts_identity i ON i.id = r.id WHERE r.batch_id IS NULL AND i.answer IS NULL",
    ),
    Promise(
        "S4",
        N_("A receipt is the sum of its lines; no line stands without its receipt."),
        "SELECT 'receipt ' || coalesce(r.id, l.receipt_id) || ': head ' || coalesce(r.net_fen::text, 'missing') "
        "|| ' fen in ' || coalesce(r.line_count, 0) || ' lines, lines ' || coalesce(l.net_fen, 0) || ' fen in ' "
        "|| coalesce(l.lines, 0) FROM receipts_receipt r FULL JOIN (SELECT receipt_id, business_date, "
        "sum(net_fen) AS net_fen, count(*) AS lines FROM receipts_line GROUP BY 1, 2) l "
        "ON l.receipt_id = r.id AND l.business_date = r.business_date "
        "WHERE r.id IS NULL OR r.net_fen IS DISTINCT FROM l.net_fen OR r.line_count IS DISTINCT FROM l.lines "
        "ORDER BY coalesce(r.id, l.receipt_id)",
    ),
    Promise(
        "S4",
        N_("A receipt's member and goods exist; only a return without its sale does not know its goods."),
        "SELECT 'receipt ' || r.id || ' names member ' || r.member_id || ', who does not exist' "
        "FROM receipts_receipt r LEFT JOIN members_member m ON m.id = r.member_id "
        "WHERE r.member_id IS NOT NULL AND m.id IS NULL UNION ALL "
        "SELECT 'receipt ' || l.receipt_id || ' line ' || l.line || ' names product ' || coalesce(l.product_id::text, "
        "'nothing') FROM receipts_line l LEFT JOIN catalogue_product p ON p.id = l.product_id "
        "WHERE p.id IS NULL AND (l.product_id IS NOT NULL OR NOT EXISTS ("
        "SELECT FROM receipts_returnof o WHERE o.return_receipt_id = l.receipt_id))",
    ),
    Promise(
        "S4",
        N_("An import's report is what stands in the books, less what undos have taken out."),
        "SELECT 'import ' || i.id || ': report ' || (i.report->>'rows_taken') || ' rows, books ' "
        "|| coalesce(b.lines, 0) || ', gone to the lake ' || coalesce(g.lines, 0) FROM receipts_import i "
        "LEFT JOIN (SELECT batch_id, sum(line_count) AS lines FROM receipts_receipt GROUP BY 1) b ON b.batch_id = i.id "
        "LEFT JOIN (SELECT batch_id, sum(lines) AS lines FROM receipts_monthgone GROUP BY 1) g ON g.batch_id = i.id "
        "WHERE i.kind = 'receipts' AND (i.report->>'rows_taken')::bigint - i.rows_left "
        "IS DISTINCT FROM coalesce(b.lines, 0) + coalesce(g.lines, 0) "
        "ORDER BY i.id",
    ),
    Promise(
        "S4",
        N_("What left with an undo is gone from the books; what an undone import brought and nobody else did is gone."),
        "SELECT says FROM (SELECT 'receipt ' || r.id || ' left with import ' || i.undone_by_id || ' and is here' "
        "AS says "
        "FROM receipts_identity i JOIN receipts_receipt r ON r.id = i.id AND r.business_date = i.business_date "
        "WHERE i.undone_by_id IS NOT NULL UNION ALL "
        "SELECT 'receipt ' || r.id || ' stays, and import ' || u.id || ', which alone brought it, is undone' "
        "FROM receipts_import u JOIN receipts_receipt r ON r.batch_id = u.id WHERE u.undone_at IS NOT NULL "
        "AND NOT EXISTS (SELECT FROM (SELECT unnest(b.firsts) AS first, unnest(b.lasts) AS last "
        "FROM receipts_brought b JOIN receipts_import o ON o.id = b.batch_id "
        "WHERE b.what = 'again' AND o.undone_at IS NULL) s WHERE r.id BETWEEN s.first AND s.last) UNION ALL "
        "SELECT 'import ' || u.id || ' is undone, and ' || count(i.id) || ' identities say so; it took away ' "
        "|| (u.undo->>'receipts') FROM receipts_import u LEFT JOIN receipts_identity i ON i.undone_by_id = u.id "
        "WHERE u.undone_at IS NOT NULL GROUP BY u.id HAVING count(i.id) <> (u.undo->>'receipts')::bigint) found "
        "ORDER BY says",
    ),
    Promise(
        "L10",
        N_("A return gives back no more than it brought and no more than was sold."),
        "SELECT 'receipt ' || m.receipt || ' line ' || m.line || ': ' || m.matched || ' of ' || abs(l.quantity_milli) "
        "FROM (SELECT return_receipt_id AS receipt, return_line AS line, sum(quantity_milli) AS matched "
        "FROM receipts_returnmatch GROUP BY 1, 2 UNION ALL SELECT sale_receipt_id, sale_line, sum(quantity_milli) "
        "FROM receipts_returnmatch GROUP BY 1, 2) m JOIN receipts_identity i ON i.id = m.receipt "
        "JOIN receipts_line l ON l.receipt_id = m.receipt AND l.business_date = i.business_date AND l.line = m.line "
        "WHERE m.matched > abs(l.quantity_milli) ORDER BY m.receipt, m.line",
    ),
    Promise(
        "L10",
        N_("What comes back was sold: a match is above zero, its sale is a sale, its goods went out and came back."),
        "SELECT 'receipt ' || b.id || ' line ' || m.return_line || ' gives back ' || m.quantity_milli || ' of ' "
        f"|| s.kind || ' ' || s.id || ' line ' || m.sale_line FROM {_LINES_OF_MATCHES} "
        "LEFT JOIN receipts_line sold ON sold.receipt_id = s.id AND sold.business_date = s.business_date "
        "AND sold.line = m.sale_line LEFT JOIN receipts_line back ON back.receipt_id = b.id "
        "AND back.business_date = b.business_date AND back.line = m.return_line "
        "WHERE m.quantity_milli <= 0 OR s.kind <> 'sale' OR sold.quantity_milli <= 0 OR back.quantity_milli >= 0 "
        "ORDER BY m.id",
    ),
    Promise(
        "L10",
        N_("A return that found the sale that it names gives back all that it brought."),
        "SELECT 'return ' || o.return_receipt_id || ' line ' || l.line || ': ' || coalesce(sum(m.quantity_milli), 0) "
        "|| ' of ' || -l.quantity_milli FROM receipts_returnof o "
        "JOIN receipts_identity i ON i.id = o.return_receipt_id "
        "JOIN receipts_line l ON l.receipt_id = i.id AND l.business_date = i.business_date "
        "LEFT JOIN receipts_returnmatch m ON m.return_receipt_id = i.id AND m.return_line = l.line "
        "WHERE o.applied_at IS NOT NULL GROUP BY o.return_receipt_id, l.line, l.quantity_milli "
        "HAVING coalesce(sum(m.quantity_milli), 0) <> -l.quantity_milli ORDER BY o.return_receipt_id, l.line",
    ),
    Promise(
        "L10",
        N_("A return that names its sale gives back that sale alone, and waits only while it is not here."),
        "SELECT 'return ' || o.return_receipt_id || ' names sale ' || o.sale_number || ' and gives back sale ' "
        "|| s.number FROM receipts_returnof o JOIN receipts_returnmatch m ON m.return_receipt_id = o.return_receipt_id "
        "JOIN receipts_identity s ON s.id = m.sale_receipt_id "
        "WHERE (s.store_id, s.business_date, s.number, s.till) "
        "<> (o.sale_store_id, o.sale_business_date, o.sale_number, o.sale_till) OR o.applied_at IS NULL UNION ALL "
        "SELECT 'return ' || o.return_receipt_id || ' waits for ' || s.kind || ' ' || s.number || ', which is here' "
        "FROM receipts_returnof o JOIN receipts_identity s ON s.store_id = o.sale_store_id "
        "AND s.business_date = o.sale_business_date AND s.number = o.sale_number AND s.till = o.sale_till "
        f"WHERE o.applied_at IS NULL AND s.undone_by_id IS NULL AND (s.kind = 'sale' OR {_IS_A_RETURN}) "
        # One that cannot be applied stands in the list of conflicts, until a person has dealt with it.
        f"AND NOT {cannot_be_applied('o')}",
    ),
    Promise(
        "L10",
        N_("A return that paid back another amount than its sale says stands in the list of conflicts."),
        "SELECT 'return ' || o.return_receipt_id || ' of sale ' || o.sale_number || ' is ' || o.difference_fen "
        "|| ' fen off, and is not listed' FROM receipts_returnof o WHERE o.difference_fen <> 0 AND NOT EXISTS "
        "(SELECT FROM receipts_conflict c WHERE c.identity_id = o.return_receipt_id AND c.kind = 'refund_differs') "
        "ORDER BY o.return_receipt_id",
    ),
    Promise(
        "S1",
        N_("What is acknowledged is in the database's log: a commit waits for it."),
        # As far as a question can show it: a kill shows the rest.
        "SELECT 'synchronous_commit is off' WHERE current_setting('synchronous_commit') = 'off'",
    ),
    Promise(
        "M1",
        N_("A receipt lies with whom its identity names now, also where two members became one."),
        "SELECT 'receipt ' || r.id || ' was recorded under member ' || o.id || ' and lies with ' "
        "|| coalesce(r.member_id::text, 'nobody') FROM receipts_named n JOIN members_member o ON o.id = n.member_id "
        "JOIN receipts_identity i ON i.id = n.receipt_id "
        "JOIN receipts_receipt r ON r.id = i.id AND r.business_date = i.business_date "
        "WHERE r.member_id IS DISTINCT FROM coalesce(o.merged_into_id, o.id) UNION ALL "
        "SELECT 'receipt ' || r.id || ' lies with member ' || m.id || ', who is a part of ' || m.merged_into_id "
        "FROM members_member m JOIN receipts_receipt r ON r.member_id = m.id WHERE m.merged_into_id IS NOT NULL",
    ),
)
