"""What is said is heard at least once, and one that fails holds up nobody."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.builders import rows, run

from huitou.outbox import service as outbox

pytestmark = pytest.mark.django_db


def waits() -> list[tuple]:
    return rows("SELECT kind, attempts, last_error FROM outbox_fact WHERE done_at IS NULL ORDER BY id")


def come_due() -> None:
    run("UPDATE outbox_fact SET next_try_at = clock_timestamp() - interval '1 second' WHERE done_at IS NULL")


def test_each_fact_is_heard_once_in_order():
    heard = []
    outbox.say("sold", number=1)
    outbox.say("sold", number=2)
    assert outbox.backlog()[0] == 2
    assert outbox.drain({"sold": lambda fact: heard.append(fact.body["number"])}) == 2
    assert outbox.drain({"sold": lambda fact: heard.append(fact.body["number"])}) == 0
    assert heard == [1, 2]
    assert outbox.backlog()[0] == 0


def test_what_was_taken_back_was_never_said():
    with transaction.atomic():
        outbox.say("sold", number=1)
        transaction.set_rollback(True)
    assert outbox.drain({"sold": pytest.fail}) == 0


def test_one_that_fails_is_tried_again_later_and_the_others_pass():
    heard = []

    def hear(fact):
        if fact.body["number"] == 1 and not heard[1:]:
            raise OSError("disk full")
        heard.append(fact.body["number"])

    for number in (1, 2, 3):
        outbox.say("sold", number=number)
    assert outbox.drain({"sold": hear}) == 2
    assert heard == [2, 3]
    assert waits() == [("sold", 1, "OSError: disk full")], "and it is said why"
    assert outbox.drain({"sold": hear}) == 0, "not at once"
    come_due()
    assert outbox.drain({"sold": hear}) == 1
    assert (heard, waits()) == ([2, 3, 1], [])


def test_a_hearer_that_fails_takes_its_own_writes_back():
    def hear(fact):
        run("INSERT INTO catalogue_store (code, name) VALUES ('half', 'done')")
        raise ValueError

    outbox.say("sold")
    outbox.drain({"sold": hear})
    assert rows("SELECT count(*) FROM catalogue_store") == [(0,)]
    assert waits() == [("sold", 1, "ValueError: ")]


def test_a_hearer_whose_statement_fails_does_not_break_the_outbox():
    outbox.say("sold")
    outbox.say("bought")
    assert outbox.drain({"sold": lambda fact: run("SELECT 1 / 0"), "bought": lambda fact: None}) == 1
    assert [(kind, attempts) for kind, attempts, _ in waits()] == [("sold", 1)]


def test_it_waits_twice_as_long_each_time_and_an_hour_at_most():
    def hear(fact):
        raise OSError

    outbox.say("sold")
    pauses = []
    for _ in range(15):
        come_due()
        outbox.drain({"sold": hear})
        wait = "SELECT round(extract(epoch FROM next_try_at - clock_timestamp()))::int FROM outbox_fact"
        pauses.append(rows(wait)[0][0])
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-2:] == [3600, 3600]


def test_a_fact_that_nobody_knows_waits_and_is_named():
    outbox.say("unheard_of")
    assert outbox.drain({}) == 0
    assert waits() == [("unheard_of", 1, "KeyError: 'unheard_of'")]
