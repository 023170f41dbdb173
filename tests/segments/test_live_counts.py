"""What is kept of everybody says what the database says, whatever happened since it was written."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from django.db import transaction

from huitou.bulk import service as bulk
from huitou.members import personal_data
from huitou.members import service as members
from huitou.members.store import changes, kept
from huitou.usecases import live_crowd
from huitou.usecases import segments as asking
from tests.builders import SMALL_CHAIN, copy_lake, member_ids, rows, run, seen_by, store_ids, take_into_lake

ZONE = "Asia/Shanghai"
NOW = datetime(2026, 11, 6, 4, tzinfo=UTC)


@pytest.fixture
def chain(laid, db, settings, monkeypatch):
    """Nothing is committed here: what this transaction changed it reads again each time."""
    copy_lake(laid, settings)
    monkeypatch.setattr(kept, "may_keep", lambda: True)
    return member_ids()


@pytest.fixture
def committed(transactional_db, settings, tmp_path):
    """Two members, as everybody sees them."""
    settings.LAKE_PATH = tmp_path / "lake"
    for card in ("L1", "L2"):
        make_member(card)
    return member_ids()


def make_member(card: str, joined_on: str = "2026-11-01") -> int:
    run(f"INSERT INTO members_member (joined_on) VALUES ('{joined_on}')")
    ((one,),) = rows("SELECT max(id) FROM members_member")
    run(f"INSERT INTO members_identity (member_id, kind, value) VALUES ({one}, 'card', '{card}')")
    return one


def kept_now() -> list[list[tuple]]:
    both = members.kept_everybody(live_crowd.folder(), ZONE)
    assert both is not None
    return [_sorted(pa.concat_tables(one.whole())) for one in both]


def in_the_database() -> list[list[tuple]]:
    return [_sorted(pa.concat_tables(one)) for one in (members.everybody(), members.events_of_everybody(ZONE))]


def _sorted(table: pa.Table) -> list[tuple]:
    return sorted((tuple(row.values()) for row in table.to_pylist()), key=str)


def read_in_whole() -> str:
    return json.loads((live_crowd.folder() / "people.json").read_text())["base"]


def note_event(number: int, member: int) -> str:
    return (
        "INSERT INTO members_event (source, source_id, kind, member_id, store_id, at, body, digest) VALUES "
        f"('app', '{number}', 'view', {member}, NULL, '2026-11-02T16:30:00Z', '{{}}', '')"
    )


def test_what_is_kept_follows_every_change(chain, monkeypatch):
    draw = random.Random(7)
    monkeypatch.setattr(kept, "MOST_CHANGED", 3)
    kept_now()
    first = read_in_whole()
    ids = list(chain.values())

    def another() -> None:
        ids.append(make_member(f"N{len(ids)}", f"2026-11-0{draw.randrange(1, 9)}"))

    def profile() -> None:
        run(
            f"INSERT INTO members_profile (member_id, sex) VALUES ({draw.choice(ids)}, 'male') ON CONFLICT (member_id) "
            f"DO UPDATE SET sex = 'female', consents_noted = '{{\"sms\": {draw.choice(['true', 'false'])}}}'"
        )

    def tier() -> None:
        run(
            f"INSERT INTO members_tier (member_id, tier, since) VALUES ({draw.choice(ids)}, '金卡', '2026-11-01') "
            "ON CONFLICT (member_id) DO UPDATE SET tier = '银卡'"
        )

    def moved() -> None:
        run(f"UPDATE members_event SET member_id = {draw.choice(ids)} WHERE id = (SELECT min(id) FROM members_event)")

    def rolled_back() -> None:
        with transaction.atomic():
            profile()
            transaction.set_rollback(True)

    for number in range(40):
        event = lambda: run(note_event(number, draw.choice(ids)))  # noqa: B023, E731
        draw.choice([another, profile, tier, event, event, moved, rolled_back])()
        assert kept_now() == in_the_database()
    assert read_in_whole() != first, "more than three changed: they are one file again"


def test_after_a_night_in_which_everybody_changed_all_are_read_again(chain, monkeypatch):
    kept_now()
    first = read_in_whole()
    monkeypatch.setattr(kept, "MOST_READ", 1)
    run("UPDATE members_member SET birthday = '1984-02-29'")
    assert kept_now() == in_the_database()
    assert read_in_whole() != first, "nobody reads half a million members one by one"


def test_who_is_erased_is_in_no_file(chain):
    run(f"UPDATE members_member SET birthday = '1984-02-29' WHERE id = {chain['C2']}")
    kept_now()
    personal_data.erase(chain["C2"])
    assert live_crowd.keep_everybody()
    assert kept_now() == in_the_database()
    left = [path for path in live_crowd.folder().iterdir() if path.suffix == ".arrow"]
    for path in left:
        with pa.memory_map(str(path)) as file:
            assert chain["C2"] not in pa.ipc.open_file(file).read_all()["member_id"].to_pylist()


def test_a_change_that_commits_late_is_seen_though_its_number_is_older(committed, monkeypatch):
    assert _late_is_seen(committed["L1"], committed["L2"], "1990-01-01")
    with transaction.atomic():
        run(f"UPDATE members_member SET birthday = '1992-01-01' WHERE id = {committed['L1']}")
        assert members.kept_everybody(live_crowd.folder(), ZONE) is None, "nobody else sees that yet"
    with seen_by(1):
        assert members.kept_everybody(live_crowd.folder(), ZONE) is None, "who sees one store writes no file of all"
    # As a copy of an hour ago: the change is undone, the log ends before it, and nobody noted that.
    kept_now()
    first = read_in_whole()
    with transaction.atomic():
        run(
            "ALTER TABLE members_member DISABLE TRIGGER USER",
            "UPDATE members_member SET birthday = NULL",
            "ALTER TABLE members_member ENABLE TRIGGER USER",
            "DELETE FROM members_change WHERE id = (SELECT max(id) FROM members_change)",
        )
    assert kept_now() == in_the_database()
    assert read_in_whole() != first, "a database that goes back is read anew"
    # The control: by numbers alone the late one would not be seen.
    monkeypatch.setattr(changes, "SINCE", changes.SINCE.split("UNION")[0])
    assert not _late_is_seen(committed["L1"], committed["L2"], "1993-01-01")


def _late_is_seen(one: int, other: int, born: str) -> bool:
    kept_now()
    late = bulk.apart()
    try:
        late.set_autocommit(False)
        with late.cursor() as cursor:
            cursor.execute("UPDATE members_member SET birthday = %s WHERE id = %s", [born, one])
        run(f"UPDATE members_member SET birthday = '{born}' WHERE id = {other}")
        assert kept_now() == in_the_database()
        late.commit()
    finally:
        late.close()
    return kept_now() == in_the_database()


def test_a_log_that_was_cut_is_noticed(chain):
    kept_now()
    run("UPDATE members_change SET at = at - INTERVAL '2 hours'", "UPDATE members_member SET birthday = '1990-01-01'")
    run("UPDATE members_change SET at = at - INTERVAL '2 hours'")
    assert members.forget_changes() > 0
    assert kept_now() == in_the_database()


def bought(at_least=1, **asked):
    return {"leaf": "bought", "at_least": at_least, **asked}


def said(*conditions) -> str:
    return json.dumps({"language": 1, "where": {"all": list(conditions)}})


def test_a_count_that_is_kept_says_what_a_fresh_one_says(chain, tmp_path):
    clock = [NOW]
    asked = [
        said(bought(window={"last_days": 4})),
        said(bought(at_least=1, at_most=9)),
        said({"leaf": "spent", "at_most": "30.00", "window": {"last_days": 4}}),
        said({"not": bought(of={"categories": ["drinks"]})}),
        said({"leaf": "attribute", "of": "sex", "is_one_of": ["male"]}),
        said({"leaf": "did", "of": {"kinds": ["view"]}, "at_most": 0}),
        said({"leaf": "sequence", "first": {"bought": {}}, "then": {"bought": {}}, "within_days": 4, "follows": "no"}),
        said({"leaf": "everyone"}),
    ]

    def agree() -> None:
        clock[0] += timedelta(seconds=live_crowd.MOST_SECONDS)
        with asking.open_crowd(clock[0]) as fresh:
            for text in asked:
                tree = asking.read_whole(text)[1]
                live = asking.members_of_segment(text, at=clock[0], live=True)
                assert live.ids == list(fresh.ids(fresh.bits(tree))), text
        assert live.as_of == asking.shown(fresh.moment)

    agree()
    run(f"INSERT INTO members_profile (member_id, sex) VALUES ({chain['C1']}, 'male')")
    make_member("C9")
    agree()
    run(note_event(1, chain["C2"]))
    agree()
    take_into_lake(tmp_path, [{**SMALL_CHAIN[3], "receipt": "9", "member": "C9", "at": "2026-11-05 10:00"}], source="b")
    agree()
    clock[0] += timedelta(days=1)
    agree()
    personal_data.erase(chain["C2"])
    agree()
    east = store_ids()["east"]
    assert asking.count_segment(asked[-1], at=clock[0], stores=[east], live=True).members == 1
    assert asking.count_segment(asked[-1], at=clock[0], stores=[], live=True).members == 0


def test_what_takes_long_to_count_again_stays_for_longer_and_says_as_of_when(chain, tmp_path):
    """Of what members bought; what they are like is as of three seconds ago at most."""
    clock, milk = [NOW], said(bought(of={"categories": ["dairy"]}))

    def counted(seconds: float) -> tuple[int, str]:
        clock[0] += timedelta(seconds=seconds)
        found = asking.count_segment(milk, at=clock[0], live=True)
        return found.members, found.as_of[11:19]

    before, _ = counted(0)
    crowd = live_crowd._warm[0].crowd
    crowd.rows_seconds = 0.5
    stranger = {**SMALL_CHAIN[0], "receipt": "77", "member": "C9", "at": "2026-11-05 10:00"}
    take_into_lake(tmp_path, [stranger], source="b")
    assert counted(6) == (before, "12:00:00"), "half a second of six is more than a twentieth of the time"
    assert counted(5) == (before + 1, "12:00:11")
    crowd.rows_seconds = 60.0
    take_into_lake(tmp_path, [{**stranger, "receipt": "78", "member": "C10"}], source="c")
    assert counted(26) == (before + 1, "12:00:11")
    assert counted(5) == (before + 2, "12:00:42"), "nobody waits longer than half a minute"


def test_what_members_did_is_counted_again_while_what_they_bought_is_not_due(chain):
    viewed = said({"leaf": "did", "of": {"kinds": ["view"]}, "at_least": 1, "at_most": 9})
    before = asking.count_segment(viewed, at=NOW, live=True).members
    live_crowd._warm[0].crowd.rows_seconds = 60.0
    run(note_event(1, chain["C2"]))
    assert asking.count_segment(viewed, at=NOW + timedelta(seconds=4), live=True).members == before + 1


def test_within_three_seconds_it_stays_as_it_is_and_says_so(chain):
    clock = [NOW]
    before = asking.count_segment(said({"leaf": "everyone"}), at=clock[0], live=True)
    make_member("C9")
    clock[0] += timedelta(seconds=1)
    assert asking.count_segment(said({"leaf": "everyone"}), at=clock[0], live=True) == before
    clock[0] += timedelta(seconds=2)
    after = asking.count_segment(said({"leaf": "everyone"}), at=clock[0], live=True)
    assert (after.members, after.as_of) == (3, "2026-11-06T12:00:03+08:00")
