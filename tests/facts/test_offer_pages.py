"""The worked example of every kind's page is answered as the page says; every kind has its page."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from huitou.offers.rules.bounds import LARGEST_DOCUMENT, LONGEST_TEXT, MOST_LINES, MOST_OFFERS, MOST_PIECES
from huitou.offers.rules.forms import Reduction
from huitou.offers.rules.kinds import KINDS
from huitou.offers.rules.reasons import REASONS
from huitou.offers.service import lint_offers, price_json, read_offers, schemas
from huitou.offers.terms import (
    BasketLine,
    Coupon,
    EarnRule,
    Goods,
    Limits,
    Need,
    Offer,
    PriceRequest,
    Share,
    TaxRule,
    Tender,
    Valid,
)

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(page for page in (DOCS / "offers").glob("*.md") if not page.stem.startswith("linter"))
ENDINGS = ("", ".zh-CN")
WRITTEN = re.compile(r"`(\{\"id\".*\})` \|$", re.MULTILINE)
FIELD = re.compile(r"^\| (`[a-z_, ]+`)", re.MULTILINE)
"""First cells of tables of fields."""
NOUNS = (Offer, Valid, Need, Limits, Share, Goods, PriceRequest, BasketLine, Coupon, TaxRule, EarnRule, Tender)
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
        answer = price_json(json.loads(request))
        holds(json.loads(said), answer)
        assert answer["warnings"] == []


def test_every_kind_has_its_page_in_both_languages_and_stands_on_the_first_one() -> None:
    assert {page.stem for page in PAGES} == {f"{name}{ending}" for name in (*KINDS, "index") for ending in ENDINGS}
    for ending in ENDINGS:
        first = (DOCS / "offers" / f"index{ending}.md").read_text()
        assert not [kind for kind in KINDS if f"({kind}{ending}.md)" not in first]


@pytest.mark.parametrize("name", [*KINDS, "index"])
def test_both_languages_show_the_same(name: str) -> None:
    english, chinese = ((DOCS / "offers" / f"{name}{ending}.md").read_text() for ending in ENDINGS)
    assert EXAMPLE.findall(english) == EXAMPLE.findall(chinese)
    assert WRITTEN.findall(english) == WRITTEN.findall(chinese)
    assert FIELD.findall(english) == FIELD.findall(chinese)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_page_writes_for_a_saying_is_a_sound_offer_of_its_kind(kind: str) -> None:
    written = [json.loads(text) for text in WRITTEN.findall((DOCS / "offers" / f"{kind}.md").read_text())]
    assert written
    assert {offer["get"]["kind"] for offer in written} == {kind}
    assert lint_offers(read_offers(written)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_kind_stands_on_its_page(kind: str) -> None:
    named = set(re.findall(r"\w+", " ".join(FIELD.findall((DOCS / "offers" / f"{kind}.md").read_text()))))
    own = {field.name for field in fields(KINDS[kind])}
    shared = {field.name for field in fields(Reduction)} if issubclass(KINDS[kind], Reduction) else set()
    assert own - shared <= named
    first = (DOCS / "offers" / "index.md").read_text()
    assert not [name for name in shared if f"`{name}`" not in first]


def test_every_field_of_an_offer_and_of_a_request_stands_on_the_first_page() -> None:
    for ending in ENDINGS:
        words = set(re.findall(r"\w+", (DOCS / "offers" / f"index{ending}.md").read_text()))
        for noun in (
            Offer,
            Valid,
            Need,
            Limits,
            Share,
            Goods,
            PriceRequest,
            BasketLine,
            Coupon,
            TaxRule,
            EarnRule,
            Tender,
        ):
            assert {field.name for field in fields(noun)} <= words, noun.__name__


def test_every_reason_and_every_limit_stands_on_the_first_page() -> None:
    for ending in ENDINGS:
        first = (DOCS / "offers" / f"index{ending}.md").read_text()
        assert not [code for code in REASONS if f"`{code}`" not in first]
        for most in (MOST_LINES, MOST_PIECES, MOST_OFFERS, LONGEST_TEXT, LARGEST_DOCUMENT // 1_000_000):
            assert f"{most:,}" in first


def test_the_published_schemas_are_those_of_the_code() -> None:
    for name, schema in schemas().items():
        published = json.loads((DOCS / "schemas" / name).read_text())
        assert published == json.loads(json.dumps(schema)), f"{name} is stale: run scripts/generate_docs.py"


def test_a_field_that_the_code_does_not_have_is_seen() -> None:
    stale = json.loads((DOCS / "schemas" / "offer.json").read_text())
    stale["properties"]["colour"] = {"type": "string"}
    assert stale != schemas()["offer.json"]
