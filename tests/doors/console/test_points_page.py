"""The page on which an administrator says what points are worth: who may, what is refused, what stands afterwards."""

from __future__ import annotations

import pytest

from tests.builders import rows

pytestmark = pytest.mark.django_db

GOOD = {"points": "100", "worth": "1.00", "least": "100", "step": "100", "share": "50", "earns": "yes", "do": "save",
        "sure": "1"}  # fmt: skip
SET = "SELECT points, worth_fen, least, step, share_percent, earns FROM loyalty_rate ORDER BY id"


def test_an_administrator_lets_points_pay_and_stops_it(chain, as_role):
    boss = as_role("administrator", language="en")
    assert "Points do not pay" in boss.get("/points").content.decode()
    assert rows(SET) == [], "what stands in the form is set by nobody yet"
    assert boss.post("/points", GOOD).status_code == 302
    assert boss.post("/points", {**GOOD, "earns": ""}).status_code == 302
    assert rows(SET) == [(100, 100, 100, 100, 50, True), (100, 100, 100, 100, 50, False)]
    shown = boss.get("/points").content.decode()
    assert "100 points are worth 1.00 yuan; from 100 on, in steps of 100, 50% of a basket at most" in shown
    assert "None" not in shown
    boss.post("/points", {"do": "off", "sure": "1"})
    boss.post("/points", GOOD)
    done = boss.post("/points", {"do": "off", "sure": "1"}, follow=True).content.decode()
    assert done.count("Points do not pay") > boss.get("/points").content.decode().count("Points do not pay"), (
        "it says so"
    )
    assert rows(SET)[-1] == (None, None, None, None, None, True)
    assert "what held last" in done, "what held before is a press away"
    assert 'name="points" inputmode="numeric" maxlength="9" required value="100"' in done
    for role in ("marketer", "store_manager", "cashier"):
        other = as_role(role, "west")
        assert [other.get("/points").status_code, other.post("/points", GOOD).status_code] == [403, 403]


def test_what_points_are_worth_is_asked_twice_and_says_what_it_costs(chain, as_role):
    boss = as_role("administrator", language="en")
    unsure = {name: value for name, value in GOOD.items() if name != "sure"} | {"step": "20", "least": "20"}
    asked = boss.post("/points", unsure).content.decode()
    for part in ("Let points pay?", "<dd>97</dd>", "0.80 ", ">2 members<", 'name="worth" value="1.00"'):
        assert part in asked, part
    assert "None" not in asked
    assert rows(SET) == [], "asked, and nothing is set"
    boss.post("/points", unsure | {"sure": "1"})
    typo = boss.post("/points", unsure | {"worth": "100.00"}).content.decode()
    for part in ("Change what points are worth?", "80.00 ", "0.80 until now"):
        assert part in typo, part
    assert len(rows(SET)) == 1
    assert boss.post("/points", unsure).status_code == 302, "what stands already is no change"
    assert boss.post("/points", unsure | {"step": "33"}).status_code == 422, "what cannot be is not asked"


def test_that_points_pay_no_more_is_asked_twice_and_says_whom_it_concerns(chain, as_role):
    boss = as_role("administrator", language="en")
    boss.post("/points", {**GOOD, "step": "20", "least": "40"})
    shown = boss.get("/points").content.decode()
    form, others = shown.split('value="save"')[0].rsplit("<form", 1)[1], shown.split('value="save"')[1]
    assert ('value="off"' in form, 'value="off"' in others.split("</form>")[0]) == (False, False), (
        "apart from the other"
    )
    balances = [balance for (balance,) in rows("SELECT balance FROM loyalty_account WHERE role = 'member'")]
    assert sorted(balances) == [22, 75], "of 22 points none pay, of 75 three steps"
    asked = boss.post("/points", {"do": "off"}).content.decode()
    for part in ("Let points pay no more?", "<dd>2</dd>", "<dd>97</dd>", ">1 member<", "0.60 ", "in 1 store"):
        assert part in asked, part
    assert "None" not in asked
    assert rows(SET)[-1][0] == 100, "asked, and nothing is set"
    assert boss.post("/points", {"do": "off", "sure": "1"}).status_code == 302
    assert rows(SET)[-1][0] is None
    for role in ("marketer", "store_manager", "cashier"):
        assert as_role(role, "west").post("/points", {"do": "off"}).status_code == 403


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
