"""Reconciling: what stands here is what the old programme said, for any programme; and a planted fault is found."""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import ExitStack
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import NOW, line, member_ids, rows, run, take
from tests.usecases.test_cut_over import COUPON, FIRST_DAY, balances, bring, coupons, old_file, tiers

from huitou.kernel.errors import HuitouError
from huitou.kernel.ids import member_code
from huitou.lake import service as lake
from huitou.loyalty import service as loyalty
from huitou.usecases.cut_over import reconcile
from huitou.usecases.cut_over.balances import open_balances

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def check(folder, told=(), of_members=None, **more):
    """The comparison with totals (figure, group, value) and a file of balances."""
    with ExitStack() as files:
        if told:
            path = folder / "totals.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([("指标", "分组", "数值"), *told])
            more["totals"] = (
                files.enter_context(lake.open_file(path)), {"figure": "指标", "group": "分组", "value": "数值"},
            )  # fmt: skip
        if of_members is not None:
            path, columns = old_file(folder, of_members, "members.csv")
            more["balances"] = (files.enter_context(lake.open_file(path)), columns)
        return reconcile.check(**more)


def differing(found) -> list[tuple]:
    return [(one.figure, one.group, one.difference) for one in found.figures if one.difference]


LOTS = st.lists(
    st.tuples(st.integers(-30, 200), st.sampled_from(["2026-11-30", "2026-12-31", "2027-06-15", ""])), max_size=3
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(LOTS, min_size=1, max_size=5))
def test_any_programme_is_here_to_the_point(tmp_path_factory, people):
    folder = tmp_path_factory.mktemp("old")
    told = [
        {"card": f"C{number}", "points": str(points), "expires_on": expires if points > 0 else ""}
        for number, lots in enumerate(people)
        for points, expires in (lots or [(0, "")])
    ]
    total = sum(int(row["points"]) for row in told)
    with transaction.atomic():
        bring(open_balances, folder, told, now=NOW, expires="never", make_members=True)
        # What happens here after the cut-over is nothing to the old programme's totals.
        take(folder, [line("1", "2026-11-05 10:00", amount="77.00", member="C0")])
        found = check(folder, [("积分余额", "", str(total)), ("会员数", "", str(len(people)))], told)
        assert (found.differences, differing(found), found.rows) == (0, [], ())
        transaction.set_rollback(True)


PEOPLE = [{"card": "A", "points": "100", "expires_on": "2026-12-31"}, {"card": "B", "points": "20"}]


def test_every_figure_of_the_old_programme_is_compared(tmp_path):
    balances(tmp_path, PEOPLE)
    tiers(tmp_path, [{"card": "A", "tier": "金卡"}, {"card": "B", "tier": "银卡"}])
    coupons(tmp_path, [{**COUPON, "code": "A1", "card": "A"}])
    told = [("会员数", "", "2"), ("积分余额", "", "120"), ("等级", "金卡", "1"), ("等级", "银卡", "1"),
            ("到期积分", "2026年12月", "100"), ("到期积分", "", "20"), ("优惠券", "满100减10", "1"),
            ("优惠券金额", "满100减10", "10.00")]  # fmt: skip
    assert differing(check(tmp_path, told)) == []
    wrong = [(figure, group, str(int(float(value)) + 1)) for figure, group, value in told]
    assert Counter(figure for figure, _, _ in differing(check(tmp_path, wrong))) == {
        "members": 1, "points": 1, "tier": 2, "lots": 2, "coupons": 1, "coupons_worth": 1,
    }, "each of them is looked at"  # fmt: skip


def test_the_rows_that_explain_a_difference_are_named(tmp_path):
    balances(tmp_path, PEOPLE)
    of_members = [{"card": "A", "points": "90"}, {"card": "Z", "points": "5"}, {"card": "A9", "points": "x"}]
    found = check(tmp_path, of_members=of_members)
    assert [(one.row_number, one.said, one.ours, one.why) for one in found.rows] == [
        (2, 90, 100, "other_balance"), (3, 5, 0, "refused:member_unknown"), (4, None, 0, "refused:points_unreadable"),
        (None, 0, 20, "not_in_file"),
    ]  # fmt: skip


def test_a_balance_that_cannot_be_read_is_shown_as_it_stands_and_is_no_zero(tmp_path):
    balances(tmp_path, PEOPLE)
    of_members = [{"card": "A", "points": "12.5"}, {"card": "B", "points": "138 0013 8000"}, {"card": "Q"}]
    found = check(tmp_path, of_members=of_members)
    a, b = (member_code(member_ids()[card]) for card in "AB")
    assert [(one.row_number, one.member, one.said, one.given, one.ours, one.why) for one in found.rows] == [
        (2, a, None, "12.5", 100, "refused:points_not_whole"),
        (3, b, None, "138****8000", 20, "refused:points_unreadable"),
        (4, "", None, "", 0, "refused:points_blank"),
    ], "who stands on such a row is not also missing in the file, and a slipped phone is kept masked"


def test_a_balance_that_changed_behind_the_books_is_found(tmp_path):
    """Planted: an entry of the opening is gone."""
    balances(tmp_path, PEOPLE)
    ((entry,),) = rows("SELECT max(e.id) FROM loyalty_entry e WHERE e.points = 20")
    run(
        "ALTER TABLE loyalty_entry DISABLE TRIGGER loyalty_entry_never_changes",
        "GRANT DELETE ON loyalty_entry TO CURRENT_USER",
        f"DELETE FROM loyalty_entry WHERE id = {entry}",
        "REVOKE DELETE ON loyalty_entry FROM CURRENT_USER",
        "ALTER TABLE loyalty_entry ENABLE TRIGGER loyalty_entry_never_changes",
    )
    found = check(tmp_path, [("积分余额", "", "120")], PEOPLE)
    assert differing(found) == [("points", "", -20)]
    assert [one.why for one in found.rows] == ["not_opened"]


def test_a_reconciliation_is_signed_once_and_stays(tmp_path):
    balances(tmp_path, PEOPLE)
    number = check(tmp_path, flags={"points": 120}).number
    signed = loyalty.sign_reconciliation(number, by="王芳", note="", now=NOW)
    assert (signed.signed_by, signed.first_day, signed.differences) == ("王芳", FIRST_DAY, 0)
    with pytest.raises(HuitouError) as refused:
        loyalty.sign_reconciliation(number, by="李强", note="", now=NOW)
    assert refused.value.code == "reconciliation_signed"
    with pytest.raises(Exception, match="signed once"), transaction.atomic():
        run(f"UPDATE loyalty_reconciliation SET signed_by = '李强' WHERE id = {number}")
    assert [one["signed_by"] for one in reconcile.listed()] == ["王芳"]


@pytest.mark.parametrize(
    ("told", "code", "because"),
    [
        ([("指数", "", "1")], "figure_unknown", "no such figure"),
        ([("积分余额", "", "1,2")], "figure_unreadable", "2 or 12"),
    ],
)
def test_totals_that_would_have_to_be_guessed_are_refused(tmp_path, told, code, because):
    balances(tmp_path, PEOPLE)
    with pytest.raises(HuitouError) as refused:
        check(tmp_path, told)
    assert refused.value.code == code, because


def test_without_a_cut_over_there_is_nothing_to_compare(tmp_path):
    with pytest.raises(HuitouError) as refused:
        check(tmp_path, flags={"points": 1})
    assert refused.value.code == "nothing_opened"
    assert check(tmp_path, flags={"points": 0}, first_day=date(2026, 11, 1)).differences == 0
