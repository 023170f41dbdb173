"""Who moved from which stage to which is what the days of purchases say, month by month; a late receipt restates it."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from tests.builders import line, member_ids, rows, take_into_lake
from tests.usecases.test_kpis import generated

from huitou.insight import personal_data
from huitou.insight import service as insight
from huitou.lake import service as lake
from huitou.members.terms import came_back, stage_of
from huitou.usecases.refresh import refresh

pytestmark = pytest.mark.django_db

MONTHS = 3
KEPT = "SELECT member_id, on_day, stage, before FROM insight_stagemove ORDER BY 1, 2"


def plainly(as_of: date) -> tuple[list[tuple], Counter]:
    """Every move, and the flow from each month's end to the next, by looking at each member's days one by one."""
    with lake.open_session() as session:
        bought: dict[int, list[date]] = {}
        for member, day in session.sql(
            "SELECT DISTINCT member_id, business_date FROM lines WHERE kind = 'sale' AND member_id IS NOT NULL "
            f"AND business_date <= DATE '{as_of}' ORDER BY 1, 2"
        ).fetchall():
            bought.setdefault(member, []).append(day)
        ((first,),) = session.sql("SELECT min(business_date) FROM lines").fetchall()
    ends = [day for day in insight.stage_months(first, as_of) if day < as_of]
    moves, flow = [], Counter()
    for member, days in bought.items():
        before = ""
        for end in (*ends, as_of):
            known = [day for day in days if day <= end]
            if not known:
                continue
            back = came_back(known, as_of=end, dormant_months=MONTHS)
            stage = str(stage_of(known[0], known[-1], back, as_of=end, dormant_months=MONTHS))
            flow[end, before, stage] += 1
            if stage != before and end != as_of:
                moves.append((member, end, stage, before))
            before = stage
    return sorted(moves), flow


def drawn() -> Counter:
    found: Counter = Counter()
    for one in insight.stage_flows():
        found[one.to_on, one.from_layer, one.to_layer] += one.members
    return found


def test_moves_are_those_of_the_days_and_a_late_receipt_moves_its_months_alone(tmp_path):
    sleepers = [
        line(f"s{number}", f"2026-{day} 10:00", store="east", member="SLEEPER")
        for number, day in enumerate(("03-10", "09-20", "10-10"))
    ]
    take_into_lake(tmp_path, [*generated(seed=3), *sleepers])
    done = refresh()
    moves, flow = plainly(done.as_of)
    assert rows(KEPT) == moves
    assert drawn() == flow
    assert {stage for _, _, stage, _ in moves} >= {"active", "at_risk", "dormant", "won_back"}, (
        "there is something to tell"
    )
    steps = {step["step"]: step for step in done.steps}
    assert steps["moves"]["moves"] == len(moves)

    again = refresh()
    assert {step["step"]: step for step in again.steps}["moves"]["moves"] == 0, "nothing happened"
    assert rows(KEPT) == moves

    card, member = next(iter(member_ids().items()))
    (tmp_path / "late").mkdir()
    take_into_lake(tmp_path / "late", [line("late1", "2026-06-20 10:00", store="east", member=card)])
    late = refresh()
    moves_now, flow_now = plainly(late.as_of)
    assert rows(KEPT) == moves_now
    assert drawn() == flow_now
    of_others = [[one for one in found if one[0] != member] for found in (moves_now, moves)]
    assert of_others[0] == of_others[1], "nobody else moved"
    written = {step["step"]: step for step in late.steps}["moves"]["moves"]
    assert written < 12, "only what reads otherwise is written"

    before = rows(KEPT)
    refresh(as_of=date(2026, 8, 10))
    assert rows(KEPT) == before, "whoever looks back leaves the history"
    refresh(anew=True)
    assert rows(KEPT) == before, "counted from the beginning it says the same"

    exported = personal_data.export(member)["insight_stagemove"]
    assert [one["on_day"] for one in exported] == [day for who, day, *_ in reversed(before) if who == member]
    assert personal_data.erase(member)["insight_stagemove"] == len(exported)
    assert insight.stages_of(member) == []
