"""The worked example of every kind's page is answered as the page says; every kind has its page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from huitou.offers.rules.kinds import KINDS
from huitou.offers.service import price_json, schemas

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(page for page in (DOCS / "offers").glob("*.md") if not page.stem.startswith("linter"))
EXAMPLE = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def holds(said: Any, answer: Any, where: str = "answer") -> None:
    """What the page says stands in the answer; of a list as many entries as the page shows."""
    if isinstance(said, dict):
        for name, inner in said.items():
            holds(inner, answer[name], f"{where}.{name}")
    elif isinstance(said, list):
        assert len(said) == len(answer), where
        for number, inner in enumerate(said):
            holds(inner, answer[number], f"{where}[{number}]")
    else:
        assert answer == said, where


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_example_is_answered_as_the_page_says(page: Path) -> None:
    examples = EXAMPLE.findall(page.read_text())
    assert len(examples) % 2 == 0
    assert examples
    for request, said in zip(examples[::2], examples[1::2], strict=True):
        holds(json.loads(said), price_json(json.loads(request)))


def test_every_kind_has_its_page_and_stands_on_the_first_one() -> None:
    assert {page.stem for page in PAGES} == {*KINDS, "index"}
    first = (DOCS / "offers" / "index.md").read_text()
    assert not [kind for kind in KINDS if f"({kind}.md)" not in first]


def test_the_published_schemas_are_those_of_the_code() -> None:
    for name, schema in schemas().items():
        published = json.loads((DOCS / "schemas" / name).read_text())
        assert published == json.loads(json.dumps(schema)), f"{name} is stale: run scripts/generate_docs.py"


def test_a_field_that_the_code_does_not_have_is_seen() -> None:
    stale = json.loads((DOCS / "schemas" / "offer.json").read_text())
    stale["properties"]["colour"] = {"type": "string"}
    assert stale != schemas()["offer.json"]
