"""The pages that are read off the code say what the code says now."""

from __future__ import annotations

import pytest
from scripts import generate_docs


@pytest.mark.parametrize("name", generate_docs.PAGES)
def test_page_is_what_the_code_says(name: str) -> None:
    committed = (generate_docs.ROOT / name).read_text()
    assert committed == generate_docs.PAGES[name](), "run: python scripts/generate_docs.py"


def test_a_stale_page_is_noticed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(generate_docs, "PAGES", {"docs/errors.md": lambda: "something newer"})
    assert generate_docs.main(["--check"]) == 1, "continuous integration stops here"
    assert capsys.readouterr().out == "stale: docs/errors.md\n"
