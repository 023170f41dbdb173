"""`huitou price`: a basket from a file, with no web framework and no database loaded."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

BASKET = {
    "at": "2026-11-11T10:00:00",
    "basket": [{"sku": "rice", "price": "90.00"}],
    "offers": [
        {"id": "满88减30", "get": {"kind": "threshold", "steps": [{"least_amount": "88.00", "amount": "30.00"}]}}
    ],
}

RUN = """
import sys
from huitou.config.command import main
sys.argv = ["huitou", *sys.argv[1:]]
code = main()
loaded = {name.partition(".")[0] for name in sys.modules}
print("loaded", sorted(loaded & set("django ninja psycopg psycopg2 duckdb pyarrow deltalake procrastinate".split())))
sys.exit(code)
"""


def price(
    *arguments: str, text: str = "", home: Path, language: str = "en", deadline: int = 60_000
) -> subprocess.CompletedProcess[str]:
    """On a busy machine the usual 30 ms can be over before anything was looked at."""
    return subprocess.run(
        [sys.executable, "-c", RUN, "price", "--deadline", str(deadline), *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={"HUITOU_HOME": str(home), "HUITOU_LANGUAGE": language, "PYTHONPATH": "src", "COLUMNS": "120"},
    )


def test_no_web_framework_and_no_database_is_loaded(tmp_path: Path) -> None:
    ran = price("-", text=json.dumps(BASKET), home=tmp_path)
    answer, _, loaded = ran.stdout.rpartition("loaded")
    assert ran.returncode == 0, ran.stderr
    assert loaded.strip() == "[]"
    assert json.loads(answer)["total"] == "60.00"
    assert not list(tmp_path.iterdir()), "it writes nothing"


def test_the_cashier_reads_a_table(tmp_path: Path) -> None:
    path = tmp_path / "basket.json"
    path.write_text(json.dumps(BASKET))
    ran = price(str(path), "--explain", home=tmp_path, language="zh")
    assert "满88减30  -30.00" in ran.stdout
    assert "应付" in ran.stdout


THREE = {"goods": {"skus": ["米"]}, "pieces": 3}
SHELF = {
    "at": "2026-11-13T21:30:00",
    "basket": [
        {"sku": "牛奶", "price": "12.80", "quantity": 3, "category": "生鲜"},
        {"sku": "购物袋", "price": "0.00", "levy": "0.50"},
        {"sku": "米", "price": "40.00"},
    ],
    "offers": [
        {"id": "p1", "name": "第二件半价", "get": {"kind": "nth_unit", "goods": {"categories": ["生鲜"]}}},
        {**BASKET["offers"][0], "id": "p2", "name": "满88减30"},
        {"id": "p3", "name": "双倍积分", "get": {"kind": "points_bonus", "multiply": "200"}},
        {"id": "p4", "name": "5元券", "valid": {"coupon": "c5"}, "get": {"kind": "amount_off", "amount": "5.00"}},
        {
            "id": "p5",
            "name": "换购毛巾",
            "buy": [{"least_amount": "30.00"}],
            "get": {"kind": "add_on", "goods": {"skus": ["毛巾"]}, "price": "1.00"},
        },
        {"id": "p6", "name": "三袋米减9元", "get": {"kind": "bundle", "groups": [THREE], "amount": "9.00"}},
    ],
    "coupons": [{"id": "C77", "kind": "c5", "presented": False}],
    "earn_rules": [{"id": "1元1分", "per_amount": "1.00"}],
    "taxes": [{"percent": "9"}],
    "tenders": [{"kind": "stored_value", "id": "储值卡", "amount": "20.00"}],
}


@pytest.mark.parametrize(
    "said",
    [
        "第二件半价 -3.20",
        "其中购物袋与押金 0.50",
        "其中税 9 % 5.94",
        "储值余额 储值卡 -20.00",
        "还应付 52.50",
        "双倍积分：72 积分",
        "满88减30：金额未达到。还差 16.00",
        "三袋米减9元：件数未达到。还差 2 件",
        "5元券：使用优惠券 C77 可省 5.00",
        "换购毛巾：加 1.00 可换购",
    ],
)
def test_the_table_speaks_of_what_the_cashier_sees(tmp_path_factory: pytest.TempPathFactory, said: str) -> None:
    shown = _shown(tmp_path_factory.getbasetemp())
    assert said in re.sub(" +", " ", shown), shown


@cache
def _shown(home: Path) -> str:
    """In the words of the shelf: names and not ids, pieces and amounts apart, taxes, levies and what is still due."""
    return price("-", "--explain", text=json.dumps(SHELF), home=home, language="zh").stdout


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "price_not_json"),
        ("[" * 100_000, "price_not_json"),
        ("[]", "price_unreadable"),
        (json.dumps({**BASKET, "basket": [{"sku": "rice", "price": "-1.00"}]}), "price_out_of_range"),
        (json.dumps({**BASKET, "discount": "1.00"}), "price_unknown_field"),
        (json.dumps({**BASKET, "basket": [{"sku": "rice", "price": "1.00"}] * 1001}), "price_too_many"),
        (
            json.dumps({**BASKET, "offers": [{"id": "x", "get": {"kind": "bundle", "groups": [], "price": "9.00"}}]}),
            "bundle_without_group",
        ),
        (" " * 32_000_001, "price_too_large"),
        ("9" * 5000, "price_not_json"),
        ('{"at": "\\ud800"}', "price_unreadable"),
    ],
)
def test_what_cannot_be_priced_is_refused_with_its_next_step(tmp_path: Path, text: str, code: str) -> None:
    ran = price("-", "--json", text=text, home=tmp_path)
    assert ran.returncode == 2
    refusal = json.loads(ran.stdout.partition("loaded")[0])
    assert refusal["code"] == code
    assert refusal["next_step"]


ODD = {
    **BASKET,
    "offers": [
        {"id": "满0减5", "get": {"kind": "threshold", "steps": [{"amount": "5.00"}]}},
        {"id": "dear", "get": {"kind": "fixed_price", "price": "95.00", "goods": {"skus": ["rice"]}}},
    ],
}


@pytest.mark.parametrize(("language", "sentence"), [("en", "every basket reaches it"), ("zh", "每个购物篮都会达到")])
def test_what_is_probably_not_meant_is_said_beside_the_answer(tmp_path: Path, language: str, sentence: str) -> None:
    ran = price("-", text=json.dumps(ODD), home=tmp_path, language=language)
    assert ran.returncode == 0
    answer = json.loads(ran.stdout.partition("loaded")[0])
    assert [(one["offer"], one["code"]) for one in answer["warnings"]] == [
        ("满0减5", "step_asks_nothing"),
        ("dear", "price_above_normal"),
    ]
    assert sentence in answer["warnings"][0]["message"]
    assert all(one["next_step"] in ran.stderr for one in answer["warnings"])
    assert "[step_asks_nothing]" in ran.stderr
    shown = price("-", "--explain", text=json.dumps(ODD), home=tmp_path, language=language)
    assert sentence in shown.stderr, "beside the table too"


def test_an_answer_that_was_cut_says_so_and_how_far_it_can_be_off(tmp_path: Path) -> None:
    lines = [{"sku": f"s{number}", "price": "10.00"} for number in range(500)]
    offers = [{"id": str(number), "get": {"kind": "percent_off", "percent": "5"}} for number in range(3000)]
    ran = price("-", text=json.dumps({**BASKET, "basket": lines, "offers": offers}), home=tmp_path, deadline=1)
    assert ran.returncode == 0, "an answer all the same"
    answer = json.loads(ran.stdout.partition("loaded")[0])
    assert (answer["cut"], answer["optimal"]) == (True, False)
    assert answer["at_most_better"] == answer["total"], "of offers that were not looked at nobody knows what they save"
    assert f"at most {answer['at_most_better']} are missed. `--deadline 10`" in ran.stderr
