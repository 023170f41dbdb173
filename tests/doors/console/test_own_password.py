"""One's own password: who may change it, what it must be, and what ends with the old one."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from huitou.access import service as access
from tests.builders import rows
from tests.doors.console.conftest import PASSWORD

NEW = "four words of nobody"


def _kept(name):
    return get_user_model().objects.get(username=name).password


def _asked(**change):
    return {"old": PASSWORD, "new": NEW, "again": NEW} | change


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["administrator", "marketer", "store_manager", "cashier"])
def test_everybody_changes_their_own_and_stays_only_where_they_sit(lasting_chain, as_role, role):
    store = "east" if role in ("store_manager", "cashier") else ""
    here, elsewhere = as_role(role, store), as_role(role, store)
    name = f"{role}-{store}-zh-hans"
    assert 'autocomplete="current-password"' in here.get("/password").content.decode()
    assert here.post("/password", _asked()).status_code == 302
    assert here.get("/password").status_code == 200, "here they stay"
    assert elsewhere.get("/password").status_code == 302, "elsewhere they are logged out"
    login = Client()
    assert login.post("/login", {"username": name, "password": PASSWORD}).status_code == 200, "the old one is nothing"
    assert login.post("/login", {"username": name, "password": NEW}).status_code == 302
    assert rows(f"SELECT actor, action FROM access_auditentry WHERE subject = 'user:{name}'") == [
        (name, "user.own_password")
    ]


@pytest.mark.django_db
def test_what_is_refused_changes_nothing_and_ends_no_session(lasting_chain, as_role):
    name = "cashier-east-zh-hans"
    here, elsewhere = as_role("cashier", "east"), as_role("cashier", "east")
    before = _kept(name)
    for change, code, because in (
        ({"old": "not this one"}, "old_password_wrong", "whoever finds a page open does not know it"),
        ({"old": ""}, "old_password_wrong", "nothing was typed"),
        ({"new": "short", "again": "short"}, "password_too_short", "seven characters or fewer"),
        ({"new": PASSWORD, "again": PASSWORD}, "password_not_new", "the same again"),
        ({"new": name, "again": name}, "password_not_new", "everybody knows the name"),
        ({"again": NEW + "."}, "passwords_differ", "a slip would lock them out"),
    ):
        page = here.post("/password", _asked(**change))
        assert (page.status_code, code in page.content.decode()) == (422, True), because
        assert NEW not in page.content.decode(), "no password is shown"
    assert _kept(name) == before
    assert elsewhere.get("/password").status_code == 200
    assert rows("SELECT count(*) FROM access_auditentry WHERE action = 'user.own_password'")[0][0] == 0


@pytest.mark.django_db
def test_guesses_at_an_open_page_are_counted_as_at_the_door(lasting_chain, as_role):
    here = as_role("cashier", "east")
    answers = [here.post("/password", _asked(old=f"guess {n}")).status_code for n in range(11)]
    assert answers[:9] == [422] * 9
    assert answers[10] == 429, "locked, and the right one opens nothing either"
    assert here.post("/password", _asked()).status_code == 429


@pytest.mark.django_db
def test_a_pass_of_the_till_page_ends_with_the_old_password(lasting_chain, as_role):
    from datetime import UTC, datetime

    from tests.builders import store_ids

    here, name = as_role("cashier", "east"), "cashier-east-zh-hans"
    shown = access.issue_pass(get_user_model().objects.get(username=name), store_ids()["east"])
    assert access.find_pass(shown, now=datetime(2026, 11, 20, tzinfo=UTC)) is not None
    here.post("/password", _asked())
    assert access.find_pass(shown, now=datetime(2026, 11, 20, tzinfo=UTC)) is None


@pytest.mark.django_db
def test_nobody_in_particular_is_sent_to_the_log_in(lasting_chain):
    assert Client().get("/password")["Location"].startswith("/login")
    assert Client().post("/password", _asked())["Location"].startswith("/login")
