"""Who may open the till, what the page begins with, and that its pass opens the calls of the API."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from huitou.access import service as access
from huitou.doors.api import caller
from tests.builders import rows

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def site(settings, db):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["testserver"]
    caller._kept.clear()
    rows("INSERT INTO catalogue_store (id, code, name) VALUES (1, 'east', 'East'), (2, 'west', 'West') RETURNING id")


def person(role: str, *stores: int) -> Client:
    access.ensure_user(username=role, name="何素云", role=role, password=PASSWORD, store_ids=stores, language="en")
    client = Client(raise_request_exception=False)
    client.force_login(get_user_model().objects.get(username=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def begun(client: Client) -> dict:
    page = client.get("/till/").content.decode()
    return json.loads(re.search(r'id="till-begin" type="application/json">(.*?)</script>', page)[1])


@pytest.mark.parametrize(
    ("role", "stores", "sells_in"),
    [("cashier", (1,), ["east"]), ("store_manager", (1, 2), ["east", "west"]), ("administrator", (), ["east", "west"])],
)
def test_the_till_opens_for_who_sells_and_knows_their_stores(role, stores, sells_in):
    assert [store["code"] for store in begun(person(role, *stores))["stores"]] == sells_in


def test_a_marketer_sells_nothing_and_nobody_goes_to_the_log_in():
    assert person("marketer").get("/till/").status_code == 403
    assert Client().get("/till/")["Location"] == "/login?next=/till/"


def test_a_pass_opens_the_calls_of_its_store():
    client = person("cashier", 1)
    key = client.get("/till/pass?store=east").json()["key"]
    told = Client().get("/api/v1/key", headers={"Authorization": f"Bearer {key}"}).json()
    assert told["stores"] == ["east"]
    listed = Client().get("/api/v1/goods", headers={"Authorization": f"Bearer {key}"})
    assert listed.status_code == 200


@pytest.mark.parametrize(
    ("role", "asked", "status"),
    [("cashier", "west", 403), ("cashier", "no such store", 403), ("marketer", "east", 403), (None, "east", 401)],
)
def test_no_pass_for_what_is_not_theirs(role, asked, status):
    client = person(role, *((1,) if role == "cashier" else ())) if role else Client()
    refused = client.get("/till/pass", {"store": asked})
    assert refused.status_code == status
    assert set(refused.json()) == {"code", "message", "next_step"}


def test_the_worker_keeps_the_page_and_every_script_of_it():
    client = person("cashier", 1)
    page, worker = client.get("/till/").content.decode(), client.get("/till/worker.js")
    keeps = json.loads(re.search(r"KEEPS = (\[.*?\])", worker.content.decode())[1])
    scripts = re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', page)
    assert set(scripts) <= set(keeps), "without one of them the page would not open when the server is away"
    assert worker["Content-Type"].startswith("text/javascript")
    policy = client.get("/till/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "connect-src 'self' http://127.0.0.1:*;" in policy, "the store's own process"
