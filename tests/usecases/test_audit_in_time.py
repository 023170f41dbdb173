"""The audit is quick also where the planner still believes that the tables are nearly empty."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.builders import SMALL_CHAIN, line, rows, run, take

from huitou.bulk import service as bulk
from huitou.loyalty.store.promises import PROMISES as OF_LOYALTY
from huitou.receipts.store.promises import PROMISES as OF_RECEIPTS

pytestmark = pytest.mark.django_db

SALES, MEMBERS, GOODS = 2_000, 400, 300
TOUCHED_A_SALE = 200
"""Rows that a check may look at, joins and loops counted, for each sale. The bad plan looks at each lot for each
return: a tenth of the square of sales. Work is counted and not time, so a busy machine is no fault."""

HANGS = """
SELECT 'lot ' || l.id FROM loyalty_lot l LEFT JOIN (loyalty_entry e JOIN loyalty_transaction t
    ON t.id = e.transaction_id AND t.kind = 'reverse') ON e.lot_id = l.id GROUP BY l.id
HAVING -coalesce(sum(e.points), 0) > l.original OR l.original + coalesce(sum(e.points), 0) <> l.remaining ORDER BY l.id
"""
"""A check as it once stood: in order of its lots it joins row by row, and finds nothing to stop at."""


def _sales_and_returns() -> list[dict[str, str]]:
    found = []
    for number in range(SALES):
        what = {"sku": f"s{number % GOODS}", "store": "east", "member": f"M{number % MEMBERS}"}
        found.append(line(f"N{number}", f"2026-10-{1 + number % 28:02} 10:00", quantity="2", amount="20.00", **what))
        if number % 5 == 0:
            at = f"2026-11-{1 + number % 15:02} 10:00"
            found.append(line(f"B{number}", at, quantity="-1", amount="-10.00", **what))
    return found


@pytest.fixture
def frozen(db, tmp_path: Path, monkeypatch) -> None:
    """The fault: statistics of a chain of seven lines, and nobody tells the planner of the thousands that follow. The
    planner also looks at how long a table's file is, which other tests leave long: so it begins anew."""
    tables = [table for (table,) in rows("SELECT tablename FROM pg_tables WHERE tablename ~ '^(loyalty|receipts)_'")]
    for table in tables:
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # nobody empties a ledger
    run("TRUNCATE receipts_identity, receipts_receipt, receipts_line, loyalty_account, loyalty_transaction CASCADE")
    for table in tables:
        run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    take(tmp_path, SMALL_CHAIN)
    run("ANALYZE")
    monkeypatch.setattr(bulk, "freshen_statistics", lambda *tables, **more: None)
    take(tmp_path, _sales_and_returns())


def test_no_check_hangs_on_old_statistics(frozen):
    few = TOUCHED_A_SALE * SALES
    assert _rows_touched(f"SELECT * FROM ({HANGS}) q LIMIT 1") > 3 * few, "the control: this is what hangs"
    for promise in (*OF_LOYALTY, *OF_RECEIPTS):
        assert bulk.first_row(promise.broken) is None, promise.says
        assert _rows_touched(bulk.asked_for_the_first(promise.broken)) < few, promise.says
    assert _rows_touched(bulk.asked_for_the_first(HANGS)) < few, "asked as the audit asks, the bad one is quick as well"


def _rows_touched(query: str) -> int:
    """What every node of the plan hands on or throws away, each loop counted."""
    ((explained,),) = rows(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query}")
    return _of_node((json.loads(explained) if isinstance(explained, str) else explained)[0]["Plan"])


def _of_node(node: dict[str, Any]) -> int:
    here = sum(number for what, number in node.items() if what == "Actual Rows" or what.startswith("Rows Removed by"))
    return int(here * node["Actual Loops"]) + sum(_of_node(child) for child in node.get("Plans", ()))
