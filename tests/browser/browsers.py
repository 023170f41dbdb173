"""The browser of this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowser(RuntimeError):
    """There is no Chromium here."""

    def __init__(self) -> None:
        super().__init__(
            "No Chromium was found. Install it (Debian: apt-get install chromium fonts-noto-cjk), "
            "or name it: HUITOU_CHROMIUM=/path/to/chromium"
        )


def chromium() -> str:
    """The path of the Chromium to drive. Raises NoBrowser."""
    found = os.environ.get("HUITOU_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise NoBrowser
    return found


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        try:
            yield browser
        finally:
            browser.close()
