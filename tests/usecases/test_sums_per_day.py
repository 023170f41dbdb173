"""A file's days beside the old system's daily report: what agrees, what differs, and the likeliest reason."""

from __future__ import annotations

from datetime import date

import pytest
from tests.builders import line, take

from huitou.kernel.errors import HuitouError
from huitou.usecases.sums_per_day import DaySaid, DaySums, compare, days_of, read_report

DAY = date(2026, 11, 1)
HERE = DaySums(sales=3, returns=1, quantity_milli=5_000, net_fen=4_000)


@pytest.mark.parametrize(
    ("ours", "said", "refused", "reason", "because"),
    [
        (HERE, DaySaid(4, None, 4_000), {}, None, "sales and returns counted alike"),
        (HERE, DaySaid(3, None, 4_000), {}, None, "a report may leave returns out of its receipts"),
        (HERE, DaySaid(None, None, 4_000), {}, None, "what the report does not say is not compared"),
        (HERE, DaySaid(5, None, 5_000), {"at_ambiguous": 2}, "rows_refused", "rows of that day were refused"),
        (HERE, DaySaid(6, None, 5_000), {}, "receipts_missing", "the file lacks two"),
        (DaySums(), DaySaid(5, None, 100), {}, "day_missing", "the file has nothing of it"),
        (HERE, DaySaid(2, None, 3_000), {}, "receipts_more", "more here than there"),
        (HERE, DaySaid(4, None, 4_001), {}, "amount_differs", "a fen is a difference"),
        (HERE, DaySaid(4, 6_000, 4_000), {}, "amount_differs", "a piece is one too"),
        (HERE, None, {}, "not_in_report", "the report lacks the store"),
    ],
)
def test_each_difference_has_its_likeliest_reason(ours, said, refused, reason, because):
    report = {} if said is None else {(DAY, "S"): said}
    found = compare({(DAY, "S"): ours} if ours != DaySums() else {}, report, {(DAY, "S"): refused})
    assert [one.reason for one in found] == ([reason] if reason else []), because


@pytest.mark.parametrize(
    ("row", "because"),
    [({"day": "03/04/26", "amount": "1"}, "March or April"), ({"day": "2026-11-01", "amount": "1,000"}, "not plain"),
     ({"day": "2026-11-01", "receipts": "2.5"}, "half a receipt")],
)  # fmt: skip
def test_a_report_that_would_have_to_be_guessed_is_refused(row, because):
    with pytest.raises(HuitouError) as refused:
        read_report([(2, row)])
    assert refused.value.code == "daily_report_unreadable", because


FILE = [
    line("1", "2026-11-01 10:00", amount="20.00", store="E"),
    line("2", "2026-11-01 11:00", quantity="-1", amount="-5.00", store="E"),
    line("3", "2026-11-02 11:00", amount="7.00", store="E"),
    line("4", "2026-11-02 12:00", quantity="x", store="E"),
]


@pytest.mark.database
@pytest.mark.django_db
def test_the_days_stand_in_the_books_also_of_a_dry_run_and_of_an_earlier_file(tmp_path):
    seen = []
    report = read_report([(2, {"day": "2026-11-01", "store": "E", "receipts": "2", "amount": "15.00"}),
                          (3, {"day": "2026-11-02", "store": "E", "receipts": "2", "amount": "17.00"})])  # fmt: skip
    take(tmp_path, FILE[:1])
    take(tmp_path, FILE, dry_run=True, look=lambda session: seen.append(days_of(session, "till", report)))
    (days,) = seen
    assert days.sums == {(DAY, "E"): DaySums(1, 1, 0, 1_500), (date(2026, 11, 2), "E"): DaySums(1, 0, 1_000, 700)}
    assert [(one.day, one.reason, one.facts) for one in days.differing] == [
        (date(2026, 11, 2), "rows_refused", {"rows": "1", "codes": "quantity_unreadable 1"})
    ]
    assert days.agreeing == 1


@pytest.mark.database
@pytest.mark.django_db
def test_sales_of_days_before_points_from_earn_nothing(tmp_path):
    rows = [line("1", "2026-11-01 10:00", member="A"), line("2", "2026-11-02 10:00", member="A")]
    assert take(tmp_path, rows, points_from=date(2026, 11, 2)).points_posted == 1
