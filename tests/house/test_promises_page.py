"""docs/promises.md names each promise with what shows it, and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
ASKED = {*(f"L{number}" for number in range(1, 18)), *(f"S{number}" for number in range(1, 6))}
FAULTS = {"F0", "F1", "F2", "F3", "F4", "F5, F6", "F8", "F9, F10"}
_AUDITED = re.compile(r'(?:Promise|Verdict)\(\s*"([A-Z]\d+)"')
_NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def rows(page: str) -> dict[str, list[str]]:
    """The cells of each row behind its promise."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")
    ]
    return {first: rest for first, *rest in cells if re.match(r"[A-Z]\d", first)}


def missing(page: str) -> list[str]:
    """What is named and is not there."""
    found = []
    for file, test in _NAMED.findall(page):
        path = ROOT / file
        if not path.is_file() or (test and f"def {test}(" not in path.read_text(encoding="utf-8")):
            found.append(f"{file}::{test}")
    return found


def audited() -> set[str]:
    files = (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    return {name for text in files for name in _AUDITED.findall(text)}


def test_every_promise_has_its_row_and_every_row_what_shows_it() -> None:
    assert rows(PAGE).keys() >= ASKED | FAULTS
    assert [name for name, cells in rows(PAGE).items() if not _NAMED.search(cells[-1])] == []


def test_what_is_named_is_there() -> None:
    assert missing(PAGE) == []


def test_the_audit_asks_what_the_page_says() -> None:
    told = {name for name, cells in rows(PAGE).items() if len(cells) == 4 and cells[1].startswith("yes")}
    assert told == audited()


def test_a_test_that_has_gone_would_be_noticed() -> None:
    there = "`tests/house/test_promises_page.py::missing`"
    gone = "`tests/house/test_promises_page.py::test_long_gone` `tests/gone.py`"
    assert missing(there) == []
    assert missing(gone) == ["tests/house/test_promises_page.py::test_long_gone", "tests/gone.py::"]
