"""Statements that travel together: answered together, undone together."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction

from huitou.bulk.trip import trip

pytestmark = pytest.mark.django_db

_STORE = "INSERT INTO catalogue_store (code, name) VALUES (%s, %s) ON CONFLICT DO NOTHING"


def stores() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalogue_store")
        return cursor.fetchone()[0]


def test_answers_are_read_after_all_is_asked() -> None:
    with transaction.atomic(), trip() as sent:
        first = sent.ask("SELECT 1 + %s", [2])
        second = sent.ask("SELECT unnest(%s::int[])", [[4, 5]])
        nothing = sent.ask("SELECT 1 WHERE false")
        assert second.rows() == [(4,), (5,)]
        assert (first.row(), nothing.row()) == ((3,), None)


def test_what_a_statement_changed_is_known_before_the_trip_ends() -> None:
    with transaction.atomic(), trip() as sent:
        once = sent.ask(_STORE, ["S1", "one"])
        again = sent.ask(_STORE, ["S1", "one"])
        assert (once.count(), again.count()) == (1, 0)


def _with_a_failure() -> None:
    with transaction.atomic(), trip() as sent:
        sent.ask(_STORE, ["S1", "one"])
        sent.ask("INSERT INTO catalogue_store (code, name) VALUES ('S2', NULL)")
        sent.ask(_STORE, ["S3", "three"])


def _with_an_error_of_ours() -> None:
    with transaction.atomic(), trip() as sent:
        assert sent.ask(_STORE, ["S1", "one"]).count() == 1
        raise ZeroDivisionError


def test_a_failure_takes_the_others_along_and_the_connection_goes_on() -> None:
    with pytest.raises(IntegrityError):
        _with_a_failure()
    assert stores() == 0


def test_an_error_of_ours_between_the_questions_undoes_them() -> None:
    with pytest.raises(ZeroDivisionError):
        _with_an_error_of_ours()
    assert stores() == 0


def _stores_with_a_commit(*, fail: bool) -> None:
    with transaction.atomic(), trip(last=True) as sent:
        sent.ask(_STORE, ["S1", "one"])
        if fail:
            sent.ask("INSERT INTO catalogue_store (code, name) VALUES ('S2', NULL)")


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_travels_along_keeps_all_or_nothing() -> None:
    with pytest.raises(IntegrityError):
        _stores_with_a_commit(fail=True)
    assert stores() == 0, "because a commit behind a failure does not happen"
    _stores_with_a_commit(fail=False)
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK")  # of nothing: it was committed, and the connection is free
    assert stores() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_at_the_commit_itself_is_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE trip_late (one int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    try:
        with pytest.raises(IntegrityError), transaction.atomic(), trip(last=True) as sent:
            sent.ask("INSERT INTO trip_late VALUES (1), (1)")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM trip_late")
            assert cursor.fetchone() == (0,)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE trip_late")


def test_a_trip_within_a_larger_transaction_commits_nothing() -> None:
    def all_of_it() -> None:
        with transaction.atomic():
            _stores_with_a_commit(fail=False)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        all_of_it()
    assert stores() == 0


def test_lists_arrive_as_they_were() -> None:
    texts = ["", "NULL", 'he said "两"', "back\\slash", "{1,2}", "a,b", "%s %", None, " "]
    moments = [datetime(2026, 11, 20, 12, 30, 0, 5, tzinfo=UTC), None]
    others = [date(2026, 2, 28)], [Decimal("-1.2500")], [-(2**62), None], [b"\x00\\\xff"], [True, False], []
    with transaction.atomic(), trip() as sent:
        answer = sent.ask(
            "SELECT %s::text[], %s::timestamptz[], %s::date[], %s::numeric[], %s::bigint[], %s::bytea[], "
            "%s::boolean[], %s::int[], 100 %% 7",
            [texts, moments, *others],
        )
        assert answer.row() == (texts, moments, *others, 2)


@pytest.mark.parametrize(
    ("kind", "values", "because"),
    [
        ("text", ['say "hi"', 'say "hi"'], "one text in every place is escaped, too"),
        ("text", ["NULL", "NULL"], "the word is no null"),
        ("text", [None, None], "and a null is no word"),
        ("text", ["a\\b", "{}", ""], "texts of several kinds"),
        ("bigint", [7, 7, 7], "one number"),
        ("bigint", [2**62, -1], "two"),
        ("date", [date(2026, 2, 28), date(2026, 2, 28)], "one day"),
        ("date", [date(2026, 2, 28), date(2024, 2, 29)], "two"),
        ("numeric", [Decimal("1.50"), Decimal("1.5")], "equal numbers keep their own decimals"),
        ("boolean", [True, True], "a truth is no number"),
    ],
)
def test_a_list_of_one_kind_arrives_as_it_was(kind: str, values: list, because: str) -> None:
    with transaction.atomic(), trip() as sent:
        (arrived,) = sent.ask(f"SELECT %s::{kind}[]", [values]).row()
    assert list(map(repr, arrived)) == list(map(repr, values)), because


def test_a_statement_is_prepared_once_for_each_connection() -> None:
    with transaction.atomic():
        for number in range(3):
            with trip() as sent:
                assert sent.ask("SELECT %s::text || ' prepared once'", [f"{number}"]).row() == (
                    f"{number} prepared once",
                )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%prepared once%%'", [])
        assert cursor.fetchone() == (1,)


def test_a_statement_that_failed_when_it_was_new_can_be_asked_again() -> None:
    for _ in range(2):
        with pytest.raises(DataError), transaction.atomic(), trip() as sent:
            sent.ask("SELECT 'never', 1 / %s", [0]).row()
    with transaction.atomic(), trip() as sent:
        assert sent.ask("SELECT 'never', 1 / %s", [1]).row() == ("never", 1)


@pytest.mark.parametrize("change", ["ALTER TABLE trip_shape ADD second int", "DEALLOCATE ALL"])
def test_a_connection_that_outlives_a_migration_fails_once(change: str) -> None:
    asked = f"SELECT *, '{change}' FROM trip_shape"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE trip_shape (first int)")
        with transaction.atomic(), trip() as sent:
            assert sent.ask(asked).rows() == []
        cursor.execute(change)
        with pytest.raises(DatabaseError), transaction.atomic(), trip() as sent:
            sent.ask(asked).rows()
        with transaction.atomic(), trip() as sent:
            assert sent.ask(asked).rows() == []
        cursor.execute("DROP TABLE trip_shape")


def test_rows_are_given_once() -> None:
    with transaction.atomic(), trip() as sent:
        answer = sent.ask("SELECT generate_series(1, 3)")
        assert (answer.row(), answer.rows(), answer.row(), answer.rows()) == ((1,), [(2,), (3,)], None, [])
