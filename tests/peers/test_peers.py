"""The cases of the peers, where their file lies beside the project, and the translator's own controls."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from huitou.offers.service import price_json
from tests.peers.policies import Policy
from tests.peers.reading import read_case
from tests.peers.report import UNREAD, Verdict, judge, judge_file

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = ROOT.parent / "shared" / "cases" / "pricing.json"
COUNTS = {"equal": 121, "different": 17, "not expressible": 15}

WAITS = (
    "wait for the loyalty room",
    "waits for the loyalty room",
    "waits for the stored-value account",
    "recorded with the receipt, not with the price",
    "is the till's call, not the price",
    "says neither the other item nor its price",
)
"""What is no pricing, or what the case itself leaves open."""


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    if not CASES.exists():
        pytest.skip("The peers' cases (pricing.json) do not lie beside this project.")
    return list(judge_file(CASES, price_json))


def test_the_counts_are_those_that_we_publish(verdicts):
    assert Counter(verdict.outcome for verdict in verdicts) == COUNTS


def test_a_difference_is_one_named_policy(verdicts):
    unnamed = [verdict for verdict in verdicts if verdict.outcome == "different" and not verdict.policy]
    assert not unnamed


def test_what_cannot_be_expressed_is_no_pricing(verdicts):
    gaps = [
        verdict
        for verdict in verdicts
        if verdict.outcome == "not expressible" and not any(wait in verdict.reason for wait in WAITS)
    ]
    assert not gaps


def test_each_policy_stands_in_the_decision():
    decided = (ROOT / "docs" / "adr" / "0014-where-peers-disagree.md").read_text(encoding="utf-8").lower()
    assert [policy for policy in Policy if f"## {policy}" not in decided] == []


def a_case(**changed: Any) -> dict[str, Any]:
    """One case of the schema: 10 % off two pieces of 10.00."""
    raw = {
        "id": "made-up",
        "source": {"system": "nobody", "file": "", "where": ""},
        "reliability": "A",
        "currency": "USD",
        "basket": [{"sku": "tea", "category": None, "unit_price": 10, "qty": 2}],
        "member": None,
        "promotions": [{"id": "ten", "reward": {"type": "percent", "value": 10, "scope": "order"}}],
        "expected": {"total_after": 18},
    }
    return raw | changed


def one_piece(price: float) -> dict[str, Any]:
    return {"sku": "tea", "unit_price": price, "qty": 1}


def verdict_on(**changed: Any) -> Verdict:
    raw = json.loads(json.dumps(a_case(**changed)), parse_float=Decimal)
    return judge(read_case(raw), price_json)


@pytest.mark.parametrize(
    ("changed", "outcome", "because"),
    [
        ({}, "equal", "10 % off 20.00"),
        ({"expected": {"total_after": 17}}, "different", "a wrong assertion is found"),
        ({"expected": {"total_after": 18, "applied": []}}, "different", "every assertion must hold"),
        ({"expected": {"moon_phase": 1}}, "not expressible", "an assertion that nobody knows"),
        ({"currency": "JPY", "expected": {"total_after": 18}}, "equal", "a currency without a point"),
        (
            {"currency": "JPY", "basket": [one_piece(15)], "expected": {"total_after": 13}},
            "equal",
            "1.5 yen off are 2",
        ),
        (
            {"currency": "KWD", "basket": [one_piece(1.005)], "expected": {"total_after": 0.904}},
            "equal",
            "three digits: 0.1005 off are 0.101",
        ),
        (
            {"basket": [{"sku": "ham", "unit_price": 20.00, "qty": 0.5}], "expected": {"total_after": 9.00}},
            "equal",
            "half a kilogram",
        ),
        (
            {"basket": [{"sku": "tea", "unit_price": 10, "qty": 2, "tax": {"rate": 15, "incl": False}}],
             "expected": {"total_after": 20.7, "tax_after": 2.7, "untaxed_after": 18}},
            "equal",
            "a tax on top is discounted with the price",
        ),
    ],
)  # fmt: skip
def test_what_the_translator_says(changed, outcome, because):
    assert verdict_on(**changed).outcome == outcome, because


@pytest.mark.parametrize(
    ("reward", "total", "because"),
    [
        ({"type": "percent", "value": 10, "scope": "cheapest_unit", "max_units": 2}, 18, "the two cheapest units"),
        ({"type": "percent", "value": 10, "scope": "items", "spread": "quantity"}, 18, "a spread of a percentage"),
        ({"type": "percent", "value": 10, "scope": "order", "per": "line"}, 18, "a percentage by line"),
        ({"type": "fixed_price", "value": 8, "scope": "items", "per": "unit"}, 16, "a price for each unit"),
        ({"type": "fixed_price", "value": 8, "scope": "cheapest_unit"}, 18, "a price for the cheapest unit alone"),
        (
            {"type": "amount", "value": 3, "scope": "cheapest_unit", "per": "unit"},
            17,
            "an amount off the cheapest unit",
        ),
    ],
)
def test_words_go_together_as_the_schema_allows(reward, total, because):
    """Of the words that the schema allows, combinations that no case of the file happens to use."""
    promotion = {"id": "p", "reward": reward}
    assert verdict_on(promotions=[promotion], expected={"total_after": total}).outcome == "equal", because


def test_free_delivery_takes_the_fee():
    promotion = {"id": "p", "reward": {"type": "free_delivery"}}
    assert verdict_on(promotions=[promotion], delivery=4, expected={"total_after": 20}).outcome == "equal"


def test_pieces_below_none_are_a_return_and_refused_by_name():
    basket = [one_piece(10), {"sku": "back", "unit_price": 5, "qty": -1}]
    verdict = verdict_on(basket=basket, expected={"total_before": 5})
    assert (verdict.outcome, verdict.policy) == ("different", Policy.NO_NEGATIVE)


def judge_one(raw: dict[str, Any], folder: Path) -> Verdict:
    """The verdict on a file of this one case, read as any file is."""
    path = folder / "cases.json"
    path.write_text(json.dumps({"meta": {}, "cases": [raw]}), encoding="utf-8")
    (verdict,) = judge_file(path, price_json)
    return verdict


@pytest.mark.parametrize("where", ["case", "basket", "promotion", "reward", "condition"])
def test_an_unknown_word_is_never_skipped(where, tmp_path):
    raw = a_case()
    promotion = raw["promotions"][0]
    promotion["condition"] = {"min_qty": 1}
    at = {
        "case": raw,
        "basket": raw["basket"][0],
        "promotion": promotion,
        "reward": promotion["reward"],
        "condition": promotion["condition"],
    }[where]
    at["only_on_sundays"] = True
    verdict = judge_one(raw, tmp_path)
    assert verdict.outcome == "not expressible"
    assert f"unknown field {where}" in verdict.reason


def test_a_shape_that_was_not_foreseen_does_not_end_the_report(tmp_path):
    nonsense = [{"id": "x", "reward": {"type": "percent", "value": "a lot", "scope": "order"}}]
    assert UNREAD in judge_one(a_case(promotions=nonsense), tmp_path).reason
