"""Each import contract catches a planted violation, and names it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import contracts

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(__file__).with_name("lint_plantings.py")

# contract, file of the planting, what is planted there, what the linter must say, because
PLANTINGS = [
    (
        "stack",
        "kernel/money.py",
        "import huitou.access.terms",
        "huitou.kernel.money -> huitou.access.terms",
        "up",
    ),
    (
        "stack",
        "receipts/errors.py",
        "import huitou.lake",
        "huitou.receipts.errors -> huitou.lake",
        "sideways",
    ),
    ("stack", "members/errors.py", "import huitou.loyalty.models", "huitou.members.errors", "two rooms up"),
    (
        "stack",
        "usecases/__init__.py",
        "import huitou.doors.cli",
        "huitou.usecases -> huitou.doors.cli",
        "a door is above",
    ),
    (
        "stack",
        "doors/api/__init__.py",
        "import huitou.config.home",
        "huitou.config.home",
        "config is above all",
    ),
    ("stack", "weather.py", "", "huitou.weather", "a room that nobody placed in the stack"),
    (
        "doors",
        "doors/api/__init__.py",
        "import huitou.doors.console",
        "huitou.doors.api",
        "doors know none another",
    ),
    ("doors", "doors/fax.py", "", "huitou.doors.fax", "a door that nobody listed"),
    (
        "room-order",
        "access/store.py",
        "import huitou.access.service",
        "huitou.access.store",
        "a store knows no service",
    ),
    (
        "room-order",
        "access/models.py",
        "import huitou.access.store",
        "huitou.access.models",
        "tables know no store",
    ),
    (
        "room-order",
        "access/rules/roles.py",
        "import huitou.access.store",
        "huitou.access.rules",
        "rules know no rows",
    ),
    (
        "room-order",
        "access/terms.py",
        "import huitou.access.rules",
        "huitou.access.terms",
        "nouns know no rules",
    ),
    (
        "pure-core",
        "kernel/money.py",
        "import django.conf",
        "huitou.kernel.money -> django",
        "the kernel has no framework",
    ),
    (
        "pure-core",
        "access/rules/roles.py",
        "import socket",
        "huitou.access.rules.roles -> socket",
        "no network",
    ),
    (
        "pure-core",
        "access/terms.py",
        "from random import random",
        "huitou.access.terms -> random",
        "no chance",
    ),
    ("pure-core", "access/errors.py", "import psycopg", "huitou.access.errors -> psycopg", "no database"),
    (
        "pure-core",
        "access/rules/roles.py",
        "import huitou.bulk.service",
        "pyarrow",
        "nor by way of somebody else",
    ),
    (
        "no-cycles",
        "access/terms.py",
        "import huitou.access.rules.roles",
        "huitou.access",
        "roles import terms already",
    ),
    (
        "tables",
        "access/service.py",
        "import huitou.access.models",
        "huitou.access.service -> huitou.access.models",
        "only stores",
    ),
    (
        "tables",
        "doors/api/__init__.py",
        "import huitou.loyalty.models",
        "huitou.loyalty.models",
        "only stores",
    ),
    (
        "doors-come-in-by-the-face",
        "doors/cli/__init__.py",
        "import huitou.access.rules",
        "huitou.doors.cli",
        "no rules",
    ),
    (
        "doors-come-in-by-the-face",
        "doors/cli/__init__.py",
        "import huitou.access.store",
        "huitou.doors.cli",
        "no rows",
    ),
    (
        "doors-come-in-by-the-face",
        "doors/cli/__init__.py",
        "import huitou.members.models",
        "huitou.doors.cli",
        "no tables",
    ),
    (
        "use-cases-come-in-by-the-face",
        "usecases/__init__.py",
        "import huitou.access.rules.roles",
        "huitou.usecases",
        "no rules",
    ),
    (
        "use-cases-come-in-by-the-face",
        "usecases/__init__.py",
        "import huitou.bulk.service",
        "huitou.usecases",
        "no rows",
    ),
    (
        "adapters",
        "usecases/__init__.py",
        "import subprocess",
        "huitou.usecases -> subprocess",
        "processes are config's",
    ),
    ("adapters", "members/apps.py", "from socket import socket", "huitou.members.apps -> socket", "so is the network"),
]


def private_plantings() -> list[tuple[str, str, str, str, str]]:
    """For each thing that a room keeps to itself: a use case that takes it, in a file of its own."""
    kept = [
        (section.removeprefix("importlinter:contract:"), module)
        for section in contracts(ROOT).sections()
        if section.endswith("-private")
        for module in contracts(ROOT)[section]["protected_modules"].split()
    ]
    return [
        (
            contract,
            f"usecases/planted_{number}.py",
            f"import {module}",
            f"planted_{number} -> {module} (l.2)",
            "private",
        )
        for number, (contract, module) in enumerate(kept)
    ]


PRIVATE = private_plantings()
ALL = PLANTINGS + PRIVATE
NOTHING_WRONG = ("", "usecases/__init__.py", "import huitou.access.service", "", "a use case calls a service")


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """What the linter said to each planting, in the order of ALL, and to the innocent one at the end. To lint is to
    read the whole tree: what is private is planted together, for each is named by its file."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "static", "*.egg-info"))
    shutil.copy(ROOT / ".importlinter", copy)
    alone = [[one] for one in PLANTINGS]
    ended = subprocess.run(
        [sys.executable, LINTER],
        cwd=copy,
        input=json.dumps([[one[:3] for one in together] for together in [*alone, PRIVATE, [NOTHING_WRONG]]]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    *said, private, nothing_wrong = json.loads(ended.stdout)
    return [*said, *([private] * len(PRIVATE)), nothing_wrong]


@pytest.mark.parametrize("number", range(len(ALL)), ids=[f"{one[0]}: {one[2] or one[1]}" for one in ALL])
def test_a_planted_import_is_named(number: int, linted: list[dict[str, object]]) -> None:
    _, path, _, named, because = ALL[number]
    assert not linted[number]["kept"], f"{path}: {because}"
    assert named in str(linted[number]["said"]), f"{because}: {linted[number]['said']}"


def test_the_copy_without_a_violation_is_clean(linted: list[dict[str, object]]) -> None:
    """The control: a broken contract above was broken by its planting and by nothing else."""
    assert linted[-1]["kept"], linted[-1]["said"]


def test_every_contract_has_a_planting() -> None:
    named = {section.removeprefix("importlinter:contract:") for section in contracts(ROOT).sections()[1:]}
    assert named == {planting[0] for planting in ALL}


def test_what_is_private_stands_in_one_contract() -> None:
    """So that the line which names its planting is that contract's."""
    named = [one[2] for one in PRIVATE]
    assert sorted(set(named)) == sorted(named)


def test_no_contract_has_an_ignore_line() -> None:
    sections = contracts(ROOT)
    assert not [name for name in sections.sections() if "ignore_imports" in sections[name]]
