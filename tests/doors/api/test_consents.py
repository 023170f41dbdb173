"""What a member agrees to, by machines: kept once with its proof, read with its history, sensitive ones by few."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from huitou.access.terms import Call
from huitou.members import service as members
from huitou.members.terms import ConsentAbout, NewMember, NewProfile
from huitou.segments.service import tags
from huitou.segments.terms.tags import Tag, TagSource
from huitou.usecases import people
from huitou.usecases import tags as desk
from huitou.usecases.merge_members import merge_members, part_members
from tests.builders import contents, rows
from tests.doors.api.conftest import calling, refused, told

DAY = date(2026, 11, 1)
NOTED = ("access_apikey",)
SMS = {"id": "1", "purpose": "marketing", "channel": "sms", "given": True, "at": "2025-11-20T10:15:00+08:00",
       "how": "form, counter 3"}  # fmt: skip
PREGNANT = {"id": "p1", "purpose": "pregnancy", "given": True, "at": "2025-11-20T10:15:00+08:00", "how": "form"}


@pytest.fixture
def ids(chain) -> dict[str, int]:
    """A of the east, D of the west."""
    members.take_people([NewMember("A", "何A", DAY, "13800138000", None, chain["east"]),
                         NewMember("D", "何D", DAY, None, None, chain["west"])])  # fmt: skip
    known = members.ids_known("card")
    return dict(zip(known["value"].to_pylist(), known["member_id"].to_pylist(), strict=True))


@pytest.fixture
def path(ids) -> str:
    return f"/members/M{ids['A']:08d}/consents"


def now_of(answer) -> dict[tuple, bool]:
    return {(one["purpose"], one["channel"]): one["given"] for one in answer["consents"]}


def test_a_consent_is_kept_once_and_the_newest_word_holds(call, path):
    assert told(call(path, SMS)) == {"id": "1", "status": "recorded"}
    before = contents(without=NOTED)
    assert told(call(path, SMS)) == {"id": "1", "status": "replayed"}
    assert told(call(path, {**SMS, "at": "2025-11-20T02:15:00Z"}))["status"] == "replayed", "the same moment"
    assert contents(without=NOTED) == before
    for other in ({"given": False}, {"channel": "email"}, {"how": "by phone"}, {"at": "2025-11-21T10:15:00+08:00"}):
        refused(call(path, {**SMS, **other}), 422, "consent_differs")
    assert contents(without=NOTED) == before
    told(call(path, {**SMS, "id": "2", "given": False, "at": "2025-11-22T10:15:00+08:00", "how": "by phone"}))
    late = {**SMS, "id": "3", "at": "2025-11-21T10:15:00+08:00"}
    assert told(call(path, late))["status"] == "recorded"
    seen = told(call(path, None, "GET"))
    assert now_of(seen) == {("marketing", "sms"): False}, "a word that comes late joins the history"
    assert [(one["id"], one["source"], one["how"], one["given"]) for one in seen["history"]] == [
        ("2", "till", "by phone", False),
        ("3", "till", "form, counter 3", True),
        ("1", "till", "form, counter 3", True),
    ]
    assert rows("SELECT count(*) FROM access_auditentry WHERE action = 'consent.note'") == [(3,)]


def test_another_source_has_ids_of_its_own(call, path):
    other = calling(people.add_key("app", store_codes=[], calls=[Call.CONSENTS], actor="test"))
    told(call(path, SMS))
    assert told(other(path, {**SMS, "given": False, "at": "2025-11-21T10:15:00+08:00"}))["status"] == "recorded"
    assert now_of(told(call(path, None, "GET"))) == {("marketing", "sms"): False}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"channel": None}, "body_unfit"),
        ({"purpose": "health"}, "body_unfit"),
        ({"purpose": "politics"}, "body_unfit"),
        ({"channel": "pigeon"}, "body_unfit"),
        ({"given": "yes"}, "body_unfit"),
        ({"how": ""}, "body_unfit"),
        ({"how": "   "}, "consent_without_proof"),
        ({"at": "2025-13-01T00:00:00Z"}, "body_unfit"),
        ({"at": "2099-01-01T00:00:00Z"}, "consent_of_tomorrow"),
        ({"at": "0001-01-01T00:00:00+08:00"}, "body_unfit"),
        ({"id": ""}, "body_unfit"),
        ({"more": 1}, "body_unfit"),
    ],
)
def test_what_is_no_consent_is_refused_and_nothing_moves(call, path, body, code):
    before = contents(without=NOTED)
    refused(call(path, {**SMS, **body}), 422, code)
    assert contents(without=NOTED) == before


def test_a_clock_may_run_a_little_ahead(call, path):
    soon = (timezone.now() + timedelta(minutes=4)).isoformat()
    assert told(call(path, {**SMS, "at": soon}))["status"] == "recorded"


def test_what_another_system_noted_is_told_apart(call, path):
    members.take_profiles([NewProfile("A", "", None, None, {"sms": True, "email": False})], source="crm")
    seen = told(call(path, None, "GET"))
    assert seen == {"consents": [], "history": [], "noted_elsewhere": {"sms": True, "email": False}}


def test_a_key_of_another_store_reads_and_tells_nothing(path):
    west = calling(people.add_key("west", store_codes=["west"], calls=[], actor="test"))
    before = contents(without=NOTED)
    refused(west(path, None, "GET"), 404, "member_not_found")
    refused(west(path, SMS), 404, "member_not_found")
    refused(west("/members/M99999999/consents", SMS), 404, "member_not_found")
    assert contents(without=NOTED) == before


def test_what_is_sensitive_is_told_by_many_and_read_by_few(call, path, ids):
    told(call(path, PREGNANT))
    told(call(path, SMS))
    assert now_of(told(call(path, None, "GET"))) == {("marketing", "sms"): True}, "a key for every call but that"
    few = calling(people.add_key("care", store_codes=[], calls=[Call.CONSENTS, Call.SENSITIVE], actor="test"))
    assert now_of(told(few(path, None, "GET"))) == {("marketing", "sms"): True, ("pregnancy", None): True}
    assert Call.SENSITIVE not in told(call("/key", None, "GET"))["calls"]
    assert told(few("/key", None, "GET"))["calls"] == ["consents", "sensitive"]
    assert members.agreed_to(ids["A"]) == {"pregnancy"}


def test_what_is_sensitive_and_taken_back_takes_its_tags_along(call, path, ids):
    tag = Tag(name="孕期", owner="care", purpose="advice", source=TagSource.HAND, evidence="form",
              sensitive=ConsentAbout.PREGNANCY)  # fmt: skip
    desk.define_tag(tag, made_by="anna")
    told(call(path, PREGNANT))
    desk.give_tag("孕期", ids["A"], day=DAY, actor="anna")
    late = {**PREGNANT, "id": "p0", "given": False, "at": "2025-11-19T10:15:00+08:00"}
    told(call(path, late))
    assert len(tags.of_members([ids["A"]], DAY)) == 1, "an older word takes nothing away"
    before = now_of_sensitive(path)
    answer = told(call(path, {**PREGNANT, "id": "p2", "given": False, "at": "2025-11-21T10:15:00+08:00"}))
    assert (answer, before) == ({"id": "p2", "status": "recorded"}, True)
    assert rows("SELECT count(*) FROM segments_bearer") == [(0,)]
    assert members.agreed_to(ids["A"]) == frozenset()


def now_of_sensitive(path: str) -> bool:
    few = calling(people.add_key("care", store_codes=[], calls=[Call.CONSENTS, Call.SENSITIVE], actor="test"))
    return now_of(told(few(path, None, "GET")))[("pregnancy", None)]


def test_merging_and_parting_conserve_every_word(call, ids):
    a, d = (f"/members/M{ids[card]:08d}/consents" for card in "AD")
    told(call(a, SMS))
    told(call(d, {**SMS, "id": "2", "given": False, "at": "2025-11-21T10:15:00+08:00"}))
    own = rows("SELECT * FROM members_consent ORDER BY id")
    merge = merge_members(ids["A"], ids["D"], now=timezone.now(), actor="test")
    for path in (a, d):
        assert now_of(told(call(path, None, "GET"))) == {("marketing", "sms"): False}, "the newest word of the person"
        assert len(told(call(path, None, "GET"))["history"]) == 2
    assert told(call(a, SMS))["status"] == "replayed"
    part_members(merge.number, now=timezone.now(), actor="test")
    assert rows("SELECT * FROM members_consent ORDER BY id") == own
    assert [now_of(told(call(path, None, "GET"))) for path in (a, d)] == [
        {("marketing", "sms"): True}, {("marketing", "sms"): False},
    ]  # fmt: skip


def test_segments_reach_whom_the_newest_word_lets(call, path, ids):
    members.take_profiles([NewProfile("A", "", None, None, {"sms": True})], source="crm")

    def noted() -> object:
        (one,) = [row for table in members.everybody() for row in table.to_pylist() if row["member_id"] == ids["A"]]
        return one["noted_sms"], one["noted_email"]

    assert noted() == (True, None), "as another system noted, where they said nothing here"
    told(call(path, {**SMS, "given": False}))
    told(call(path, {**SMS, "id": "2", "channel": "email"}))
    assert noted() == (False, True)
