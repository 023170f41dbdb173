"""The page on which an administrator says what points are worth: who may, what is refused, what stands afterwards."""

from __future__ import annotations

import pytest

from tests.builders import rows

pytestmark = pytest.mark.django_db

GOOD = {"points": "100", "worth": "1.00", "least": "100", "step": "100", "share": "50", "earns": "yes", "do": "save"}
SET = "SELECT points, worth_fen, least, step, share_percent, earns FROM loyalty_rate ORDER BY id"


def test_an_administrator_lets_points_pay_and_stops_it(chain, as_role):
    boss = as_role("administrator", language="en")
    assert "Points do not pay" in boss.get("/points").content.decode()
    assert rows(SET) == [], "what stands in the form is set by nobody yet"
    assert boss.post("/points", GOOD).status_code == 302
    assert boss.post("/points", {**GOOD, "earns": ""}).status_code == 302
    assert rows(SET) == [(100, 100, 100, 100, 50, True), (100, 100, 100, 100, 50, False)]
    shown = boss.get("/points").content.decode()
    assert "100 points are worth 1.00; from 100 on, in steps of 100, 50 % of a basket at most" in shown
    assert "None" not in shown
    done = boss.post("/points", {**GOOD, "do": "off"}, follow=True).content.decode()
    assert done.count("Points do not pay") > boss.get("/points").content.decode().count("Points do not pay"), (
        "it says so"
    )
    assert rows(SET)[-1] == (None, None, None, None, None, True)
    assert "what held last" in done, "what held before is a press away"
    assert 'name="points" inputmode="numeric" maxlength="9" required value="100"' in done
    for role in ("marketer", "store_manager", "cashier"):
        other = as_role(role, "west")
        assert [other.get("/points").status_code, other.post("/points", GOOD).status_code] == [403, 403]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"points": "0"}, "the number of points"),
        ({"points": "many"}, "the number of points"),
        ({"worth": "1.005"}, "what they are worth"),
        ({"step": "33", "worth": "0.10"}, "the step"),
        ({"least": "150"}, "the least number"),
        ({"share": "101"}, "the share of a basket"),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_its_field(chain, as_role, changed, said):
    refused = as_role("administrator", language="en").post("/points", {**GOOD, **changed})
    assert (refused.status_code, said in refused.content.decode()) == (422, True)
    assert rows(SET) == []
