"""Orders that their file calls cancelled or not paid: left out by a mapped column, told of by one that is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.builders import NOW, line, take_file, write_csv

from huitou.lake import service as lake
from huitou.lake.errors import StatusUnclear
from huitou.lake.rules.statuses import Meaning, meanings, read_said, write_said
from huitou.lake.terms import Field, Reading
from huitou.usecases.sums_per_day import DaySaid, days_of
from huitou.usecases.undo_import import undo_import

STATUSES = ("Delivered", "Cancelled", " 已取消 ", "cancelled", "作废", "")
database = pytest.mark.django_db


def written(folder: Path, header: str, *statuses: str, rows: list[dict[str, str]] | None = None):
    """A receipt of 10.00 for each of these statuses, or these rows with them."""
    sold = rows or [line(str(n), f"2026-11-01 10:{n:02}", amount="10.00", member="C1") for n in range(len(statuses))]
    path, columns = write_csv(folder, sold)
    head, *rest = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{head},{header}", *(f"{row},{one}" for row, one in zip(rest, statuses, strict=True))]))
    return path, columns


def taken(folder: Path, header: str, *statuses: str, mapped: bool = False, rows=None, **more):
    path, columns = written(folder, header, *statuses, rows=rows)
    return take_file(path, {**columns, Field.STATUS: header} if mapped else columns, **more)


def told(found: list[dict]) -> list[tuple]:
    return [(one["status"], one["rows"], one["amount"]) for one in found]


@database
def test_what_is_cancelled_or_not_paid_is_left_out_and_counted_by_its_status(tmp_path: Path) -> None:
    trial = taken(tmp_path, "order_status", *STATUSES, "Cancelled", mapped=True, dry_run=True)
    assert trial.left_out[0] == {
        "column": "order_status", "status": "Cancelled", "rows": 2, "amount": "20.00", "reason": "not_a_sale",
    }  # fmt: skip
    assert told(trial.left_out)[1:] == [("cancelled", 1, "10.00"), ("作废", 1, "10.00"), ("已取消", 1, "10.00")]
    done = taken(tmp_path, "order_status", *STATUSES, "Cancelled", mapped=True)
    assert (done.left_out, done.no_sales) == (trial.left_out, [])
    assert (done.rows_read, done.rows_taken, done.rows_refused, done.rows_left_out) == (7, 2, 0, 5)
    assert (done.sales, done.amount, done.points_posted) == (2, "20.00", 2), "and earns nothing"
    again = taken(tmp_path, "order_status", *STATUSES, "Cancelled", mapped=True)
    assert (again.rows_repeated, again.rows_left_out, again.rows_taken) == (2, 5, 0)


@database
def test_a_cancelled_line_leaves_the_rest_of_its_receipt_and_an_undo_finds_all_of_it(tmp_path: Path) -> None:
    rows = [line("1", "2026-11-01 10:00", sku, amount="10.00") for sku in ("milk", "tea", "rice")]
    report = taken(tmp_path, "订单状态", "已完成", "已取消", "已完成", mapped=True, rows=rows)
    assert (report.receipts, report.rows_taken, report.rows_left_out, report.amount) == (1, 2, 1, "20.00")
    undone = undo_import(report.import_id, now=NOW, actor="anna")
    assert (undone.receipts, undone.rows, undone.amount) == (1, 2, "20.00")
    whole = taken(tmp_path, "订单状态", "已完成", "已完成", "已完成", mapped=True, rows=rows)
    assert whole.rows_taken == 3, "nothing of the line that was left out is in the way"


@database
def test_an_order_is_taken_when_its_money_has_come_and_told_when_it_is_cancelled_after_that(tmp_path: Path) -> None:
    assert taken(tmp_path, "订单状态", "待付款", mapped=True).rows_left_out == 1
    assert taken(tmp_path, "订单状态", "已付款", mapped=True).rows_taken == 1
    late = taken(tmp_path, "订单状态", "已取消", mapped=True)
    assert (late.rows_left_out, late.left_out_known, late.rows_refused) == (1, 1, 0), "it stands as a sale, and is said"


@database
def test_what_was_given_back_is_a_return_below_zero_and_else_refused_until_somebody_says(tmp_path: Path) -> None:
    rows = [
        line("1", "2026-11-01 10:00", "milk", "2", "20.00", member="C1"),
        line("2", "2026-11-02 10:00", "milk", "-1", "-10.00", member="C1"),
        line("3", "2026-11-03 10:00", "tea", "1", "5.00", member="C1"),
    ]
    statuses = ("已完成", "已退款", "已退款")
    report = taken(tmp_path, "订单状态", *statuses, mapped=True, rows=rows, dry_run=True)
    assert (report.sales, report.returns, report.rows_left_out) == (1, 1, 0), "a return is no cancelled order"
    assert [(one["row_number"], one["code"]) for one in report.refused] == [(4, "status_unclear")]
    said = taken(tmp_path, "订单状态", *statuses, mapped=True, rows=rows, reading=Reading(statuses="已退款=sale"))
    assert (said.sales, said.returns, said.rows_refused) == (2, 1, 0)


@pytest.mark.parametrize(
    ("header", "statuses", "column", "asked", "because"),
    [
        ("订单状态", ("已完成", "待付款"), "订单状态", None, "every word is known"),
        ("order_status", ("Delivered", "Paid", "Pending"), "order_status", None, "what waits waits for its money"),
        ("order_status", ("Delivered", "Pending"), "order_status", "Pending", "for its money, or for the van?"),
        ("状态", ("1", "2", "1"), "状态", "1", "codes say nothing here"),
        ("订单状态", ("已完成", "已退款"), "订单状态", "已退款", "the refund may stand in a row of its own, or not"),
        ("remark", ("Cancelled", "Pending"), None, None, "no header of a status"),
        ("status", tuple(f"note {n}" for n in range(20)), None, None, "too many words to be states"),
    ],
)
def test_a_status_is_found_by_header_and_values_and_asked_about_where_it_is_not_clear(
    tmp_path, settings, header, statuses, column, asked, because
):
    settings.LAKE_PATH = tmp_path / "lake"
    path, _ = written(tmp_path, header, *statuses)
    with lake.open_file(path) as opened:
        guess = lake.guess_mapping(lake.KINDS["receipts"], opened)
    questions = [question for question in guess.questions if isinstance(question, StatusUnclear)]
    assert guess.columns.get("status") == column, because
    assert [question.facts["status"] for question in questions] == ([asked] if asked else []), because


def test_answers_add_up_until_nothing_is_open(tmp_path, settings):
    settings.LAKE_PATH = tmp_path / "lake"
    path, _ = written(tmp_path, "订单状态", "1", "2", "1", "已完成")
    reading = Reading()
    for answer in ("1=sale", "1=sale | 2=sale"):
        with lake.open_file(path, reading=reading) as opened:
            (question,) = lake.guess_mapping(lake.KINDS["receipts"], opened).questions
        assert question.choices[0].value == answer
        reading = Reading(statuses=answer)
    with lake.open_file(path, reading=reading) as opened:
        assert lake.guess_mapping(lake.KINDS["receipts"], opened).questions == ()


def test_what_is_said_of_a_status_is_read_as_it_is_written():
    said = write_said(write_said(None, "3", Meaning.NO_SALE), "a=b", Meaning.SALE)
    assert read_said(said) == {"3": Meaning.NO_SALE, "ab": Meaning.SALE}
    assert read_said(write_said(said, "3", None)) == {"ab": Meaning.SALE}
    assert read_said("nonsense | =sale | x=perhaps") == {}
    assert meanings(["３"], read_said(said)) == {"３": Meaning.NO_SALE}, "full-width digits are digits"


@database
def test_the_days_say_what_is_left_out_and_explain_a_report_that_counts_it(tmp_path: Path) -> None:
    path, columns = written(tmp_path, "状态", "已完成", "已取消", "作废")
    seen = {}

    def look(session):
        report = {(date(2026, 11, 1), ""): DaySaid(receipts=3, net_fen=3000)}
        seen["days"], seen["beside"] = days_of(session, "till"), days_of(session, "till", report)

    take_file(path, {**columns, Field.STATUS: "状态"}, look=look, dry_run=True)
    (sums,) = seen["days"].sums.values()
    assert (sums.sales, sums.net_fen, sums.left_out, sums.left_out_fen) == (1, 1000, 2, 2000)
    (differs,) = seen["beside"].differing
    assert (differs.reason, differs.facts) == ("no_sales", {"rows": "2", "amount": "20.00"})


@database
def test_a_column_that_nobody_mapped_is_told_of_and_its_rows_are_sales(tmp_path: Path) -> None:
    trial = taken(tmp_path, "order_status", *STATUSES, dry_run=True)
    assert told(trial.no_sales) == [
        ("Cancelled", 1, "10.00"), ("cancelled", 1, "10.00"), ("作废", 1, "10.00"), ("已取消", 1, "10.00"),
    ]  # fmt: skip
    done = taken(tmp_path, "order_status", *STATUSES)
    assert (done.no_sales, done.sales, done.rows_left_out) == (trial.no_sales, 6, 0), "because nobody said no"
    assert taken(tmp_path, "order_status", *STATUSES).no_sales == [], "what is known already is not told again"
    assert taken(tmp_path, "remark", "Cancelled", "Pending", dry_run=True).no_sales == []
