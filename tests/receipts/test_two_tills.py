"""Two connections at one moment: they pass one after the other, and where they do not, the database refuses one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from huitou.bulk.trip import trip
from huitou.receipts import service as receipts
from tests.builders import rows
from tests.receipts.selling import ids, key, open_shop, returned, sold

pytestmark = pytest.mark.django_db(transaction=True)


STANDING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def meet(first: Callable[[Callable[[], None]], None], second: Callable[[], None]) -> None:
    """`first` goes on to its commit only when `second` has begun, and stands at a lock or has passed."""
    begun, passed = threading.Event(), threading.Event()

    def other() -> None:
        begun.wait(120)
        try:
            second()
        finally:
            passed.set()
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()

    def wait_for_the_other() -> None:
        begun.set()
        with ThreadPoolExecutor(1) as watching:  # this thread's connection is busy
            watching.submit(stands_or_passed).result()

    def stands_or_passed() -> None:
        try:
            while not passed.wait(0.02) and rows(STANDING) == [(0,)]:
                pass
        finally:
            connection.close()

    first(wait_for_the_other)
    thread.join(120)
    assert passed.is_set(), "nobody hangs"


@pytest.mark.parametrize("held", [True, False], ids=["names are held", "the lock is taken away"])
def test_the_same_receipt_from_two_tills_counts_once(held, transactional_db):
    shop = open_shop()
    mine, theirs = ids(2)
    outcome = {}

    def record(receipt: int, wait: Callable[[], None]) -> str:
        head, line = sold(shop, "1", receipt)
        with transaction.atomic(), trip() as going:
            if held:
                receipts.hold_names(going, [head.key.name])
            known = receipts.find(going, [head.key]).read()
            if known:
                return known[head.key].answer or ""
            receipts.accept(going, [head], [line])
            receipts.find(going, [head.key]).read()
            wait()
        return "recorded"

    def other() -> None:
        try:
            outcome["second"] = record(theirs, lambda: None)
        except IntegrityError as refused:
            outcome["second"] = "refused" if receipts.identity_taken(refused) else "lost"

    meet(lambda wait: outcome.update(first=record(mine, wait)), other)
    assert outcome["first"] == "recorded"
    assert outcome["second"] == ('{"n": "1"}' if held else "refused"), "never a second one"
    assert rows("SELECT id FROM receipts_identity") == rows("SELECT id FROM receipts_receipt") == [(mine,)]


@pytest.mark.parametrize("held", [True, False], ids=["names are held", "the lock is taken away"])
def test_a_sale_and_its_return_do_not_miss_each_other(held, transactional_db):
    shop = open_shop()
    sale, back = ids(2)
    name = key(shop, "1").name
    seen = {}

    def sell(wait: Callable[[], None]) -> None:
        with transaction.atomic(), trip() as going:
            if held:
                receipts.hold_names(going, [name])
            seen["waiting"] = receipts.parked_returns(going, [name]).read()
            receipts.accept(going, *([one] for one in sold(shop, "1", sale)))
            receipts.find(going, [key(shop, "1")]).read()
            wait()

    def give_back() -> None:
        with transaction.atomic(), trip() as going:
            if held:
                receipts.hold_names(going, [name])
            seen["sale"] = receipts.find_sales(going, [name]).read()
            parked = [] if seen["sale"] else [back]
            receipts.accept(going, *([one] for one in returned(shop, "8", back)), returns={back: name}, parked=parked)

    meet(sell, give_back)
    missed = not seen["waiting"] and not seen["sale"]
    assert missed is not held, "the control: without the lock neither finds the other"
