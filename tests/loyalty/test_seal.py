"""Books that were sealed cannot change unseen: not an amount, not a rule, not an hour."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.builders import rows
from tests.usecases.tills import Till, card, open_store

from huitou.loyalty import service as loyalty

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Till:
    """A till of a store where three sales were sealed, and one more waits."""
    open_store("S1")
    till = Till()
    for amount in (1000, 2000, 3000):
        till.record(till.sale(amount, member=card("C1")))
    assert loyalty.seal_books() == 3
    return till


def behind_our_back(statement: str, *values: object) -> None:
    """What somebody with the database's own password can do: rights taken, triggers off, until the test ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("GRANT UPDATE, DELETE ON loyalty_entry, loyalty_sealed TO CURRENT_USER")
        for table in ("entry", "transaction", "block", "sealed"):
            cursor.execute(f"ALTER TABLE loyalty_{table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)


def entry_ids() -> list[int]:
    return [entry for (entry,) in rows("SELECT id FROM loyalty_entry ORDER BY id")]


def test_sealed_books_read_as_they_were(till: Till) -> None:
    till.record(till.sale(4000, member=card("C1")))
    found = loyalty.verify_books()
    assert (found.entries, found.blocks, found.waiting, found.first_broken) == (8, 1, 1, None)
    assert loyalty.seal_books() == 1
    assert loyalty.verify_books().blocks == 2
    assert loyalty.seal_books() == 0, "nothing is sealed twice"


@pytest.mark.parametrize("change", ["points = points + 1", "account_id = account_id + 1", "lot_id = NULL"])
def test_an_entry_that_was_changed_is_named(till: Till, change: str) -> None:
    bad = entry_ids()[2]
    behind_our_back(f"UPDATE loyalty_entry SET {change} WHERE id = %s", bad)
    assert f"entry {bad} of transaction" in loyalty.verify_books().first_broken


@pytest.mark.parametrize(
    "change",
    [
        "key = key || 'x'",
        "kind = 'burn'",
        "rule = rule || 'x'",
        "rule_version = 2",
        "actor = 'me'",
        "source = 'x'",
        "store_id = NULL",
        "receipt_id = NULL",
        "corrects_id = id",
        "business_date = business_date - 1",
        "posted_at = posted_at + interval '1 microsecond'",
    ],
)
def test_a_posting_that_was_changed_is_named(till: Till, change: str) -> None:
    (second,) = rows("SELECT id FROM loyalty_transaction ORDER BY id OFFSET 1 LIMIT 1")[0]
    behind_our_back(f"UPDATE loyalty_transaction SET {change} WHERE id = %s", second)
    assert f"of transaction {second} is not" in loyalty.verify_books().first_broken


def test_an_entry_that_was_taken_out_or_slipped_in_is_found(till: Till) -> None:
    first, *_, last = entry_ids()
    behind_our_back("DELETE FROM loyalty_entry WHERE id = %s", first)
    assert "is not what was sealed" in loyalty.verify_books().first_broken
    behind_our_back(
        "INSERT INTO loyalty_entry (transaction_id, account_id, points) "
        "SELECT transaction_id, account_id, 5 FROM loyalty_entry WHERE id = %s",
        last,
    )
    assert "is not what was sealed" in loyalty.verify_books().first_broken


def test_who_rewrites_the_leaves_as_well_lacks_the_key(till: Till) -> None:
    behind_our_back(
        "UPDATE loyalty_sealed SET leaves = set_byte(leaves, 5, 255 - get_byte(leaves, 5)) WHERE transaction_id = "
        "(SELECT max(transaction_id) FROM loyalty_sealed)"
    )
    assert loyalty.verify_books().first_broken is not None
    behind_our_back("DELETE FROM loyalty_sealed")
    assert loyalty.verify_books().first_broken is not None


def test_a_block_that_was_taken_out_breaks_the_chain(till: Till) -> None:
    till.record(till.sale(4000, member=card("C1")))
    loyalty.seal_books()
    behind_our_back("DELETE FROM loyalty_sealed WHERE block_id = (SELECT id FROM loyalty_block WHERE number = 1)")
    behind_our_back("DELETE FROM loyalty_block WHERE number = 1")
    assert "block 2 of store" in loyalty.verify_books().first_broken


def test_a_posting_around_the_ledger_is_found(till: Till) -> None:
    behind_our_back(
        "INSERT INTO loyalty_transaction (key, kind, rule, rule_version, actor, source, business_date) "
        "VALUES ('gift', 'earn', 'none', 1, 'me', 'psql', '2026-11-20')"
    )
    assert "neither sealed nor waits" in loyalty.verify_books().first_broken
