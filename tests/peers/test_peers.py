"""The cases of the peers, where their file lies beside the project, and the translator's own controls."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from huitou.kernel.errors import HuitouError
from huitou.offers.service import price_json
from tests.peers.__main__ import main
from tests.peers.policies import Policy
from tests.peers.reading import Case, read_case, read_cases
from tests.peers.report import UNREAD, Verdict, judge, judge_file
from tests.peers.translation import translate

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
    unnamed = [verdict for verdict in verdicts if verdict.outcome == "different" and not verdict.policies]
    assert not unnamed


def test_what_cannot_be_expressed_is_no_pricing(verdicts):
    gaps = [
        verdict
        for verdict in verdicts
        if verdict.outcome == "not expressible" and not any(wait in verdict.reason for wait in WAITS)
    ]
    assert not gaps


def by_rule(request: dict[str, Any]) -> dict[str, Any]:
    """The request with the taxes of its lines as rules for their goods."""
    rules = {}
    for line in request["basket"]:
        rules[line["sku"]] = [tax | {"goods": {"skus": [line["sku"]]}} for tax in line.get("tax", [])]
    bare = [{name: value for name, value in line.items() if name != "tax"} for line in request["basket"]]
    return request | {"basket": bare, "taxes": [rule for mine in rules.values() for rule in mine]}


def test_the_peers_taxes_say_the_same_as_rules_for_goods():
    if not CASES.exists():
        pytest.skip("The peers' cases (pricing.json) do not lie beside this project.")
    compared = Counter()
    for _, case in read_cases(CASES):
        if isinstance(case, Case) and any(line.taxes for line in case.lines):
            request = translate(case)
            taxes_of = {line["sku"]: line["tax"] for line in request["basket"] if "tax" in line}
            if all(line.get("tax", []) == taxes_of.get(line["sku"], []) for line in request["basket"]):
                try:
                    by_line = price_json(request)
                except HuitouError:
                    continue
                assert price_json(by_rule(request)) == by_line, case.id
                compared[any(not tax.included for line in case.lines for tax in line.taxes)] += 1
    assert compared[True] > 5, "taxes on top"
    assert compared[False] > 2, "taxes in the price"


def test_each_policy_stands_in_the_decision():
    decided = (ROOT / "docs" / "adr" / "0014-where-peers-disagree.md").read_text(encoding="utf-8").lower()
    assert [policy for policy in Policy if f"## {policy}" not in decided] == []


def a_case(**changed: Any) -> dict[str, Any]:
    """One case of the schema: 10% off two pieces of 10.00."""
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
        ({}, "equal", "10% off 20.00"),
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


CHEAPEST = {"type": "cheapest_free", "value": 1, "scope": "items"}
TWO_FOR_ONE = {"id": "p", "condition": {"min_qty": 3}, "reward": CHEAPEST}
TEN = {"id": "ten", "reward": {"type": "percent", "value": 10, "scope": "order"}}
ROUNDS = [one_piece(0.35), {"sku": "ham", "unit_price": 0.35, "qty": 1}]
THIRDS = [{"sku": sku, "unit_price": 2, "qty": 1} for sku in "abc"]
WALLET = {"id": "w", "reward": {"type": "stored_value"}}


def promoted(kind: str, value: float, scope: Any = "order", **more: Any) -> dict[str, Any]:
    return {"id": "p", "reward": {"type": kind, "value": value, "scope": scope}, **more}


@pytest.mark.parametrize(
    ("changed", "policies", "because"),
    [
        (
            {"basket": ROUNDS, "promotions": [TEN], "expected": {"discount_total": 0.08}},
            (Policy.ROUNDED_ONCE,),
            "3.5 fen of each line are 4",
        ),
        (
            {"basket": [one_piece(0.15)], "promotions": [TEN], "expected": {"discount_total": 0.01}},
            (Policy.ROUNDED_ONCE,),
            "1.5 fen, and half a fen is rounded down there",
        ),
        (
            {"basket": [one_piece(0.18)], "promotions": [TEN], "expected": {"discount_total": 0.03}},
            (),
            "1.8 fen are 3 by no rule: a fen too much is no rounding",
        ),
        (
            {"basket": [one_piece(20)], "expected": {"total_after": 18.01}},
            (),
            "there was nothing to be rounded",
        ),
        (
            {"basket": THIRDS, "promotions": [promoted("amount", 4)], "expected": {"per_line": [1.33, 1.33, 1.34]}},
            (Policy.REMAINDER,),
            "the last line takes what is over",
        ),
        (
            {"basket": THIRDS, "promotions": [promoted("amount", 4)], "expected": {"per_line": [1.33, 1.34, 1.33]}},
            (),
            "the middle line takes it by no rule",
        ),
        (
            {"basket": THIRDS, "promotions": [promoted("amount", 4)],
             "expected": {"per_line": [1.33, 1.33, 1.34], "total_after": 1.99}},
            (),
            "one explained difference does not excuse another one",
        ),
        (
            {"basket": [{"sku": "a", "unit_price": 4, "qty": 3}, {"sku": "b", "unit_price": 2, "qty": 3}],
             "promotions": [TWO_FOR_ONE], "expected": {"discount_total": 4}},
            (Policy.BEST,),
            "one deal, and we find two",
        ),
        (
            {"basket": [{"sku": "a", "unit_price": 4, "qty": 3}, {"sku": "b", "unit_price": 2, "qty": 3}],
             "promotions": [TWO_FOR_ONE], "expected": {"discount_total": 5}},
            (),
            "no pieces make a deal that takes 5.00 off",
        ),
        (
            {"promotions": [WALLET, promoted("percent", 10)], "member": {"wallet": 5},
             "expected": {"total_after": 13.5}},
            (Policy.PAYMENTS,),
            "10 % of what the wallet leaves",
        ),
        (
            {"promotions": [WALLET, promoted("percent", 10)], "member": {"wallet": 5},
             "expected": {"total_after": 13.4}},
            (),
            "a payment in the case excuses no other figure",
        ),
    ],
)  # fmt: skip
def test_a_policy_is_shown_to_give_the_peer_s_figure(changed, policies, because):
    verdict = verdict_on(**changed)
    assert (verdict.outcome, verdict.policies) == ("different", policies), because


def test_a_line_that_loads_a_wallet_is_known_by_its_amount_and_not_by_its_name():
    basket = [one_piece(100), {"sku": "whatever", "unit_price": 50, "qty": 1}]
    member, wallet = {"wallet": 10}, {"promotions": [WALLET]}
    loaded = verdict_on(basket=basket, member=member, expected={"wallet_after": 50}, **wallet)
    assert loaded.outcome == "not expressible"
    named = [one_piece(100), {"sku": "topup50", "unit_price": 50, "qty": 1}]
    other = verdict_on(basket=named, member=member, expected={"wallet_after": 40}, **wallet)
    assert (other.outcome, other.policies) == ("different", ())


def renamed(value: Any, names: dict[str, str]) -> Any:
    """The same with other words for the goods, wherever they stand."""
    if isinstance(value, dict):
        words = {"id", "type", "trigger"} | ({"scope"} if isinstance(value.get("scope"), str) else set())
        return {key: inner if key in words else renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [renamed(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def otherwise_told(raw: dict[str, Any]) -> dict[str, Any]:
    """The case with its goods renamed and its lines scanned the other way round."""
    goods = {row["sku"]: f"{row['sku']}-neu" for row in raw["basket"]}
    goods |= {row["category"]: f"{row['category']}-neu" for row in raw["basket"] if row.get("category")}
    told = raw | {part: renamed(raw[part], goods) for part in ("basket", "promotions")}
    expected = {
        name: list(reversed(value)) if name.startswith(("per_line", "line_totals", "points_per_line")) else value
        for name, value in raw["expected"].items()
        if name != "effects"
    }
    return told | {"basket": list(reversed(told["basket"])), "expected": expected, "id": raw["id"]}


def test_other_names_and_another_order_of_lines_change_no_verdict(verdicts, tmp_path):
    cases = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    path = tmp_path / "told.json"
    path.write_text(json.dumps({"meta": {}, "cases": [otherwise_told(raw) for raw in cases]}), encoding="utf-8")
    told = {verdict.case: verdict.outcome for verdict in judge_file(path, price_json)}
    assert {verdict.case: verdict.outcome for verdict in verdicts} == told


def test_free_delivery_takes_the_fee():
    promotion = {"id": "p", "reward": {"type": "free_delivery"}}
    assert verdict_on(promotions=[promotion], delivery=4, expected={"total_after": 20}).outcome == "equal"


def test_pieces_below_none_are_a_return_and_refused_by_name():
    basket = [one_piece(10), {"sku": "back", "unit_price": 5, "qty": -1}]
    verdict = verdict_on(basket=basket, expected={"total_before": 5})
    assert (verdict.outcome, verdict.policies) == ("different", (Policy.NO_NEGATIVE,))


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


@pytest.mark.parametrize("content", [None, "[1]", "{"], ids=["not there", "a list of numbers", "no JSON"])
def test_what_is_no_file_of_cases_is_named_and_nothing_is_judged(tmp_path, capsys, content):
    path = tmp_path / "cases.json"
    if content is not None:
        path.write_text(content)
    assert main([str(path)]) == 2
    said = capsys.readouterr()
    assert "is no file of cases" in said.err
    assert said.out == ""
