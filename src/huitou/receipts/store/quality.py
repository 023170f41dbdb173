"""How many rows of the files of each source could be read, and why the others could not."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

# Of rows that somebody mended later the file was wrong all the same; what an undo took away counts nowhere.
_QUERY = """
WITH files AS (
    SELECT id, kind, source, (report ->> 'rows_read')::bigint AS rows,
           coalesce((report ->> 'phones_left')::bigint, 0) AS phones_left
    FROM receipts_import
    WHERE undone_at IS NULL AND mends_id IS NULL AND started_at >= %s AND started_at < %s AND report ? 'rows_read'
), reasons AS (
    SELECT f.kind, f.source, r.code, count(*) AS refused FROM files f JOIN receipts_refusal r ON r.batch_id = f.id
    GROUP BY 1, 2, 3
)
SELECT f.kind, f.source, sum(f.rows)::bigint, '' AS code, 0::bigint FROM files f GROUP BY 1, 2
UNION ALL SELECT kind, source, 0, code, refused FROM reasons
UNION ALL SELECT kind, source, 0, 'phone_left', sum(phones_left)::bigint FROM files WHERE phones_left > 0 GROUP BY 1, 2
ORDER BY 1, 2, 4
"""


def rows_of_files(since: datetime, until: datetime) -> list[tuple[str, str, int, dict[str, int]]]:
    """(kind of file, source, rows read, refused rows by code) of the imports of this time; under `phone_left` phones
    that were left out of rows that came in."""
    found: dict[tuple[str, str], tuple[int, dict[str, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, [since, until])
        for kind, source, rows, code, refused in cursor.fetchall():
            counts = found.setdefault((kind, source), (rows, {}))
            if code:
                counts[1][code] = refused
    return [(*of, *counts) for of, counts in found.items()]
