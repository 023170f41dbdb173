"""What stands beside the line of a trend on a phone: no name runs off the edge or over another."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from django.utils.translation import override

from huitou.doors.console.holidays import festival_bands

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[2] / "src" / "huitou" / "doors" / "console" / "static" / "console"
SUNDAYS = [date(2026, 11, 29) - timedelta(weeks=back) for back in range(52, -1, -1)]
WORDS = {"en": ("Year before", "257.1k yuan"), "zh-hans": ("去年同期", "25.7 万元")}
WIDTH, HEIGHT = 326, 260
DOTS = """() => echarts.getInstanceByDom(document.getElementById("trend")).getZr().storage.getDisplayList(true)
  .filter((one) => one.shape && one.shape.symbolType === "circle").length"""
TEXTS = """() => echarts.getInstanceByDom(document.getElementById("trend")).getZr().storage.getDisplayList(true)
  .filter((one) => one.type === "tspan" && one.style.text).map((one) => {
    const box = one.getBoundingRect().clone();
    if (one.getComputedTransform()) box.applyTransform(one.getComputedTransform());
    return [one.style.text, box.x, box.y, box.x + box.width, box.y + box.height];
  })"""


def drawn(browser, language: str, options: dict) -> tuple[list[tuple], int]:
    """Each text with its box, and how many dots are drawn."""
    page = browser.new_page()
    try:
        page.set_content(
            f'<html lang="{language}"><body><script type="application/json" id="o">{json.dumps(options)}</script>'
            f'<div id="trend" data-chart="trend" data-options="o" style="width:{WIDTH}px;height:{HEIGHT}px"></div>'
        )
        page.add_style_tag(path=STATIC / "tokens.css")
        for script in ("vendor/echarts.min.js", "charts/huitou.js", "charts/trend.js"):
            page.add_script_tag(path=STATIC / script)
        page.evaluate("document.dispatchEvent(new Event('htmx:afterSettle'))")
        return [tuple(text) for text in page.evaluate(TEXTS)], page.evaluate(DOTS)
    finally:
        page.close()


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize(
    ("now", "before", "because"),
    [
        (25.0, 10.0, "the year before lies at the foot, where festivals have their names"),
        (25.0, 24.6, "the two lie close, and this period is higher"),
        (24.6, 25.0, "the two lie close, and the year before is higher"),
        (10.0, 10.4, "both lie at the foot"),
    ],
)
def test_names_beside_a_trend_on_a_phone_stand_clear_of_each_other(browser, language, now, before, because):
    year_before, last = WORDS[language]
    with override(language):
        bands = festival_bands(SUNDAYS, 7, days_begin=False)
    values = [10.0 + 15 * (number % 7) / 6 for number in range(52)]
    options = {
        "ends": [day.isoformat() for day in SUNDAYS], "labels": [""] * 53, "unit": "money", "bands": bands,
        "now": [*values, now], "before": [None] * 52 + [before], "shown": [""] * 53, "shownBefore": [""] * 53,
        "last": last, "words": {"now": "", "before": year_before},
    }  # fmt: skip
    texts, _ = drawn(browser, language, options)
    named = {name for name, *_ in texts}
    assert {year_before, last, bands[-1]["name"]} <= named, "they are there"
    for name, left, _, right, _ in texts:
        assert left >= 0, f"{name}: {because}"
        assert right <= WIDTH, f"{name}: {because}"
    for one, other in combinations(texts, 2):
        apart = one[3] <= other[1] or other[3] <= one[1] or one[4] <= other[2] or other[4] <= one[2]
        assert apart, f"{one} over {other}: {because}"


def test_a_price_between_two_gaps_is_seen(browser):
    """A line has no length there: what is drawn is a dot."""
    options = {
        "ends": [day.isoformat() for day in SUNDAYS], "labels": [""] * 53, "unit": "money", "bands": [],
        "now": [9.0 if number % 4 == 0 else None for number in range(50)] + [9.0, 9.5, None], "before": [None] * 53,
        "shown": [""] * 53, "shownBefore": [""] * 53, "last": "9.50", "words": {"now": "", "before": ""},
    }  # fmt: skip
    texts, dots = drawn(browser, "en", options)
    assert dots == 13, "13 weeks stand alone; the last two are a line"
    assert "9.50" in {name for name, *_ in texts}, "the newest price is named where the newest week has none"
