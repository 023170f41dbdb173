"""What a month changes of everybody's facts is written beside what was there, and no index hears of it."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from tests.builders import rows, run

from huitou.members import service as members

MEMBERS = 2_000
WRITTEN = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'members_facts'"


def _facts(ids: list[int], shares: str) -> pa.RecordBatchReader:
    same = {"layer": "gold", "recency_score": 3, "frequency_score": 3, "monetary_score": 3,
            "first_purchase_on": date(2026, 1, 1), "last_purchase_on": date(2026, 11, 1), "receipts_year": 9,
            "spend_year_fen": 90_000}  # fmt: skip
    table = pa.table(
        {
            "member_id": pa.array(ids, pa.int64()),
            **{name: [value] * len(ids) for name, value in same.items()},
            "categories": ["{fresh,bakery}"] * len(ids),
            "category_shares": [shares] * len(ids),
        }
    )
    return table.to_reader()


def test_a_month_that_changes_what_everybody_likes_leaves_the_indexes_alone(db):
    run(f"INSERT INTO members_member (joined_on) SELECT '2026-01-01' FROM generate_series(1, {MEMBERS})")
    ids = [number for (number,) in rows("SELECT id FROM members_member ORDER BY id")]
    members.note_facts(_facts(ids, "{700,300}"))
    before = rows(WRITTEN)[0]
    members.note_changed_facts(_facts(ids, "{600,400}"), pa.table({"member_id": pa.array([], pa.int64())}))
    changed, on_their_page = (now - then for now, then in zip(rows(WRITTEN)[0], before, strict=True))
    assert changed == MEMBERS
    assert on_their_page > 0.95 * MEMBERS, "their pages had no room: each index was written for each member"
