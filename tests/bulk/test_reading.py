"""What COPY tells arrives as it is, however long a row is."""

from __future__ import annotations

import pyarrow as pa

from huitou.bulk import service as bulk


def test_a_row_may_be_longer_than_the_reader_reads_at_once(db):
    query = "SELECT number, repeat('长', 700000 * number) FROM generate_series(0, 2) AS number"
    (read,) = bulk.copy_out(query, pa.schema([("number", pa.int64()), ("text", pa.string())]))
    assert [len(text) for text in read["text"].to_pylist()] == [0, 700_000, 1_400_000]
