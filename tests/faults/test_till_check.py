"""A till vendor's check of a real server: every rule holds there, and a rule that does not is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from huitou.config.errors import ServerUnreachable
from huitou.config.till_check import check_till
from tests.faults.served import Served, asked

pytestmark = pytest.mark.database
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "till-examples.md"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str, str]]:
    """A chain of one store: the server, its address and a key."""
    home = tmp_path_factory.mktemp("chain") / "home"
    server = Served(home)
    try:
        address = f"http://127.0.0.1:{server.port()}"
        server.rows("INSERT INTO catalogue_store (code, name) VALUES ('S1', 'S1')")
        yield server, address, asked(home, "apikey", "add", "vendor")
    finally:
        server.stop()


def test_every_rule_holds_and_the_guide_shows_each(served: tuple[Served, str, str]) -> None:
    server, address, key = served
    checked = list(check_till(address, key))
    assert [(rule.rule, rule.found) for rule in checked if not rule.holds] == []
    shown = [line.removeprefix("## ") for line in EXAMPLES.read_text().splitlines() if line.startswith("## ")]
    assert [rule.rule for rule in checked] == shown, "record docs/till-examples.md again: its head says how"
    assert server.rows("SELECT sum(balance)::int FROM loyalty_account") == [(0,)], "it gave back what it earned"
    assert json.loads(asked(server.home, "ledger", "verify", "--json"))["first_broken"] is None


def test_a_rule_that_does_not_hold_is_told(served: tuple[Served, str, str]) -> None:
    server, address, _ = served
    narrow = asked(server.home, "apikey", "add", "narrow", "--call", "receipts")
    broken = {rule.rule: rule.found for rule in check_till(address, narrow) if not rule.holds}
    assert "call_not_allowed" in broken["A member is registered"]
    (only,) = check_till(address, "ht_wrong")
    assert not only.holds


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "ftp://127.0.0.1", "nonsense"])
def test_an_address_where_nobody_answers(address: str) -> None:
    with pytest.raises(ServerUnreachable):
        list(check_till(address, "key"))
