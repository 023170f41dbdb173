"""What returns did to the points of a sale, reckoned anew from its lines and from what came back of each.

The exact form: a line's part of the sale's points by largest remainder, of that the part that came back, rounded down,
and the sum over the lines. What each return took telescopes to it, in whichever order the returns came. Over the views
that receipts publishes; a sale whose month has left the books is left out.
"""

from __future__ import annotations

from huitou.kernel.errors import N_
from huitou.kernel.promise import Promise

# `bonus`: sale_id, line, points that lie on that line already; the rest of `points` is spread.
# `posted`: sale_id, on_day, points (of the posting that is mirrored), moved (what returns have moved of it).
_DUE = """
, wanted AS (
    SELECT p.sale_id, p.on_day, p.moved, p.points - coalesce(sum(o.points) OVER sale, 0) AS points,
        coalesce(o.points, 0) AS own, l.line, l.quantity_milli, coalesce(b.back_milli, 0) AS back_milli,
        CASE WHEN sum(greatest(l.net_fen, 0)) OVER sale = 0 THEN greatest(l.quantity_milli, 0)
             ELSE greatest(l.net_fen, 0) END::numeric AS weight
    FROM posted p JOIN receipts_soldlines l ON l.receipt_id = p.sale_id AND l.business_date = p.on_day
    LEFT JOIN (SELECT sale_id, sale_line, sum(quantity_milli) AS back_milli FROM receipts_givenback GROUP BY 1, 2) b
        ON b.sale_id = l.receipt_id AND b.sale_line = l.line
    LEFT JOIN bonus o ON o.sale_id = l.receipt_id AND o.line = l.line
    WINDOW sale AS (PARTITION BY p.sale_id)
), whole AS (
    SELECT *, div(points * weight, sum(weight) OVER sale) AS share, mod(points * weight, sum(weight) OVER sale) AS rest
    FROM wanted WINDOW sale AS (PARTITION BY sale_id)
), ranked AS (
    SELECT *, points - sum(share) OVER (PARTITION BY sale_id) AS left_over,
        row_number() OVER (PARTITION BY sale_id ORDER BY rest DESC, line) AS place FROM whole
), due AS (
    SELECT sale_id, moved, sum(div((share + (place <= left_over)::int + own) * back_milli, quantity_milli))
        FILTER (WHERE back_milli > 0 AND quantity_milli > 0) AS points
    FROM ranked GROUP BY sale_id, moved
)
"""
_STANDS = "NOT EXISTS (SELECT FROM loyalty_transaction u WHERE u.corrects_id = {}.id AND u.kind = 'undo')"
_TAKEN = f"""
WITH bonus AS (
    SELECT t.receipt_id AS sale_id, b.line, sum(b.points)::numeric AS points FROM loyalty_bonus b
    JOIN loyalty_transaction t ON t.id = b.transaction_id GROUP BY 1, 2
), reversed AS (
    SELECT r.corrects_id, sum(e.points) AS points FROM loyalty_transaction r
    JOIN loyalty_entry e ON e.transaction_id = r.id
    JOIN loyalty_account a ON a.id = e.account_id AND a.role = 'reversed'
    WHERE r.kind = 'reverse' AND {_STANDS.format("r")} GROUP BY 1
), posted AS (
    SELECT t.receipt_id AS sale_id, t.business_date AS on_day, l.original AS points, coalesce(r.points, 0) AS moved
    FROM loyalty_transaction t JOIN loyalty_lot l ON l.transaction_id = t.id
    LEFT JOIN reversed r ON r.corrects_id = t.id
    WHERE t.kind = 'earn' AND {_STANDS.format("t")}
      AND (r.points IS NOT NULL OR t.receipt_id IN (SELECT sale_id FROM receipts_givenback))
)
{_DUE}
SELECT 'sale ' || sale_id || ': returns took back ' || moved || ' points, of what came back ' || coalesce(points, 0)
FROM due WHERE moved <> coalesce(points, 0) ORDER BY sale_id
"""
# A return that names no sale came by file, and takes back only what the sale earned: its sales are left out.
_GIVEN = f"""
WITH bonus (sale_id, line, points) AS (
    SELECT NULL::bigint, NULL::int, NULL::numeric WHERE false
), restored AS (
    SELECT r.corrects_id, -sum(e.points) AS points FROM loyalty_transaction r
    JOIN loyalty_entry e ON e.transaction_id = r.id
    JOIN loyalty_account a ON a.id = e.account_id AND a.role = 'redeemed'
    WHERE r.kind = 'restore' GROUP BY 1
), posted AS (
    SELECT t.receipt_id AS sale_id, t.business_date AS on_day, coalesce(r.points, 0) AS moved, (
        SELECT sum(e.points) FROM loyalty_entry e JOIN loyalty_account a ON a.id = e.account_id
        WHERE e.transaction_id = t.id AND a.role = 'redeemed') AS points
    FROM loyalty_transaction t LEFT JOIN restored r ON r.corrects_id = t.id
    WHERE t.kind = 'burn' AND {_STANDS.format("t")}
      AND (r.points IS NOT NULL OR t.receipt_id IN (SELECT sale_id FROM receipts_givenback))
      AND NOT EXISTS (SELECT FROM receipts_givenback g WHERE g.sale_id = t.receipt_id AND NOT g.names_its_sale)
)
{_DUE}
SELECT 'sale ' || sale_id || ': returns gave back ' || moved || ' points, of what came back ' || coalesce(points, 0)
FROM due WHERE moved <> coalesce(points, 0) ORDER BY sale_id
"""

_BROUGHT = """
SELECT 'receipt ' || t.receipt_id || ' earned ' || coalesce(l.original, 0) || ' points, and offers brought '
    || sum(b.points) || ' of them'
FROM loyalty_bonus b JOIN loyalty_transaction t ON t.id = b.transaction_id
LEFT JOIN loyalty_lot l ON l.transaction_id = t.id AND t.kind = 'earn'
GROUP BY t.id, l.original HAVING sum(b.points) > coalesce(l.original, 0) ORDER BY t.id
"""

PROMISES = (
    Promise("L10", N_("What offers brought is a part of what the sale earned."), _BROUGHT),
    Promise(
        "L10", N_("What returns took back of a sale's points is what came back of its goods, to the point."), _TAKEN
    ),
    Promise(
        "L11",
        N_("What returns gave back of a sale's spent points is what came back of its goods, to the point."),
        _GIVEN,
    ),
)
