"""Statements that travel together: answered together, undone together."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

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
