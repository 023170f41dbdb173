"""A refresh never reckons over a lake that lacks an import."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from huitou.insight import service as insight
from huitou.insight.service import runs
from huitou.lake import service as lake
from huitou.lake.errors import LakeBehind
from huitou.lake.terms import Field
from huitou.usecases import refresh as refreshing
from huitou.usecases.import_receipts import import_receipts

pytestmark = pytest.mark.django_db

COLUMNS = {
    Field.RECEIPT: "no",
    Field.AT: "at",
    Field.SKU: "sku",
    Field.QUANTITY: "q",
    Field.AMOUNT: "paid",
    Field.STORE: "store",
}


def take(tmp_path: Path, rows: list[str]) -> None:
    file = tmp_path / "till.csv"
    file.write_text("\n".join(["no,at,sku,q,paid,store", *rows]) + "\n")
    import_receipts(file, COLUMNS, now=datetime(2026, 11, 22, tzinfo=UTC))


def test_an_import_that_cannot_get_into_the_lake_stops_the_refresh(tmp_path: Path, monkeypatch) -> None:
    take(tmp_path, ["1,2026-03-01 10:00,A,1,3.00,S1"])
    refreshing.refresh()
    take(tmp_path, ["2,2026-06-01 10:00,A,1,3.00,S1"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_fact SET next_try_at = now() + interval '1 hour' WHERE done_at IS NULL")
    monkeypatch.setattr(refreshing, "LAKE_SECONDS", 0.0)
    with pytest.raises(LakeBehind):
        refreshing.refresh()
    seen = runs.last()
    assert seen is not None
    assert seen.as_of.month == 3, "what was reckoned before stays"


def test_a_store_that_sold_nothing_lately_shows_nothing_and_not_its_last_good_weeks(tmp_path: Path) -> None:
    take(tmp_path, ["1,2026-03-01 10:00,A,1,3.00,S1", "2,2026-06-01 10:00,A,1,5.00,S2"])
    refreshing.refresh()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM catalogue_store WHERE code = 'S1'")
        (quiet,) = cursor.fetchone()
    now = insight.kpi_now(quiet)
    assert (now["sales"].now.ends_on.month, now["sales"].now.numerator) == (6, 0)
    assert now["average_ticket"].now.value is None, "a ticket of nobody is no ticket"


def test_a_lake_that_was_lost_is_filled_again_from_the_books(tmp_path: Path, settings) -> None:
    take(tmp_path, ["1,2026-03-01 10:00,A,1,3.00,S1"])
    take(tmp_path, ["2,2026-06-01 10:00,A,1,5.00,S1"])
    refreshing.refresh()
    before = lake.totals()
    assert len(before) == 2
    shutil.rmtree(settings.LAKE_PATH)
    refreshing.refresh()
    assert lake.totals() == before
