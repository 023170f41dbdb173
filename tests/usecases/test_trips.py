"""How often a recording waits for the database: one read trip that locks, one write trip, and the commit (ADR 4)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from psycopg.pq import TransactionStatus
from tests.builders import rows, run
from tests.usecases.tills import Till, card, open_store

from huitou.bulk.trip import Trip
from huitou.catalogue import service as catalogue
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.members.terms import MemberRef

pytestmark = pytest.mark.django_db

PATIENCE_SECONDS = 60
READS, WRITES = "reads and locks", "writes"
ACCOUNT_LOCK, FIRST_WRITE = "FOR UPDATE", "INSERT INTO receipts_identity"


@contextmanager
def trips() -> Iterator[list[str]]:
    """What each round trip did; statements that wait alone are trips, too."""
    found: list[str] = []
    travel = Trip._travel

    def counted(self: Trip, bound: list, commit: bool) -> object:
        asked = [answer.statement for answer, *_ in bound]
        assert not (any(ACCOUNT_LOCK in one for one in asked) and any(FIRST_WRITE in one for one in asked))
        found.append(WRITES if any(FIRST_WRITE in one for one in asked) else READS)
        return travel(self, bound, commit)

    def alone(execute: Callable, sql: str, *more: object) -> object:
        if not sql.startswith(("SAVEPOINT", "RELEASE")):  # a test's transaction stands around that of the recording
            found.append(sql)
        return execute(sql, *more)

    with pytest.MonkeyPatch.context() as patch, connection.execute_wrapper(alone):
        patch.setattr(Trip, "_travel", counted)
        yield found


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    """A till whose store, goods and members are known."""
    monkeypatch.setattr(catalogue, "FRESH_SECONDS", 3600.0)
    open_store("S1")
    till = Till()
    till.record(till.sale(100_000, 200, member=card("C1")))
    till.record(till.sale(100_000, 200, member=card("C2")))
    yield till
    catalogue._kept.clear()


def test_a_sale_takes_one_read_trip_and_one_write_trip(till: Till) -> None:
    sale = till.sale(1280, 1099, member=card("C1"))
    with trips() as seen:
        till.record(sale)
    assert seen == [READS, WRITES]


def test_a_sale_without_a_member_takes_the_same(till: Till) -> None:
    with trips() as seen:
        till.record(till.sale(1280))
    assert seen == [READS, WRITES]


def test_fifty_sales_of_a_batch_take_as_many_as_one(till: Till) -> None:
    sales = [till.sale(1280, member=card(f"C{1 + place % 2}")) for place in range(50)]
    with trips() as seen:
        till.upload(*sales)
    assert seen == [READS, WRITES]


@pytest.mark.django_db(transaction=True)
def test_the_commit_travels_with_what_is_written(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Because its own way there and back would be a third one, with the accounts locked all the while."""
    left_to_do, commit = [], connection.commit
    sale = till.sale(1280, member=card("C1"))

    def watched() -> None:
        left_to_do.append(connection.connection.info.transaction_status != TransactionStatus.IDLE)
        commit()

    monkeypatch.setattr(connection, "commit", watched)
    told = till.record(sale)
    assert left_to_do == [False]
    assert till.record(sale) == told, "and it is there"
    assert left_to_do == [False, True], "because what only reads ends as it always did"


def test_what_was_told_is_told_after_one_trip_and_locks_nothing(till: Till) -> None:
    sale = till.sale(1280, member=card("C1"))
    till.record(sale)
    with trips() as seen:
        till.record(sale)
    assert seen == [READS]
    assert rows("SELECT current_setting('huitou.ready')") == [("",)], "because the lock finds nobody in it"


def test_somebody_or_something_new_is_made_before_anything_is_locked(till: Till) -> None:
    """Because an import may hold the same new product for minutes, and wants these accounts after it."""
    for sale in (till.sale(1280, member=card("C3")), till.sale(1, 2, 3, member=card("C1"))):
        with trips() as seen:
            till.record(sale)
        assert seen[0] == READS
        assert [one for one in seen if one in (READS, WRITES)] == [READS, READS, WRITES]
        assert "INSERT INTO" in seen[1] or "pg_advisory" in seen[1], "it is made between them"


@pytest.mark.django_db(transaction=True)
def test_a_sale_that_waits_for_a_new_product_locks_nobody(till: Till) -> None:
    """Because who makes that product, an import, wants the same accounts later: each would wait for the other."""
    sale = till.sale(1, 2, 3, member=card("C1"))

    def sell() -> None:
        try:
            till.record(sale)
        finally:
            connection.close()

    selling = threading.Thread(target=sell)
    with transaction.atomic():
        run("INSERT INTO catalogue_product (sku, name) VALUES ('sku-3', 'Goods 3')")
        selling.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
        until = time.monotonic() + PATIENCE_SECONDS
        while rows(waiting) == [(0,)] and time.monotonic() < until:
            time.sleep(0.02)
        assert rows(waiting) == [(1,)], "the sale waits for the product"
        assert len(rows("SELECT id FROM loyalty_account WHERE role = 'member' FOR UPDATE NOWAIT")) == 2
    selling.join(PATIENCE_SECONDS)
    assert rows("SELECT count(*) FROM receipts_receipt") == [(3,)]


def test_points_that_pay_are_decided_on_what_the_lock_shows(till: Till) -> None:
    till.now += timedelta(minutes=1)
    ((member,),) = rows("SELECT member_id FROM members_identity WHERE value = 'C1'")
    code = MemberRef("code", members.dynamic_code(member, at=till.now))
    with trips() as seen:
        assert till.record(till.sale(1280, member=code, points_used=30))["points_used"] == 30
    assert (seen[0], seen[-1]) == (READS, WRITES)
    assert set(seen) == {READS, WRITES}
    assert loyalty.balance_of(member) == 1002 - 30 + 12
