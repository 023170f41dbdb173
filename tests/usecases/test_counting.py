"""Uses of an offer are counted whichever version the till had quoted."""

from __future__ import annotations

import pytest
from tests.usecases.quoted import paid, quote, spent, switch_on, till_of_store

from huitou.offers.store.programmes import SHARDS

pytestmark = pytest.mark.django_db

OFF = {
    "id": "off",
    "name": "满20减2",
    "get": {"kind": "threshold", "steps": [{"least_amount": "20.00", "amount": "2.00"}]},
}


@pytest.mark.parametrize(
    ("terms", "found", "because"),
    [
        ({}, (2 * SHARDS, 2 * SHARDS * 2_00, 0), "nothing ends it"),
        ({"uses": 100}, (2 * SHARDS, 2 * SHARDS * 2_00, 0), "its shards are gone: all of it counts in the first"),
        ({"uses": SHARDS + 1}, (SHARDS + 1, 2 * SHARDS * 2_00, SHARDS - 1), "what went beyond is honoured"),
        (
            {"budget_fen": SHARDS * 2_00 + 1_00},
            (2 * SHARDS, SHARDS * 2_00 + 1_00, 0),
            "so is what goes beyond a budget",
        ),
    ],
)
def test_what_was_quoted_before_an_offer_was_limited_is_counted(monkeypatch, terms, found, because):
    till = till_of_store(monkeypatch)
    switch_on(OFF)
    for _ in range(SHARDS):  # one in each shard
        till.record(paid(till, quote(till, 30_00)))
    assert spent("off") == (SHARDS, SHARDS * 2_00, 0)
    waiting = [paid(till, quote(till, 30_00)) for _ in range(SHARDS)]
    switch_on({**OFF, "name": "满 20 减 2"}, **terms)
    for sale in waiting:
        assert till.record(sale)["difference"] == "0.00", "it is settled as it was quoted"
    assert spent("off") == found, because
