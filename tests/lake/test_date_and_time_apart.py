"""The date in one column and the time of day in another: joined where that is sure, asked about otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huitou.lake import service as lake
from huitou.lake.terms import Field, Layout, Reading

HEAD = "小票号,{day},{clock},商品编码,数量,实付金额\n"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def written(folder: Path, cells: list[tuple[str, str]], day: str = "销售日期", clock: str = "销售时间") -> Path:
    path = folder / "till.csv"
    rows = [f"{n},{date},{at},6901,1,2.50" for n, (date, at) in enumerate(cells, start=1)]
    path.write_text(HEAD.format(day=day, clock=clock) + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def judged(path: Path, *, reading: Reading | None = None, **given: str | None) -> list[tuple[str | None, str | None]]:
    """(moment by the shop's clock, reason) of each row, by the guessed mapping."""
    with lake.open_file(path, reading=reading) as opened:
        columns = lake.guess_mapping(lake.KINDS["receipts"], opened, given=given).columns
        mapping = {Field(field): column for field, column in columns.items()}
        layout = Layout(mapping, "Asia/Shanghai", NOW, date_format=opened.reading.date_format)
        lake.judge_receipts(opened, layout)
        return opened.session.sql(
            "SELECT strftime(local_at, '%Y-%m-%d %H:%M:%S'), code FROM placed LEFT JOIN refused USING (row_number) "
            "ORDER BY row_number"
        ).fetchall()


@pytest.mark.parametrize(
    ("date", "clock", "moment", "because"),
    [
        ("2026-06-01", "09:05:33", "2026-06-01 09:05:33", "as most tills write it"),
        ("2026/6/1", "9:05", "2026-06-01 09:05:00", "without seconds"),
        ("2026年6月1日", "9时5分", "2026-06-01 09:05:00", "in Chinese"),
        ("20260601", "90533", "2026-06-01 09:05:33", "digits whose leading zero a spreadsheet took"),
        ("2026-06-01 00:00:00", "下午 3:05", "2026-06-01 15:05:00", "a date that a spreadsheet gave a midnight"),
        ("46174", "0.378854", "2026-06-01 09:05:33", "a spreadsheet's numbers for both"),
        ("２０２６-06-01", "２３：５９", "2026-06-01 23:59:00", "full-width digits"),
    ],
)
def test_a_date_and_a_time_of_day_are_one_moment(tmp_path, date, clock, moment, because):
    assert judged(written(tmp_path, [(date, clock)]), time="销售时间", at="销售日期") == [(moment, None)], because


@pytest.mark.parametrize(
    ("date", "clock", "reason"),
    [
        ("2026-06-01", "", "clock_blank"),
        ("2026-06-01", "25:00", "clock_unreadable"),
        ("2026-06-01", "soon", "clock_unreadable"),
        ("2026-06-01 10:00", "09:05", "clock_differs"),
        ("", "09:05", "at_blank"),
        ("1.6.26", "09:05", "at_ambiguous"),
    ],
)
def test_what_is_not_sure_is_refused_with_its_reason(tmp_path, date, clock, reason):
    cells = [*[("2026-06-01", "09:05")] * 9, (date, clock)]
    assert judged(written(tmp_path, cells))[-1][1] == reason


def test_the_same_time_twice_is_no_contradiction(tmp_path):
    path = written(tmp_path, [("2026-06-01 09:05:00", "09:05")])
    assert judged(path, at="销售日期", time="销售时间") == [("2026-06-01 09:05:00", None)]


def test_both_columns_are_found_by_header_and_values(tmp_path):
    path = written(tmp_path, [("2026-06-01", "09:05:33"), ("2026-06-02", "21:00:00")], "日期", "时间")
    with lake.open_file(path) as opened:
        guess = lake.guess_mapping(lake.KINDS["receipts"], opened)
    assert (guess.columns["at"], guess.columns["time"], guess.questions) == ("日期", "时间", ())


def test_where_only_the_values_speak_for_it_it_is_asked(tmp_path):
    path = written(tmp_path, [("2026-06-01", "09:05:33")], "日期", "落单")
    with lake.open_file(path) as opened:
        guess = lake.guess_mapping(lake.KINDS["receipts"], opened)
    assert "time" not in guess.columns
    assert [(question.facts["field"], question.choices[0].value) for question in guess.questions] == [("time", "落单")]


def test_a_date_with_its_own_time_needs_no_second_one(tmp_path):
    path = written(tmp_path, [("2026-06-01 09:05:33", "08:00")], "交易时间", "时间")
    with lake.open_file(path) as opened:
        guess = lake.guess_mapping(lake.KINDS["receipts"], opened)
    assert (guess.columns["at"], "time" in guess.columns, guess.questions) == ("交易时间", False, ())


def test_the_day_first_is_asked_of_the_date_alone(tmp_path):
    path = written(tmp_path, [("01/02/2026", "09:05"), ("03/02/2026", "21:00")])
    with lake.open_file(path) as opened:
        guess = lake.guess_mapping(lake.KINDS["receipts"], opened)
    assert [choice.value for choice in guess.questions[0].choices] == ["%d/%m/%Y", "%m/%d/%Y"]
    assert judged(path, reading=Reading(date_format="%d/%m/%Y"))[0] == ("2026-02-01 09:05:00", None)


def test_typed_columns_are_joined_as_well(tmp_path):
    path = tmp_path / "till.parquet"
    cells = {
        "小票号": ["1"],
        "日期": pa.array([datetime(2026, 6, 1).date()]),  # noqa: DTZ001 - a shop's own day
        "时间": pa.array([time(9, 5, 33)], pa.time64("us")),
        "商品编码": ["6901"],
        "数量": [1],
        "实付金额": [2.5],
    }
    pq.write_table(pa.table(cells), path)
    assert judged(path) == [("2026-06-01 09:05:33", None)]
