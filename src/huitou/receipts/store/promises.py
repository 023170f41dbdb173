"""What receipts promise, as SQL that names the first broken row."""

from __future__ import annotations

from huitou.kernel.errors import N_
from huitou.kernel.promise import Promise

_IDENTITY = "source, store_id, till, business_date, number, kind"

PROMISES = (
    Promise(
        "L4",
        N_("A receipt's identity is taken once, for ever."),
        f"SELECT 'receipt ' || number || ' of ' || business_date || ' stands ' || count(*) || ' times' "
        f"FROM receipts_identity GROUP BY {_IDENTITY} HAVING count(*) > 1 ORDER BY min(id)",
    ),
    Promise(
        "S4",
        N_("A receipt is the sum of its lines; no line stands without its receipt."),
        "SELECT 'receipt ' || coalesce(r.id, l.receipt_id) || ': head ' || coalesce(r.net_fen::text, 'missing') "
        "|| ' fen in ' || coalesce(r.line_count, 0) || ' lines, lines ' || coalesce(l.net_fen, 0) || ' fen in ' "
        "|| coalesce(l.lines, 0) FROM receipts_receipt r FULL JOIN (SELECT receipt_id, sum(net_fen) AS net_fen, "
        "count(*) AS lines FROM receipts_line GROUP BY 1) l ON l.receipt_id = r.id "
        "WHERE r.id IS NULL OR r.net_fen IS DISTINCT FROM l.net_fen OR r.line_count IS DISTINCT FROM l.lines "
        "ORDER BY coalesce(r.id, l.receipt_id)",
    ),
    Promise(
        "S4",
        N_("An import's report is what stands in the books."),
        "SELECT 'import ' || i.id || ': report ' || (i.report->>'rows_taken') || ' rows, books ' "
        "|| coalesce(b.lines, 0) || ', gone to the lake ' || coalesce(g.lines, 0) FROM receipts_import i "
        "LEFT JOIN (SELECT batch_id, sum(line_count) AS lines FROM receipts_receipt GROUP BY 1) b ON b.batch_id = i.id "
        "LEFT JOIN (SELECT batch_id, sum(lines) AS lines FROM receipts_monthgone GROUP BY 1) g ON g.batch_id = i.id "
        "WHERE (i.report->>'rows_taken')::bigint IS DISTINCT FROM coalesce(b.lines, 0) + coalesce(g.lines, 0) "
        "ORDER BY i.id",
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
)
