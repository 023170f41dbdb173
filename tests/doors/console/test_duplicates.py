"""Pairs who may be one person: found by what is alike, shown with the evidence, merged and parted on a page."""

from __future__ import annotations

from datetime import date

import pytest

from huitou.kernel.ids import member_code
from huitou.members import service as members
from huitou.members.terms import NewMember, NewProfile
from huitou.usecases.duplicates import find_duplicates, list_candidates
from tests.builders import rows

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 1)
BORN = date(1988, 5, 12)


@pytest.fixture
def pairs(db) -> dict[str, int]:
    """Five cards: 张偉 twice (in traditional characters, and with one digit of the phone wrong), his wife at the same
    address, a namesake, and one who is nobody's double."""
    members.take_people(
        [
            NewMember("A", "张伟", DAY, "13800138000", BORN),
            NewMember("B", "張偉", DAY, "13800138001", BORN),
            NewMember("C", "李娜", DAY, "13900139000", date(1990, 3, 4)),
            NewMember("D", "张伟", DAY, "13700137000", date(1962, 12, 30)),
            NewMember("E", "欧阳若曦", DAY, None, None),
        ]
    )
    members.take_profiles([NewProfile(card, "", 2, "人民路 18 弄 3 号 502 室") for card in "ABC"], source="pos")
    known = members.ids_of("card", "ABCDE")
    return dict(zip(known["value"].to_pylist(), known["member_id"].to_pylist(), strict=True))


def test_the_page_shows_the_evidence_and_a_person_decides(as_role, pairs):
    found = find_duplicates()
    assert (found.waiting, found.new) == (1, 1), "because neither a wife nor a namesake is the same person"
    (pair,) = list_candidates()
    assert {pair["name"], pair["other_name"]} == {"张伟", "張偉"}
    agrees = {one["field"]: one["agrees"] for one in pair["evidence"]}
    assert (agrees["name"], agrees["birthday"], agrees["phone"]) == ("sound", "same", "typing")
    assert find_duplicates().new == 0, "because the same again finds the same"

    marketer, cashier = as_role("marketer", language="en"), as_role("administrator", language="en")
    listed = marketer.get("/duplicates").content.decode()
    assert "138****8000" in listed
    assert "13800138000" not in listed, "because phones are masked"
    page = marketer.get(f"/duplicates/{pair['pair']}").content.decode()
    for words in (
        "one slip of typing apart",
        "sounds the same",
        "becomes a part",
        "the member that remains has the word",
    ):
        assert words in page
    asked = marketer.post(f"/duplicates/{pair['pair']}/merge", {"remains": pairs["A"]})
    assert asked.status_code == 200
    assert f"Make {member_code(pairs['B'])} a part of {member_code(pairs['A'])}?" in asked.content.decode()
    assert rows("SELECT count(*) FROM members_merge") == [(0,)], "because it is asked twice, with what moves"
    sure = {"remains": pairs["A"], "sure": "1"}
    assert marketer.post(f"/duplicates/{pair['pair']}/merge", sure).status_code == 302
    ((merge,),) = rows("SELECT id FROM members_merge")
    assert rows(
        "SELECT DISTINCT member_id FROM members_identity WHERE member_id IN (%s, %s)", pairs["A"], pairs["B"]
    ) == [(pairs["A"],)]
    moved = cashier.get(f"/members/{pairs['B']}")
    assert (moved.status_code, moved["Location"]) == (302, f"/members/{pairs['A']}"), "because an old link leads on"
    assert f"/merges/{merge}" in cashier.get(f"/members/{pairs['A']}").content.decode()
    assert "Part them" in cashier.get(f"/merges/{merge}").content.decode()
    assert cashier.post(f"/merges/{merge}/part").status_code == 302
    assert rows("SELECT actor, action FROM access_auditentry WHERE action LIKE 'member.%%' ORDER BY id") == [
        ("marketer--en", "member.merge"),
        ("administrator--en", "member.unmerge"),
    ]
    assert find_duplicates().waiting == 0, "because whom a person parted never comes again"


def test_a_pair_that_is_two_people_never_comes_again(as_role, pairs):
    find_duplicates()
    (pair,) = list_candidates()
    person = as_role("administrator", language="en")
    assert person.post(f"/duplicates/{pair['pair']}/reject").status_code == 302
    assert person.post(f"/duplicates/{pair['pair']}/reject").status_code == 409
    assert find_duplicates().waiting == 0
    assert "张伟" in person.get("/duplicates?state=rejected").content.decode()


def test_who_was_not_sure_opens_the_pair_again(as_role, pairs):
    find_duplicates()
    (pair,) = list_candidates()
    person = as_role("administrator", language="en")
    again = f"/duplicates/{pair['pair']}/reopen"
    assert person.post(again).status_code == 409, "it waits for a person already"
    said = person.post(f"/duplicates/{pair['pair']}/reject", follow=True).content.decode()
    assert f'action="{again}"' in said, "what was said can be taken back at once"
    assert person.post(again, follow=True).status_code == 200
    assert [one["pair"] for one in list_candidates()] == [pair["pair"]]
    assert rows("SELECT state, decided_by FROM members_candidate") == [("open", "")]
    assert rows("SELECT action FROM access_auditentry WHERE action LIKE 'member.%%' ORDER BY id") == [
        ("member.not_same",),
        ("member.maybe_same",),
    ]
    person.post(f"/duplicates/{pair['pair']}/merge", {"remains": pairs["A"], "sure": "1"})
    refused = person.post(again)
    assert (refused.status_code, "candidate_not_aside" in refused.content.decode()) == (409, True)
