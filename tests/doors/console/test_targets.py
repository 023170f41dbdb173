"""Baselines and targets: set by an administrator, kept in versions, shown on the overview, taken back."""

from __future__ import annotations

import pytest

from tests.builders import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(lasting_chain) -> None:
    """Every test here looks at the small chain."""


def test_targets_are_set_shown_and_taken_back(chain, as_role):
    admin = as_role("administrator")
    assert admin.get("/targets").status_code == 200
    answer = admin.post(
        "/targets", {"average_ticket_baseline": "28", "average_ticket_target": "150", "note": "as agreed"}
    )
    assert answer.status_code == 302
    assert rows("SELECT body::text, note FROM insight_goals") == [
        ('{"average_ticket": ["2800", "15000"]}', "as agreed")
    ]
    assert rows("SELECT detail->>'note' FROM access_auditentry WHERE action = 'goals.change'") == [("as agreed",)]

    page = admin.get("/targets").content.decode()
    assert 'value="28"' in page
    assert "⇒" not in page, "the first version changes nothing that was"
    assert "/targets/" in page, "the way back is offered once"
    assert "目标 150.00元" in admin.get("/").content.decode()

    version = rows("SELECT max(id) FROM insight_goals")[0][0]
    assert admin.post(f"/targets/{version}/undo").status_code == 302
    assert rows("SELECT body::text FROM insight_goals ORDER BY id")[-1] == ("{}",)
    assert "⇒" in admin.get("/targets").content.decode(), "taken back: what it was stands before it"
    assert admin.post(f"/targets/{version}/undo").status_code == 409, "somebody has changed them since"


def test_what_is_no_target_is_refused_and_stays_as_it_was_typed(chain, as_role):
    admin = as_role("administrator")
    for typed, code, because in (
        ({"repurchase_rate_baseline": "48", "repurchase_rate_target": "32"}, "goal_unfit", "worse than the baseline"),
        ({"repurchase_rate_target": "abc"}, "goal_unfit", "no number"),
        ({"repurchase_rate_target": "1e9"}, "goal_unfit", "no number of ours"),
        ({}, "goals_same", "nothing changed"),
    ):
        answer = admin.post("/targets", typed)
        page = answer.content.decode()
        assert answer.status_code == 400, because
        assert code in page, because
        assert all(f'value="{text}"' in page for text in typed.values()), because
    assert rows("SELECT count(*) FROM insight_goals") == [(0,)]


def test_only_an_administrator_sets_targets(chain, as_role):
    for role, store in (("marketer", ""), ("store_manager", "east"), ("cashier", "east")):
        client = as_role(role, store)
        assert client.get("/targets").status_code == 403
        assert client.post("/targets", {"churn_rate_target": "15"}).status_code == 403
    assert rows("SELECT count(*) FROM insight_goals") == [(0,)]
