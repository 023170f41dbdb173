"""`huitou price`: a basket from a file, with no web framework and no database loaded."""

from __future__ import annotations

import json
import subprocess
import sys
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


def price(*arguments: str, text: str = "", home: Path, language: str = "en") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, "price", *arguments],
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


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "price_not_json"),
        ("[" * 100_000, "price_not_json"),
        ("[]", "price_unreadable"),
        (json.dumps({**BASKET, "basket": [{"sku": "rice", "price": "-1.00"}]}), "price_out_of_range"),
        (json.dumps({**BASKET, "discount": "1.00"}), "price_unknown_field"),
    ],
)
def test_what_cannot_be_priced_is_refused_with_its_next_step(tmp_path: Path, text: str, code: str) -> None:
    ran = price("-", "--json", text=text, home=tmp_path)
    assert ran.returncode == 2
    refusal = json.loads(ran.stdout.partition("loaded")[0])
    assert refusal["code"] == code
    assert refusal["next_step"]
