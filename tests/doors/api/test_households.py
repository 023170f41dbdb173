"""Who lives with whom, by machines: said once, seen within the key's stores, and refused without a trace."""

from __future__ import annotations

from datetime import date

import pytest

from huitou.members import service as members
from huitou.members.terms import NewMember
from huitou.usecases import people
from tests.builders import contents
from tests.doors.api.conftest import calling, refused, told

DAY = date(2026, 11, 1)
NOTED = ("access_apikey",)


@pytest.fixture
def codes(chain) -> dict[str, str]:
    """A, B and C of the east, D of the west, by their member numbers."""
    members.take_people(
        [
            NewMember(card, f"何{card}", DAY, f"1380013800{n}", None, chain["west" if card == "D" else "east"])
            for n, card in enumerate("ABCD")
        ]
    )
    known = members.ids_known("card")
    ids = zip(known["value"].to_pylist(), known["member_id"].to_pylist(), strict=True)
    return {card: f"M{one:08d}" for card, one in ids}


def test_they_live_together_are_named_and_part(call, codes):
    path = f"/members/{codes['A']}/household"
    assert told(call(path, None, "GET")) == {"household": None}
    joined = told(call(f"{path}/{codes['B']}", None, "PUT"))
    assert (joined["status"], joined["household"]["number"]) == ("joined", None)
    assert [(one["member"], one["name"], one["phone"]) for one in joined["household"]["people"]] == [
        (codes["A"], "何A", "138****8000"), (codes["B"], "何B", "138****8001"),
    ]  # fmt: skip
    again = told(call(f"{path}/{codes['B'].lower()}", None, "PUT"))
    assert again == {**joined, "status": "known"}
    named = told(call(path, {"name": "何家"}, "PUT"))
    assert named["household"]["name"] == "何家"
    assert told(call(path, None, "DELETE")) == {"status": "left", "household": None}
    assert told(call(path, None, "DELETE")) == {"status": "known", "household": None}
    assert told(call(f"/members/{codes['B']}/household", None, "GET"))["household"]["name"] == "何家"


def test_what_is_refused_changes_nothing(call, codes):
    told(call(f"/members/{codes['A']}/household/{codes['B']}", None, "PUT"))
    told(call(f"/members/{codes['C']}/household/{codes['D']}", None, "PUT"))
    before = contents(without=NOTED)
    a = f"/members/{codes['A']}/household"
    refused(call(f"{a}/{codes['C']}", None, "PUT"), 409, "households_differ")
    refused(call(f"{a}/{codes['A']}", None, "PUT"), 422, "household_of_one")
    refused(call(f"{a}/M99999999", None, "PUT"), 404, "member_not_found")
    refused(call(f"{a}/13800138001", None, "PUT"), 422, "body_unfit")
    refused(call(a, {"name": "何" * 41}, "PUT"), 422, "body_unfit")
    refused(call("/members/M99999999/household", None, "GET"), 404, "member_not_found")
    refused(call("/members/M999999999999999999/household", None, "GET"), 404, "member_not_found")
    assert contents(without=NOTED) == before


def test_a_name_needs_a_household(call, codes):
    refused(call(f"/members/{codes['A']}/household", {"name": "何家"}, "PUT"), 404, "household_unknown")


def test_a_key_of_some_stores_sees_and_names_their_members_alone(call, codes):
    told(call(f"/members/{codes['A']}/household/{codes['B']}", None, "PUT"))
    told(call(f"/members/{codes['A']}/household/{codes['D']}", None, "PUT"))
    east = calling(people.add_key("east", store_codes=["east"], calls=[], actor="test"))
    seen = told(east(f"/members/{codes['A']}/household", None, "GET"))["household"]["people"]
    assert [one["member"] for one in seen] == [codes["A"], codes["B"]]
    before = contents(without=NOTED)
    refused(east(f"/members/{codes['D']}/household", None, "GET"), 404, "member_not_found")
    refused(east(f"/members/{codes['D']}/household", None, "DELETE"), 404, "member_not_found")
    refused(east(f"/members/{codes['C']}/household/{codes['D']}", None, "PUT"), 404, "member_not_found")
    assert contents(without=NOTED) == before
