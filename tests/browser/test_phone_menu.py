"""The menu of further pages on a phone: two columns, and every name is read whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import gettext, override

from huitou.doors.console.navigation import SECTIONS

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[2] / "src" / "huitou" / "doors" / "console" / "static" / "console"
CUT = """() => [...document.querySelectorAll(".btn")].filter((button) => {
  const name = button.querySelector("span");
  const box = name.getBoundingClientRect(), around = button.getBoundingClientRect();
  return name.scrollWidth > name.clientWidth || box.right > around.right || box.bottom > around.bottom;
}).map((button) => button.textContent)"""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_name_in_it_is_cut_short(browser, language):
    with override(language):
        names = [gettext(place.title) for section in SECTIONS for place in section.places]
    places = "".join(f'<a class="btn ghost"><svg class="ti"></svg><span>{name}</span></a>' for name in names)
    page = browser.new_page(viewport={"width": 390, "height": 844})
    try:
        page.set_content(
            f'<html lang="{language}"><body><div class="pop account" style="display:block">'
            f'<div class="more-places">{places}</div></div>'
        )
        for sheet in ("vendor/tabler.min.css", "tokens.css", "huitou.css", "parts.css", "console.css", "pages.css"):
            page.add_style_tag(path=STATIC / sheet)
        assert len(names) > 10
        assert page.evaluate(CUT) == []
    finally:
        page.close()
