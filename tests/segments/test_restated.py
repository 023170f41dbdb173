"""What reaches back, down to who is in a segment: a store that moves, a product that changes category, a late receipt.
Each by the file or receipt that tells it, for everybody (a count), for one member (`why`) and for who is kept live."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from huitou.segments import service as of_segments
from huitou.segments.service import live
from huitou.usecases import live_crowd, live_segments, segment_snapshots
from huitou.usecases import segments as asking
from huitou.usecases.refresh import refresh
from huitou.usecases.undo_described import undo_described
from huitou.usecases.undo_import import undo_import
from tests.builders import member_ids, run
from tests.segments.live_world import moved_once_and_in_order
from tests.usecases.describing import take_described
from tests.usecases.tills import SaleLine, Till
from tests.usecases.tills import card as named_by_card

OF_PLACES = {
    "near the east store": {"leaf": "near", "store": "east", "within_metres": 3000},
    "near the river": {"leaf": "near", "point": {"latitude": "30.2", "longitude": "120.2"}, "within_metres": 3000},
    "not near": {"not": {"leaf": "near", "store": "east", "within_metres": 3000}},
}
OF_DAIRY = {
    "dairy": {"leaf": "bought", "at_least": 1, "of": {"categories": ["dairy"]}},
    "no dairy": {"leaf": "bought", "at_most": 0, "of": {"categories": ["dairy"]}},
    "dairy for 30": {"leaf": "spent", "at_least": "30.00", "of": {"categories": ["dairy"]}},
}
LAST_MONTH = {"since": "2026-10-01", "until": "2026-10-31"}
OF_LAST_MONTH = {
    "in October": {"leaf": "bought", "at_least": 1, "window": LAST_MONTH},
    "not in October": {"leaf": "bought", "at_most": 0, "window": LAST_MONTH},
    "first in October": {"leaf": "bought_on", "which": "first", "on": LAST_MONTH},
    "milk, then rice": {"leaf": "sequence", "first": {"bought": {"skus": ["milk"]}},
                        "then": {"bought": {"skus": ["rice"]}}, "within_days": 20},
}  # fmt: skip


def in_each(world, because: str) -> dict[str, str]:
    """Who is in each live segment, by card, once all three ways of asking have said the same."""
    assert world.agrees(), because
    cards = {number: card for card, number in member_ids().items()}
    kept = world.kept()
    for name, inside in kept.items():
        text = json.dumps({"language": 1, "where": {"leaf": "segment", "segment": name}})
        for number, card in cards.items():
            one = asking.why_member(text, number, at=world.now, say=str)
            assert one.holds == (number in inside), (because, name, card)
        while_typing = asking.members_of_segment(text, at=world.now, live=True)
        assert while_typing.ids == inside, (because, name)
    return {name: " ".join(sorted(cards[number] for number in inside)) for name, inside in kept.items()}


def place(world, *rows_of_file) -> int:
    report = take_described(world.folder, "stores", rows_of_file, now=world.now)
    assert report.refused == []
    return report.import_id


def at(code: str, latitude: str) -> dict[str, str]:
    return {"code": code, "latitude": latitude, "longitude": "120.2"}


def test_a_store_that_moves_takes_along_those_whose_home_it_is(world):
    place(world, at("east", "30.2"), at("west", "30.3"))
    world.define(**OF_PLACES)
    assert in_each(world, "11 km apart") == {"near the east store": "C1", "near the river": "C1", "not near": "C2"}
    before = segment_snapshots.take_snapshot("near the river", asked_by="anna", now=world.clock)
    world.now += timedelta(seconds=live_crowd.MOST_SECONDS)
    move = place(world, at("west", "30.21"))
    assert in_each(world, "west is a kilometre from east now") == {
        "near the east store": "C1 C2",
        "near the river": "C1 C2",
        "not near": "",
    }
    world.now += timedelta(seconds=live_crowd.MOST_SECONDS)
    place(world, at("east", "30.4"))
    assert in_each(world, "east left both, and is near itself") == {
        "near the east store": "C1",
        "near the river": "C2",
        "not near": "C2",
    }
    world.now += timedelta(seconds=live_crowd.MOST_SECONDS)
    undo_described(move, now=world.now, actor="anna")
    assert in_each(world, "west is back where it was") == {
        "near the east store": "C1",
        "near the river": "",
        "not near": "C2",
    }
    assert of_segments.snapshot_members(before["snapshot"]) == [member_ids()["C1"]], "what was written down stays"
    moves = [(one.entered, one.because) for one in live.moves("near the river", limit=9)]
    assert moves == [(True, "first"), (True, "counted"), (False, "counted"), (False, "counted")]
    moved_once_and_in_order()
    assert live_segments.restate(world.clock) == dict.fromkeys(OF_PLACES, 0), "nothing is left for the night"


def test_a_store_that_moves_unseen_would_be_noticed(world, monkeypatch):
    place(world, at("east", "30.2"), at("west", "30.3"))
    world.define(**OF_PLACES)
    wanted = live_segments._wanted
    monkeypatch.setattr(live_segments, "_wanted", lambda now: _nothing_new(wanted(now)))
    world.now += timedelta(seconds=live_crowd.MOST_SECONDS)
    place(world, at("west", "30.21"))
    assert not world.agrees()


def _nothing_new(wanted: live_segments._Wanted) -> live_segments._Wanted:
    return live_segments._Wanted(wanted.moment, wanted.trees, wanted.numbers, wanted.found_by, frozenset())


def test_what_was_bought_keeps_the_category_of_its_day(world):
    world.define(**OF_DAIRY)
    assert in_each(world, "both bought milk") == {"dairy": "C1 C2", "no dairy": "", "dairy for 30": "C1"}
    world.now += timedelta(seconds=live_crowd.MOST_SECONDS)
    report = take_described(world.folder, "products", [{"sku": "milk", "category": "drinks"}], now=world.now)
    assert (report.changed, report.refused) == (1, [])
    assert in_each(world, "milk is no dairy from now on; what was bought is what it was") == {
        "dairy": "C1 C2",
        "no dairy": "",
        "dairy for 30": "C1",
    }
    world.now += timedelta(seconds=live_crowd.MOST_SECONDS)
    for card, day in (("C2", "2026-11-05 10:00"), ("C3", "2026-11-05 10:00"), ("C4", "2026-10-20 10:00")):
        world.sell(card, day)
    assert in_each(world, "what comes in later is no dairy, of whichever day") == {
        "dairy": "C1 C2",
        "no dairy": "C3 C4",
        "dairy for 30": "C1",
    }
    refresh()
    world.now += timedelta(seconds=live_crowd.MOST_SECONDS)
    undo_described(report.import_id, now=world.now, actor="anna")
    world.sell("C3", "2026-11-05 11:00")
    assert in_each(world, "and dairy again: C3's second milk counts, the first does not") == {
        "dairy": "C1 C2 C3",
        "no dairy": "C4",
        "dairy for 30": "C1",
    }
    assert live_segments.restate(world.clock) == dict.fromkeys(OF_DAIRY, 0)


IN_OCTOBER = {
    "in October": "C2",
    "not in October": "C1",
    "first in October": "C2",
    "milk, then rice": "C2",
}
NOBODY_IN_OCTOBER = {"in October": "", "not in October": "C1 C2", "first in October": "", "milk, then rice": ""}


def by_a_file(world):
    """Takes it in; gives how it is taken back, by what the members may have moved, and who is in once it is. The first
    file of a month is written beside the table, where nobody notes whose its receipts are: everybody is counted then.
    Another test may have left the month's table."""
    brought = world.sell("C2", "2026-10-20 10:00")
    return lambda: undo_import(brought, actor="anna", now=world.now), {"counted", "event"}, NOBODY_IN_OCTOBER


