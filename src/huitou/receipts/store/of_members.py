"""All that some members bought, as it stands in the books at this moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk

BOUGHT = pa.schema(
    [
        ("receipt_id", pa.int64()),
        ("line", pa.int32()),
        ("kind", pa.string()),
        ("store_id", pa.int32()),
        ("channel", pa.string()),
        ("at_utc", pa.timestamp("us")),
        ("at_local", pa.timestamp("us")),
        ("business_date", pa.date32()),
        ("member_id", pa.int64()),
        ("product_id", pa.int64()),
        ("quantity_milli", pa.int64()),
        ("net_fen", pa.int64()),
    ]
)
# A return that waits for its sale has no goods yet, and is in the lake when it has.
_BOUGHT = """
SELECT r.id, l.line, r.kind, r.store_id, r.channel, r.at AT TIME ZONE 'UTC', r.at AT TIME ZONE '{zone}',
    r.business_date, r.member_id, l.product_id, l.quantity_milli, l.net_fen
FROM receipts_receipt r JOIN receipts_line l ON l.receipt_id = r.id AND l.business_date = r.business_date
WHERE r.member_id = ANY (ARRAY[{members}]::bigint[]){since}
    AND NOT EXISTS (SELECT FROM receipts_returnof w WHERE w.return_receipt_id = r.id AND w.applied_at IS NULL)
"""


def lines(members: Sequence[int], zone: str, since: date | None) -> Iterable[pa.Table]:
    """Rows of BOUGHT; from this business date on, where one is given."""
    assert "'" not in zone
    asked = f" AND r.business_date >= '{since}' AND l.business_date >= '{since}'" if since else ""
    among = ", ".join(str(int(member)) for member in members)
    query = _BOUGHT.format(zone=zone, members=among, since=asked)
    return [BOUGHT.empty_table(), *bulk.copy_out(query, BOUGHT)]


def months_gone() -> list[date]:
    """The months whose receipts have left the books for the lake, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT month FROM receipts_monthgone ORDER BY 1")
        return [month for (month,) in cursor.fetchall()]
