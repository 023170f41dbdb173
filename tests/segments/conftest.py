"""The small chain that tests of live segments begin with: laid once for a module, taken back by each test."""

from __future__ import annotations

import pytest

from huitou.members.store import changes
from huitou.segments.service import live
from huitou.segments.store import live as rows_of_live
from tests.builders import SMALL_CHAIN, copy_lake, lasting, run, take_into_lake
from tests.segments.live_world import World


@pytest.fixture(scope="module")
def laid(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain")
    with lasting(django_db_blocker, folder, lambda folder: take_into_lake(folder, SMALL_CHAIN)) as lake:
        yield lake


@pytest.fixture
def world(laid, db, settings, tmp_path, monkeypatch):
    copy_lake(laid, settings)
    monkeypatch.setattr(live, "ONE_BY_ONE", live.ONE_BY_ONE)
    # The one transaction of a test outlasts many turns: on a busy machine it would be cut off in between.
    monkeypatch.setattr(rows_of_live, "_PATIENCE", "0")
    # Nothing is committed here, and what one's own transaction changed is unseen for ever: go by numbers alone.
    monkeypatch.setattr(changes, "SINCE", changes.SINCE.split("UNION")[0])
    made = World(tmp_path)
    run(
        f"UPDATE members_member SET birthday = '1984-11-08' WHERE id = {made.cards['C1']}",
        f"UPDATE members_member SET birthday = '1984-02-29', joined_on = '2026-11-04' WHERE id = {made.cards['C2']}",
    )
    return made
