"""A tier, an event or a channel that nothing bears is no fault, and the count says that it counts nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from huitou.doors.cli.words import _catalogue
from huitou.usecases import segments as asking
from tests.builders import copy_lake, member_ids, run

NOW = datetime(2026, 11, 6, 4, tzinfo=UTC)
chinese = _catalogue("zh_Hans").gettext


@pytest.fixture
def chain(laid, db, settings):
    copy_lake(laid, settings)
    one = min(member_ids().values())
    run(
        f"INSERT INTO members_event (source, source_id, kind, member_id, store_id, at, body, digest) VALUES "
        f"('app', 'e1', 'view', {one}, NULL, '2026-11-05T04:00:00Z', '{{}}', '')",
    )


def warned(*conditions, live=True, say=str, at=NOW) -> tuple[int, list[dict[str, str]]]:
    text = json.dumps({"language": 1, "where": {"any": list(conditions)}}, ensure_ascii=False)
    found = asking.count_segment(text, at=at, live=live, say=say)
    return found.members, list(found.as_json()["warnings"])


@pytest.mark.parametrize("live", [True, False], ids=["now", "looking back"])
def test_what_nothing_bears_is_counted_and_told_once_each(chain, live):
    tier = {"leaf": "tier", "is_one_of": ["o'Nobody"]}
    app = {"leaf": "bought", "at_least": 1, "of": {"channels": ["store", "stroe"]}}
    viewed = {
        "leaf": "sequence",
        "first": {"did": {"kinds": ["view", "veiw"]}},
        "then": {"bought": {}},
        "within_days": 1,
    }
    members, said = warned(tier, app, viewed, tier, live=live)
    assert members == 2, "what is there is counted all the same"
    assert [(one["code"], one["name"]) for one in said] == [
        ("unheard_tier", "o'Nobody"),
        ("unheard_channel", "stroe"),
        ("unheard_event", "veiw"),
    ]
    assert said[1]["message"] == "No sale has come by a channel “stroe” so far: look whether the name is right."
    assert warned(tier, say=chinese)[1][0]["message"] == "目前没有会员处于等级「o'Nobody」，请确认名称是否正确。"


def test_what_has_come_meanwhile_is_not_doubted_any_more(chain):
    scanned = {"leaf": "did", "of": {"kinds": ["scan"]}, "at_least": 1}
    assert [one["code"] for one in warned(scanned)[1]] == ["unheard_event"]
    run("UPDATE members_event SET kind = 'scan'")
    assert warned(scanned, at=NOW + timedelta(seconds=40)) == (1, [])


def test_what_is_borne_is_not_doubted(chain):
    viewed = {"leaf": "did", "of": {"kinds": ["view"]}, "at_least": 1}
    by_till = {"leaf": "spent", "at_least": "1.00", "of": {"channels": ["store"]}}
    assert warned(viewed, by_till, {"leaf": "everyone"})[1] == []


def test_a_name_within_another_segment_is_doubted_too(chain):
    tier = json.dumps({"language": 1, "where": {"leaf": "tier", "is_one_of": ["gone"]}})
    asking.define_segment("金", tier, made_by="test")
    assert warned({"leaf": "segment", "segment": "金"})[1][0]["name"] == "gone"
