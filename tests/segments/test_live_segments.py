"""Who is in a live segment, kept by events and by time, is who a count of everybody finds, whatever happened."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from huitou.kernel.ids import ImportId
from huitou.members import personal_data
from huitou.members.store import changes
from huitou.outbox import service as outbox
from huitou.receipts import service as receipts
from huitou.segments import personal_data as of_segments
from huitou.segments.errors import SegmentInUse
from huitou.segments.rules import looks
from huitou.segments.service import live, tags
from huitou.segments.terms.tags import Tag, TagSource
from huitou.usecases import live_segments
from huitou.usecases import segments as asking
from huitou.usecases.households import leave_household, live_together
from huitou.usecases.keep_months import UNDO_DAYS, let_months_go
from huitou.usecases.load_lake import hear_facts
from huitou.usecases.merge_members import merge_members, part_members
from huitou.usecases.renew_tags import renew_tags
from huitou.usecases.tags import define_tag
from huitou.usecases.undo_import import undo_import
from tests.builders import member_ids, rows, run
from tests.segments.live_world import moved_once_and_in_order

BEGIN = datetime(2026, 11, 6, 4, tzinfo=UTC)
LAST_4 = {"last_days": 4}


def bought(at_least=1, **asked):
    return {"leaf": "bought", "at_least": at_least, **asked}


def step(**asked):
    return {"bought": asked}


SEGMENTS = {
    "lately": bought(window=LAST_4),
    "dairy before": bought(2, of={"categories": ["dairy"]}, window={"last_days": 5, "ago_days": 1}),
    "not lately": {"not": {"leaf": "segment", "segment": "lately"}},
    "spent": {"leaf": "spent", "at_least": "20.00", "window": {"last_days": 6}},
    "spent by basket": {"leaf": "spent", "per": "receipt", "at_least": "20.00", "of": {"channels": ["store"]}},
    "viewed": {"leaf": "did", "of": {"kinds": ["view"]}, "at_least": 1, "window": {"last_days": 2}},
    "stayed away": {"leaf": "sequence", "first": step(), "then": step(), "within_days": 2, "follows": "no",
                    "window": {"last_days": 9}},
    "last time": {"leaf": "bought_on", "which": "last", "on": {"last_days": 3, "ago_days": 2}},
    "of age": {"leaf": "attribute", "of": "age", "at_least": 42},
    "birthday": {"leaf": "birthday", "from_days": -1, "to_days": 1},
    "new member": {"leaf": "attribute", "of": "joined_on", "window": {"last_days": 7}},
    "tier": {"leaf": "tier", "is_one_of": ["金卡"]},
    "agreed": {"leaf": "consent", "channel": "sms", "noted": "yes"},
    "new": {"leaf": "stage", "is_one_of": ["new", "active"]},
    "by sku and hour": bought(of={"skus": ["milk", "rice"], "from_clock": "08:00", "to_clock": "12:00"}),
}  # fmt: skip
OF_TAGS = {
    "guests": {"leaf": "tag", "tag": "VIP"},
    "dear guests": {"leaf": "tag", "tag": "VIP", "at_least": 40},
    "came of late": {"all": [{"leaf": "tag", "tag": "comes"}, {"not": {"leaf": "segment", "segment": "lately"}}]},
    "dairy lovers": {"leaf": "tag", "tag": "likes dairy"},
}
TAGS = (
    Tag(name="VIP", owner="A", purpose="p", source=TagSource.HAND, least=20, half_life_days=1, expires_days=4),
    Tag(name="comes", owner="A", purpose="p", source=TagSource.SEGMENT, of="lately", expires_days=2),
    Tag(name="likes dairy", owner="A", purpose="p", source=TagSource.TASTE, of="dairy", least=40, half_life_days=9),
)


def test_whatever_happens_the_kept_members_are_those_that_a_count_finds(world):
    world.define(lately=SEGMENTS["lately"])
    for tag in TAGS:
        define_tag(tag, made_by="test")
    world.define(**SEGMENTS, **OF_TAGS)
    renew_tags(world.clock)
    assert world.agrees()
    draw = random.Random(5)
    c1, c2 = world.cards["C1"], world.cards["C2"]
    day = lambda: f"{world.now.astimezone():%Y-%m-%d} 09:30"  # noqa: E731
    brought = world.sell("C2", "2026-11-06 09:00", "tea")
    happens = [
        lambda: world.sell("C1", day()),
        lambda: world.sell("C3", day(), "rice"),  # a new member
        lambda: world.sell("C2", "2026-10-20 10:00"),  # a late receipt
        lambda: world.view("C1"),
        lambda: run(f"INSERT INTO members_tier (member_id, tier, since, until) VALUES ({c2}, '金卡', '2026-11-08', "
                    "'2026-11-10')"),
        lambda: run(f"INSERT INTO members_profile (member_id, consents_noted) VALUES ({c1}, '{{\"sms\": true}}')"),
        lambda: run("INSERT INTO members_facts (member_id, layer, recency_score, frequency_score, monetary_score, "
                    "first_purchase_on, last_purchase_on, receipts_year, spend_year_fen, categories, category_shares) "
                    f"VALUES ({c1}, 'gold', 5, 4, 3, '2026-10-11', '2026-11-02', 2, 7550, '{{dairy}}', '{{800}}')"),
        lambda: tags.give("VIP", c1, by="a", day=world.now.date(), strength=90, note=""),
        lambda: run("UPDATE segments_bearer SET ended_at = now(), ended_by = 'a'"),
        lambda: tags.give("VIP", c2, by="a", day=world.now.date(), strength=100, note=""),
        lambda: undo_import(ImportId(brought), actor="test", now=world.now),
        claim,
        recategorise,
    ]  # fmt: skip
    draw.shuffle(happens)
    for place, happen in enumerate(happens):
        happen()
        assert place % 2 or world.agrees(), happen
        world.now += timedelta(hours=draw.choice([1, 9, 23, 24, 30]))
        assert world.agrees(), "and then time"
    merged = merge_members(c1, c2, now=world.now, actor="test")
    assert world.agrees(), "two are one"
    part_members(merged.number, now=world.now, actor="test")
    assert world.agrees(), "and two again"
    for days in (1, 2, 20):
        world.now += timedelta(days=days)
        assert world.agrees(), "time alone"
    personal_data.erase(c1)
    assert world.agrees(), "an erased person is in nothing"
    moved_once_and_in_order()
    assert live_segments.restate(world.clock) == dict.fromkeys([*SEGMENTS, *OF_TAGS], 0), (
        "a count of all has nothing to restate"
    )


def claim() -> None:
    """The receipt that is nobody's becomes C2's, as a claim does it."""
    ((receipt,),) = rows("SELECT id FROM receipts_receipt WHERE member_id IS NULL AND number = '5'")
    member = member_ids()["C2"]
    run(f"UPDATE receipts_receipt SET member_id = {member} WHERE id = {receipt}")
    outbox.say(receipts.CLAIMED, id=receipt, member=member)


def recategorise() -> None:
    """Milk is no dairy from now on; what was bought stays what it was."""
    run(
        "INSERT INTO catalogue_category (path) VALUES ('other') ON CONFLICT DO NOTHING",
        "UPDATE catalogue_product SET category_id = (SELECT id FROM catalogue_category WHERE path = 'other') "
        "WHERE sku = 'milk'",
    )


OF_HOUSEHOLDS = {
    "not alone": {"leaf": "household", "at_least": 2},
    "three of them": {"leaf": "household", "at_least": 3, "at_most": 3},
    "nobody with them": {"not": {"leaf": "household", "at_least": 2}},
}


def test_who_comes_goes_or_turns_out_to_be_one_moves_everybody_of_the_household(world):
    run(
        "INSERT INTO members_member (joined_on) SELECT '2026-11-01' FROM generate_series(1, 2)",
        "INSERT INTO members_identity (member_id, kind, value, tail) SELECT id, 'card', 'D' || id, '' "
        "FROM members_member WHERE id NOT IN (SELECT member_id FROM members_identity)",
    )
    world.define(**OF_HOUSEHOLDS)
    c1, c2, d1, d2 = sorted(member_ids().values())
    together = partial(live_together, actor="anna")
    parted = None
    for happens, not_alone, because in (
        (lambda: together(c1, d1), [c1, d1], "two live together"),
        (lambda: together(d1, d2), [c1, d1, d2], "a third comes, and the first is looked at too"),
        (lambda: leave_household(c1, actor="anna"), [d1, d2], "one leaves"),
        (lambda: leave_household(d2, actor="anna"), [], "who is left is alone"),
        (lambda: together(d1, d2), [d1, d2], "and back"),
        (lambda: together(d1, c2), [c2, d1, d2], "three again"),
        (lambda: merge_members(c1, d2, now=world.now, actor="anna"), [c1, c2, d1], "whoever d2 is now lives there"),
    ):
        parted = happens()
        assert world.agrees(), because
        assert world.kept()["not alone"] == not_alone, because
        assert world.kept()["three of them"] == (not_alone if len(not_alone) == 3 else []), because
    part_members(parted.number, now=world.now, actor="anna")
    assert world.agrees(), "parted, each lives where they lived"
    assert world.kept()["not alone"] == [c2, d1, d2]
    merged = merge_members(d1, d2, now=world.now, actor="anna")
    assert world.agrees(), "two of three are one: the third lives with one and not with two"
    assert (world.kept()["three of them"], world.kept()["not alone"]) == ([], [c2, d1])
    part_members(merged.number, now=world.now, actor="anna")
    assert world.agrees(), "and with two again"
    personal_data.erase(d2)
    assert world.agrees(), "who is erased lives nowhere"
    assert world.kept()["not alone"] == [c2, d1]
    world.now += timedelta(days=40)
    assert world.agrees(), "time alone moves no household"
    assert live_segments.restate(world.clock) == dict.fromkeys(OF_HOUSEHOLDS, 0)
    moved_once_and_in_order()
    assert {move.because for name in OF_HOUSEHOLDS for move in live.moves(name, limit=99)} == {"first", "event"}


def test_time_moves_whom_only_time_moves_and_a_day_too_late_is_noticed(world, monkeypatch):
    world.define(lately=SEGMENTS["lately"])
    assert world.kept() == {"lately": [world.cards["C2"]]}
    world.now += timedelta(hours=20)  # 7 November has begun, and 3 November is no longer one of four days
    assert world.follow() > 0
    assert world.kept() == {"lately": []}
    assert [(move.entered, move.because) for move in live.moves("lately")] == [(True, "first"), (False, "time")]
    world.sell("C1", "2026-11-07 07:30")
    ends = looks._ends
    monkeypatch.setattr(looks, "_ends", lambda asked: [one + (one > 0) for one in ends(asked)])
    agreed = []
    for _ in range(5):
        agreed.append(world.agrees())
        world.now += timedelta(days=1)
    assert agreed == [True, True, True, True, False], "a look that comes a day late is seen by the comparison"


def test_without_the_log_of_receipts_the_comparison_fails(world, monkeypatch):
    world.define(lately=SEGMENTS["lately"])
    monkeypatch.setattr(changes, "since", lambda mark, real=changes.since: _deaf(real(mark)))
    world.sell("C3", "2026-11-06 09:00")
    assert not world.agrees()


def _deaf(changed: changes.Changed) -> changes.Changed:
    return changes.Changed(changed.mark, changed.everybody, (), None)


def test_who_dies_in_a_turn_has_done_nothing_and_the_next_does_it_once(world, monkeypatch):
    world.define(lately=SEGMENTS["lately"])
    before = live.moves("lately", limit=99)
    world.sell("C3", "2026-11-06 09:00")
    with monkeypatch.context() as dying:
        dying.setattr(live, "end_turn", _die)
        with pytest.raises(RuntimeError):
            live_segments.follow(world.clock)
    assert live.moves("lately", limit=99) == before
    assert world.agrees()
    assert len(live.moves("lately", limit=99)) == len(before) + 1
    assert live_segments.follow(world.clock) is None, "and nothing is left to do"
    seen = live.turn()
    live_segments.switch_live("lately", on=False, actor="test")
    assert not live.take_turn(seen.number), "who looked before a segment was switched off comes too late"


def test_while_an_import_is_on_its_way_into_the_lake_nobody_is_forgotten(world, monkeypatch):
    world.define(lately=SEGMENTS["lately"])
    with monkeypatch.context() as held:
        held.setattr(live_segments, "hear_facts", lambda **how: 0)  # another process has the fact
        outbox.say("receipts_taken", batch=0)
        world.sell("C3", "2026-11-06 09:00")
        live.start_over()
        outbox.say("receipts_taken", batch=0)
        assert live_segments.follow(world.clock) is None, "the log waits"
    run("DELETE FROM outbox_fact")
    assert world.agrees()


def test_months_that_have_left_the_books_count_for_whoever_moves(world):
    """The query of these months was no query, so that nobody moved any more in a chain older than thirteen months."""
    world.sell("C3", "2025-08-03 09:00")
    hear_facts(at_once=True)
    later = datetime.now(UTC) + timedelta(days=UNDO_DAYS, minutes=1)
    assert date(2025, 8, 1) in let_months_go(date(2026, 11, 6), now=later)[0]
    world.define(twice=bought(2), **{"long ago": bought(window={"since": "2025-08-01", "until": "2025-08-31"})})
    c3 = member_ids()["C3"]
    assert c3 not in live.members_of("twice")
    assert live.members_of("long ago") == [c3]
    world.sell("C3", "2026-11-06 09:00")
    for one_by_one in (8, 0):
        live.ONE_BY_ONE = one_by_one
        world.sell("C3", "2026-11-06 09:30")
        assert world.agrees()
        assert c3 in live.members_of("twice"), "by a sale of this month and one that only the lake has"
        assert live.members_of("long ago") == [c3]
    assert {one.restated for one in live.listed()} == {0}


def _die(*_: object) -> None:
    raise RuntimeError("the process is gone")


def test_a_segment_that_is_live_is_in_use_and_nobody_is_in_one_that_is_not(world):
    world.define(lately=SEGMENTS["lately"])
    with pytest.raises(SegmentInUse):
        asking.delete_segment("lately", actor="test")
    told = live_segments.status(world.now)
    assert [(one["name"], one["state"]) for one in told["segments"]] == [("lately", "live")]
    assert (told["lag_seconds"], told["changed"], told["due"]) == (0.0, 0, 0)
    world.sell("C1", "2026-11-06 09:00")
    assert live_segments.status(datetime.now(UTC))["changed"] == 1
    world.follow()
    asking.define_segment("lately", json.dumps({"language": 1, "where": {"leaf": "everyone"}}), made_by="test")
    world.follow()
    assert live.members_of("lately") == sorted(member_ids().values()), "the newest version is the one that is live"
    gone = world.cards["C1"]
    assert set(of_segments.export(gone)) == set(of_segments.TABLES)
    assert len(of_segments.export(gone)["segments_membership"]) == 1
    of_segments.erase(gone)
    assert gone not in live.members_of("lately")
    assert of_segments.export(gone)["segments_move"] == []
    live_segments.switch_live("lately", on=False, actor="test")
    assert (live.members_of("lately"), live.listed()) == ([], [])
    asking.delete_segment("lately", actor="test")
