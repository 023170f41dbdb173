"""What axe finds on a page: serious and critical violations of WCAG 2.2 A and AA; what is only advised is not asked.

Whether words can be read is what takes long: it asks each word what lies beneath it. So in the dark only that is asked,
for all else is the same there; and on a phone it is asked of those words alone that look otherwise than they did on the
desk, or were not seen there at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = ("serious", "critical")
NO_BAR_AT_THE_FOOT = 641
"""From this width on the navigation stands at the side."""
WHOLE: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
BUT_COLOURS: dict[str, Any] = {**WHOLE, "rules": {"color-contrast": {"enabled": False}}}
NAMES: dict[str, Any] = {
    "runOnly": {"type": "rule", "values": ["aria-command-name", "button-name", "label", "link-name", "select-name"]},
    "resultTypes": ["violations"],
}
COLOURS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
# How every word looks: its colour, whether it is large (such words may be paler), and what lies beneath; "" where
# nobody sees it.
LOOK_JS = """
const look = (el) => {
  if (!el.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return "";
  const own = getComputedStyle(el), px = parseFloat(own.fontSize);
  const said = [own.color, own.opacity, px >= 24 || (px >= 18.66 && +own.fontWeight >= 700)];
  for (let at = el; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (style.backgroundImage !== "none") said.push(style.backgroundImage);
    if (!/rgba\\(0, 0, 0, 0\\)|transparent/.test(style.backgroundColor)) { said.push(style.backgroundColor); break; }
  }
  return said.join("|");
};
const worded = () => [...document.querySelectorAll("body *")].filter((el) =>
  el.matches("input, select, textarea") || [...el.childNodes].some((one) => one.nodeType === 3 && one.data.trim()));
"""
REMEMBER_JS = f"() => {{ {LOOK_JS} window.__looks = new Map(worded().map((el) => [el, look(el)])); }}"
OTHERWISE_JS = f"""() => {{ {LOOK_JS}
  const other = worded().filter((el) => {{ const now = look(el); return now && now !== window.__looks.get(el); }});
  for (const el of other) el.setAttribute("data-looks-otherwise", "");
  return other.length;
}}"""


def violations(page: Page) -> list[str]:
    """Of the whole page as it stands; how its words look is remembered for `violations_on_a_phone`."""
    with _whole_height(page):
        found = _found(page, WHOLE)
    page.evaluate(REMEMBER_JS)
    return found


def violations_in_the_dark(page: Page) -> list[str]:
    """Of its colours, which are all that the dark changes."""
    return [f"in the dark: {one}" for one in _found(page, COLOURS)]


def violations_on_a_tablet(page: Page) -> list[str]:
    """Of names alone: the bar at the side folds into icons, and what says a name on the desk is shown no more."""
    return _found(page, NAMES)


def violations_on_a_phone(page: Page) -> list[str]:
    """Of the same page made narrow, after `violations`."""
    with _whole_height(page):
        found = _found(page, BUT_COLOURS)
        if page.evaluate(OTHERWISE_JS):
            found += _found(page, COLOURS, {"include": [["[data-looks-otherwise]"]]})
    return found


def _found(page: Page, options: dict[str, Any], context: dict[str, Any] | None = None) -> list[str]:
    if not page.evaluate("!!window.axe"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("([where, how]) => axe.run(where || document, how)", [context, options])["violations"]
    return [
        f"axe: {one['id']} ({one['impact']}): {one['nodes'][0]['html'][:120]}"
        for one in found
        if one["impact"] in GRAVE
    ]


@contextmanager
def _whole_height(page: Page) -> Iterator[None]:
    """What the bar at a phone's foot happens to cover is reached by scrolling; axe takes it for too small."""
    size = page.viewport_size
    if size is None or size["width"] >= NO_BAR_AT_THE_FOOT:
        yield
        return
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
    yield
    page.set_viewport_size(size)
