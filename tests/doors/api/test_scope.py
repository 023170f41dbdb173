"""Every call times every kind of key: a new call without a row here fails (F18 to F22)."""

from __future__ import annotations

import time

import pytest

from huitou.access.terms import Call
from huitou.doors.api import caller
from huitou.doors.api.routes import api
from huitou.usecases import people
from tests.builders import contents
from tests.doors.api.bodies import return_body, sale_body
from tests.doors.api.conftest import calling, refused, told

pytestmark = pytest.mark.django_db

CARD = {"kind": "card", "value": "C1"}
EVENT = {"id": "1", "kind": "view", "at": "2026-11-25T10:15:00+08:00", "store": "east"}
OPEN = {("GET", "/health")}
"""Calls that need no key, and tell nothing."""
OF_ANY_KEY = {("GET", "/key")}
"""Calls that any valid key may make: they tell what the key itself is."""

CONSENT = {"id": "1", "purpose": "marketing", "channel": "sms", "given": True, "at": EVENT["at"], "how": "form"}
BASKET = {"store": "east", "till": "1", "lines": [{"line": 1, "sku": "milk", "unit_price": "6.40"}]}
RETURN_ASKED = {
    "store": "east", "till": "1", "lines": [{"line": 1, "sale_line": 1, "quantity": "1.000"}],
    "sale": {"store": "east", "till": "1", "business_date": "2026-11-25", "number": "7"},
}  # fmt: skip
NAMED = {"key": "b", "member": "M1", "other": "M2"}
CALLS: dict[tuple[str, str], tuple[Call, object, bool]] = {
    ("POST", "/receipts"): (Call.RECEIPTS, sale_body(), True),
    ("POST", "/receipts/batch"): (Call.RECEIPTS, b"", False),
    ("POST", "/receipts/claim"): (Call.RECEIPTS, {"claim_code": "1-A", "member": CARD}, False),
    ("POST", "/baskets/price"): (Call.RECEIPTS, BASKET, True),
    ("PUT", "/baskets/{key}/hold"): (Call.RECEIPTS, {"member": CARD, "points": 1}, False),
    ("DELETE", "/baskets/{key}/hold"): (Call.RECEIPTS, None, False),
    ("GET", "/goods"): (Call.RECEIPTS, None, False),
    ("POST", "/receipts/find"): (Call.RETURNS, {"query": "7"}, False),
    ("POST", "/returns/quote"): (Call.RETURNS, RETURN_ASKED, True),
    ("POST", "/returns"): (Call.RETURNS, return_body(), True),
    ("POST", "/members/identify"): (Call.IDENTIFY, {"query": "C1"}, False),
    ("POST", "/members"): (Call.MEMBERS, {"store": "east", "card": "C1"}, True),
    ("POST", "/events"): (Call.EVENTS, EVENT, True),
    ("GET", "/members/{member}/household"): (Call.HOUSEHOLDS, None, False),
    ("PUT", "/members/{member}/household"): (Call.HOUSEHOLDS, {"name": ""}, False),
    ("PUT", "/members/{member}/household/{other}"): (Call.HOUSEHOLDS, None, False),
    ("DELETE", "/members/{member}/household"): (Call.HOUSEHOLDS, None, False),
    ("PUT", "/members/{member}/place"): (Call.HOUSEHOLDS, {"latitude": None, "longitude": None}, False),
    ("GET", "/members/{member}/consents"): (Call.CONSENTS, None, False),
    ("POST", "/members/{member}/consents"): (Call.CONSENTS, CONSENT, False),
    ("GET", "/offline-bundle"): (Call.OFFLINE, None, False),
}
"""Of each call which right it needs, a body that it takes, and whether the body names the store that speaks."""

ROWS = pytest.mark.parametrize(("method", "path"), CALLS, ids=lambda part: part)
NOTED = ("access_apikey",)
"""A key notes the last day of its use."""


def test_no_call_is_without_a_row():
    document = api.get_openapi_schema()
    found = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert found == set(CALLS) | OPEN | OF_ANY_KEY


def test_a_key_is_told_what_it_is_and_of_its_own_stores_alone(chain):
    call = calling(people.add_key("narrow", store_codes=["east"], calls=[Call.EVENTS], actor="test"))
    assert told(call("/key", None, "GET")) == {"name": "narrow", "stores": ["east"], "calls": ["events"]}
    refused(calling("ht_wrong")("/key", None, "GET"), 401, "key_refused")


@ROWS
@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer ht_wrong", "Basic dGlsbDp0aWxs", "Bearer " + "x" * 5000])
def test_without_a_valid_key_nothing_is_told_and_nothing_moves(chain, method, path, sent):
    before = contents()
    response = calling("")(path.format(**NAMED), CALLS[method, path][1], method, Authorization=sent)
    refused(response, 401, "key_refused")
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert contents() == before


@ROWS
def test_a_key_without_the_right_is_refused(chain, method, path):
    right, body, _ = CALLS[method, path]
    others = [call for call in Call if call != right]
    call = calling(people.add_key("narrow", store_codes=[], calls=others, actor="test"))
    before = contents(without=NOTED)
    refused(call(path.format(**NAMED), body, method), 403, "call_not_allowed")
    assert contents(without=NOTED) == before


@ROWS
def test_a_key_with_the_right_alone_is_let_in(chain, method, path):
    right, body, _ = CALLS[method, path]
    call = calling(people.add_key("just", store_codes=[], calls=[right], actor="test"))
    assert call(path.format(**NAMED), body, method).status_code not in (401, 403)


@ROWS
def test_a_key_of_another_store_is_told_nothing_of_this_one(chain, method, path):
    _, body, names_a_store = CALLS[method, path]
    call = calling(people.add_key("west", store_codes=["west"], calls=[], actor="test"))
    if not names_a_store:
        assert call(path.format(**NAMED), body, method).status_code != 401
        return
    before = contents(without=NOTED)
    refused(call(path, body, method), 404, "store_not_of_key")
    refused(call(path, {**body, "store": "no such store"}, method), 422, "store_unknown")
    assert contents(without=NOTED) == before


def test_goods_come_back_at_any_store_of_the_chain(chain, call):
    told(call("/receipts", sale_body()))
    west = calling(people.add_key("west", store_codes=["west"], calls=[], actor="test"))
    assert told(west("/returns", return_body(store="west")))["state"] == "applied"
    nowhere = return_body(store="west", number="R2", sale={**return_body()["sale"], "store": "no such store"})
    refused(west("/returns", nowhere), 422, "store_unknown")


def test_the_key_may_stand_in_a_header_of_its_own(chain, key):
    call = calling("")
    assert told(call("/members/identify", {"query": "C1"}, Authorization="", **{"X-API-Key": key}))


def test_a_revoked_key_is_refused_within_two_seconds(chain, key, call, monkeypatch):
    read_at = time.monotonic()
    monkeypatch.setattr(caller.time, "monotonic", lambda: read_at)
    told(call("/members/identify", {"query": "C1"}))
    people.revoke_key("till", actor="test")
    monkeypatch.setattr(caller.time, "monotonic", lambda: read_at + 2)
    refused(call("/members/identify", {"query": "C1"}), 401, "key_refused")


def test_trying_keys_does_not_fill_the_memory(chain):
    for number in range(caller.MOST_KEPT + 10):
        caller._kept[f"wrong-{number}"] = (time.monotonic() + 9, None)
    assert caller.caller_of("ht_wrong") is None
    assert len(caller._kept) <= caller.MOST_KEPT
