"""Each KPI in the plainest SQL over the lines, written without looking at how the product does it.

`{part}` is a condition on lines, the period goes from $first to $last; a sale is a receipt of which something went out.
"""

from __future__ import annotations

_SALES = """
WITH sold AS (
    SELECT receipt_id, max(business_date) AS day, max(member_id) AS member, sum(net_fen) AS fen,
           sum(CASE WHEN quantity_milli > 0 AND quantity_milli % 1000 = 0 THEN quantity_milli / 1000
                    WHEN quantity_milli > 0 THEN 1 ELSE 0 END) AS pieces
    FROM lines WHERE {part} GROUP BY receipt_id HAVING max(quantity_milli) > 0
), inside AS (SELECT * FROM sold WHERE day BETWEEN $first AND $last
), days AS (SELECT DISTINCT member, day FROM sold WHERE member IS NOT NULL AND day <= $last)
"""
_LINES = "SELECT {}, {} FROM lines WHERE {{part}} AND business_date BETWEEN $first AND $last"

PLAIN: dict[str, str] = {
    "sales": _LINES.format("coalesce(sum(net_fen), 0)", "NULL"),
    "receipts": _SALES + "SELECT count(*), NULL FROM inside",
    "average_ticket": _SALES + "SELECT coalesce(sum(fen), 0), count(*) FROM inside",
    "items_per_basket": _SALES + "SELECT coalesce(sum(pieces), 0), count(*) FROM inside",
    "active_members": _SALES + "SELECT count(DISTINCT member), NULL FROM inside",
    "new_members": _SALES + "SELECT count(DISTINCT member), NULL FROM inside i WHERE NOT EXISTS ("
    "SELECT 1 FROM sold b WHERE b.member = i.member AND b.day < $first)",
    "repurchase_rate": _SALES + "SELECT count(*) FILTER (n > 1), count(*) FROM ("
    "SELECT member, count(DISTINCT day) AS n FROM inside WHERE member IS NOT NULL GROUP BY member)",
    "repurchase_cycle": _SALES + "SELECT coalesce(sum(gap), 0), count(gap) FROM (SELECT d.day - max(b.day) AS gap "
    "FROM days d JOIN days b ON b.member = d.member AND b.day < d.day WHERE d.day >= $first GROUP BY d.member, d.day)",
    "churn_rate": _SALES + "SELECT count(*) FILTER (lately = 0), count(*) FROM (SELECT member, "
    "count(*) FILTER (day > $last - INTERVAL 3 MONTH) AS lately, count(*) FILTER (day > $last - INTERVAL 6 MONTH "
    "AND day <= $last - INTERVAL 3 MONTH) AS earlier FROM days GROUP BY member) WHERE earlier > 0",
    "wake_up_rate": _SALES + "SELECT count(*) FILTER (back > 0), count(*) FROM (SELECT member, "
    "max(day) FILTER (day < $first) AS until, count(*) FILTER (day >= $first) AS back FROM days GROUP BY member) "
    "WHERE until < $first - INTERVAL 3 MONTH",
    "member_share": _LINES.format(
        "coalesce(sum(CASE WHEN member_id IS NOT NULL THEN net_fen END), 0)", "coalesce(sum(net_fen), 0)"
    ),
    "digital_share": _LINES.format(
        "coalesce(sum(CASE WHEN channel <> 'store' THEN net_fen END), 0)", "coalesce(sum(net_fen), 0)"
    ),
}
