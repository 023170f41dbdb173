"""Logging in and out, being locked out, and the language that stays with a person."""

from __future__ import annotations

import pytest
from django.test import Client

from huitou.access import service as access
from tests.builders import rows

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def person(db):
    access.ensure_user(username="ada", name="Ada", role="marketer", password=PASSWORD, language="zh-hans")


def attempt(client: Client, password: str, **more: str):
    return client.post("/login", {"username": "ada", "password": password, **more})


def test_the_right_password_opens_the_door(client, person):
    assert attempt(client, PASSWORD)["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.get("/logout").status_code == 405, "a link must not log anybody out"
    assert client.post("/logout")["Location"] == "/login"
    assert client.get("/").status_code == 302


def test_the_log_in_goes_back_to_where_one_was_but_not_elsewhere(client, person):
    assert attempt(client, PASSWORD, next="/members")["Location"] == "/members"
    client.post("/logout")
    assert attempt(client, PASSWORD, next="https://elsewhere.example/")["Location"] == "/"


def test_a_cashier_starts_at_the_members(client, db):
    rows("INSERT INTO catalogue_store (code, name) VALUES ('e', 'e') RETURNING id")
    access.ensure_user(username="ada", name="Ada", role="cashier", password=PASSWORD, store_ids=[1])
    assert attempt(client, PASSWORD)["Location"] == "/members"


def test_a_wrong_password_says_so_and_keeps_the_name(client, person):
    page = attempt(client, "wrong").content.decode()
    assert "用户名或密码不对。" in page
    assert 'value="ada"' in page
    assert "wrong" not in page


def test_too_many_wrong_passwords_lock_that_name(client, person, settings):
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        response = attempt(client, "wrong")
    assert response.status_code == 429
    assert "锁定 15 分钟" in response.content.decode()
    assert attempt(client, PASSWORD).status_code == 429, "now the right one waits too"


def test_the_language_stays_with_the_person(client, person):
    attempt(client, PASSWORD)
    assert 'lang="zh-Hans-CN"' in client.get("/members").content.decode()
    assert client.post("/language", {"language": "en", "next": "/members"})["Location"] == "/members"
    assert '<html lang="en"' in client.get("/members").content.decode()
    assert rows("SELECT language FROM access_user") == [("en",)]
    elsewhere = Client(headers={"accept-language": "zh-CN"})
    attempt(elsewhere, PASSWORD)
    assert '<html lang="en"' in elsewhere.get("/members").content.decode()


def test_a_language_chosen_before_the_log_in_is_kept(client, person):
    client.post("/language", {"language": "en", "next": "/login"})
    assert '<html lang="en"' in client.get("/login").content.decode()
    attempt(client, PASSWORD)
    assert rows("SELECT language FROM access_user") == [("en",)]


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_language_switch_leads_nowhere_else(client, person, back):
    assert client.post("/language", {"language": "en", "next": back})["Location"] == "/"
    assert client.post("/language", {"language": "tlh"}).status_code == 400


def test_an_old_form_is_refused_with_words(person):
    strict = Client(enforce_csrf_checks=True)
    response = attempt(strict, PASSWORD)
    assert response.status_code == 403
    assert "form_too_old" in response.content.decode()
