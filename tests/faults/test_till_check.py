"""A till vendor's check of a real server: every rule holds there, and a rule that does not is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from huitou.config.errors import ServerUnreachable
from huitou.config.till_check import check_till, tendering
from huitou.config.till_check.vendor import Vendor
from huitou.doors.api.routes import api
from tests.faults.served import Served, asked, lay

pytestmark = pytest.mark.database
POINTS_PAY = ("points", "set", "100", "1.00", "--step", "100", "--most", "50")
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "till-examples.md"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str, str]]:
    """A chain of two stores and five members, in which points pay: the server, its address and a key."""
    home = lay(tmp_path_factory.mktemp("chain") / "home")
    server = Served(home)
    try:
        address = f"http://127.0.0.1:{server.port()}"
        server.rows("INSERT INTO catalogue_store (code, name) VALUES ('S1', 'S1'), ('S2', 'S2')")
        key = asked(home, "apikey", "add", "vendor", "--store", "S1")
        for card in ("C1", "C2", "C3", "C4", "C5"):
            assert Vendor(address, key).ask("POST", "/members", {"store": "S1", "card": card}).status == 200
        asked(home, *POINTS_PAY)
        _give_beside_the_price(server)
        server.rows(
            "INSERT INTO catalogue_product (sku, name, weighed, price_fen) VALUES ('apples', 'apples', true, 1380)"
        )
        yield server, address, key
    finally:
        server.stop()


def test_every_rule_holds_and_the_guide_shows_each(served: tuple[Served, str, str]) -> None:
    server, address, key = served
    others = {"other_key": asked(server.home, "apikey", "add", "other", "--store", "S2")}
    others["revoked_key"] = asked(server.home, "apikey", "add", "revoked")
    asked(server.home, "apikey", "revoke", "revoked")
    codes = asked(server.home, "member-code", "M1", "M2", "M3", "M4").split()
    checked = list(check_till(address, key, codes=tuple(codes), coupons=_coupons(server), **others))
    assert [(rule.rule, rule.found) for rule in checked if not rule.holds] == []
    shown = [line.removeprefix("## ") for line in EXAMPLES.read_text().splitlines() if line.startswith("## ")]
    assert [rule.rule for rule in checked] == shown, "record docs/till-examples.md again: its head says how"
    assert server.rows("SELECT sum(balance)::int FROM loyalty_account") == [(0,)], "it gave back what it earned"
    assert json.loads(asked(server.home, "ledger", "verify", "--json"))["first_broken"] is None


def _give_beside_the_price(server: Served) -> None:
    """Double points, and a coupon for the next time."""
    asked(server.home, "coupons", "add-kind", "NEXT", "--title", "回头券", "--personal", "--valid-days", "14")
    needs = {"buy": [{"least_amount": "50.00"}], "valid": {"members_only": True}}
    for get in ({"kind": "points_bonus", "multiply": "200"}, {"kind": "next_coupon", "coupon": "NEXT"}):
        path = server.home / f"{get['kind']}.json"
        path.write_text(json.dumps({"id": f"check-{get['kind']}", "name": "会员好礼", "get": get, **needs}))
        asked(server.home, "offers", "put", str(path), "--on")


def _coupons(server: Served) -> tuple[str, ...]:
    """Two for whoever bears them."""
    asked(server.home, "coupons", "add-kind", "CHECK", "--title", "check")
    asked(server.home, "coupons", "issue", "CHECK", "--name", "check", "--count", "2")
    (batch,) = server.rows("SELECT id FROM offers_couponbatch")
    lines = asked(server.home, "coupons", "export", str(batch[0])).splitlines()
    return tuple(line.split(",")[0] for line in lines[-2:])


def test_the_examples_show_every_call_and_how_each_kind_of_refusal_looks() -> None:
    examples = EXAMPLES.read_text()
    shown = {tuple(line.split()) for line in re.findall(r"^(?:GET|PUT|POST|DELETE) \S+$", examples, re.MULTILINE)}
    shown = {(method, re.sub("/baskets/[^/]+/", "/baskets/{key}/", path).partition("?")[0]) for method, path in shown}
    document = api.get_openapi_schema()
    calls = {(method.upper(), path) for path, calls in document["paths"].items() for method in calls}
    of_no_till = re.compile(r"/members/\{member\}/(household|consents|place)")
    left = {(method, path) for method, path in calls - shown if not of_no_till.search(path)}
    assert left == {("GET", "/api/v1/health")}, "which is for whoever watches over the server"
    statuses = set(map(int, re.findall(r"^```json\n(\d{3})$", examples, re.MULTILINE)))
    assert statuses >= {200, 400, 401, 404, 409, 411, 413, 422, 429}
    assert "Retry-After: " in examples


def test_a_rule_that_does_not_hold_is_told(served: tuple[Served, str, str]) -> None:
    server, address, _ = served
    narrow = asked(server.home, "apikey", "add", "narrow", "--call", "receipts")
    broken = {rule.rule: rule.found for rule in check_till(address, narrow) if not rule.holds}
    assert "call_not_allowed" in broken["A member is registered"]
    foreign = {rule.rule for rule in check_till(address, narrow, other_key=narrow) if not rule.holds}
    assert "A key of another store records nothing here" in foreign
    (only,) = check_till(address, "ht_wrong")
    assert not only.holds


@pytest.mark.parametrize(
    ("rate", "rules", "because"),
    [
        (("off",), 1, "where points do not pay, that alone is tried"),
        (("set", "1", "0.01", "--step", "1", "--most", "100"), 8, "a point is a fen: every step pays, and every share"),
        (("set", "300", "1.00", "--step", "3", "--least", "300", "--most", "90"), 10, "a point is a third of a fen"),
        (POINTS_PAY[1:], 10, "as it was"),
    ],
)
def test_points_as_money_are_tried_at_any_rate(
    served: tuple[Served, str, str], rate: tuple[str, ...], rules: int, because: str
) -> None:
    server, address, key = served
    asked(server.home, "points", *rate)
    vendor = Vendor(address, key, store="S1")
    before = server.rows("SELECT sum(balance)::int FROM loyalty_account")
    # Of a member of its own, since a code pays once in its minute.
    card = {"store": "S1", "card": f"rate {' '.join(rate[:3])}"}
    number = vendor.ask("POST", "/members", card).read()["member"]
    tried = list(tendering.points_as_money(vendor, asked(server.home, "member-code", number)))
    assert [(name, found) for name, holds, found in tried if not holds] == [], because
    assert (len(tried), server.rows("SELECT sum(balance)::int FROM loyalty_account")) == (rules, before), because


def test_another_refusal_of_points_is_told(served: tuple[Served, str, str], monkeypatch) -> None:
    """What is said to lie between two steps is a whole one: another refusal, and the rule does not hold."""
    server, address, key = served
    vendor = Vendor(address, key, store="S1")
    number = vendor.ask("POST", "/members", {"store": "S1", "card": "wrong step"}).read()["member"]
    monkeypatch.setattr(tendering._Basket, "between_steps", lambda basket: basket.points + basket.rate["step"])
    tried = {
        name: holds for name, holds, _ in tendering.points_as_money(vendor, asked(server.home, "member-code", number))
    }
    assert not tried["Points between two steps do not pay"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "ftp://127.0.0.1", "nonsense"])
def test_an_address_where_nobody_answers(address: str) -> None:
    with pytest.raises(ServerUnreachable):
        list(check_till(address, "key"))