def by_a_till(world):
    run("SET CONSTRAINTS ALL DEFERRED")  # as at the beginning of the transaction that a call has for itself
    till = Till(store="east", now=world.now)
    milk = SaleLine(1, "milk", "", "", 1000, None, 0, 1000)
    sale = replace(till.sale(member=named_by_card("C2"), at=datetime(2026, 10, 20, 2, tzinfo=UTC)), lines=(milk,))
    till.record(sale)
    # A return of today takes back no purchase of October: what was bought was bought.
    return lambda: till.record(till.back(sale, (1, 1000, 1000))), {"event"}, IN_OCTOBER


@pytest.mark.parametrize("late", [by_a_file, by_a_till])
def test_a_late_receipt_of_last_month_moves_whom_it_concerns(world, late):
    world.define(**OF_LAST_MONTH)
    refresh()
    assert in_each(world, "nobody bought in October") == NOBODY_IN_OCTOBER
    before = segment_snapshots.take_snapshot("not in October", asked_by="anna", now=world.clock)
    world.now += timedelta(seconds=live_crowd.MOST_SECONDS)
    take_back, may_have, left = late(world)
    assert in_each(world, "one did, as turns out now: milk then, rice thirteen days later") == IN_OCTOBER
    assert {live.moves(name, limit=9)[-1].because for name in OF_LAST_MONTH} <= may_have
    refresh()
    world.now += timedelta(seconds=live_crowd.MOST_SECONDS)
    assert in_each(world, "the refresh changes nothing of that") == IN_OCTOBER
    take_back()
    world.now += timedelta(seconds=live_crowd.MOST_SECONDS)
    assert in_each(world, "an import that is undone never was; a return is of its own day") == left
    assert of_segments.snapshot_members(before["snapshot"]) == sorted(world.cards.values()), "written down before"
    moved_once_and_in_order()
    assert live_segments.restate(world.clock) == dict.fromkeys(OF_LAST_MONTH, 0)
