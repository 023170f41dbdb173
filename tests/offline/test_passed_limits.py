"""What the server sold through the store's process counts towards limits and quotas when it is gone a moment later."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from huitou.members.terms import MemberRef
from huitou.offers.service.reckoning import Scanned
from huitou.offline.service.till import Basket, Till
from tests.offline.alone import CARD_1, again, alone, sale, shop_rows
from tests.offline.made import NOW

STAFF = {"id": "staff", "valid": {"staff_only": True}, "get": {"kind": "percent_off", "percent": "50"}}
ONCE = {"id": "once", "get": {"kind": "threshold", "steps": [{"least_amount": "2.00", "amount": "1.00"}]}}
BOUGHT = 6_40
MONTH = "2026-11-01"


def a_till(tmp_path: Any, *, given: int = 0) -> Till:
    """M1 is staff, with half off within 5.00 a month; everybody has 1.00 off once, in all of three times."""
    rows = shop_rows(
        members=[(1, "", 0, 0, 1), (2, "", 0, 0, 0)],
        offers=[
            ("staff", json.dumps(STAFF), *[None] * 5, 5_00),
            ("once", json.dumps(ONCE), None, 3, 1, None, None, None),
        ],
        spent=[("once", 0, 0, "2026-11-20", 0)],
        quotas=[("staff", 1, MONTH, given)] if given else [],
        coupons=[],
        kinds=[],
    )
    return alone(tmp_path, rows)


def off(till: Till, card: dict[str, str] | None) -> dict[str, str]:
    """What each offer would take off a pack of milk."""
    member = MemberRef(card["kind"], card["value"]) if card else None
    told, _ = till.price(Basket((Scanned(1, "milk", 1000, BOUGHT),), "store", member, (), None), now=NOW)
    return {one["offer"]: one["off"] for one in told["applied"]}


def passed(till: Till, number: str, card: dict[str, str] | None, amount: str, quotas: list[dict[str, str]]) -> None:
    """A sale that the server priced and took."""
    before = f"{BOUGHT / 100:.2f}"
    line = {"line": 1, "sku": "milk", "quantity": "1.000", "amount": amount,
            "discount": f"{float(before) - float(amount):.2f}"}  # fmt: skip
    quote = {"programme": 7, "at": NOW.isoformat()}
    body = sale(number, lines=[line], quote=quote, **({"member": card} if card else {}))
    member = f"M{card['value'][1:]:>08}" if card else None
    told = {"business_date": "2026-11-20", "member": member, "points_used": 0, "programme": 7,
            **({"quotas": quotas} if quotas else {})}  # fmt: skip
    till.note_sale(body, told, now=NOW)


def left(text: str) -> list[dict[str, str]]:
    return [{"offer": "staff", "name": "staff", "quota": "5.00", "left": text}]


def test_a_quota_is_what_the_server_said_last_less_what_was_sold_here_since(tmp_path):
    till = a_till(tmp_path)
    assert off(till, CARD_1)["staff"] == "3.20"
    # At another store 0.80 went, which the bundle does not know: 5.00 less 0.80, less 2.70 of this sale.
    passed(till, "P1", CARD_1, "2.70", left("1.50"))
    assert off(till, CARD_1)["staff"] == "1.50", "not 5.00 as the bundle says, nor 2.30 as this sale alone"
    till = again(till)
    assert off(till, CARD_1)["staff"] == "1.50", "the journal knows it"
    till.sell(
        sale("A1", member=CARD_1, quote={"programme": 7, "at": NOW.isoformat()},
             lines=[{"line": 1, "sku": "milk", "quantity": "1.000", "amount": "4.90", "discount": "1.50"}]),
        now=NOW,
    )  # fmt: skip
    assert "staff" not in off(till, CARD_1), "what was sold here since is taken off"


def test_a_newer_bundle_knows_it_by_itself(tmp_path):
    till = a_till(tmp_path)
    passed(till, "P1", CARD_1, "2.70", left("1.50"))
    till._after = till.memory.last  # as after a bundle that was fetched now
    assert off(till, CARD_1)["staff"] == "3.20", "the bundle says that nothing is given: somebody brought it all back"


def test_limits_of_uses_know_what_passed_through(tmp_path):
    till = a_till(tmp_path)
    assert off(till, None) == {"once": "1.00"}
    assert off(till, CARD_1)["once"] == "1.00"
    passed(till, "P1", CARD_1, "2.20", left("1.80"))
    assert "once" not in off(till, CARD_1), "once for each member"
    passed(till, "P2", None, "5.40", [])
    assert off(till, None) == {"once": "1.00"}, "three times in all, and two of them are gone"
    passed(till, "P3", None, "5.40", [])
    assert off(till, None) == {}


@pytest.mark.parametrize(("months", "expected"), [(0, "1.50"), (1, "3.20")])
def test_the_next_month_has_a_quota_of_its_own(tmp_path, months, expected):
    till = a_till(tmp_path)
    passed(till, "P1", CARD_1, "2.70", left("1.50"))
    at = NOW + timedelta(days=11 * months)
    fen = till.shop.left(till.memory, till._after, 1, till.shop.day(at))["staff"].budget
    assert fen == {"1.50": 150, "3.20": 500}[expected]
