"""Who lives together is linked and never merged: by hand, by files, through merges and partings, and forgotten (A5)."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from tests.builders import contents, rows, run
from tests.usecases.describing import counted, reasons, take_described

from huitou.access import service as access
from huitou.access.terms import Scope
from huitou.catalogue import service as catalogue
from huitou.kernel.ids import member_code
from huitou.members import personal_data
from huitou.members import service as members
from huitou.members.errors import (
    HouseholdFull,
    HouseholdOfOne,
    HouseholdsDiffer,
    HouseholdUnknown,
    MemberNotFound,
    MemberUnknown,
)
from huitou.members.terms import NewMember
from huitou.usecases import households
from huitou.usecases.merge_members import merge_members, part_members, preview_merge

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 1)
PEOPLE = ("A", "B", "C", "D")


@pytest.fixture
def ids() -> dict[str, int]:
    """Three at home in the east, D in the west."""
    stores, _ = catalogue.take_stores([("east", "East", ""), ("west", "West", "")])
    members.take_people(
        [
            NewMember(name, f"何{name}", DAY, f"1380013800{place}", None, stores["west" if name == "D" else "east"])
            for place, name in enumerate(PEOPLE)
        ]
    )
    known = members.ids_of("card", PEOPLE)
    return dict(zip(known["value"].to_pylist(), known["member_id"].to_pylist(), strict=True))


def together(one: int, other: int) -> list[int]:
    return households.live_together(one, other, actor="anna")[1]


def live_with(member: int) -> set[str]:
    seen = members.household_of(member)
    return {one.name[1:] for one in seen.people} if seen else set()


def test_who_lives_together_stays_a_member_of_their_own(ids):
    books = rows("SELECT id, name, merged_into_id FROM members_member ORDER BY id")
    assert together(ids["A"], ids["B"]) == [ids["A"], ids["B"]]
    assert together(ids["C"], ids["A"]) == [ids["C"]], "who lives with nobody comes to the other's"
    assert live_with(ids["B"]) == {"A", "B", "C"}
    assert rows("SELECT id, name, merged_into_id FROM members_member ORDER BY id") == books
    assert rows("SELECT action, count(*) FROM access_auditentry GROUP BY 1") == [("household.join", 3)]
    before = contents()
    assert together(ids["B"], ids["C"]) == [], "said again"
    assert contents() == before


def test_what_is_refused_changes_nothing(ids):
    together(ids["A"], ids["B"])
    together(ids["C"], ids["D"])
    before = contents()
    for ask, refusal in (
        (lambda: together(ids["A"], ids["A"]), HouseholdOfOne),
        (lambda: together(ids["A"], ids["C"]), HouseholdsDiffer),
        (lambda: together(ids["A"], 10**9), MemberNotFound),
        (lambda: households.leave_household(10**9, actor="anna"), MemberNotFound),
        (lambda: households.return_to_household(ids["A"], 10**9, actor="anna"), HouseholdUnknown),
    ):
        with pytest.raises(refusal):
            ask()
        assert contents() == before


def test_a_household_has_room_for_twenty(ids):
    many = [f"N{number}" for number in range(21)]
    members.take_people([NewMember(card, "", DAY) for card in many])
    found = members.ids_of("card", many)["member_id"].to_pylist()
    for other in found[1:20]:
        together(found[0], other)
    before = contents()
    with pytest.raises(HouseholdFull):
        together(found[0], found[20])
    assert contents() == before


def test_who_leaves_can_come_back_and_both_may_be_said_twice(ids):
    household, _ = households.live_together(ids["A"], ids["B"], actor="anna")
    assert households.leave_household(ids["B"], actor="anna") == household
    assert households.leave_household(ids["B"], actor="anna") is None
    assert live_with(ids["A"]) == {"A"}
    assert households.return_to_household(ids["B"], household, actor="anna")
    assert not households.return_to_household(ids["B"], household, actor="anna")
    assert live_with(ids["A"]) == {"A", "B"}
    households.leave_household(ids["B"], actor="anna")
    together(ids["B"], ids["C"])
    with pytest.raises(HouseholdUnknown):  # they have moved on: the undo comes too late
        households.return_to_household(ids["B"], household, actor="anna")
    assert live_with(ids["B"]) == {"B", "C"}


def test_its_name_is_kept_out_of_the_trail(ids):
    with pytest.raises(HouseholdUnknown):
        households.call_household(ids["A"], "何家", actor="anna")
    together(ids["A"], ids["B"])
    assert households.call_household(ids["B"], " 何家 ", actor="anna")
    assert not households.call_household(ids["A"], "何家", actor="anna")
    assert members.household_of(ids["A"]).name == "何家"
    assert rows("SELECT detail::text FROM access_auditentry WHERE action = 'household.name'") == [("{}",)]


def test_everybody_sees_those_of_their_stores_alone(ids):
    (east,) = rows("SELECT home_store_id FROM members_member WHERE id = " + str(ids["A"]))[0]
    together(ids["A"], ids["B"])
    together(ids["A"], ids["D"])
    assert live_with(ids["A"]) == {"A", "B", "D"}
    with access.scoped(Scope(everything=False, store_ids=(east,))):
        assert live_with(ids["A"]) == {"A", "B"}
        assert members.household_of(ids["D"]) is None
        with pytest.raises(MemberUnknown):
            households.meant(ids["A"], "D", now=timezone.now())
    with access.scoped(Scope(everything=False, store_ids=())):
        assert rows("SELECT count(*) FROM members_household") == [(0,)]


def test_whom_a_card_phone_or_number_means_is_shown_before(ids):
    for typed in ("B", "138 0013 8001", member_code(ids["B"])):
        seen = households.meant(ids["A"], typed, now=timezone.now())
        assert (seen.person.id, seen.phone, seen.together) == (ids["B"], "138****8001", False)
    together(ids["A"], ids["B"])
    assert households.meant(ids["A"], "B", now=timezone.now()).together
    with pytest.raises(MemberUnknown):
        households.meant(ids["A"], "nobody", now=timezone.now())


# ---- files

FILE = [{"card": "C1", "household_id": "F1"}, {"card": "C2", "household_id": "F1"}, {"card": "C3"}]


def cards_together() -> dict[str, str]:
    return dict(
        rows(
            "SELECT i.value, h.number FROM members_householdmember l JOIN members_household h ON h.id = l.household_id "
            "JOIN members_identity i ON i.member_id = l.member_id AND i.kind = 'card'"
        )
    )


def test_a_file_groups_by_the_household_number(tmp_path):
    assert counted(take_described(tmp_path, "members", FILE)) == (3, 0, 0)
    assert cards_together() == {"C1": "F1", "C2": "F1"}
    assert counted(take_described(tmp_path, "members", FILE)) == (0, 0, 3), "the same file changes nothing"
    moved = [{"card": "C2", "household_id": "F2"}, {"card": "C3", "household_id": "F1"}, {"card": "C1"}]
    assert counted(take_described(tmp_path, "members", moved)) == (0, 2, 1)
    assert cards_together() == {"C1": "F1", "C2": "F2", "C3": "F1"}, "a blank cell moves nobody"


def test_an_older_file_fills_gaps_and_moves_nobody(tmp_path):
    told = {"updated_at": "2026-11-02", "sex": "女"}
    newest = [{"card": "C1", "household_id": "F1", **told}, {"card": "C2", **told}]
    take_described(tmp_path, "members", newest)
    older = [{"card": card, "household_id": "F9", "updated_at": "2026-11-01"} for card in ("C1", "C2")]
    take_described(tmp_path, "members", older)
    assert cards_together() == {"C1": "F1", "C2": "F9"}


def test_a_number_of_a_crowd_is_refused_and_what_was_known_counts(tmp_path):
    first = [{"card": f"C{number}", "household_id": "F1"} for number in range(20)]
    assert counted(take_described(tmp_path, "members", first)) == (20, 0, 0)
    report = take_described(tmp_path, "members", [{"card": "X", "household_id": "F1"}, {"card": "Y"}])
    assert (counted(report), reasons(report)) == ((1, 0, 0), {2: "household_crowded"})
    assert counted(take_described(tmp_path, "members", first)) == (0, 0, 20)


# ---- one person, and two again


def test_a_merge_carries_the_household_over_and_parting_brings_it_back(ids):
    a, b, c, d = (ids[name] for name in PEOPLE)
    together(b, c)
    first = merge_members(a, b, now=timezone.now(), actor="test")
    assert live_with(a) == {"A", "C"}, "the one who remains lives where the other lived, and nobody counts twice"
    part_members(first.number, now=timezone.now(), actor="test")
    assert (live_with(a), live_with(b)) == (set(), {"B", "C"})
    together(a, d)
    second = merge_members(a, b, now=timezone.now(), actor="test")
    assert live_with(a) == {"A", "D"}, "the one who remains has the word"
    assert live_with(c) == {"C"}
    part_members(second.number, now=timezone.now(), actor="test")
    assert (live_with(a), live_with(c)) == ({"A", "D"}, {"B", "C"})


def test_whom_a_pair_lives_with_is_everybody_but_the_pair(ids):
    """The page said of two rows of one person that they live with that person, and would after the merge, too."""
    a, b, c, d = (ids[name] for name in PEOPLE)

    def told(one: int, other: int) -> list[tuple]:
        fields = preview_merge(one, other).fields
        return [(seen.survivor, seen.other, seen.kept) for seen in fields if seen.field == "household_id"]

    together(a, b)
    assert told(a, b) == [], "because the two live with nobody else"
    together(b, c)
    assert told(a, b) == [(("何C",),) * 3]
    assert told(d, c) == [((), ("何A", "何B"), ("何A", "何B"))]


def test_what_was_said_after_a_merge_stands_after_the_parting(ids):
    a, b, c, d = (ids[name] for name in PEOPLE)
    together(b, c)
    merge = merge_members(a, b, now=timezone.now(), actor="test")
    households.leave_household(a, actor="anna")
    together(a, d)
    part_members(merge.number, now=timezone.now(), actor="test")
    assert (live_with(a), live_with(b)) == ({"A", "D"}, {"B", "C"})


def test_who_is_forgotten_lives_nowhere_and_gives_no_household_its_name(ids):
    together(ids["A"], ids["B"])
    households.call_household(ids["A"], "何A一家", actor="anna")
    told = personal_data.export(ids["A"])["members_householdmember"]
    assert (told["name"], told["noted_by"]) == ("何A一家", "anna")
    assert personal_data.erase(ids["A"])["members_householdmember"] == 1
    assert (live_with(ids["B"]), members.household_of(ids["B"]).name) == ({"B"}, "")
    assert personal_data.erase(ids["A"])["members_householdmember"] == 0, "twice does no harm"


def test_all_who_live_there_are_looked_at_when_somebody_comes_or_goes(ids):
    together(ids["A"], ids["B"])
    run("DELETE FROM members_change")
    together(ids["A"], ids["C"])
    noted = {member for (member,) in rows("SELECT member_id FROM members_change WHERE what = 'p'")}
    assert noted == {ids["A"], ids["B"], ids["C"]}
