"""Cut-offs in versions, and what each member was called when."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from tests.builders import NOW, SMALL_CHAIN, day, line, member_ids, rows, run, take_into_lake
from tests.usecases.test_kpis import generated

from huitou.insight import service as insight
from huitou.insight.errors import CutOffsUnfit, NoChange
from huitou.insight.terms import CutOffs
from huitou.usecases.cut_offs import change_cut_offs, preview_cut_offs
from huitou.usecases.refresh import refresh
from huitou.usecases.undo_import import undo_import

pytestmark = pytest.mark.django_db

OPEN_IS_FACT = """
SELECT count(*) FROM members_facts f
FULL JOIN (SELECT * FROM insight_layerspan WHERE until IS NULL) s USING (member_id)
WHERE f.layer IS DISTINCT FROM s.layer
"""


def spans(card: str) -> list[tuple]:
    found = insight.layers_of(member_ids()[card])
    return [(span.layer, str(span.since), str(span.until or ""), span.cut_offs) for span in reversed(found)]


def test_the_first_refresh_begins_with_the_months_before(tmp_path):
    take_into_lake(tmp_path, generated(seed=3))
    refresh()
    ends = [str(on) for (on,) in rows("SELECT DISTINCT since FROM insight_layerspan ORDER BY 1")]
    assert set(ends) <= {f"2026-{month}" for month in ("03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30",
                                                       "10-31", "11-15")}  # fmt: skip
    assert "2026-03-31" in ends
    assert rows(OPEN_IS_FACT) == [(0,)]
    gaps = rows(
        "SELECT count(*) FROM insight_layerspan a JOIN insight_layerspan b ON b.member_id = a.member_id "
        "AND b.since > a.since WHERE a.until IS NULL OR (a.until > b.since)"
    )
    assert gaps == [(0,)], "one after the other"


def test_a_member_who_stays_away_falls_asleep_on_that_day_and_wakes_up_again(tmp_path):
    take_into_lake(tmp_path, SMALL_CHAIN)
    refresh()
    (awake,) = {layer for layer, *_ in spans("C1")[-1:]}
    take_into_lake(tmp_path, [line("20", "2027-03-01 10:00", store="west", member="C2")], now=NOW.replace(year=2027))
    refresh(as_of=day("2027-03-01"))
    assert spans("C1")[-1] == ("dormant", "2027-03-01", "", 1)
    assert spans("C1")[-2][2] == "2027-03-01"
    take_into_lake(tmp_path, [line("21", "2027-03-05 10:00", store="east", member="C1")], now=NOW.replace(year=2027))
    refresh()
    assert [layer for layer, *_ in spans("C1")][-3:][0] == awake
    assert spans("C1")[-1][0] != "dormant"
    assert rows(OPEN_IS_FACT) == [(0,)]
    before = rows("SELECT * FROM insight_layerspan ORDER BY id")
    refresh()
    refresh(as_of=day("2026-11-03"))
    assert rows("SELECT * FROM insight_layerspan ORDER BY id") == before, (
        "the same day, or one before: no other history"
    )


def test_what_came_late_on_the_same_day_corrects_that_day(tmp_path):
    take_into_lake(tmp_path, SMALL_CHAIN)
    refresh()
    take_into_lake(tmp_path, [line("30", "2027-03-01 09:00", store="west", member="C2")], now=NOW.replace(year=2027))
    refresh()
    assert spans("C1")[-1][0] == "dormant"
    take_into_lake(tmp_path, [line("31", "2027-03-01 10:00", store="east", member="C1")], now=NOW.replace(year=2027))
    refresh()
    assert all(layer != "dormant" for layer, *_ in spans("C1")), "they had bought that day after all"
    assert rows(OPEN_IS_FACT) == [(0,)]


def test_who_leaves_with_an_import_leaves_no_history(tmp_path):
    take_into_lake(tmp_path, SMALL_CHAIN)
    report = take_into_lake(tmp_path, [line("9", "2026-11-06 10:00", store="east", member="C9")], source="other")
    refresh()
    assert spans("C9")
    undo_import(report.import_id, now=NOW, actor="test")
    refresh()
    assert rows("SELECT count(*) FROM insight_layerspan s WHERE NOT EXISTS "
                "(SELECT FROM members_member m WHERE m.id = s.member_id)") == [(0,)]  # fmt: skip
    assert rows(OPEN_IS_FACT) == [(0,)]


def test_a_change_of_cut_offs_says_before_who_will_move_and_moves_them(tmp_path):
    take_into_lake(tmp_path, generated(seed=5))
    refresh()
    before = dict(rows("SELECT member_id, layer FROM members_facts"))
    wanted = replace(insight.cut_offs().cut_offs, dormant_after_months=1, frequency=(1, 2, 3, 4), diamond_fen=100)
    told = preview_cut_offs(wanted)
    assert insight.cut_offs().version == 1, "looking changes nothing"
    version = change_cut_offs(wanted, note="stores asked", actor="marketer")
    assert dict(rows("SELECT member_id, layer FROM members_facts")) == before, "until the next refresh"
    refresh()
    after = dict(rows("SELECT member_id, layer FROM members_facts"))
    moved = dict.fromkeys(told.counts, 0)
    for member, layer in after.items():
        moved[before[member], layer] += 1
    assert moved == dict(told.counts)
    assert told.moving == sum(before[member] != layer for member, layer in after.items()) > 0
    assert {number for (number,) in rows("SELECT cut_offs_id FROM insight_layerspan WHERE since = '2026-11-15' "
                                         "AND until IS NULL")} <= {1, version}  # fmt: skip
    (seen, first) = insight.cut_offs_history()
    assert (seen.version, seen.cut_offs, seen.made_by, seen.note) == (version, wanted, "marketer", "stores asked")
    assert first.cut_offs == CutOffs()
    assert rows("SELECT actor, action FROM access_auditentry WHERE action = 'cut_offs.change'") == [
        ("marketer", "cut_offs.change")
    ]
    with pytest.raises(NoChange):
        change_cut_offs(wanted, note="", actor="marketer")


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"frequency": (1, 2, 3)}, "five scores have four thresholds"),
        ({"recency_days": (30, 7, 60, 90)}, "thresholds rise"),
        ({"monetary_fen": (1, 1, 2, 3)}, "two scores would be one"),
        ({"frequency": (-1, 2, 3, 4)}, "nobody has fewer than none"),
        ({"dormant_after_months": 0}, "everybody would sleep"),
        ({"diamond_percent": 51}, "diamond would be most"),
        ({"diamond_fen": 0}, "everybody would be diamond"),
        ({"diamond_frequency": 6}, "no score is 6"),
        ({"gold_score": 11}, "two scores make 10 at most"),
        ({"monetary_fen": (1, 2, 3, 10**15)}, "more money than there is"),
    ],
)
def test_what_means_nothing_is_refused(change, because):
    before = insight.cut_offs()
    with pytest.raises(CutOffsUnfit):
        change_cut_offs(replace(CutOffs(), **change), note="", actor="x")
    assert insight.cut_offs() == before, because


@pytest.mark.parametrize("statement", [
    "INSERT INTO insight_layerspan (member_id, layer, since, cut_offs_id) "
    "SELECT member_id, 'gold', '2030-01-01', 1 FROM insight_layerspan WHERE until IS NULL LIMIT 1",
    "UPDATE insight_layerspan SET until = since",
])  # fmt: skip
def test_the_database_alone_keeps_one_layer_at_a_time(tmp_path, statement):
    take_into_lake(tmp_path, SMALL_CHAIN)
    refresh()
    with pytest.raises(IntegrityError), transaction.atomic():
        run(statement)
