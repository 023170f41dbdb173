"""Where a service agent begins: whom they opened since the log-in, what these were never asked, and what is on."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.contrib.auth import get_user_model

from huitou.members import service as members
from tests.builders import member_ids
from tests.doors.console.test_messages_part import note
from tests.doors.console.test_pages import _with_phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids(lasting_chain) -> dict[str, int]:
    return member_ids()


@pytest.fixture
def agent(ids, as_role):
    return as_role("service_agent", language="en")


def desk(client) -> str:
    return client.get("/desk").content.decode()


def people(page: str) -> list[int]:
    """Whom the list names, in its order."""
    return [int(one) for one in re.findall(r'<a data-row href="/members/(\d+)"', page)]


def finding(page: str) -> str:
    said = re.search(r'<p class="finding">(.*?)</p>', page)
    return unescape(said[1]) if said else ""


def test_the_first_page_of_a_service_agent_is_their_desk(agent):
    assert agent.get("/")["Location"] == "/desk"
    page = desk(agent)
    assert 'href="/desk"' in page.split("</nav>")[0], "it stands in the navigation"
    assert people(page) == []
    assert "You have opened nobody" in page, "an empty list says what will stand in it"


@pytest.mark.parametrize("role", ["administrator", "store_manager"])
def test_whoever_has_an_overview_has_no_desk(ids, as_role, role):
    client = as_role(role, "west" if role == "store_manager" else "")
    assert client.get("/desk")["Location"] == "/"
    assert 'href="/desk"' not in client.get("/").content.decode()
    client.get(f"/members/{ids['C2']}")
    assert "looked_at" not in client.session, "nobody else's log-in keeps whom they opened"


def test_those_opened_stand_newest_first_and_once(agent, ids):
    for card in ("C1", "C2", "C1"):
        assert agent.get(f"/members/{ids[card]}").status_code == 200
    agent.get("/members/999999999")
    assert people(desk(agent)) == [ids["C1"], ids["C2"]], "who is not there is not in the list"


def test_phones_are_masked_and_points_stand_beside_them(agent, ids):
    _with_phone()
    agent.get(f"/members/{ids['C1']}")
    page = desk(agent)
    assert "138****8000" in page, "whoever calls from it is known by its end"
    assert "13800138000" not in page
    assert re.search(r'<td class="num">\d', page), "what they ask for most"


def test_one_who_was_merged_is_the_member_that_they_became(agent, ids, monkeypatch):
    for card in ("C1", "C2"):
        agent.get(f"/members/{ids[card]}")
    monkeypatch.setattr(members, "survivors", lambda asked: {ids["C1"]: ids["C2"]})
    assert people(desk(agent)) == [ids["C2"]], "and stands there once"


def test_whom_nobody_asked_about_messages_is_said(agent, ids):
    for card in ("C1", "C2"):
        agent.get(f"/members/{ids[card]}")
    assert finding(desk(agent)) == (
        "You have opened 2 members since you logged in. "
        "2 were never asked about messages: ask while they are on the line."
    )
    note(agent, ids["C1"])
    note(agent, ids["C2"], given="0")
    page = desk(agent)
    assert finding(page) == "You have opened 2 members since you logged in."
    assert '<span class="lbl q">SMS</span>' in page
    assert "wants none" in page, "a no is an answer, and nobody asks again"


def test_the_list_goes_with_the_log_in(agent, ids):
    agent.get(f"/members/{ids['C1']}")
    agent.post("/logout")
    again = get_user_model().objects.get(username="service_agent--en")
    agent.force_login(again, backend="django.contrib.auth.backends.ModelBackend")
    assert people(desk(agent)) == []
