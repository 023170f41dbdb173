"""The audit is quick also where the planner still believes that the tables are nearly empty."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from django.db import OperationalError, transaction
from tests.builders import SMALL_CHAIN, line, rows, run, take

from huitou.bulk import service as bulk
from huitou.loyalty.store.promises import PROMISES as OF_LOYALTY
from huitou.receipts.store.promises import PROMISES as OF_RECEIPTS

pytestmark = pytest.mark.django_db

SALES, MEMBERS, GOODS = 15_000, 2_000, 300
LONGEST_SECONDS = 30.0
"""Each check takes hundredths of a second; with the bad plan one takes many, and an hour on a year of receipts. So the
limit of each is the time of the bad one in the same run, and at least this: a busy machine is no fault."""

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
    """The fault: statistics of a chain of seven lines, and nobody tells the planner of the thousands that follow."""
    take(tmp_path, SMALL_CHAIN)
    run("ANALYZE")
    monkeypatch.setattr(bulk, "freshen_statistics", lambda *tables: None)
    take(tmp_path, _sales_and_returns())


def test_no_check_hangs_on_old_statistics(frozen):
    hanging = _seconds_of_first_row(HANGS)
    run(f"SET LOCAL statement_timeout = '{max(hanging, LONGEST_SECONDS)}s'")
    for promise in (*OF_LOYALTY, *OF_RECEIPTS):
        assert bulk.first_row(promise.broken) is None, promise.says
    assert bulk.first_row(HANGS) is None, "asked as the audit asks, the bad one is quick as well"


def _seconds_of_first_row(query: str) -> float:
    """The control: how long a check takes that is asked for its first row alone."""
    run(f"SET LOCAL statement_timeout = '{LONGEST_SECONDS}s'")
    started = time.perf_counter()
    try:
        with transaction.atomic():
            rows(f"SELECT * FROM ({query}) q LIMIT 1")
    except OperationalError:
        return LONGEST_SECONDS
    return time.perf_counter() - started
