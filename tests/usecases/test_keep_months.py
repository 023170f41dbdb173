"""Thirteen months stay in the books; what is older leaves them when the lake holds every line of it, and not before."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from deltalake import DeltaTable
from django.db import connection, transaction
from django.utils import timezone
from tests.builders import NOW, day, lake_lines, line, member_ids, rows, run, take
from tests.receipts.selling import accept, asked, ids, key, open_shop, sold

from huitou.receipts import service as receipts
from huitou.receipts.errors import SaleTooOld
from huitou.usecases import keep_months
from huitou.usecases.audit import audit
from huitou.usecases.keep_months import UNDO_DAYS, prepare_months
from huitou.usecases.load_lake import hear_facts
from huitou.usecases.undo_import import undo_import

TODAY = date(2026, 11, 20)
OLD, EDGE = date(2025, 9, 1), date(2025, 10, 1)
"""October of last year is the thirteenth month before this one."""

pytestmark = pytest.mark.django_db

HISTORY = [
    line("1", "2025-09-30 10:00", "milk", "1", "10.00", store="S1", member="C1"),
    line("2", "2025-10-01 10:00", "milk", "2", "20.00", store="S1", member="C1"),
    line("3", "2026-11-04 10:00", "milk", "1", "10.00", store="S1", member="C1"),
]


@pytest.fixture(autouse=True)
def no_months(db) -> None:
    """Other tests' worlds leave their months behind, empty."""
    run(
        *(
            f"DROP TABLE {part}"
            for (part,) in rows(
                "SELECT inhrelid::regclass::text FROM pg_inherits "
                "WHERE inhparent IN ('receipts_receipt'::regclass, 'receipts_line'::regclass)"
            )
        )
    )


@pytest.fixture
def history(tmp_path) -> dict[str, int]:
    """Three months by file and one sale of each by the API, all of it in the lake."""
    shop = open_shop()
    take(tmp_path, HISTORY)
    receipts.ensure_months([OLD, EDGE])
    accept([sold(shop, "8", ids(1)[0], business_date=OLD), sold(shop, "9", ids(1)[0], business_date=EDGE)])
    hear_facts(at_once=True)
    return shop


def let_months_go(today: date) -> tuple[list[date], list[date]]:
    """As it will be when no import of this test can be undone any more."""
    return keep_months.let_months_go(today, now=timezone.now() + timedelta(days=UNDO_DAYS, minutes=1))


def broken() -> list[str | None]:
    return [verdict.first_broken for verdict in audit() if not verdict.holds]


def test_months_are_made_ahead(db):
    prepare_months(date(2026, 11, 30))
    prepare_months(date(2026, 11, 30))
    assert receipts.months_kept() == [day("2026-11-01"), day("2026-12-01"), day("2027-01-01")]


def test_a_month_that_is_old_enough_leaves_and_the_next_one_stays(history):
    assert let_months_go(TODAY) == ([OLD], [])
    assert receipts.months_kept() == [EDGE, day("2026-11-01")]
    assert rows("SELECT number FROM receipts_receipt ORDER BY number") == [("2",), ("3",), ("9",)]
    assert len(lake_lines()) == 5, "the lake keeps every line"
    assert let_months_go(TODAY) == ([], []), "twice does no harm"
    assert broken() == [], "the audit counts what has left"


def test_the_member_keeps_points_and_the_receipts_of_the_year(history):
    let_months_go(TODAY)
    anna = member_ids()["C1"]
    assert [seen.number for seen in receipts.receipts_of(anna)] == ["3", "2"]
    assert rows("SELECT balance FROM loyalty_account WHERE member_id = %s", anna) == [(40,)]
    ((oldest,),) = rows("SELECT id FROM receipts_identity WHERE number = '1'")
    assert receipts.numbers_of([oldest]) == {oldest: "1"}, "a posting still says which receipt it is of"


def test_its_receipts_stay_known_for_ever(history, tmp_path):
    let_months_go(TODAY)
    again = take(tmp_path, HISTORY)
    assert (again.rows_taken, again.rows_repeated) == (0, 3)
    old = key(history, "8", business_date=OLD)
    assert asked(receipts.find, [old])[old].answer == '{"n": "8"}'


