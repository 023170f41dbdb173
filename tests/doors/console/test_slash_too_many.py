"""Whoever types a page's address with a slash behind it gets to the page; machines call addresses as published."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from huitou.doors.console.urls import urlpatterns

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/segments/", "/segments"),
        ("/segments/?words=%E7%94%9F%E9%B2%9C&page=2", "/segments?words=%E7%94%9F%E9%B2%9C&page=2"),
        ("/members/1/", "/members/1"),
        ("/offers/one/%E6%BB%A1%E5%87%8F/", "/offers/one/%E6%BB%A1%E5%87%8F"),
        ("/login//", "/login"),
    ],
    ids=["a list", "with what was asked", "one of many", "a Chinese name", "two slashes"],
)
def test_a_page_with_a_slash_behind_it_leads_to_the_page(client, path, to):
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, to)
    assert client.head(path).status_code == 301


def test_every_page_that_takes_nothing_has_it(client):
    plain = [f"/{one.pattern}" for one in urlpatterns if not one.pattern.converters and str(one.pattern)]
    assert len(plain) > 30
    for path in plain:
        assert client.get(f"{path}/")["Location"] == path


@pytest.mark.parametrize(
    ("method", "path", "status", "because"),
    [
        ("post", "/segments/new/", 404, "what is sent goes to an address of ours, and is not sent on"),
        ("get", "/nothing/", 404, "there is no such page without the slash either"),
        ("get", "/%2Fexample.com/", 404, "nobody is sent to another house"),
        ("get", "/api/v1/health/", 404, "the interface for machines is strict"),
        ("get", "/till/", 302, "the till's page has its slash, and asks for a log-in"),
    ],
)
def test_nothing_else_is_sent_on(client, method, path, status, because):
    response = getattr(client, method)(path)
    assert response.status_code == status, because
    assert response.get("Location", "/login").startswith("/login"), because


def test_no_page_of_the_console_is_published_with_a_slash():
    assert [str(one.pattern) for one in urlpatterns if str(one.pattern).endswith("/")] == []
    assert get_resolver().resolve("/till/").app_name == "till"
