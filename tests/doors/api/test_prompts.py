"""What the cashier may say: what would be lost soon, in both languages, and what came of it is kept once."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from huitou.offers.service import coupons
from huitou.offers.terms.coupons import KindSeen
from tests.builders import rows
from tests.doors.api.bodies import sale_body
from tests.doors.api.conftest import told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("days", "prompts", "because"),
    [
        (1, 1, "it ends today"),
        (8, 1, "it ends in a week"),
        (9, 0, "a week and a day is no hurry"),
        (None, 0, "it never ends"),
    ],
)
def test_a_coupon_that_ends_within_a_week_is_worth_a_word(call, days, prompts, because):
    told(call("/receipts", sale_body()))
    ((member,),) = rows("SELECT id FROM members_member")
    today = timezone.localdate()
    coupons.make_kind(KindSeen("FIVE", "老友5元券", personal=True, valid_days=days), by="ann")
    coupons.issue_batch(coupons.begin_batch("FIVE", "five", by="ann", today=today, members=[member]).id, today=today)
    found = told(call("/members/identify", {"query": "C1"}))["member"]["prompts"]
    assert [one["prompt"] for one in found] == ["coupon_ends"] * prompts, because
    for one in found:
        assert "老友5元券" in one["say"]
        assert set(one["translations"]) == {"zh-hans", "en"}


def test_what_came_of_it_is_recorded_once(call):
    event = {
        "id": "b-1-coupon_ends", "kind": "prompt", "at": "2026-11-25T10:15:00+08:00", "store": "east",
        "member": {"kind": "card", "value": "C1"}, "detail": {"prompt": "coupon_ends", "outcome": "accepted"},
    }  # fmt: skip
    told(call("/receipts", sale_body()))
    assert [told(call("/events", event))["status"] for _ in range(2)] == ["recorded", "replayed"]
    (kept,) = rows("SELECT body::text, member_id IS NOT NULL FROM members_event WHERE kind = 'prompt'")
    assert (json.loads(kept[0])["outcome"], kept[1]) == ("accepted", True)


@pytest.mark.parametrize(
    ("detail", "because"),
    [
        ({"prompt": "mothers", "outcome": "accept"}, "a word that nobody counts, and yet the member would rest"),
        ({"prompt": "mothers", "outcome": True}, "no word"),
        ({"prompt": "mothers"}, "what came of it"),
        ({"outcome": "accepted"}, "of what"),
        ({"prompt": "", "outcome": "accepted"}, "of what"),
        ({"prompt": 5, "outcome": "accepted"}, "a prompt is named by a text"),
        ({}, "nothing at all"),
    ],
)
def test_an_outcome_that_says_nothing_is_refused_and_its_id_stays_free(call, detail, because):
    event = {"id": "b-2-mothers", "kind": "prompt", "at": "2026-11-25T10:15:00+08:00", "store": "east"}
    refused = call("/events", {**event, "detail": detail})
    said = refused.json()
    assert (refused.status_code, said["code"]) == (422, "body_unfit"), because
    assert "declined" in said["translations"]["en"]["errors"][0]["what"]
    assert "accepted" in said["translations"]["zh-hans"]["errors"][0]["what"]
    assert rows("SELECT count(*) FROM members_event WHERE kind = 'prompt'") == [(0,)]
    right = {**event, "detail": {"prompt": "mothers", "outcome": "declined", "why": "in a hurry"}}
    assert told(call("/events", right))["status"] == "recorded", "what else is known of it may stand there, too"
    assert told(call("/events", {**event, "id": "v-1", "kind": "view", "detail": detail}))["status"] == "recorded", (
        "what was looked at has no outcome"
    )
