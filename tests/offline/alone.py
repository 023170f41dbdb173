"""A till that is alone in a folder of the test, with a bundle that is made up."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from huitou.members.rules import signed_code
from huitou.members.rules.member_code import minute_of
from huitou.offers.rules.coupon_codes import code_of as code_of_number
from huitou.offline import service as offline
from huitou.offline.service.till import Till
from huitou.offline.store.folder import TillFolder
from huitou.privacy.without_database import public_key_of, sign
from tests.offline.made import NOW, SECRET, TRUSTED, bundle_of, rows_of

API_KEY = "ht_till"
MINE = str(code_of_number(123_456_789_012_345_678))
CARDS_KEY = offline.cards_key_of(API_KEY, "S1")
TILL_SECRET = b"t" * 32
TEN = {"id": "ten", "valid": {"coupon": "TEN"}, "get": {"kind": "amount_off", "amount": "10.00", "per": "lot"}}
GOLD = {"id": "gold", "valid": {"tiers": ["gold"]}, "get": {"kind": "percent_off", "percent": "10"}}


def shop_rows(**changed: Any) -> dict[str, list[Any]]:
    """Milk and apples; M1 is gold with 100 points and a coupon of their own, M2 has 200 points."""
    return {
        **rows_of(2),
        "cards": [(offline.card_digest(CARDS_KEY, "card", f"C{number}"), number) for number in (1, 2)],
        "offers": [("ten", json.dumps(TEN), None, None, 1, None, None, None), ("gold", json.dumps(GOLD), *[None] * 6)],
        "spent": [("ten", 0, 0, "2026-11-20", 0)],
        "kinds": [("TEN", 1, 0, "", "满十减一券")],
        "coupons": [(MINE, "TEN", 1, "", "2026-12-01", "")],
        **changed,
    }


def till_in(folder: Path, *, trusted: bytes | None = TRUSTED, store: str = "S1") -> Till:
    return Till(TillFolder(folder), store, CARDS_KEY, trusted, lambda: TILL_SECRET)


def alone(folder: Path, rows: dict[str, list[Any]] | None = None, now: datetime = NOW) -> Till:
    """A till that has fetched its bundle, and whose server is gone."""
    till = till_in(folder / "till")
    signed = bundle_of(folder / "server", rows or shop_rows(), till_key=public_key_of(TILL_SECRET), made_at=now)
    till.take_bundle(signed, now=now, sent=till.folder.sent())
    return till


def again(till: Till) -> Till:
    """The same folder after the process is gone."""
    till.folder.close()
    return till_in(till.folder.path)


def code_of(member: int, at: datetime = NOW, secret: bytes = SECRET) -> dict[str, str]:
    """What the member's phone shows as a QR."""
    minute = minute_of(at)
    signature = sign(secret, signed_code.message_of(member, minute), purpose=signed_code.PURPOSE)
    return {"kind": "code", "value": signed_code.written(member, minute, signature)}


def sale(number: str = "1", amount: str = "6.40", **more: Any) -> dict[str, Any]:
    line = {"line": 1, "sku": "milk", "quantity": "1.000", "amount": amount}
    return {"store": "S1", "till": "1", "number": number, "at": NOW.isoformat(), "lines": [line], **more}


def back(of: str = "1", number: str = "R1", quantity: str = "1.000", **more: Any) -> dict[str, Any]:
    named = {"store": "S1", "till": "1", "business_date": "2026-11-20", "number": of}
    line = {"line": 1, "sale_line": 1, "quantity": quantity, "amount": "6.40"}
    return {"store": "S1", "till": "1", "number": number, "at": NOW.isoformat(), "sale": named, "lines": [line], **more}


CARD_1, CARD_2 = {"kind": "card", "value": "C1"}, {"kind": "card", "value": "C2"}
LATER = NOW + timedelta(hours=49)
