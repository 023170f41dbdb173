"""How figures and days are written, in both languages. No database."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django.utils import timezone, translation

from huitou.doors.console import figures
from huitou.doors.console.findings import member_finding
from huitou.doors.console.spark import spark_points
from huitou.insight import service as insight

THIS_YEAR = timezone.localdate().year


@pytest.mark.parametrize(
    ("fen", "chinese", "english", "because"),
    [
        (6140, "61.40 元", "61.40 yuan", "two decimals where someone pays"),
        (-500, "−5.00 元", "−5.00 yuan", "a minus is U+2212"),
        (99_999_9, "9,999.99 元", "9,999.99 yuan", "just below ten thousand is still exact"),
        (1_000_000, "1.0 万元", "10.0k yuan", "from ten thousand on it is short"),
        (42_800_000, "42.8 万元", "428.0k yuan", "the design's own example"),
        (684_260_000, "684.3 万元", "6.84M yuan", "a million has its letter in English"),
        (Fraction(1, 2), "0.01 元", "0.01 yuan", "half a fen rounds away from zero"),
    ],
)
def test_money_in_a_headline(fen, chinese, english, because):
    with translation.override("zh-hans"):
        assert str(figures.money_headline(fen)) == chinese, because
    with translation.override("en"):
        assert str(figures.money_headline(fen)) == english, because


@pytest.mark.parametrize(
    ("now", "before", "unit", "good", "shown", "because"),
    [
        (110, 100, "count", 1, ("▲", "10.0%", "good"), "more is better"),
        (90, 100, "money", 1, ("▼", "10.0%", "bad"), "less is worse"),
        (Fraction(1, 5), Fraction(1, 4), "rate", -1, ("▼", "5.0 pts", "good"), "less churn is better, in points"),
        (100, 100, "count", 1, ("", "unchanged", "flat"), "nothing moved"),
        (5, 0, "count", 1, None, "from nothing there is no per cent"),
        (Fraction(1, 4), 0, "rate", 1, ("▲", "25.0 pts", "good"), "points from nothing are points"),
    ],
)
def test_change(now, before, unit, good, shown, because):
    with translation.override("en"):
        change = figures.change(Fraction(now), Fraction(before), unit, good)
    assert (change and (change.arrow, change.text, change.tone)) == shown, because


def test_days_are_written_short_within_the_year():
    with translation.override("zh-hans"):
        assert figures.day(date(THIS_YEAR, 11, 22)) == "11月22日"
        assert figures.day(date(2011, 11, 22)) == "2011年11月22日"
        assert figures.day_and_weekday(date(2011, 12, 9)) == "2011年12月9日 (周五)"
    with translation.override("en"):
        assert figures.day(date(THIS_YEAR, 11, 22)) == "22 Nov"
        assert figures.day(date(2011, 11, 22)) == "22 Nov 2011"


def test_an_interval_is_written_as_each_language_writes_it():
    with translation.override("zh-hans"):
        assert figures.between("31.5", "54.1") == figures.between("31.5", "54.1", short=True) == "31.5～54.1"
    with translation.override("en"):
        assert figures.between("31.5", "54.1") == "31.5\xa0to\xa054.1", "no line tears it apart"
        assert figures.between("0", "9", short=True) == "0–9", "an axis has no room for words"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("从 110.98 元 到 109.68 元，均为", "从 110.98 元到 109.68 元，均为"),
        ("从 5.7% 到 4.2%，均为", "从 5.7% 到 4.2%，均为"),
        ("From 110.98 yuan to 109.68 yuan", "From 110.98 yuan to 109.68 yuan"),
    ],
)
def test_chinese_stands_close_to_chinese_and_apart_from_figures(text, shown):
    assert figures.closed_up(text) == shown


@pytest.mark.parametrize(
    ("days", "said", "because"),
    [
        ([1, 8, 15, 22], "大约每 7 天来一次，多在", "a week apart, on one weekday"),
        ([1, 2, 3, 4], "几乎天天来。", "day after day"),
        ([1, 10, 16, 28], "大约每 9 天来一次。", "the middle of 9, 6 and 12"),
        ([1, 8, 15], "来得太少，看不出规律", "two gaps are no rhythm"),
    ],
)
def test_the_finding_of_a_member_tells_the_rhythm(days, said, because):
    visits = [date(2026, 9, day) for day in days]
    with translation.override("zh-hans"):
        finding = member_finding(insight.rhythm_of(visits), visits[-1], date(2026, 9, 28))
    assert said in finding, because


def test_a_finding_escapes_what_it_is_given():
    from types import SimpleNamespace

    from huitou.doors.console.findings import overview_finding

    tile = SimpleNamespace(
        kpi=SimpleNamespace(title="<i>"), shown=figures.Shown("1"), change=None, year_change=None, now=None
    )
    with translation.override("en"):
        assert overview_finding([tile], []).startswith('<span class="s">&lt;i&gt; stands at <b')


def test_the_store_is_named_with_the_figure_that_it_moved():
    """A sentence on another figure between them would make the store's rise one of that other figure."""
    from types import SimpleNamespace

    from huitou.doors.console.findings import overview_finding

    def tile(title, now, tone, arrow):
        pair = SimpleNamespace(now=SimpleNamespace(value=now), previous=SimpleNamespace(value=100))
        change = figures.Change(arrow, "10.0%", tone)
        kpi = SimpleNamespace(title=title)
        return SimpleNamespace(kpi=kpi, shown=figures.Shown(str(now)), change=change, year_change=None, now=pair)

    lead, worse = tile("Sales", 110, "good", "▲"), tile("Average ticket", 90, "bad", "▼")
    with translation.override("en"):
        said = overview_finding([lead, worse], [("East", figures.Change("▲", "17.8%", "good"), Fraction(6, 5))])
    assert said.index("Sales") < said.index("East") < said.index("Average ticket")


def test_a_sparkline_stays_in_its_frame():
    points = spark_points([Fraction(1), None, Fraction(3), Fraction(2)])
    assert points == [("2.0", "20.0"), ("40.7", "4.0"), ("60.0", "12.0")]
    assert spark_points([Fraction(5), Fraction(5)]) == [("2.0", "12.0"), ("60.0", "12.0")]
    assert spark_points([None]) == []


def test_a_line_does_not_end_within_a_word_or_a_day_of_a_files_name():
    from huitou.doors.console.templatetags.shown import name_of_file

    whole = '<span class="nw">{}</span>'.format
    for name, shown, because in (
        ("sample-chain 2026-11", f"{whole('sample-chain')} {whole('2026-11')}", "a hyphen is no place to break at"),
        ("till-of-the-east-2026-11-30.csv", f"till-of-the-east-{whole('2026-11-30')}.csv", "a long one may break"),
        ("十一月 <b>-1.csv", f"十一月 {whole('&lt;b&gt;-1.csv')}", "what a person typed stays text"),
        ("收银-新城店.csv", "收银-新城店.csv", "Chinese breaks at any character"),
        ("", "", "a file without a name"),
    ):
        assert name_of_file(name) == shown, because
