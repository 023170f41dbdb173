"""Whom a till means: one statement for any number of ways, a shared phone is nobody, and a new card is made once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from tests.builders import rows

from huitou.bulk.trip import trip
from huitou.catalogue import service as catalogue
from huitou.members import personal_data
from huitou.members import service as members
from huitou.members.errors import CodeUnknown
from huitou.members.store import identifying
from huitou.members.terms import MemberRef, NewEvent, NewMember

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
DAY = date(2026, 11, 25)
PHONE = "13800138000"


@pytest.fixture
def east() -> int:
    return catalogue.take_stores([("east", "East", "")])[0]["east"]


@pytest.fixture
def wang(east) -> int:
    """王伟 with the card C1 and a verified phone."""
    members.take_people([NewMember("C1", "王伟", DAY, phone=PHONE, home_store=east)])
    return members.ids_of("card", ["C1"])["member_id"][0].as_py()


def found(*refs: MemberRef, **more) -> list[int | None]:
    with transaction.atomic(), trip() as one:
        return members.find(one, refs, **{"at": NOW, **more}).ids()


def strangers(*new: tuple[MemberRef, int]) -> dict[MemberRef, int]:
    with transaction.atomic():
        return members.take_strangers_online([(ref, DAY, store) for ref, store in new])


def change(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_every_way_of_naming_a_member_finds_them_in_one_statement(wang):
    refs = [
        MemberRef("card", "C1"),
        MemberRef("phone", "+86 138-0013-8000"),
        MemberRef("member", f"M{wang:08d}"),
        MemberRef("code", members.dynamic_code(wang, at=NOW)),
        MemberRef("card", "C2"),
        MemberRef("external", "C1"),
        MemberRef("phone", "not a phone"),
        MemberRef("member", "M99999999"),
    ]
    assert found(*refs) == [wang] * 4 + [None] * 4, "because each kind has its own values"
    assert found() == []


def test_a_code_that_does_not_hold_is_told_or_is_nobody(wang):
    code = MemberRef("code", members.dynamic_code(wang, at=NOW - timedelta(minutes=5)))
    with pytest.raises(CodeUnknown):
        found(code)
    assert found(code, strict=False) == [None]
    assert found(code, at={code: NOW - timedelta(minutes=4)}) == [wang], "because an offline till read it then"


def test_an_erased_member_is_nobody(wang):
    with transaction.atomic(), trip() as one:
        code = MemberRef("code", members.dynamic_code(wang, at=NOW))
        assert members.spend_code(one, code, wang, at=NOW).count() == 1
    members.record_event(NewEvent("till", "1", "view", None, None, NOW, {"note": "王伟"}), wang)
    exported = personal_data.export(wang)
    assert exported["members_event"][0]["body"] == {"note": "王伟"}
    assert len(exported["members_spentcode"]) == 1
    counts = personal_data.erase(wang)
    assert (counts["members_event"], counts["members_spentcode"]) == (1, 1)
    assert rows("SELECT name, spelled FROM members_member") == [("", "")], "because pinyin names a person too"
    assert (
        found(MemberRef("member", f"M{wang:08d}"), MemberRef("code", members.dynamic_code(wang, at=NOW))) == [None] * 2
    )


def test_a_phone_of_several_members_is_nobodys_until_one_verifies_it(wang, east):
    shared = MemberRef("phone", "13900139000")
    two = strangers((MemberRef("card", "C7"), east), (MemberRef("card", "C8"), east))
    sealed = members.privacy.seal_phone(shared.value)
    for member in two.values():
        change(
            "INSERT INTO members_identity (member_id, kind, sealed, blind_index, tail) "
            "VALUES (%s, 'phone', %s, %s, %s)",
            member,
            *sealed,
        )
    assert found(shared) == [None], "because a front desk's number is no person"
    assert strangers((shared, east)) == {}, "and it makes no third one"
    owner = two[MemberRef("card", "C8")]
    change("UPDATE members_identity SET verified = true WHERE member_id = %s AND kind = 'phone'", owner)
    assert found(shared) == [owner]


def test_a_card_that_nobody_has_makes_one_member_however_often_it_comes(east):
    card, outside, phone = MemberRef("card", "N1"), MemberRef("external", "x-1"), MemberRef("phone", "13700137000")
    made = strangers((card, east), (card, east), (outside, east), (phone, east), (phone, east))
    assert len(set(made.values())) == 3
    assert strangers((card, east), (phone, east)) == {card: made[card], phone: made[phone]}, (
        "because they are known now"
    )
    assert found(card, outside, phone) == [made[card], made[outside], made[phone]]
    assert rows("SELECT count(*), count(DISTINCT home_store_id) FROM members_member") == [(3, 1)]
    assert rows("SELECT value FROM members_identity WHERE kind = 'phone'") == [(None,)], "because a phone is sealed"


def test_codes_numbers_and_words_make_nobody(east):
    refs = [MemberRef("code", "9" * 20), MemberRef("member", "M1"), MemberRef("phone", "call me")]
    assert strangers(*((ref, east) for ref in refs)) == {}
    assert rows("SELECT count(*) FROM members_member") == [(0,)]


def test_a_code_pays_once(wang):
    code = MemberRef("code", members.dynamic_code(wang, at=NOW))
    with transaction.atomic(), trip() as one:
        first = members.spend_code(one, code, wang, at=NOW)
        again = members.spend_code(one, code, wang, at=NOW + timedelta(minutes=1))
        assert (first.count(), again.count()) == (1, 0)
        following = MemberRef("code", members.dynamic_code(wang, at=NOW + timedelta(minutes=1)))
        assert members.spend_code(one, following, wang, at=NOW + timedelta(minutes=1)).count() == 1
        with pytest.raises(CodeUnknown):
            members.spend_code(one, MemberRef("card", "C1"), wang, at=NOW)
        later = MemberRef("code", members.dynamic_code(wang, at=NOW + timedelta(minutes=2)))
        of_another = members.spend_code(one, later, wang + 1, at=NOW + timedelta(minutes=2))
        assert of_another.count() == 0, "because it pays from its own member's points alone, and was not used up"
        assert members.spend_code(one, later, wang, at=NOW + timedelta(minutes=2)).count() == 1


def test_every_beginning_of_every_spelling_finds_the_stores_own_members_and_no_others(east):
    west = catalogue.take_stores([("west", "West", "")])[0]["west"]
    names = ["王伟", "何素云", "曾小贤", "欧阳若曦", "Anna Lee", "%_x", "𠮷田", "王", "单行乐"]
    homes = (east, west, None)
    members.take_people([NewMember(f"{home}-{name}", name, DAY, home_store=home) for name in names for home in homes])
    everybody = rows("SELECT id, home_store_id, spelled FROM members_member")
    typed = {word[:many] for _, _, spelled in everybody for word in spelled.split() for many in range(2, len(word) + 1)}
    for query in sorted(typed | {"qx", "zz", "wa%"}):
        for stores in ([east], [east, west]):
            expected = {member for member, home, spelled in everybody if home in stores and f" {query}" in spelled}
            assert set(members.look_up(query, stores=stores, limit=100)) == expected, query
    assert len(typed) > 50


def test_a_stores_own_members_are_found_by_their_own_index(east):
    """Because the trigrams of the whole chain gather a hundred thousand members of a common beginning."""
    values = {"inside": "% ww%", "whole": "% ww %", "enough": 200, "limit": 5, "beginnings": [f"{east}:ww"]}
    with connection.cursor() as cursor:
        for setting in ("enable_seqscan = off", "parallel_setup_cost = 0", "min_parallel_table_scan_size = 0"):
            cursor.execute(f"SET LOCAL {setting}")
        cursor.execute(f"EXPLAIN {identifying._OF_STORES}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "members_store_beginnings" in plan
    assert "trigrams" not in plan
    assert "Gather" not in plan, "because starting workers takes longer than the search"
