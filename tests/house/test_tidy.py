"""The house's own rules hold in the tree as it is. `test_guards_bite.py` shows that each can fail.

The import contracts of the tree are the control of `test_contracts_bite.py`; `make lint` runs them and the types too.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.tidy_rules import RULES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", RULES)
def test_rule_holds(name: str) -> None:
    findings = RULES[name](ROOT)
    assert not findings, "\n" + "\n".join(findings)
