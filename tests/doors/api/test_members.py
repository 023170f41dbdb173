"""Who stands at the till: found by whatever they show, registered once, and what they do is kept once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from huitou.members import service as members
from huitou.members.terms import NewMember
from huitou.privacy import service as privacy
from huitou.usecases import people
from tests.builders import rows, run
from tests.doors.api.bodies import sale_body
from tests.doors.api.conftest import calling, refused, told

DAY = date(2026, 11, 1)


@pytest.fixture
def four(chain) -> dict[str, int]:
    """Three members of the east and one of the west, by their card."""
    members.take_people(
        [
            NewMember("C1", "何素云", DAY, "13800138000", date(1990, 2, 28), chain["east"]),
            NewMember("C2", "何思远", DAY, "13900138000", None, chain["east"]),
            NewMember("C3", "曾 Anna", DAY, None, None, chain["east"]),
            NewMember("C4", "何素云", DAY, "13700130001", None, chain["west"]),
        ]
    )
    known = members.ids_known("card")
    return dict(zip(known["value"].to_pylist(), known["member_id"].to_pylist(), strict=True))


def test_a_card_as_long_as_a_phone_is_a_card_where_nobody_has_that_phone(call, chain):
    members.take_people([NewMember("880000130109", "何素云", DAY, "13800138000", None, chain["east"])])
    assert told(call("/members/identify", {"query": "880000130109"}))["member"]["name"] == "何素云"
    assert told(call("/members/identify", {"query": "880000130108"}))["member"] is None, "nobody has that card either"


def number(member: int) -> str:
    return f"M{member:08d}"


@pytest.mark.parametrize("query", ["C1", "13800138000", "+86 138-0013-8000", "code", "number"])
def test_whatever_names_one_member_finds_them(call, four, query):
    query = {"code": members.dynamic_code(four["C1"], at=timezone.now()), "number": number(four["C1"])}.get(
        query, query
    )
    found = told(call("/members/identify", {"query": query}))
    assert found["member"] == {
        "member": number(four["C1"]),
        "name": "何素云",
        "phone": "138****8000",
        "layer": None,
        "tier": None,
        "birthday_month": 2,
        "balance": 0,
        "may_spend": len(query) == 20,
        "prompts": [],
    }
    assert (found["candidates"], found["more"]) == ([], False)


@pytest.mark.parametrize(
    ("since", "until", "tier", "because"),
    [
        (-9, None, "金卡", "it holds"),
        (-9, 0, "金卡", "its last day"),
        (-9, -1, None, "it is over"),
        (1, None, None, "not yet"),
    ],
)
def test_the_till_sees_the_tier_of_today(call, four, since, until, tier, because):
    today = timezone.localdate()
    begins, ends = (None if day is None else today + timedelta(days=day) for day in (since, until))
    write = "INSERT INTO members_tier (member_id, tier, since, until) VALUES (%s, '金卡', %s, %s)"
    with connection.cursor() as cursor:
        cursor.execute(write, [four["C1"], begins, ends])
    assert told(call("/members/identify", {"query": "C1"}))["member"]["tier"] == tier, because


@pytest.mark.parametrize(
    ("query", "cards", "because"),
    [
        ("何素云", ["C1", "C4"], "the whole name"),
        ("何素", ["C1", "C4"], "its beginning"),
        ("素云", ["C1", "C4"], "the given name"),
        ("hesuyun", ["C1", "C4"], "its pinyin"),
        ("He Su Yun", ["C1", "C4"], "however it is written"),
        ("hesu", ["C1", "C4"], "the beginning of its pinyin"),
        ("suyun", ["C1", "C4"], "the given name's pinyin"),
        ("hsy", ["C1", "C2", "C4"], "initials, which 何思远 shares"),
        ("8000", ["C1", "C2"], "the last four digits"),
        ("zeng", ["C3"], "曾 is zeng as a family name"),
        ("anna", ["C3"], "a word of a name"),
        ("suy", ["C1", "C4"], "not the middle of 何思远"),
        ("yun", [], "nor the end of a name: there is no end of typing then"),
        ("h", [], "one letter is half a city"),
        ("%", [], "a percent sign is no wildcard"),
        ("_e", [], "nor is an underscore"),
        ("C9", [], "a card of nobody"),
    ],
)
def test_words_find_those_whom_they_may_mean(call, four, query, cards, because):
    found = told(call("/members/identify", {"query": query}))
    hits = [found["member"]] if found["member"] else found["candidates"]
    assert [hit["member"] for hit in hits] == [number(four[card]) for card in cards], because


def test_more_than_ten_are_said_to_be_more(call, chain):
    members.take_people([NewMember(f"C{at}", "王伟", DAY, home_store=chain["east"]) for at in range(11)])
    found = told(call("/members/identify", {"query": "ww"}))
    assert (len(found["candidates"]), found["more"]) == (10, True)


def test_a_key_of_one_store_finds_by_words_its_own_members_and_by_a_card_anybody(four):
    call = calling(people.add_key("west", store_codes=["west"], calls=["identify"], actor="test"))
    assert told(call("/members/identify", {"query": "hsy"}))["member"]["member"] == number(four["C4"])
    assert told(call("/members/identify", {"query": "8000"}))["member"] is None
    assert told(call("/members/identify", {"query": "C1"}))["member"]["name"] == "何素云", "because she stands there"


def test_a_kind_that_is_named_is_the_only_one(call, four):
    assert told(call("/members/identify", {"query": "C1", "kind": "external"}))["member"] is None
    assert told(call("/members/identify", {"query": "hsy", "kind": "card"}))["candidates"] == []


def test_a_code_that_is_over_is_refused_and_guessing_is_stopped(call, four):
    late = members.dynamic_code(four["C1"], at=timezone.now() - timedelta(minutes=4))
    refused(call("/members/identify", {"query": late}), 422, "member_code_unknown")
    for _ in range(members.MOST_WRONG_CODES):
        last = call("/members/identify", {"query": "99" + "1" * 18})
    refused(last, 429, "too_many_wrong_codes")
    right = members.dynamic_code(four["C1"], at=timezone.now())
    refused(call("/members/identify", {"query": right}), 429, "too_many_wrong_codes")
    other = calling(people.add_key("other", store_codes=[], calls=[], actor="test"))
    assert told(other("/members/identify", {"query": right}))["member"]["may_spend"] is True


def test_a_till_that_guesses_shuts_out_itself_alone(call, four):
    right = members.dynamic_code(four["C1"], at=timezone.now())
    guess = {"query": "99" + "1" * 18, "store": "east", "till": "7"}
    for _ in range(members.MOST_WRONG_CODES + 1):
        last = call("/members/identify", guess)
    refused(last, 429, "too_many_wrong_codes")
    assert last["Retry-After"] == "60"
    refused(call("/members/identify", {**guess, "query": right}), 429, "too_many_wrong_codes")
    beside = call("/members/identify", {**guess, "query": right, "till": "8"})
    assert told(beside)["member"]["may_spend"] is True, "the same key at the next till"


def test_who_makes_up_tills_guesses_no_faster(call, four, monkeypatch):
    monkeypatch.setattr("huitou.members.guessing.MOST_WRONG_CODES_OF_A_KEY", 5)
    for till in range(6):
        last = call("/members/identify", {"query": "99" + "1" * 18, "till": str(till)})
    refused(last, 429, "too_many_wrong_codes")


@pytest.mark.parametrize("kind", ["card", "external"])
def test_a_phone_that_is_called_otherwise_is_sealed_all_the_same(call, chain, kind):
    told(call("/members", {"store": "east", "name": "林晓", kind: "+86 136 0013 6000"}))
    told(call("/receipts", sale_body(member={"kind": kind, "value": "13700137000"})))
    seen = "SELECT kind, value, sealed IS NOT NULL FROM members_identity ORDER BY id"
    assert rows(seen) == [("phone", None, True)] * 2, "nowhere in clear"
    found = told(call("/members/identify", {"query": "13600136000", "kind": kind}))
    assert found["member"]["phone"] == "136****6000"
    again = told(call("/members", {"store": "east", "phone": "13600136000", kind: "13600136000"}))
    assert again["state"] == "known"


def test_a_card_from_before_that_looks_like_a_phone_is_still_found(call, four):
    run("UPDATE members_identity SET value = '13500135000' WHERE value = 'C3'")
    assert told(call("/members/identify", {"query": "13500135000", "kind": "card"}))["member"]["name"] == "曾 Anna"


def test_a_number_finds_any_member_of_the_chain_and_words_find_ones_own(four):
    west = calling(people.add_key("west", store_codes=["west"], calls=[], actor="test"))
    assert told(west("/members/identify", {"query": number(four["C1"])}))["member"]["name"] == "何素云"
    assert told(west("/members/identify", {"query": "hsy"}))["member"]["member"] == number(four["C4"])


NEWCOMER = {"store": "east", "name": "林晓", "phone": "13600136000", "card": "N1", "birthday": "1992-02-29"}


def test_a_registration_makes_one_member_however_often_it_comes(call, chain):
    first = told(call("/members", NEWCOMER))
    again = told(call("/members", NEWCOMER))
    assert (first["state"], again["state"]) == ("made", "known")
    assert first["member"] == again["member"]
    assert first["phone"] == "136****6000"
    assert rows("SELECT count(*), min(birthday) FROM members_member") == [(1, date(1992, 2, 29))]
    assert rows("SELECT kind, verified FROM members_identity ORDER BY kind") == [("card", True), ("phone", False)], (
        "because a phone that was typed at a till is not yet proved"
    )
    assert told(call("/members/identify", {"query": "lx"}))["member"]["member"] == first["member"]


def test_a_registration_completes_whoever_is_known_and_overwrites_nothing(call, chain):
    card = told(call("/members", {"store": "east", "card": "N1"}))
    done = told(call("/members", NEWCOMER))
    assert (done["member"], done["state"], done["name"]) == (card["member"], "completed", "林晓")
    kept = told(call("/members", {**NEWCOMER, "name": "别人", "birthday": "2000-01-01"}))
    assert (kept["state"], kept["name"]) == ("known", "林晓")


@pytest.mark.parametrize(
    ("changed", "kind", "because"),
    [
        ({"card": "C2", "phone": "13800138000"}, "card", "the card is another's than the phone"),
        ({"card": "C1", "phone": "13900138000"}, "card", "and the other way round"),
    ],
)
def test_an_identity_of_somebody_else_is_refused_and_nothing_moves(call, four, changed, kind, because):
    before = rows("SELECT id, member_id FROM members_identity ORDER BY id")
    refused(call("/members", {**NEWCOMER, **changed}), 409, "identity_of_others")
    assert rows("SELECT id, member_id FROM members_identity ORDER BY id") == before, because


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"phone": None, "card": None}, 422, "body_unfit"),
        ({"phone": "12"}, 400, "not_a_phone"),
        ({"store": "north"}, 422, "store_unknown"),
        ({"birthday": "1899-01-01"}, 422, "body_unfit"),
        ({"birthday": "1991-02-29"}, 422, "body_unfit"),
        ({"name": "x" * 81}, 422, "body_unfit"),
        ({"role": "administrator"}, 422, "body_unfit"),
    ],
)
def test_a_registration_that_cannot_be_makes_nobody(call, chain, changed, status, code):
    body = {name: value for name, value in {**NEWCOMER, **changed}.items() if value is not None}
    refused(call("/members", body), status, code)
    assert rows("SELECT count(*) FROM members_member") == [(0,)]


def test_a_person_is_one_by_many_identities_and_a_phone_that_went_to_another_brings_no_account(call, four):
    """`four`: 何素云 has C1 and 13800138000, verified."""
    openid, union = {"openid": "oA1"}, {"unionid": "uA1", "external_userid": "wmA1", "meituan": "mt-7"}
    base = {"store": "east", "name": "何素云"}
    first = told(call("/members", {**base, **openid, "phone": "13800138000", "phone_verified": True}))
    assert (first["member"], first["state"]) == (number(four["C1"]), "completed"), "because the proven phone is hers"
    told(call("/members", {**base, **openid, **union}))
    for kind, value in {**openid, **union}.items():
        found = told(call("/members/identify", {"query": value, "kind": "external"}))["member"]
        assert found is None, "because each kind has its own values"
        event = {**EVENT, "id": f"e-{kind}", "member": {"kind": kind, "value": value}}
        told(call("/events", event))
    assert rows("SELECT DISTINCT member_id FROM members_event") == [(four["C1"],)]
    refused(call("/members", {**base, "name": "王五", "phone": "13800138000"}), 409, "identity_of_others")
    heir = told(call("/members", {**base, "name": "王五", "phone": "13800138000", "phone_verified": True}))
    assert heir["state"] == "made", "because an operator gave the number to somebody else (A12)"
    assert told(call("/members/identify", {"query": "13800138000"}))["member"]["name"] == "王五"
    assert rows("SELECT 1 FROM members_identity WHERE kind = 'phone' AND verified GROUP BY blind_index "
                "HAVING count(*) > 1") == []  # fmt: skip


def test_a_front_desks_phone_is_marked_and_names_nobody(call, chain):
    desk = {"store": "east", "phone": "15400000001", "phone_verified": True}
    for card in range(4):
        assert call("/members", {"store": "east", "card": f"K{card}"}).status_code == 200
        with connection.cursor() as cursor:
            sealed, index, tail = privacy.seal_phone(desk["phone"])
            cursor.execute(
                "INSERT INTO members_identity (member_id, kind, sealed, blind_index, tail, verified) SELECT member_id, "
                "'phone', %s, %s, %s, %s FROM members_identity WHERE value = %s",
                [sealed, index, tail, card == 0, f"K{card}"],
            )
    assert members.mark_shared_phones() == 1
    (desk_seen,) = members.shared_phones()
    assert (desk_seen.tail, desk_seen.members, desk_seen.cards) == ("0001", 4, 4)
    assert rows("SELECT count(*) FROM members_identity WHERE kind = 'phone' AND verified") == [(0,)], (
        "because a phone on four cards proves nobody"
    )
    assert told(call("/members/identify", {"query": desk["phone"]}))["member"] is None
    refused(call("/members", {**desk, "name": "新人"}), 409, "identity_of_others")


EVENT = {"id": "e-1", "kind": "rating", "at": "2026-11-25T10:15:00+08:00", "store": "east", "detail": {"stars": 5}}


def test_an_event_is_kept_once(call, four):
    event = {**EVENT, "member": {"kind": "phone", "value": "13800138000"}}
    assert told(call("/events", event)) == {"id": "e-1", "status": "recorded"}
    for at in (EVENT["at"], "2026-11-25T02:15:00Z"):
        assert told(call("/events", {**event, "at": at})) == {"id": "e-1", "status": "replayed"}
    for changed in ({"detail": {"stars": 1}}, {"kind": "view"}, {"member": None}, {"store": "west"}):
        refused(call("/events", {**event, **changed}), 422, "event_differs")
    kept = rows("SELECT source, member_id, body->>'stars' FROM members_event")
    assert kept == [("till", four["C1"], "5")], "because another body changes nothing"
    other = calling(people.add_key("other", store_codes=[], calls=[], actor="test"))
    assert told(other("/events", {**EVENT, "detail": {}}))["status"] == "recorded", "because ids are a source's own"


def test_an_event_of_nobody_known_is_kept_all_the_same(call, chain):
    told(call("/events", {**EVENT, "member": {"kind": "code", "value": "9" * 20}}))
    assert rows("SELECT member_id FROM members_event") == [(None,)]
