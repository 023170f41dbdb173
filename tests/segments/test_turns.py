"""A newer question ends the one before, whichever process has it: the query that runs is interrupted."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime

import duckdb
import pytest
from django.db import connection

from huitou.segments import service as segments
from huitou.segments.errors import SegmentStopped, SegmentTookTooLong
from huitou.segments.store.crowd import Crowd
from huitou.segments.terms import Moment
from tests.builders import rows, run

pytestmark = pytest.mark.django_db(transaction=True)

ENDLESS = "SELECT count(*) FROM range(100000000000) a, range(100000) b WHERE (a.range + b.range) % 7 = 9"


@pytest.fixture
def crowd():
    session = duckdb.connect()
    session.execute("CREATE TABLE people AS SELECT 1 AS member_id, 0 AS position")
    yield Crowd(session, Moment(datetime.now(UTC).replace(tzinfo=None), date(2026, 11, 20)))
    session.close()


def ask(crowd, number, ended):
    try:
        with segments.in_turn("anna:page:count", number) as turn, turn.counting(crowd):
            crowd.number(ENDLESS)
    except SegmentStopped as refusal:
        ended.append(refusal.code)


@pytest.mark.parametrize("by", ["a newer question", "the button"])
def test_a_query_that_would_never_end_is_ended(crowd, by):
    ended: list[str] = []
    running = threading.Thread(target=ask, args=(crowd, 1, ended))
    running.start()
    time.sleep(0.3)
    assert running.is_alive(), "because nobody has asked anew yet"
    if by == "the button":
        segments.end_turn("anna:page:count", 2)
    else:
        with segments.in_turn("anna:page:count", 2):
            pass
    running.join(30)
    assert ended == ["segment_stopped"]


SLEEPS = (
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%%pg_sleep(77)%%' AND state = 'active' "
    "AND pid <> pg_backend_pid()"
)


@pytest.mark.parametrize(("by", "code"), [("the button", "segment_stopped"), ("time", "segment_took_too_long")])
def test_what_the_database_reads_for_a_question_is_cancelled_there(by, code):
    """A store's people are read from the database: a page that is left must not leave that running."""
    ended: list[str] = []

    def read() -> None:
        try:
            with segments.in_turn("bert:page:count", 1) as turn, turn.reading(60 if by == "the button" else 1):
                run("SELECT pg_sleep(77)")
        except (SegmentStopped, SegmentTookTooLong) as refusal:
            ended.append(refusal.code)
        finally:
            connection.close()

    running = threading.Thread(target=read)
    running.start()
    while not rows(SLEEPS)[0][0]:
        assert running.is_alive()
    if by == "the button":
        segments.end_turn("bert:page:count", 2)
    running.join(30)
    assert ended == [code]
    assert rows(SLEEPS) == [(0,)]


def test_a_question_that_comes_too_late_is_not_asked(crowd):
    segments.end_turn("anna:page:count", 9)
    with pytest.raises(SegmentStopped), segments.in_turn("anna:page:count", 8) as turn, turn.counting(crowd):
        raise AssertionError("it was asked")


def test_another_pages_question_ends_nothing(crowd):
    with segments.in_turn("anna:page:count", 1) as turn, turn.counting(crowd):
        segments.end_turn("anna:other:count", 2)
        time.sleep(0.5)
        assert crowd.number("SELECT count(*) FROM people") == 1


def test_what_was_ended_late_stops_nobody_else(crowd):
    """A crowd is the next one's as soon as the count in it is over."""
    with segments.in_turn("anna:page:count", 1) as turn:
        with turn.counting(crowd):
            crowd.number("SELECT count(*) FROM people")
        turn.end()
        assert crowd.number("SELECT count(*) FROM people") == 1
