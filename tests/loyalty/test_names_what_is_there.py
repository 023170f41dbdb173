"""No row of the ledger names another that is not there, however many are written at once (ADR 19)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from tests.builders import SMALL_CHAIN, rows, run, take

pytestmark = pytest.mark.django_db

POSTING = (
    "INSERT INTO loyalty_transaction (key, kind, rule, rule_version, actor, source, business_date{}) "
    "SELECT 'x' || n, 'earn', '', 1, '', '', current_date{} FROM generate_series(1, 3) n"
)


@pytest.mark.parametrize(
    ("statement", "because"),
    [
        (POSTING.format(", corrects_id", ", nullif(n, 1) + 900000"), "corrects_id 900002"),
        (
            "INSERT INTO loyalty_lot (account_id, transaction_id, original, remaining, earned_at) "
            "SELECT account_id, transaction_id + 900000, 1, 1, now() FROM loyalty_lot",
            "transaction_id 9",
        ),
        (
            "INSERT INTO loyalty_entry (transaction_id, account_id, points) "
            "SELECT CASE n WHEN 2 THEN 900000 ELSE (SELECT min(id) FROM loyalty_transaction) END, 1, 5 "
            "FROM generate_series(1, 3) n",
            "transaction_id 900000",
        ),
        (
            "INSERT INTO loyalty_entry (transaction_id, account_id, lot_id, points) "
            "SELECT min(id), 1, 900000, 5 FROM loyalty_transaction",
            "lot_id 900000",
        ),
        (
            "INSERT INTO loyalty_sealed (transaction_id, leaves, block_id) "
            "SELECT id, '', 900000 FROM loyalty_transaction",
            "block_id 900000",
        ),
        ("DELETE FROM loyalty_lot", "loyalty_lot"),
        ("UPDATE loyalty_lot SET id = id + 900000", "loyalty_lot"),
        ("UPDATE loyalty_lot SET transaction_id = transaction_id + 900000", "loyalty_lot"),
    ],
)
def test_a_statement_with_one_row_too_many_is_refused_whole(tmp_path, statement, because):
    take(tmp_path, SMALL_CHAIN)
    counted = "SELECT (SELECT count(*) FROM loyalty_{}), (SELECT count(*) FROM loyalty_{})"
    before = [rows(counted.format(*pair)) for pair in (("transaction", "lot"), ("entry", "sealed"))]
    with pytest.raises(IntegrityError, match=because), transaction.atomic():
        run(statement)
    assert [rows(counted.format(*pair)) for pair in (("transaction", "lot"), ("entry", "sealed"))] == before


def test_a_posting_may_name_one_of_its_own_statement():
    columns = "id, key, kind, rule, rule_version, actor, source, business_date, corrects_id"
    run(
        f"INSERT INTO loyalty_transaction ({columns}) VALUES "
        "(800001, 'a', 'reverse', '', 1, '', '', current_date, 800002), "
        "(800002, 'b', 'earn', '', 1, '', '', current_date, NULL)"
    )
