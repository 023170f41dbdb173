"""An offer gets a limit, or another version, at the moment in which a till counts a use of it: the use is counted."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import connection, transaction
from tests.builders import rows
from tests.usecases.quoted import bought, paid, quote, spent, switch_on, till_of_store

from huitou.members.terms import MemberRef

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 60
MONEY = {"kind": "amount_off", "amount": "5.00", "per": "lot"}
POINTS = {"kind": "points_bonus", "add": 5}
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.mark.parametrize("get", [MONEY, POINTS], ids=["money off", "points"])
@pytest.mark.parametrize("terms", [{"uses": 10}, {"per_store_day": 10}], ids=["altogether", "of a store on a day"])
def test_a_use_that_is_counted_meanwhile_is_not_lost(
    get: dict[str, Any], terms: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The till's statement has seen the rows as they were; what it waits for takes some of them away."""
    with transaction.atomic():
        till = till_of_store(monkeypatch, "C1")
    member = MemberRef("card", "C1")
    switch_on({"id": "o", "get": get})
    bought(till, 20_00, member=member)
    sales = [paid(till, quote(till, 20_00, member=member), member=member) for _ in range(8)]

    def sell() -> None:
        try:
            for sale in sales:  # of each row one
                till.record(sale)
        finally:
            connection.close()

    selling = threading.Thread(target=sell)
    with transaction.atomic():
        switch_on({"id": "o", "name": "anew", "get": get}, **terms)
        selling.start()
        until = time.monotonic() + PATIENCE_SECONDS
        while rows(WAITING) == [(0,)] and time.monotonic() < until and selling.is_alive():
            time.sleep(0.02)
        assert rows(WAITING) != [(0,)], "the till has chosen a row, and waits"
    selling.join(PATIENCE_SECONDS)
    assert not selling.is_alive()
    uses, _, honoured = spent("o")
    assert uses + honoured == 9