def test_a_return_of_a_sale_that_has_left_is_told_so(history):
    let_months_go(TODAY)
    name = key(history, "8", business_date=OLD).name
    found = asked(receipts.find_sales, [name])[name]
    (sale,) = asked(receipts.sold_sales, [found.receipt_id]).values()
    with pytest.raises(SaleTooOld):
        receipts.check_return(sale, [])


@pytest.mark.parametrize("number", ["1", "8"], ids=["of an import", "of the api"])
def test_a_month_stays_while_the_lake_lacks_a_line(history, settings, number):
    DeltaTable(str(settings.LAKE_PATH / "receipt_lines")).delete(f"number = '{number}'")
    assert let_months_go(TODAY) == ([], [OLD])
    assert rows("SELECT count(*) FROM receipts_receipt") == [(5,)]


def test_a_month_stays_while_a_receipt_is_on_its_way(history):
    accept([sold(history, "10", ids(1)[0], business_date=OLD)])
    assert let_months_go(TODAY) == ([], [OLD])
    hear_facts(at_once=True)
    assert let_months_go(TODAY) == ([OLD], [])


def test_a_late_receipt_makes_its_month_again_and_leaves_after_it(history):
    let_months_go(TODAY)
    receipts.ensure_months([OLD])
    accept([sold(history, "10", ids(1)[0], business_date=OLD)])
    assert broken() == []
    hear_facts(at_once=True)
    assert let_months_go(TODAY) == ([OLD], [])
    assert rows("SELECT sum(lines) FROM receipts_monthgone") == [(3,)]
    assert broken() == []


def test_a_history_that_ended_long_ago_stays(history):
    assert let_months_go(date(2030, 1, 1)) == ([OLD], []), "thirteen months before its newest receipt"
    assert receipts.newest_month() == day("2026-11-01")


def test_what_an_import_brought_lately_stays_for_its_undo(history):
    (batch,) = (number for (number,) in rows("SELECT id FROM receipts_import"))
    soon = timezone.now() + timedelta(days=UNDO_DAYS - 1)
    assert keep_months.let_months_go(TODAY, now=soon) == ([], [])
    undo_import(batch, now=NOW, actor="anna")
    hear_facts()
    assert [number for (number,) in rows("SELECT number FROM receipts_receipt ORDER BY 1")] == ["8", "9"]
    assert broken() == []


def test_what_an_import_found_again_stays_for_its_undo(history, tmp_path):
    take(tmp_path, HISTORY[:1])
    run("UPDATE receipts_import SET started_at = '2026-01-01' WHERE id = (SELECT min(id) FROM receipts_import)")
    assert keep_months.let_months_go(TODAY, now=timezone.now()) == ([], [])


def test_an_empty_house_has_nothing_to_let_go(db):
    assert let_months_go(TODAY) == ([], [])


def test_a_line_that_the_lake_loses_later_is_named(history, settings):
    let_months_go(TODAY)
    DeltaTable(str(settings.LAKE_PATH / "receipt_lines")).delete("number = '1'")
    assert ["2025-09: books 1 lines of 1000 fen, lake nothing" in (one or "") for one in broken()] == [True]


def test_what_is_noted_of_a_month_counts_in_the_imports_report(history):
    let_months_go(TODAY)
    run("UPDATE receipts_monthgone SET lines = 2 WHERE batch_id IS NOT NULL")
    assert any("report 3 rows, books 2, gone to the lake 2" in (one or "") for one in broken())


@pytest.mark.django_db(transaction=True)
def test_a_month_in_which_somebody_works_stays_until_the_next_night(tmp_path, transactional_db):
    shop = open_shop()
    receipts.ensure_months([OLD])
    accept([sold(shop, "8", ids(1)[0], business_date=OLD), sold(shop, "9", ids(1)[0])])
    hear_facts(at_once=True)
    writing, done = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            run("UPDATE receipts_receipt SET till = till WHERE number = '8'")
            writing.set()
            done.wait(30)
        connection.close()

    clerk = threading.Thread(target=work)
    clerk.start()
    writing.wait(30)
    assert let_months_go(TODAY) == ([], [OLD])
    done.set()
    clerk.join()
    assert let_months_go(TODAY) == ([OLD], [])
