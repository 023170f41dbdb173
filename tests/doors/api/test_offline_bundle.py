"""The bundle over the API: of one's own store alone, as little of people as it takes, and what changed since."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from huitou.access.terms import Call
from huitou.catalogue import service as catalogue
from huitou.members import service as members
from huitou.members.terms import MemberRef, NewMember
from huitou.members.without_database import read_signed
from huitou.offers.service import coupons, programmes
from huitou.offers.terms.coupons import KindSeen
from huitou.offers.terms.kept import OfferTerms
from huitou.offline import service as offline
from huitou.offline.terms import Bundle
from huitou.privacy import service as privacy
from huitou.usecases import people, promotions
from tests.doors.api.conftest import calling, refused, told

pytestmark = pytest.mark.django_db
FIVE = {"id": "five", "valid": {"coupon": "FIVE"}, "get": {"kind": "amount_off", "amount": "5.00", "per": "lot"}}
BORN = {"id": "born", "valid": {"birthday_month": True}, "get": {"kind": "percent_off", "percent": "10"}}


@pytest.fixture
def shop(chain, monkeypatch, settings, tmp_path) -> dict[str, int]:
    """Two members at home in the east and one in the west, each with a coupon of their own."""
    monkeypatch.setattr(programmes, "FRESH_SECONDS", 0.0)
    settings.OFFLINE_PATH = tmp_path / "offline"
    today = timezone.localdate()
    members.take_people(
        [
            NewMember("CARD-EAST-1", "何素云", today, "13800138000", date(1990, 2, 3), chain["east"]),
            NewMember("CARD-EAST-2", "Anna", today, None, None, chain["east"]),
            NewMember("CARD-WEST-1", "Xanthippe", today, None, None, chain["west"]),
        ]
    )
    ids = {card: members.ids_of("card", [card])["member_id"][0].as_py() for card in
           ("CARD-EAST-1", "CARD-EAST-2", "CARD-WEST-1")}  # fmt: skip
    catalogue.take_products_online([("milk", "牛奶", "乳品"), ("tea", "茶", "")])
    coupons.make_kind(KindSeen("FIVE", "five off", personal=True), by="ann")
    batch = coupons.begin_batch("FIVE", "five", by="ann", today=today, members=list(ids.values()))
    coupons.issue_batch(batch.id, today=today)
    promotions.draft_offer(FIVE, OfferTerms(per_member=2, budget_fen=9_00), actor="ann")
    promotions.switch_on("five", actor="ann")
    return ids


def fetched(call, query: str = "store=east", kept: Bundle | None = None) -> Bundle:
    response = call(f"/offline-bundle?{query}", None, "GET")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == offline.MEDIA_TYPE
    return offline.open_bundle(
        response.content, trusted=privacy.signing_key(), store="east", now=timezone.now(), kept=kept
    )[0]


def test_a_store_gets_its_own_people_without_names(call, key, shop):
    response = call("/offline-bundle?store=east", None, "GET")
    found = fetched(call)
    assert sorted(row[0] for row in found.rows["members"]) == [shop["CARD-EAST-1"], shop["CARD-EAST-2"]]
    assert {row[2] for row in found.rows["members"]} == {0}, "no offer asks for birthdays"
    cards_key = offline.cards_key_of(key, "east")
    assert dict(found.rows["cards"])[offline.card_digest(cards_key, "card", "CARD-EAST-1")] == shop["CARD-EAST-1"]
    assert {row[2] for row in found.rows["coupons"]} == {shop["CARD-EAST-1"], shop["CARD-EAST-2"]}
    assert [row[0] for row in found.rows["offers"]] == ["five"]
    assert {row[0] for row in found.rows["goods"]} == {"milk", "tea"}
    said = repr((found, response.content))
    for secret in ("何素云", "Anna", "Xanthippe", "13800138000", "CARD-EAST", "CARD-WEST", key, "1990"):
        assert secret not in said


def test_birthdays_come_as_months_where_an_offer_asks_for_them(call, shop):
    promotions.draft_offer(BORN, actor="ann")
    promotions.switch_on("born", actor="ann")
    assert sorted(row[2] for row in fetched(call).rows["members"]) == [0, 2]


def test_what_changed_since(call, shop, tmp_path):
    first = fetched(call)
    catalogue.take_products_online([("rice", "米", "")])
    promotions.pause_offer("five", actor="ann")
    later = fetched(call, f"store=east&have={first.header.version}", first)
    assert {row[0] for row in later.rows["goods"]} == {"milk", "tea", "rice"}
    assert later.rows["offers"] == []
    assert later.header.programme > first.header.programme
    assert later.header.version == fetched(call).header.version
    remembered = [path for path in Path(tmp_path / "offline").rglob("*") if path.is_file()]
    assert remembered
    assert not any(b"CARD" in path.read_bytes() for path in remembered)


def test_whose_key(call, shop):
    west = calling(people.add_key("west", store_codes=["west"], calls=[], actor="test"))
    refused(west("/offline-bundle?store=east", None, "GET"), 404, "store_not_of_key")
    assert west("/offline-bundle?store=west", None, "GET").status_code == 200
    refused(call("/offline-bundle?store=nowhere", None, "GET"), 422, "store_unknown")
    refused(call("/offline-bundle?store=east&have=../x", None, "GET"), 422, "body_unfit")
    refused(call("/offline-bundle", None, "GET"), 422, "body_unfit")
    narrow = calling(people.add_key("narrow", store_codes=["east"], calls=[Call.RECEIPTS], actor="test"))
    refused(narrow("/offline-bundle?store=east", None, "GET"), 403, "call_not_allowed")
    gone = people.add_key("gone", store_codes=["east"], calls=[], actor="test")
    people.revoke_key("gone", actor="test")
    refused(calling(gone)("/offline-bundle?store=east", None, "GET"), 401, "key_refused")


def test_a_signed_code_names_its_member_and_pays_once(call, shop):
    now = timezone.now()
    code = members.signed_code(shop["CARD-WEST-1"], at=now)
    read = read_signed(code, at=now, public_key=privacy.signing_key())
    assert read is not None
    assert (len(code), code.isdigit(), read.member) == (176, True, shop["CARD-WEST-1"])
    found = told(call("/members/identify", {"query": code}))["member"]
    assert (found["member"], found["may_spend"]) == (f"M{shop['CARD-WEST-1']:08d}", True)
    wrong = code[:20] + str((int(code[20]) + 1) % 10) + code[21:]
    refused(call("/members/identify", {"query": wrong}), 422, "member_code_unknown")
    late = members.signed_code(shop["CARD-WEST-1"], at=now - timedelta(minutes=4))
    refused(call("/members/identify", {"query": late, "kind": "code"}), 422, "member_code_unknown")
    assert MemberRef("code", code) != MemberRef("code", late)
