"""An old programme's files read in: balances, tiers, coupons; what is refused, what is known, and the undo."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.builders import NOW, line, member_ids, rows, take

from huitou.kernel.errors import HuitouError
from huitou.lake import service as lake
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.offers import service as offers
from huitou.usecases.audit import audit
from huitou.usecases.cut_over.balances import open_balances
from huitou.usecases.cut_over.coupons import take_coupons
from huitou.usecases.cut_over.tiers import take_tiers
from huitou.usecases.cut_over.undoing import undo_brought

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FIRST_DAY = date(2026, 11, 1)
HEADERS = {
    "card": "会员卡号", "phone": "手机号", "points": "积分余额", "earned_on": "获得日期", "expires_on": "到期日期",
    "tier": "会员等级", "since": "生效日期", "until": "结束日期", "code": "券码", "title": "券名称", "worth": "面值",
    "threshold": "使用门槛", "starts": "生效日期", "ends": "失效日期", "state": "状态",
}  # fmt: skip


def old_file(folder: Path, told: Iterable[dict[str, str]], name: str = "old.csv") -> tuple[Path, dict[str, str]]:
    told = list(told)
    fields = [field for field in HEADERS if any(field in row for row in told)]
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([HEADERS[field] for field in fields])
        writer.writerows([row.get(field, "") for field in fields] for row in told)
    return path, {field: HEADERS[field] for field in fields}


def bring(do, folder, told, **more):
    path, columns = old_file(folder, told)
    with lake.open_file(path) as opened:
        return do(opened, columns, first_day=FIRST_DAY, **more)


def balances(folder, told, **more):
    return bring(open_balances, folder, told, **{"now": NOW, "expires": "never", "make_members": True, **more})


def codes(report) -> list[tuple[int, str]]:
    return [(one["row_number"], one["code"]) for one in report.refused]


def broken() -> list[str]:
    return [f"{verdict.name}: {verdict.first_broken}" for verdict in audit() if not verdict.holds]


def counted() -> list[tuple]:
    return rows("SELECT (SELECT count(*) FROM loyalty_transaction), (SELECT count(*) FROM loyalty_lot), "
                "(SELECT count(*) FROM members_member), (SELECT count(*) FROM offers_coupon), "
                "(SELECT count(*) FROM loyalty_tierentry)")  # fmt: skip


def test_lots_debts_and_strangers_of_an_old_programme(tmp_path):
    report = balances(
        tmp_path,
        [
            {"card": "A", "points": "120", "earned_on": "2025-06-01", "expires_on": "2026-12-31"},
            {"card": "A", "points": "30", "earned_on": "2026-01-05", "expires_on": "2027-12-31"},
            {"card": "B", "points": "-15"},
        ],
    )
    assert (report.rows_taken, report.rows_refused, report.counts["new_members"]) == (3, 0, 2)
    of = member_ids()
    assert (loyalty.balance_of(of["A"]), loyalty.balance_of(of["B"])) == (150, -15)
    assert [(lot.remaining, lot.expires_on) for lot in loyalty.lots_of(of["A"])[0]] == [
        (120, date(2026, 12, 31)), (30, date(2027, 12, 31)),
    ]  # fmt: skip
    assert broken() == []


def test_the_same_file_twice_changes_nothing(tmp_path):
    told = [{"card": "A", "points": "120"}, {"card": "B", "points": "0"}]
    balances(tmp_path, told)
    before = counted()
    again = balances(tmp_path, told)
    assert (again.rows_taken, again.rows_repeated) == (0, 2)
    assert counted() == before


def test_a_dry_run_says_what_would_be_and_leaves_nothing(tmp_path):
    before = counted()
    report = balances(tmp_path, [{"card": "A", "points": "120"}], dry_run=True)
    assert (report.dry_run, report.rows_taken, report.counts["points"]) == (True, 1, 120)
    assert counted() == before


@pytest.mark.parametrize(
    ("told", "refused", "because"),
    [
        ([{"card": "A", "points": ""}], [(2, "points_blank")], "nothing is no number"),
        ([{"card": "A", "points": "1.2E+05"}], [(2, "points_unreadable")], "digits were lost in a spreadsheet"),
        ([{"card": "A", "points": "1,200"}], [(2, "points_unreadable")], "1,200 may be 1.2 elsewhere"),
        ([{"card": "A", "points": "10.5"}], [(2, "points_not_whole")], "points are whole"),
        ([{"card": "A", "points": "1000000000"}], [(2, "points_absurd")], "nobody has that many"),
        ([{"card": "", "points": "5"}], [(2, "member_blank")], "whose they are, nobody knows"),
        ([{"card": "13800138000", "points": "5"}], [(2, "card_is_phone")], "phones are kept sealed"),
        ([{"phone": "12", "points": "5"}], [(2, "phone_unfit")], "that is no phone"),
        ([{"card": "A", "points": "5", "expires_on": "03/04/27"}], [(2, "day_ambiguous")], "March or April"),
        ([{"card": "A", "points": "5", "expires_on": "2026-10-31"}], [(2, "expired_before_cut_over")], "they are gone"),
        ([{"card": "A", "points": "5", "earned_on": "2026-11-01"}], [(2, "earned_after_cut_over")], "it was over then"),
        ([{"card": "A", "points": "5"}, {"card": "A", "points": "6"}],
         [(2, "member_twice"), (3, "member_twice")], "without lots only one of them can be the balance"),
        ([{"card": "A", "points": "5", "earned_on": "2026-01-01"}, {"card": "A", "points": "x"}],
         [(2, "member_refused"), (3, "points_unreadable")], "half a balance is a wrong one"),
    ],
)  # fmt: skip
def test_a_row_that_would_have_to_be_guessed_is_refused(tmp_path, told, refused, because):
    report = balances(tmp_path, told)
    assert codes(report) == refused, because
    assert rows("SELECT count(*) FROM loyalty_opening") == [(0,)], because
    assert rows("SELECT row_number, code FROM receipts_refusal ORDER BY 1") == refused, "and is kept"


def test_points_without_a_last_day_are_asked_about(tmp_path):
    with pytest.raises(HuitouError) as refused:
        balances(tmp_path, [{"card": "A", "points": "5"}], expires=None)
    assert refused.value.code == "default_expiry_missing"
    balances(tmp_path, [{"card": "A", "points": "5"}], expires="2027-12-31")
    assert rows("SELECT expires_on FROM loyalty_lot") == [(date(2027, 12, 31),)]


def test_whom_nobody_knows_is_refused_unless_made(tmp_path):
    report = balances(tmp_path, [{"card": "A", "points": "5"}], make_members=False)
    assert codes(report) == [(2, "member_unknown")]


def test_a_phone_of_several_names_nobody(tmp_path):
    family = [{"card": card, "phone": "13800138000", "points": points} for card, points in (("A", "1"), ("B", "2"))]
    assert balances(tmp_path, family).counts["new_members"] == 2, "two cards are two people, whatever their phone"
    assert [loyalty.balance_of(member_ids()[card]) for card in "AB"] == [1, 2]
    report = balances(tmp_path, [{"phone": "13800138000", "points": "5"}])
    assert codes(report) == [(2, "phone_of_several")]
    assert "13800138000" not in repr(rows("SELECT row FROM receipts_refusal")), "and is not kept in clear"


def test_a_card_and_a_phone_of_two_people_are_refused(tmp_path):
    balances(tmp_path, [{"card": "A", "points": "1"}])
    balances(tmp_path, [{"phone": "13800138000", "points": "1"}])
    report = balances(tmp_path, [{"card": "A", "phone": "13800138000", "points": "5"}])
    assert codes(report) == [(2, "two_members")]


def test_other_points_of_somebody_who_was_opened_are_refused_until_that_is_undone(tmp_path):
    first = balances(tmp_path, [{"card": "A", "points": "120"}])
    assert codes(balances(tmp_path, [{"card": "A", "points": "130"}])) == [(2, "opened_otherwise")]
    undo_brought(first.import_id, now=NOW, actor="test")
    assert balances(tmp_path, [{"card": "A", "points": "130"}]).rows_taken == 1
    assert loyalty.balance_of(member_ids()["A"]) == 130
    assert broken() == []


SALES = [
    line("1", "2026-10-20 10:00", amount="70.00", member="A"),
    line("2", "2026-11-05 10:00", amount="9.00", member="A"),
    line("3", "2026-10-20 11:00", amount="50.00", member="N"),
]


def test_history_before_the_cut_over_earns_nothing_once_balances_are_opened(tmp_path):
    balances(tmp_path, [{"card": "A", "points": "100"}])
    take(tmp_path, SALES)
    of = member_ids()
    assert loyalty.balance_of(of["A"]) == 109, "100 of the old programme, 9 of the sale after the cut-over"
    assert loyalty.balance_of(of["N"]) == 0, "the old programme had nothing of N, so N had nothing"
    assert broken() == []


def test_history_that_earned_before_the_opening_stops_it_or_comes_off_again(tmp_path):
    take(tmp_path, SALES)
    with pytest.raises(HuitouError) as refused:
        balances(tmp_path, [{"card": "A", "points": "100"}])
    assert (refused.value.code, refused.value.facts["points"]) == ("points_posted_before", 70)
    report = balances(tmp_path, [{"card": "A", "points": "100"}], post_difference=True)
    assert (report.counts["points_moved"], report.counts["points_posted_before"]) == (30, 70)
    assert loyalty.balance_of(member_ids()["A"]) == 109
    assert broken() == []


def tiers(folder, told, **more):
    return bring(take_tiers, folder, told, **{"now": NOW, "make_members": True, **more})


def test_tiers_keep_their_history_and_one_of_today_is_the_members(tmp_path):
    told = [
        {"card": "A", "tier": "银卡", "since": "2024-01-01"},
        {"card": "A", "tier": "金卡", "since": "2025-03-01", "until": "2027-02-28"},
        {"card": "B", "tier": "普通"},
    ]
    report = tiers(tmp_path, told)
    assert (report.rows_taken, report.counts["members"]) == (3, 2)
    of = member_ids()
    assert [(one.tier, one.since, one.until) for one in loyalty.tiers_of(of["A"])] == [
        ("金卡", date(2025, 3, 1), date(2027, 2, 28)), ("银卡", date(2024, 1, 1), date(2025, 2, 28)),
    ]  # fmt: skip
    assert members.tier_of(of["A"], NOW.date()) == "金卡"
    assert members.tier_of(of["A"], date(2027, 3, 1)) == "", "it is over then"
    assert members.tier_of(of["B"], NOW.date()) == "普通"
    assert tiers(tmp_path, told).rows_repeated == 3
    undo_brought(report.import_id, now=NOW, actor="test")
    assert members.tier_of(of["A"], NOW.date()) == ""
    assert tiers(tmp_path, told).rows_taken == 3, "and can be taken anew"
    assert broken() == []


@pytest.mark.parametrize(
    ("told", "refused", "because"),
    [
        ({"card": "A", "tier": ""}, "tier_blank", "no tier is none"),
        ({"card": "A", "tier": "金", "since": "2027-01-01"}, "since_after_cut_over", "the old programme was over"),
        ({"card": "A", "tier": "金", "since": "2025-01-01", "until": "2024-01-01"}, "since_after_until", "backwards"),
    ],
)
def test_a_tier_that_cannot_be_is_refused(tmp_path, told, refused, because):
    assert codes(tiers(tmp_path, [told])) == [(2, refused)], because


def test_two_tiers_on_one_day_are_refused(tmp_path):
    report = tiers(
        tmp_path,
        [{"card": "A", "tier": "银", "since": "2025-01-01", "until": "2025-12-31"},
         {"card": "A", "tier": "金", "since": "2025-06-01"}],
    )  # fmt: skip
    assert codes(report) == [(3, "tier_overlaps")]


def coupons(folder, told, **more):
    return bring(take_coupons, folder, told, **{"make_members": True, **more})


COUPON = {"title": "满100减10", "worth": "10", "threshold": "100", "starts": "2026-10-01", "ends": "2026-12-31"}


def test_coupons_come_with_their_states(tmp_path):
    told = [
        {**COUPON, "code": "a1", "card": "A", "state": "未使用"},
        {**COUPON, "code": "A2", "state": "可用"},
        {**COUPON, "code": "A3", "card": "A", "state": "已使用"},
        {**COUPON, "code": "A4", "card": "A", "starts": "", "ends": "2026-10-31"},
        {**COUPON, "code": "A5", "card": "A", "state": "作废"},
    ]
    report = coupons(tmp_path, told)
    assert report.counts == {
        "kinds": 1, "new_members": 1, "bearer": 1, "live": 2, "used": 1, "expired": 1, "void": 1,
    }  # fmt: skip
    seen = offers.coupons_of(member_ids()["A"])
    assert [(one.code, one.state) for one in seen][:1] == [("A1", "live")], "what can be used comes first"
    assert len(seen) == 4
    assert offers.coupons_on(FIRST_DAY - timedelta(days=1)) == {"满100减10": ("满100减10", 2, 2000)}
    assert coupons(tmp_path, told).rows_repeated == 5
    assert broken() == []
    undo_brought(report.import_id, now=NOW, actor="test")
    assert rows("SELECT count(*) FROM offers_coupon UNION ALL SELECT count(*) FROM offers_couponkind") == [(0,), (0,)]


@pytest.mark.parametrize(
    ("change", "refused", "because"),
    [
        ({"code": ""}, "code_blank", "a coupon is known by its code"),
        ({"code": "A 1"}, "code_unfit", "nobody scans a blank"),
        ({"title": ""}, "kind_blank", "what it is good for, nobody knows"),
        ({"worth": "ten"}, "worth_unreadable", "no amount"),
        ({"ends": "2026-09-30"}, "ends_before_starts", "backwards"),
        ({"state": "怪"}, "state_unknown", "a state that nobody knows may be used or not"),
    ],
)
def test_a_coupon_that_would_have_to_be_guessed_is_refused(tmp_path, change, refused, because):
    assert codes(coupons(tmp_path, [{**COUPON, "code": "A1", **change}])) == [(2, refused)], because


def test_a_code_is_one_coupon(tmp_path):
    report = coupons(
        tmp_path,
        [{**COUPON, "code": "A1"}, {**COUPON, "code": "A1", "card": "A"},
         {**COUPON, "code": "A2", "worth": "12"}],
    )  # fmt: skip
    assert codes(report) == [(3, "code_twice"), (4, "kind_differs")]
    assert codes(coupons(tmp_path, [{**COUPON, "code": "A1", "card": "A"}])) == [(2, "coupon_differs")]


def test_a_till_that_has_used_a_coupon_keeps_it_through_the_undo(tmp_path):
    report = coupons(tmp_path, [{**COUPON, "code": "A1"}, {**COUPON, "code": "A2"}])
    take(tmp_path, SALES)
    ((receipt,),) = rows("SELECT min(id) FROM receipts_identity")
    rows("UPDATE offers_coupon SET state = 'used', receipt_id = %s WHERE code = 'A1' RETURNING id", receipt)
    undone = undo_brought(report.import_id, now=NOW, actor="test")
    assert (undone.count, undone.staying) == (1, 1)
    assert broken() == []
