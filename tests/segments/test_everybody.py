"""Segments over a real small chain: its lake, its members, its events; kept in versions, counted by lease."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from huitou.lake import service as lake
from huitou.lake.daily import BASKETS
from huitou.segments import personal_data
from huitou.segments import service as segments
from huitou.segments.errors import (
    NotAMember,
    SegmentImpossible,
    SegmentInUse,
    SegmentsCircular,
    SegmentTookTooLong,
    SegmentUnknown,
)
from huitou.usecases import segment_snapshots
from huitou.usecases import segments as asking
from tests.builders import (
    copy_lake,
    line,
    member_ids,
    rows,
    run,
    seen_by,
    store_ids,
    take_into_lake,
)

moment = datetime.fromisoformat
LATE = {"since": "2026-11-03"}
AFTER_ALL = moment("2026-11-06 12:00+08:00")
BEFORE_C2 = moment("2026-11-02 10:59:59")
"""By the chain's clock: C2's first receipt is a second away."""


@pytest.fixture
def cards(laid, db, settings):
    copy_lake(laid, settings)
    return member_ids()


def now():
    return AFTER_ALL


def said(*conditions) -> str:
    return json.dumps({"language": 1, "where": {"all": list(conditions)}})


def bought(at_least=1, **asked):
    return {"leaf": "bought", "at_least": at_least, **asked}


def in_it(cards, *conditions, at=AFTER_ALL):
    found = set(asking.members_of_segment(said(*conditions), at=at).ids)
    return {card for card, number in cards.items() if number in found}


def define(name, *conditions):
    return asking.define_segment(name, said(*conditions), made_by="somebody")


def named(name):
    return {"leaf": "segment", "segment": name}


def test_who_is_meant_in_a_small_chain(cards):
    run(
        "UPDATE members_member SET birthday = '1984-02-29' WHERE id = " + str(cards["C2"]),
        "INSERT INTO members_profile (member_id, sex, consents_noted) "
        f"VALUES ({cards['C1']}, 'female', '{{\"sms\": true, \"email\": false}}')",
        "INSERT INTO members_facts (member_id, layer, recency_score, frequency_score, monetary_score, "
        "first_purchase_on, last_purchase_on, receipts_year, spend_year_fen, loyalty, categories, category_shares) "
        f"VALUES ({cards['C1']}, 'gold', 5, 4, 3, '2026-11-01', '2026-11-02', 2, 7550, 55, ARRAY['dairy', 'a, \"b'], "
        "'{600,400}')",
        "INSERT INTO members_tier (member_id, tier, since) VALUES (" + str(cards["C1"]) + ", '金卡', '2026-11-01')",
        "INSERT INTO members_event (source, source_id, kind, member_id, store_id, at, body, digest) VALUES "
        f"('app', '1', 'view', {cards['C2']}, {store_ids()['west']}, '2026-11-02T16:30:00Z', '{{}}', '')",
    )
    cases = (
        ([{"leaf": "everyone"}], {"C1", "C2"}, "everybody is said"),
        ([bought(of={"categories": ["dairy"]})], {"C1", "C2"}, "both bought milk"),
        ([bought(2, of={"categories": ["dairy"]})], {"C1"}, "on two receipts; a return counts none"),
        ([{"not": bought(of={"categories": ["drinks"]})}], {"C2"}, "C2 bought no tea"),
        ([{"leaf": "spent", "at_least": "75.50", "at_most": "75.50"}], {"C1"}, "20 + 35.50 + 30 - 10"),
        ([bought(of={"stores": ["west"]}), {"leaf": "attribute", "of": "sex", "known": False}], {"C2"}, "both hold"),
        ([bought(window={"last_days": 4})], {"C2"}, "3 November is the first of four days, 2 November is before"),
        ([{"leaf": "likes", "category": "dairy", "at_least": 60}], {"C1"}, "600 thousandths"),
        ([{"leaf": "loyalty", "at_least": 55, "at_most": 55}], {"C1"}, "the index of the last refresh; C2 has none"),
        ([{"leaf": "layer", "is_one_of": ["gold"]}, {"leaf": "stage", "is_one_of": ["new"]}], {"C1"}, "facts"),
        ([{"leaf": "tier", "is_one_of": ["金卡"]}], {"C1"}, "the tier of the day"),
        ([{"leaf": "birthday", "months": [2]}], {"C2"}, "a leap day"),
        ([{"leaf": "consent", "channel": "sms", "noted": "yes"}], {"C1"}, "noted"),
        ([{"leaf": "reachable", "channel": "sms"}], set(), "a consent without a phone reaches nobody"),
        ([{"leaf": "did_on", "which": "last", "of": {"kinds": ["view"]}, "on": LATE}], {"C2"}, "half past midnight"),
    )  # fmt: skip
    with asking.open_crowd(AFTER_ALL) as crowd:
        for conditions, who, because in cases:
            tree = asking.read_whole(said(*conditions))[1]
            found = set(crowd.ids(crowd.bits(tree)))
            assert {card for card, number in cards.items() if number in found} == who, because
            for card, number in cards.items():
                assert segments.why(crowd, tree, number).holds == (card in who), because


def test_why_says_what_decides_and_nothing_else(cards):
    either = {
        "any": [bought(of={"categories": ["dairy"]}), bought(of={"categories": ["drinks"]}), {"leaf": "everyone"}]
    }
    text = said(either, {"leaf": "layer", "is_one_of": ["gold"]}, {"not": {"leaf": "everyone"}})

    def told(**more) -> list:
        because = asking.why_member(text, cards["C2"], at=AFTER_ALL, say=str, **more)
        return [(part.says, part.holds, [inner.says for inner in part.parts]) for part in because.parts]

    assert [(holds, inner) for _, holds, inner in told()] == [(False, []), (False, ["have joined"])], "each alone fails"
    assert len(told(whole=True)) == 3
    because = asking.why_member(json.dumps({"language": 1, "where": either}), cards["C2"], at=AFTER_ALL, say=str)
    assert [part.says for part in because.parts] == ["bought dairy at any time", "have joined"], "each alone is enough"


def test_what_had_not_happened_at_the_moment_does_not_count(cards):
    assert in_it(cards, bought(), at=BEFORE_C2) == {"C1"}
    assert in_it(cards, bought(), at=moment("2026-11-02 11:00")) == {"C1", "C2"}


def test_a_count_says_as_of_when_and_who_can_be_reached(cards):
    counted = asking.count_segment(said(bought()), at=AFTER_ALL)
    assert (counted.members, counted.all, counted.as_of) == (2, 2, "2026-11-06T12:00:00+08:00")
    assert counted.reach["sms"] == {"reachable": 0, "refused": 0, "no_consent": 0, "no_address": 2}
    assert counted.reads_lines == 7
    east = asking.count_segment(said(bought()), at=AFTER_ALL, stores=[store_ids()["east"]])
    nobody = asking.count_segment(said(bought()), at=AFTER_ALL, stores=[])
    assert (east.members, east.all, nobody.members, nobody.all) == (1, 1, 0, 0), "a store's people count its members"


def test_what_the_chain_does_not_know_is_refused_at_its_place(cards):
    with pytest.raises(SegmentImpossible, match=r"where\.all\[0\]\.of\.stores\[0\].*north"):
        asking.count_segment(said(bought(of={"stores": ["north"]})), at=AFTER_ALL)
    with pytest.raises(NotAMember):
        asking.why_member(said(bought()), 2**70, at=AFTER_ALL, say=str)


def test_versions_references_and_deletion(cards):
    assert define("milk", bought(of={"categories": ["dairy"]})) == 1
    assert define("milk", bought(of={"categories": ["dairy"]})) == 1, "the same tree again makes no version"
    assert define("milk", bought(2, of={"categories": ["dairy"]})) == 2
    assert define("no milk", {"not": named("milk")}) == 1
    assert in_it(cards, named("no milk")) == {"C2"}, "the newest version is meant"
    with pytest.raises(SegmentsCircular, match="milk → no milk → milk"):
        define("milk", named("no milk"))
    with pytest.raises(SegmentInUse, match="segment no milk"):
        asking.delete_segment("milk", actor="somebody")
    segments.use("no milk", "campaign:1")
    with pytest.raises(SegmentInUse, match="campaign 1"):
        asking.delete_segment("no milk", actor="somebody")
    segments.end_use("no milk", "campaign:1")
    for name in ("no milk", "milk"):
        segment_snapshots.take_snapshot(name, asked_by="somebody", now=now)
        asking.delete_segment(name, actor="somebody")
    assert segments.listed() == []
    with pytest.raises(SegmentUnknown):
        segments.find("milk")
    define("tea", bought())
    with pytest.raises(IntegrityError), transaction.atomic():
        run("UPDATE segments_version SET number = 7")


def test_a_snapshot_is_kept_and_forgets_who_is_erased(cards):
    define("buyers", bought())
    kept = segment_snapshots.take_snapshot("buyers", asked_by="somebody", now=now)
    assert (kept["state"], kept["members"], kept["reach"]["sms"]["no_address"]) == ("done", 2, 2)
    assert segments.snapshot_members(kept["snapshot"]) == sorted(cards.values())
    exported = personal_data.export(cards["C1"])["segments_snapshot"]
    assert [one["segment"] for one in exported] == ["buyers"]
    assert personal_data.erase(cards["C1"])["segments_snapshot"] == 1
    assert segments.snapshot_members(kept["snapshot"]) == [cards["C2"]]
    assert set(personal_data.erase(cards["C1"]).values()) == {0}


def test_a_dead_calculation_is_taken_over_and_its_late_answer_is_not_kept(cards):
    define("buyers", bought())
    number = segments.ask_snapshot("buyers", asked_by="somebody")
    dead = segments.lease_snapshot("first")
    assert segments.lease_snapshot("second") is None, "it is held"
    run("UPDATE segments_snapshot SET leased_until = clock_timestamp() - interval '1 second'")
    assert segment_snapshots.count_next(now)
    assert segments.snapshot(number).members == 2
    assert not segments.keep_lease(dead)
    assert not segments.end_snapshot(dead, AFTER_ALL, [], {}), "who was thought dead keeps nothing"
    assert segments.snapshot(number).members == 2


def test_what_kills_its_holders_is_given_up_and_is_nobody(cards):
    define("buyers", bought())
    number = segments.ask_snapshot("buyers", asked_by="somebody")
    for attempt in range(segments.MOST_ATTEMPTS):
        assert segments.lease_snapshot(f"holder {attempt}")
        run("UPDATE segments_snapshot SET leased_until = clock_timestamp() - interval '1 second'")
    assert not segment_snapshots.count_next(now)
    assert (segments.snapshot(number).state, segments.snapshot_members(number)) == ("failed", [])


def test_a_failed_calculation_is_nobody_never_everybody(cards, monkeypatch):
    define("buyers", bought())
    monkeypatch.setattr(segments, "reach", lambda crowd, bits: 1 / 0)
    failed = segment_snapshots.take_snapshot("buyers", asked_by="somebody", now=now)
    assert (failed["state"], failed["members"]) == ("failed", None)
    assert segments.snapshot_members(failed["snapshot"]) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        run("UPDATE segments_snapshot SET member_ids = '{1}'")


def test_the_end_that_somebody_asks_for(cards):
    define("buyers", bought())
    waiting, running = (segments.ask_snapshot("buyers", asked_by="somebody") for _ in range(2))
    segments.cancel_snapshot(waiting)
    assert segments.snapshot(waiting).state == "cancelled"
    held = segments.lease_snapshot("holder")
    assert held.snapshot == running
    segments.cancel_snapshot(running)
    assert not segments.keep_lease(held), "whoever counts hears it at the next look"
    assert not segments.end_snapshot(held, AFTER_ALL, [], {}), "too late"
    assert segments.snapshot(running).stopping
    run("UPDATE segments_snapshot SET leased_until = clock_timestamp() - interval '1 second'")
    assert segments.lease_snapshot("next") is None, "nobody counts again what is to end"
    assert segments.snapshot(running).state == "cancelled"


def test_the_end_that_is_asked_for_in_the_last_moment(cards, monkeypatch):
    """It was counted again and again by whoever looked next, and failed in the end."""
    define("buyers", bought())
    number = segments.ask_snapshot("buyers", asked_by="somebody")
    reach = segments.reach

    def asked_meanwhile(crowd, bits):
        segments.cancel_snapshot(number)
        return reach(crowd, bits)

    monkeypatch.setattr(segments, "reach", asked_meanwhile)
    assert segment_snapshots.count_next(now)
    assert (segments.snapshot(number).state, segments.snapshot_members(number)) == ("cancelled", [])


def test_what_a_dead_holder_left_is_said_and_ends_at_once_when_somebody_asks(cards):
    define("buyers", bought())
    number = segments.ask_snapshot("buyers", asked_by="somebody")
    assert segments.lease_snapshot("dead")
    assert not segments.snapshot(number).silent
    run("UPDATE segments_snapshot SET leased_until = clock_timestamp() - interval '1 second'")
    assert segments.snapshot(number).silent
    segments.cancel_snapshot(number)
    assert segments.snapshot(number).state == "cancelled"
    assert not segment_snapshots.count_next(now)


def test_ctrl_c_ends_ones_own_snapshot_and_gives_back_anybody_elses(cards, monkeypatch):
    define("buyers", bought())
    theirs = segments.ask_snapshot("buyers", asked_by="another")
    reach, pressed = segments.reach, []

    def press(crowd, bits):
        pressed.append(1)
        raise KeyboardInterrupt

    monkeypatch.setattr(segments, "reach", press)
    for _ in range(segments.MOST_ATTEMPTS + 1):
        with pytest.raises(KeyboardInterrupt):
            segment_snapshots.take_snapshot("buyers", asked_by="somebody", now=now)
    states = rows("SELECT state, attempts FROM segments_snapshot ORDER BY id")
    assert states == [("waiting", 0), *[("cancelled", 0)] * len(pressed)], "theirs came first each time, and waits on"
    monkeypatch.setattr(segments, "reach", reach)
    assert segment_snapshots.count_next(now)
    assert segments.snapshot(theirs).members == 2


def test_a_query_that_runs_is_stopped(cards):
    endless = "SELECT count(*) FROM range(10_000_000_000) a, range(100) b WHERE hash(a, b) = 7"
    with asking.open_crowd(AFTER_ALL) as crowd, segments.within(crowd, 0.3), pytest.raises(SegmentTookTooLong):
        crowd.number(endless)
    with asking.open_crowd(AFTER_ALL) as crowd:
        crowd.stop(SegmentTookTooLong(seconds=1))
        with pytest.raises(SegmentTookTooLong):
            crowd.everybody_who("true")


def test_nobody_reads_a_snapshot_but_who_sees_the_chain(cards):
    define("buyers", bought())
    segment_snapshots.take_snapshot("buyers", asked_by="somebody", now=now)
    with seen_by(store_ids()["east"]):
        assert rows("SELECT count(*) FROM segments_snapshot") == [(0,)]
        assert rows("SELECT name FROM segments_segment") == [("buyers",)]


def baskets(session, of):
    columns = "category, member_id, business_date, receipt_id, store_id, kind, channel, lines, items, net_fen"
    return session.sql(f"SELECT {columns} FROM {of} ORDER BY ALL").fetchall()


def assert_baskets_say_what_the_lines_say(least):
    with lake.open_session() as session:
        lake.lay_baskets(session)
        counted = baskets(session, f"({BASKETS.counted.format(lines='lines', of='true')})")
        assert baskets(session, "baskets") == counted
        assert len(counted) >= least


def test_what_is_kept_by_category_says_what_the_lines_say(cards, tmp_path):
    tea = bought(of={"categories": ["drinks"]})
    assert_baskets_say_what_the_lines_say(5)
    lake.keep_baskets()
    assert_baskets_say_what_the_lines_say(5)
    assert in_it(cards, tea) == {"C1"}
    late = [
        line("9", "2026-10-15 09:00", "tea", store="west", member="C2"),
        line("9", "2026-11-05 09:00", "milk", store="east", member="C2"),
    ]
    report = take_into_lake(tmp_path, late, source="another")
    assert report
    assert_baskets_say_what_the_lines_say(7)
    assert in_it(cards, tea) == {"C1", "C2"}, "it came late, and counts at once"
    lake.keep_baskets()
    assert_baskets_say_what_the_lines_say(7)
    assert in_it(cards, tea) == {"C1", "C2"}
