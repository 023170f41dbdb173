"""What the framework refuses by itself is told as everything else is: what happened, and what to do next."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.builders import rows

pytestmark = pytest.mark.django_db

MANY = {f"field{number}": "1" for number in range(1001)}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("浏览器一次发来的字段超过 1,000 个。", "什么都没有改。", "</nav>")),
        ("en", ("The browser sent more than 1,000 fields at once.", "Nothing was changed.", "</nav>")),
    ],
)
def test_a_form_of_too_many_fields_is_refused_with_words(as_role, language, words):
    answer = as_role("administrator", language=language).post("/targets", MANY)
    said = answer.content.decode()
    assert answer.status_code == 400
    assert "too_many_fields" in said
    assert all(word in said for word in words), "with the navigation of whoever is logged in"


def test_an_address_of_too_many_fields_is_refused_too(as_role):
    answer = as_role("administrator").get("/offers", MANY)
    assert answer.status_code == 400
    assert "too_many_fields" in answer.content.decode()


def test_too_much_at_once_is_refused_with_its_limit(as_role, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    answer = as_role("administrator", language="en").post("/targets", {"note": "x" * 2**20})
    assert answer.status_code == 413
    assert "The browser sent more than 1 MB at once." in answer.content.decode()


def test_a_strange_host_is_told_so_without_a_log_in(db):
    answer = Client(headers={"accept-language": "en"}).get("/login", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    said = answer.content.decode()
    assert "not_our_host" in said
    assert "The site does not answer to this host name." in said
    assert "elsewhere.example" not in said, "what a stranger sent is not said after them"


def test_a_script_of_ours_reads_it_as_json(as_role):
    answer = as_role("administrator").post("/targets", MANY, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "too_many_fields")


def test_a_language_that_nobody_offers_changes_nothing(as_role):
    answer = as_role("administrator", language="en").post("/language", {"language": "tlh", "next": "/"})
    assert answer.status_code == 400
    assert "request_unreadable" in answer.content.decode()
    assert rows("SELECT language FROM access_user") == [("en",)]


def test_what_a_page_wrote_before_it_could_not_read_on_is_gone(as_role, monkeypatch):
    from django.core.exceptions import SuspiciousOperation

    from huitou.doors.console.views import language

    def written_then_unread(*args, **kwargs):
        raise SuspiciousOperation("planted")

    monkeypatch.setattr(language, "url_has_allowed_host_and_scheme", written_then_unread)
    answer = as_role("administrator", language="en").post("/language", {"language": "zh-hans", "next": "/"})
    assert answer.status_code == 400
    assert rows("SELECT language FROM access_user") == [("en",)]


def test_the_interface_for_machines_keeps_its_own_form(db):
    answer = Client().get("/api/v1/health", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "host_unknown"
