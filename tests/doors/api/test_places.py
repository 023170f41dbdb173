"""About where a member lives, by machines: told once, forgotten once, never told again, refused without a trace."""

from __future__ import annotations

from datetime import date

import pytest

from huitou.members import service as members
from huitou.members.terms import NewMember, NewProfile
from huitou.usecases import people
from tests.builders import contents, rows
from tests.doors.api.conftest import calling, refused, told

DAY = date(2026, 11, 1)
NOTED = ("access_apikey",)
HOME = {"latitude": "30.2514", "longitude": "120.1683"}
NOWHERE = {"latitude": None, "longitude": None}


@pytest.fixture
def path(chain) -> str:
    members.take_people([NewMember("A", "何A", DAY, "13800138000", None, chain["east"])])
    ((number,),) = rows("SELECT id FROM members_member")
    return f"/members/M{number:08d}/place"


def lives_at() -> list[str | None]:
    return [place for (place,) in rows("SELECT lives_at FROM members_profile")]


def test_it_is_kept_coarse_and_the_same_again_changes_nothing(call, path):
    assert told(call(path, NOWHERE, "PUT")) == {"status": "known"}
    assert lives_at() == [], "nothing was told, and nothing is there"
    assert told(call(path, HOME, "PUT")) == {"status": "told"}
    assert lives_at() == ["30.251,120.168"]
    before = contents(without=NOTED)
    assert told(call(path, {"latitude": "30.251", "longitude": "120.16849"}, "PUT")) == {"status": "known"}
    assert contents(without=NOTED) == before
    assert told(call(path, NOWHERE, "PUT")) == {"status": "forgotten"}
    assert lives_at() == [None]
    assert told(call(path, NOWHERE, "PUT")) == {"status": "known"}
    trail = rows("SELECT action, detail::text FROM access_auditentry WHERE action LIKE 'place%' ORDER BY id")
    assert [action for action, _ in trail] == ["place.tell", "place.forget"]
    assert "30.25" not in repr(trail), "nobody erases the trail"


def test_a_file_and_a_form_say_it_of_one_profile(call, path):
    members.take_profiles([NewProfile("A", "female")], source="crm")
    assert told(call(path, HOME, "PUT")) == {"status": "told"}
    assert rows("SELECT sex, lives_at, source FROM members_profile") == [("female", "30.251,120.168", "crm")]


@pytest.mark.parametrize(
    "body",
    [
        {"latitude": "30.25"},
        {**HOME, "longitude": None},
        {**HOME, "latitude": 30.25},
        {**HOME, "latitude": "90.0001"},
        {**HOME, "longitude": "-180.5"},
        {**HOME, "latitude": "NaN"},
        {**HOME, "latitude": "3e1"},
        {**HOME, "latitude": ""},
        {**HOME, "street": "人民路"},
    ],
)
def test_what_is_no_place_is_refused_and_nothing_moves(call, path, body):
    before = contents(without=NOTED)
    refused(call(path, body, "PUT"), 422, "body_unfit")
    assert contents(without=NOTED) == before


def test_a_key_of_another_store_tells_nothing(path):
    west = calling(people.add_key("west", store_codes=["west"], calls=[], actor="test"))
    before = contents(without=NOTED)
    refused(west(path, HOME, "PUT"), 404, "member_not_found")
    refused(west("/members/M99999999/place", HOME, "PUT"), 404, "member_not_found")
    assert contents(without=NOTED) == before
