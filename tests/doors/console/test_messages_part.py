"""Consents to messages on a member's page: noted with who, when and how, taken back by whoever may, seen by channel."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from huitou.access.terms import Call
from huitou.members import service as members
from huitou.members.terms import NewProfile
from huitou.usecases import people
from tests.builders import contents, member_ids, rows
from tests.doors.api.conftest import calling, told

pytestmark = pytest.mark.django_db

WORDS = "SELECT channel, given, noted_by, how, undone_by FROM members_consent ORDER BY id"


@pytest.fixture
def c2(chain) -> int:
    """Of the west."""
    return member_ids()["C2"]


def note(client, member: int, channel: str = "sms", given: str = "1", at: str = "2026-11-02T10:15", **more):
    body = {"channel": channel, "given": given, "at": at, "how": "form 7", **more}
    return client.post(f"/members/{member}/messages", body)


def now_of(client, member: int, name: str = "SMS") -> str:
    """What the row of a channel says."""
    page = client.get(f"/members/{member}").content.decode()
    part = re.search(r'id="messages".*?</table>', page, re.S).group()
    row = re.search(rf"<tr><td>{name}</td>.*?</tr>", part, re.S).group()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split())


def test_a_word_is_noted_with_who_when_and_how_and_undone(c2, as_role):
    boss = as_role("administrator", language="en")
    assert "never asked" in now_of(boss, c2)
    assert note(boss, c2).status_code == 302
    assert re.search(r"SMS agreed .*10:15 .* form 7$", now_of(boss, c2))
    ((_, _, who, _, _),) = rows(WORDS)
    assert note(boss, c2, given="0", at="2026-11-03T09:00", how="by phone").status_code == 302
    undo = boss.session["toast"]["undo"]
    assert "withdrawn" in now_of(boss, c2)
    assert boss.post(undo).status_code == 302
    assert "agreed" in now_of(boss, c2), "because what held before holds again"
    before = contents(without=("django_session", "access_auditentry"))
    assert boss.post(undo).status_code == 302, "taken back twice it changes nothing"
    assert contents(without=("django_session", "access_auditentry")) == before
    assert rows(WORDS) == [("sms", True, who, "form 7", ""), ("sms", False, who, "by phone", who)]
    assert rows("SELECT action FROM access_auditentry WHERE action LIKE 'consent.%' ORDER BY id") == [
        ("consent.note",), ("consent.note",), ("consent.undo",)]  # fmt: skip
    assert "taken back by" in boss.get(f"/members/{c2}").content.decode()


def test_two_clicks_are_one_word_and_a_word_undone_can_be_said_again(c2, as_role):
    boss = as_role("administrator", language="en")
    note(boss, c2)
    undo = boss.session["toast"]["undo"]
    note(boss, c2)
    assert len(rows(WORDS)) == 1
    boss.post(undo)
    assert "never asked" in now_of(boss, c2)
    note(boss, c2)
    assert "agreed" in now_of(boss, c2)


def test_a_late_word_joins_the_history_and_says_so(c2, as_role):
    boss = as_role("administrator", language="en")
    note(boss, c2, given="0", at="2026-11-03T09:00")
    note(boss, c2, given="1", at="2026-11-01T09:00")
    assert "is newer and holds" in boss.session["toast"]["text"]
    assert "withdrawn" in now_of(boss, c2)


def test_what_is_no_word_is_refused_and_nothing_moves(c2, as_role):
    boss = as_role("administrator", language="en")
    before = contents(without=("django_session",))
    tomorrow = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    for body, status in (
        ({"how": "  "}, 422), ({"how": "a\nb"}, 422), ({"at": tomorrow}, 422), ({"at": "yesterday"}, 422),
        ({"at": "0001-01-01T00:00"}, 422), ({"at": "9999-12-31T23:59"}, 422), ({"at": "0202-11-02T10:15"}, 422),
        ({"channel": "pigeon"}, 302), ({"channel": "marketing"}, 302),
    ):  # fmt: skip
        assert note(boss, c2, **body).status_code == status, body
    assert boss.post(f"/members/{c2}/messages/{2**63}/undo").status_code == 404
    assert contents(without=("django_session",)) == before


def test_what_another_system_told_is_not_undone_here(c2, as_role):
    boss = as_role("administrator", language="en")
    app = calling(people.add_key("app", store_codes=[], calls=[Call.CONSENTS], actor="test"))
    said = {"id": "1", "purpose": "marketing", "channel": "sms", "given": True, "at": "2026-11-02T10:15:00+08:00",
            "how": "app"}  # fmt: skip
    told(app(f"/members/M{c2:08d}/consents", said))
    ((number,),) = rows("SELECT id FROM members_consent")
    assert boss.post(f"/members/{c2}/messages/{number}/undo").status_code == 404
    assert "agreed" in now_of(boss, c2)
    note(boss, c2, given="0", at="2026-11-03T09:00")
    boss.post(boss.session["toast"]["undo"])
    seen = told(app(f"/members/M{c2:08d}/consents", None, "GET"))
    assert seen["consents"] == [
        {"purpose": "marketing", "channel": "sms", "given": True, "since": "2026-11-02T02:15:00+00:00"}
    ]
    assert [one["undone_at"] is None for one in seen["history"]] == [False, True]


def test_another_members_word_is_not_undone_on_this_page(c2, as_role):
    boss, c1 = as_role("administrator", language="en"), member_ids()["C1"]
    note(boss, c1)
    ((number,),) = rows("SELECT id FROM members_consent")
    assert boss.post(f"/members/{c2}/messages/{number}/undo").status_code == 404
    assert rows("SELECT undone_at FROM members_consent") == [(None,)]


def test_what_another_system_noted_stands_beside_and_is_no_consent(c2, as_role):
    members.take_profiles([NewProfile("C2", "", None, None, {"sms": False})], source="crm")
    boss = as_role("administrator", language="en")
    assert "another system noted no" in now_of(boss, c2)
    note(boss, c2)
    assert "another system" not in now_of(boss, c2)


def test_who_takes_consents_notes_members_of_their_stores_and_a_cashier_reads(c2, as_role):
    manager, cashier = as_role("store_manager", "west", "en"), as_role("cashier", "west", "en")
    c1 = member_ids()["C1"]
    assert note(manager, c1).status_code == 404
    assert note(manager, c2).status_code == 302
    assert note(cashier, c2).status_code == 403
    ((number, member),) = rows("SELECT id, member_id FROM members_consent")
    assert member == c2
    assert cashier.post(f"/members/{c2}/messages/{number}/undo").status_code == 403
    assert "agreed" in now_of(cashier, c2)
    assert "/messages" not in cashier.get(f"/members/{c2}").content.decode()
    assert rows("SELECT undone_at FROM members_consent") == [(None,)]
