"""One browser and one running demo for the whole suite."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.browser.browsers import open_browser
from tests.browser.demos import running_demo
from tests.browser.walk import DESKTOP, log_in, open_context, speak

from huitou.doors.cli.demo import PASSWORD


@pytest.fixture(scope="session")
def browser():
    with open_browser() as opened:
        yield opened


@dataclass(frozen=True)
class Shop:
    """A running site, and its database as its owner sees it."""

    address: str
    database: psycopg.Connection
    home: Path

    def ask(self, query: str, *values: Any) -> Any:
        """The first column of the first row."""
        return self.database.execute(query, values).fetchone()[0]

    def huitou(self, *words: str) -> str:
        """What the command line answers."""
        environment = {**os.environ, "HUITOU_HOME": str(self.home)}
        command = Path(sys.executable).with_name("huitou")
        return subprocess.run(
            [command, *words], env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()


@pytest.fixture(scope="session")
def shop():
    """The sample chain with 240 members, served as `huitou demo` serves it."""
    with tempfile.TemporaryDirectory(prefix="huitou-browser-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        with (
            running_demo(home, "--members", "240", "--months", "13") as (address, _),
            psycopg.connect(**_connection_parts(home), autocommit=True) as database,
        ):
            yield Shop(address, database, home)


def _connection_parts(home: Path) -> dict[str, str]:
    from huitou.config import embedded_postgres

    before = os.environ.get("HUITOU_HOME")
    os.environ["HUITOU_HOME"] = str(home)
    try:
        return embedded_postgres.connection_parts()
    finally:
        if before is None:
            del os.environ["HUITOU_HOME"]
        else:
            os.environ["HUITOU_HOME"] = before


@pytest.fixture
def seat(browser, shop):
    """`with seat("manager") as page`: someone at a browser of their own, logged in, in their language."""

    @contextmanager
    def sit_down(username: str | None, *, language: str = "zh", size: tuple[int, int] = DESKTOP) -> Iterator:
        with open_context(browser, language=language, size=size) as context:
            page = context.new_page()
            if username is None:
                page.goto(shop.address + "/login")
            else:
                log_in(page, shop.address, username, PASSWORD)
            speak(page, language)
            yield page

    return sit_down
