"""The weekly charts of a product that sells now and then: each week stands at its own place in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils.translation import override

from huitou.doors.console.views import goods as page
from huitou.insight.rules.goods import every_week
from huitou.insight.terms.goods import WeekOfGoods
from huitou.usecases.look_at_product import ProductLookedAt

LAST = date(2026, 11, 29)
NEWEST = date(2026, 11, 23)
SOLD = [NEWEST - timedelta(weeks=back) for back in (70, 60, 52, 40, 39, 20, 8, 3)]


def looked(sold: list[date]) -> ProductLookedAt:
    weeks = [WeekOfGoods(monday, 1200, 1, 2000, 1200, 300) for monday in sold]
    return ProductLookedAt(None, None, [], every_week(weeks, LAST), None, [])


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.mark.parametrize("draw", [page._sales_chart, page._price_chart])
def test_neighbours_on_the_axis_are_a_week_apart_and_bands_lie_over_their_weeks(draw):
    options = draw(looked(SOLD), "/products/1").options
    mondays = [date.fromisoformat(day) for day in options["ends"]]
    assert mondays == [NEWEST - timedelta(weeks=back) for back in range(52, -1, -1)], "no week is left out"
    (band,) = [band for band in options["bands"] if band["name"] == "Double 11"]
    assert mondays[band["from"]] <= date(2026, 11, 11) <= mondays[band["to"]] + timedelta(days=6)
    assert {len(options[name]) for name in ("labels", "now", "before", "shown", "shownBefore")} == {53}


def test_where_nothing_sold_sales_are_nought_and_there_is_no_price():
    sales, prices = page._sales_chart(looked(SOLD), ""), page._price_chart(looked(SOLD), "")
    mondays = [date.fromisoformat(day) for day in sales.options["ends"]]
    for place, monday in enumerate(mondays):
        assert sales.options["now"][place] == (12.0 if monday in SOLD else 0.0)
        assert prices.options["now"][place] == (6.0 if monday in SOLD else None)
        assert prices.options["shown"][place].startswith("6.00" if monday in SOLD else "—")
    year_before = [monday - timedelta(weeks=52) for monday in mondays]
    assert sales.options["before"] == [
        None if monday < SOLD[0] else 12.0 if monday in SOLD else 0.0 for monday in year_before
    ], "before its first sale nobody knows whether it was on the shelf"
    assert [len(chart.table.rows) for chart in (sales, prices)] == [53, 53], "the file has every week"
    assert prices.table.rows[0][1:] == ("—", "—")


def test_what_was_paid_last_is_not_said_to_be_of_the_newest_week():
    assert "newest week with a sale, week from" in page._price_chart(looked(SOLD), "").finding
    assert page._sales_chart(looked(SOLD), "").finding.startswith("0.00")
    assert page._price_chart(looked([*SOLD, NEWEST]), "").finding.endswith("paid in the newest week")


def test_a_week_of_returns_alone_is_a_week_without_a_price():
    weeks = [WeekOfGoods(monday, 1200, 1, 2000, 1200, 0) for monday in SOLD[-2:]]
    weeks.append(replace(weeks[0], week_on=NEWEST, net_fen=-1200, sold_milli=0, sold_fen=0))
    seen = ProductLookedAt(None, None, [], every_week(weeks, LAST), None, [])
    assert page._sales_chart(seen, "").options["now"][-1] == -12.0
    assert page._price_chart(seen, "").options["now"][-1] is None


def test_a_product_that_never_sold_has_no_weeks():
    assert every_week([], LAST) == []
    assert page._sales_chart(looked([]), "") is None
    assert page._price_chart(looked([NEWEST]), "") is None
