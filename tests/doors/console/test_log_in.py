"""Logging in and out, being locked out, and the language that stays with a person."""

from __future__ import annotations

import pytest
from django.test import Client

from huitou.access import service as access
from tests.builders import rows, run

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


def test_an_empty_installation_says_how_the_first_account_is_made(client, db):
    assert "huitou user add" in client.get("/login").content.decode()
    access.ensure_user(username="ada", name="Ada", role="marketer", password=PASSWORD)
    assert "huitou user add" not in client.get("/login").content.decode(), "nobody who logs in runs a server"


def test_the_log_in_goes_back_to_where_one_was_but_not_elsewhere(client, person):
    assert attempt(client, PASSWORD, next="/members")["Location"] == "/members"
    client.post("/logout")
    assert attempt(client, PASSWORD, next="https://elsewhere.example/")["Location"] == "/"


def test_a_cashier_starts_at_the_till(client, db):
    ((store,),) = rows("INSERT INTO catalogue_store (code, name) VALUES ('e', 'e') RETURNING id")
    access.ensure_user(username="ada", name="Ada", role="cashier", password=PASSWORD, store_ids=[store])
    assert attempt(client, PASSWORD)["Location"] == "/till/"


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


def _tries(name: str, address: str, times: int) -> None:
    """Wrong passwords behind everybody's back, a minute ago."""
    run(
        "INSERT INTO axes_accessattempt (username, ip_address, user_agent, http_accept, path_info, attempt_time, "
        "get_data, post_data, failures_since_start) "
        f"VALUES ('{name}', '{address}', '', '', '', now() - interval '1 minute', '', '', {times})"
    )


@pytest.mark.parametrize(
    ("tried", "status", "because"),
    [
        ([("ada", "10.0.0.9", 48)], 200, "many wrong ones from elsewhere do not lock her out yet"),
        ([("ada", "10.0.0.9", 25), ("ada", "10.0.0.8", 24)], 429, "fifty for one name, wherever they come from"),
        ([("bob", "127.0.0.1", 98)], 200, "a shop's one address has many people"),
        ([("bob", "127.0.0.1", 50), ("eve", "127.0.0.1", 49)], 429, "a hundred from one address, whatever the name"),
        ([("bob", "10.0.0.9", 5000)], 200, "another name from another address"),
    ],
)
def test_a_name_alone_and_an_address_alone_have_limits_too(client, person, tried, status, because):
    for name, address, times in tried:
        _tries(name, address, times)
    assert attempt(client, "wrong").status_code == status, because
    assert attempt(client, PASSWORD).status_code == (302 if status == 200 else 429), because


def test_a_log_in_of_ones_own_does_not_forget_what_was_tried_with_other_names(client, person):
    _tries("bob", "127.0.0.1", 60)
    attempt(client, PASSWORD)
    assert rows("SELECT sum(failures_since_start) FROM axes_accessattempt") == [(60,)]


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "counted", "because"),
    [
        (False, "10.1.1.1", "127.0.0.1", "without a proxy anybody may write that header"),
        (True, "6.6.6.6, 10.1.1.1", "10.1.1.1", "the proxy's own entry is the last; those before it are the client's"),
        (True, None, "127.0.0.1", "a proxy that says nothing"),
    ],
)
def test_the_address_is_the_one_that_the_proxy_saw(client, person, settings, behind_proxy, forwarded, counted, because):
    settings.BEHIND_PROXY = behind_proxy
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    client.post("/login", {"username": "ada", "password": "wrong"}, headers=headers)
    assert rows("SELECT host(ip_address) FROM axes_accessattempt") == [(counted,)], because


def test_the_language_stays_with_the_person(client, person):
    attempt(client, PASSWORD)
    assert 'lang="zh-Hans-CN"' in client.get("/members").content.decode()
    assert client.post("/language", {"language": "en", "next": "/members"})["Location"] == "/members"
    assert '<html lang="en"' in client.get("/members").content.decode()
    assert rows("SELECT language FROM access_user") == [("en",)]
    elsewhere = Client(headers={"accept-language": "zh-CN"})
    attempt(elsewhere, PASSWORD)
    assert '<html lang="en"' in elsewhere.get("/members").content.decode()


@pytest.mark.parametrize(("browser", "shown"), [("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9", "zh-Hans-CN")])
def test_who_has_chosen_none_sees_the_language_of_their_browser(db, browser, shown):
    access.ensure_user(username="ada", name="Ada", role="marketer", password=PASSWORD)
    here = Client(headers={"accept-language": browser})
    here.cookies["django_language"] = "en" if shown != "en" else "zh-hans"  # whoever sat here before chose that
    attempt(here, PASSWORD)
    assert f'<html lang="{shown}"' in here.get("/members").content.decode()
    assert rows("SELECT language FROM access_user") == [("",)]


def test_a_log_in_writes_no_password(person, client, settings):
    before = rows("SELECT password FROM access_user")
    better = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    settings.PASSWORD_HASHERS = [better, *settings.PASSWORD_HASHERS]
    assert attempt(client, PASSWORD)["Location"] == "/", "the role of the pages may not write it, and does not try"
    assert rows("SELECT password FROM access_user") == before


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
