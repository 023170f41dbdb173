"""Each tidy rule catches a planted violation, at its place. Contracts: see test_contracts_bite.py."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

import pytest

from tests.house.tidy_rules import RULES

ROOT = Path(__file__).resolve().parents[2]

MODEL = "\n\nclass Planted(models.Model):\n    "
LONG_FUNCTION = "def long():\n" + "    print()\n" * 70
PAGE = "doors/console/templates/planted.html"

# rule, file of the planting (below src/huitou), what is added there, because
PLANTINGS = [
    (
        "no_clock_and_no_chance",
        "kernel/money.py",
        "import datetime as dt\nMOMENT = dt.datetime.now()",
        "a clock",
    ),
    (
        "no_clock_and_no_chance",
        "access/terms.py",
        "from datetime import date\nTODAY = date.today()",
        "a clock",
    ),
    ("no_clock_and_no_chance", "access/rules/roles.py", "import time", "a clock"),
    ("no_clock_and_no_chance", "access/errors.py", "from uuid import uuid4", "chance"),
    ("no_clock_and_no_chance", "kernel/ids.py", "import secrets", "chance"),
    (
        "only_doors_and_config_read_the_clock",
        "outbox/service.py",
        "from datetime import date\nD = date.today()",
        "a clock",
    ),
    ("only_doors_and_config_read_the_clock", "usecases/refresh.py", "MOMENT = timezone.now()", "a clock"),
    ("core_is_standard_library", "access/rules/roles.py", "import numpy as np", "not ours, not Python's"),
    ("no_float_for_money", "access/service.py", "price_fen = 12.5", "half a fen"),
    ("no_float_for_money", "outbox/apps.py", "def add(points: float) -> None: ...", "an annotation"),
    ("no_float_for_money", "outbox/apps.py", "def net_fen() -> float: ...", "an answer"),
    ("no_float_for_money", "outbox/apps.py", "add(quantity_milli=float(2))", "a call"),
    ("kernel_loyalty_receipts_know_no_float", "kernel/shares.py", "RATE = 0.5", "a literal"),
    (
        "kernel_loyalty_receipts_know_no_float",
        "loyalty/models.py",
        "def rate(a: float): ...",
        "an annotation",
    ),
    (
        "keys_point_down",
        "members/models.py",
        MODEL + 'r = models.ForeignKey("loyalty.Account", models.PROTECT, related_name="+")',
        "up",
    ),
    (
        "keys_point_down",
        "members/models.py",
        MODEL + 'r = models.ForeignKey(Member, models.PROTECT, related_name="+")',
        "a class",
    ),
    (
        "keys_point_down",
        "members/models.py",
        MODEL + 'r = models.ForeignKey("members.Member", models.PROTECT)',
        "a name is left behind",
    ),
    (
        "members_rows_are_covered",
        "outbox/models.py",
        MODEL + 'member = models.ForeignKey("members.Member", models.PROTECT)',
        "a key",
    ),
    (
        "members_rows_are_covered",
        "outbox/models.py",
        MODEL + "member_id = models.BigIntegerField()",
        "a plain id",
    ),
    (
        "migrations_go_back",
        "outbox/migrations/0009_planted.py",
        'x = migrations.RunSQL("DROP TABLE outbox_fact")',
        "no way back",
    ),
    (
        "migrations_go_back",
        "outbox/migrations/0009_planted.py",
        "x = migrations.RunPython(fill)",
        "no way back",
    ),
    ("migrations_stand_in_one_row", "outbox/migrations/0001_planted.py", "", "two ends"),
    ("no_signals", "members/apps.py", "from django.db.models.signals import post_save", "a signal"),
    ("no_signals", "members/apps.py", "from django.dispatch import receiver", "a signal"),
    ("files_are_short", "outbox/planted.py", "x = 1\n" * 501, "501 lines"),
    ("files_are_short", PAGE, "<p></p>\n" * 501, "pages too"),
    ("functions_are_short", "outbox/planted.py", LONG_FUNCTION, "71 lines"),
    ("names_say_something", "outbox/utils.py", "", "utils"),
    ("names_say_something", "members/helpers/phones.py", "", "a folder"),
    (
        "nobody_looks_through_a_query_for_each_row",
        "outbox/service.py",
        'Q = "DELETE FROM t WHERE id NOT IN (SELECT id FROM u)"',
        "beyond a hash's memory each row reads the whole query",
    ),
    ("nothing_is_left_unfinished", "outbox/apps.py", "# TO" + "DO: later", "a promise to oneself"),
    ("no_room_forgets_what_is_private", "outbox/planted.py", "", "a module that nobody protected"),
    ("no_room_forgets_what_is_private", "weather/__init__.py", "", "a room without contracts"),
    ("pages_obey_the_content_policy", PAGE, '<p style="top: 0">', "a style"),
    ("pages_obey_the_content_policy", PAGE, "<script>go()</script>", "a script"),
    ("pages_obey_the_content_policy", PAGE, '<a onclick="go()">', "a handler"),
    ("colours_stand_in_one_file", "doors/console/static/planted.css", "a { color: #0a7d4f; }", "a colour"),
    ("colours_stand_in_one_file", "doors/console/static/planted.js", "const ink = '#fff000';", "a colour"),
    ("every_package_says_what_it_holds", "weather/__init__.py", "", "a room without a sentence"),
    ("settings_are_documented", "config/home.py", 'os.environ["HUITOU_PLANTED"]', "a setting"),
    (
        "error_codes_are_documented",
        "access/errors.py",
        'class P(HuitouError):\n    code = "planted"\n    message = ""',
        "a code",
    ),
    (
        "error_codes_are_said_once",
        "access/errors.py",
        'class P(HuitouError):\n    code = "right_missing"\n    message = ""',
        "twice",
    ),
    ("kpis_are_documented", "insight/rules/kpis/planted.py", 'PLANTED = Kpi(name="planted")', "a KPI"),
    ("jobs_are_documented", "doors/jobs/planted.py", "@app.task\ndef planted(): ...", "a job"),
    ("jobs_are_documented", "doors/jobs/planted.py", '@app.task(name="planted-too")\ndef it(): ...', "a job"),
    ("commands_are_documented", "doors/cli/planted.py", "@app.command()\ndef planted(): ...", "a command"),
    ("links_lead_somewhere", "../../docs/planted.md", "See [nowhere](nowhere.md).", "a dead link"),
    ("decisions_have_a_number_of_their_own", "../../docs/adr/0001-planted.md", "# 1. Planted", "a number twice"),
    ("decisions_have_a_number_of_their_own", "../../docs/adr/9999-planted.md", "# 1. Planted", "another heading"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("planted")
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "vendor")
    shutil.copytree(ROOT / "src", root / "src", ignore=ignored)
    shutil.copytree(ROOT / "docs", root / "docs")
    shutil.copy(ROOT / ".importlinter", root)
    return root


@lru_cache
def findings_before(rule: str, copy: Path) -> frozenset[str]:
    """What the rule says of the copy without a planting."""
    return frozenset(RULES[rule](copy))


@pytest.mark.parametrize(
    ("rule", "path", "text", "because"),
    PLANTINGS,
    ids=[f"{one[0]}: {one[3]}, {number}" for number, one in enumerate(PLANTINGS)],
)
def test_a_planted_violation_is_found_where_it_is(rule: str, path: str, text: str, because: str, copy: Path) -> None:
    file = (copy / "src" / "huitou" / path).resolve()
    before = file.read_text() if file.exists() else None
    earlier = findings_before(rule, copy)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((before or "") + "\n" + text + "\n")
    try:
        found = set(RULES[rule](copy)) - earlier
    finally:
        _restore(file, before)
    assert found, because
    assert all(str(file.relative_to(copy)) in one for one in found), found


def test_every_rule_has_a_planting() -> None:
    assert set(RULES) == {planting[0] for planting in PLANTINGS}


def _restore(file: Path, before: str | None) -> None:
    if before is not None:
        file.write_text(before)
        return
    file.unlink()
    while not any(file.parent.iterdir()):
        file = file.parent
        file.rmdir()
