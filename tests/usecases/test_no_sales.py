"""Rows that their file calls cancelled or not paid come in as sales, and the report says how many and how much."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.builders import line, take_file, write_csv

pytestmark = pytest.mark.django_db

STATUSES = ("Delivered", "Cancelled", " 已取消 ", "cancelled", "Pending", "")


def taken(folder: Path, header: str, *statuses: str, **more):
    """A receipt of 10.00 for each of these statuses, imported."""
    sold = [line(str(n), f"2026-11-01 10:{n:02}", amount="10.00", member="C1") for n in range(len(statuses))]
    path, columns = write_csv(folder, sold)
    head, *rest = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{head},{header}", *(f"{row},{one}" for row, one in zip(rest, statuses, strict=True))]))
    return take_file(path, columns, **more)


def test_what_is_cancelled_or_not_paid_is_told_by_status_with_its_rows_and_money(tmp_path: Path) -> None:
    trial = taken(tmp_path, "order_status", *STATUSES, "Cancelled", dry_run=True)
    assert trial.no_sales == [
        {"column": "order_status", "status": "Cancelled", "rows": 2, "amount": "20.00"},
        {"column": "order_status", "status": "Pending", "rows": 1, "amount": "10.00"},
        {"column": "order_status", "status": "cancelled", "rows": 1, "amount": "10.00"},
        {"column": "order_status", "status": "已取消", "rows": 1, "amount": "10.00"},
    ]
    done = taken(tmp_path, "order_status", *STATUSES, "Cancelled")
    assert (done.no_sales, done.sales) == (trial.no_sales, 7), "they are taken in all the same, because nobody said no"


def test_only_a_column_of_statuses_is_listened_to(tmp_path: Path) -> None:
    assert taken(tmp_path, "remark", "Cancelled", "Pending", dry_run=True).no_sales == []
    assert taken(tmp_path, "订单状态", "已完成", "Shipped", dry_run=True).no_sales == []
    (found,) = taken(tmp_path, "订单状态", "已完成", "待付款", dry_run=True).no_sales
    assert (found["column"], found["status"], found["rows"]) == ("订单状态", "待付款", 1)


def test_rows_that_are_known_already_are_not_told_again(tmp_path: Path) -> None:
    taken(tmp_path, "order_status", "Cancelled")
    assert taken(tmp_path, "order_status", "Cancelled", "Pending").no_sales == [
        {"column": "order_status", "status": "Pending", "rows": 1, "amount": "10.00"}
    ]
