"""The pictures of the README, anew: `huitou demo`, then `python -m tests.browser.pictures ADDRESS`.

Afterwards `pngquant --force --ext .png --strip 256 docs/images/*.png` makes them a third as large.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page
from tests.browser.browsers import open_browser
from tests.browser.walk import DARK_JS, LANGUAGES, NOT_DRAWN, PHONE, SETTLED_JS, log_in, open_context, speak

from huitou.doors.cli.demo import PASSWORD

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
DESK = (1440, 920)
GAP_PX = 20


def main(address: str) -> None:
    with open_browser() as browser:
        member = _best_of_late(browser, address)
        for language in LANGUAGES:
            for name, path in (("overview", "/"), ("member", member), ("store", "/stores/1")):
                _write(f"{name}-{language}", _picture(browser, address, path, language=language, size=DESK))
            phones = [
                _picture(browser, address, path, language=language, size=PHONE, dark=dark)
                for path, dark in (("/", False), (member, False), ("/members/all", True))
            ]
            _write(f"phones-{language}", _beside_each_other(browser, phones))


def _best_of_late(browser: Browser, address: str) -> str:
    """The path of the member who spent most among those who came lately."""
    with open_context(browser) as context:
        page = context.new_page()
        log_in(page, address, "admin", PASSWORD)
        page.goto(urljoin(address, "/members?layer=diamond"))
        return page.locator("a[data-row]").nth(2).get_attribute("href") or ""


def _picture(
    browser: Browser, address: str, path: str, *, language: str, size: tuple[int, int], dark: bool = False
) -> bytes:
    with open_context(browser, language=language, size=size) as context:
        page = context.new_page()
        log_in(page, address, "admin", PASSWORD)
        speak(page, language)
        page.goto(urljoin(address, path))
        page.evaluate(DARK_JS, dark)
        _rest(page)
        return page.screenshot()


def _rest(page: Page) -> None:
    """What a person sees: charts drawn, fades over, nothing said of what was done."""
    page.wait_for_selector(NOT_DRAWN, state="detached")
    page.evaluate("document.fonts.ready")
    page.evaluate("document.querySelectorAll('.told').forEach(one => one.remove())")
    page.evaluate(SETTLED_JS)


def _beside_each_other(browser: Browser, pictures: Sequence[bytes]) -> bytes:
    width, height = PHONE
    with browser.new_context(
        viewport={"width": (width + GAP_PX) * len(pictures) - GAP_PX, "height": height}
    ) as context:
        page = context.new_page()
        shown = "".join(f'<img src="data:image/png;base64,{base64.b64encode(one).decode()}">' for one in pictures)
        page.set_content(f'<body style="margin:0;display:flex;gap:{GAP_PX}px">{shown}</body>')
        page.wait_for_function("() => [...document.images].every(image => image.complete && image.naturalWidth)")
        return page.screenshot()


def _write(name: str, picture: bytes) -> None:
    (FOLDER / f"{name}.png").write_bytes(picture)
    sys.stdout.write(f"{name}.png {len(picture) // 1024} kB\n")


if __name__ == "__main__":
    main(sys.argv[1])
