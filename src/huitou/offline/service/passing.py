"""What the server answered through this till: remembered, for when it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huitou.kernel.ids import member_number
from huitou.members.terms import RefKind
from huitou.offers.service import quoting
from huitou.offline.rules.memory import Hold, Name
from huitou.offline.service.at_work import Till
from huitou.offline.service.promising import noted
from huitou.offline.service.selling import digest_of, noted_lines, uses_passed
from huitou.offline.service.shop import Shop


def note_hold(till: Till, basket: str, asked: Mapping[str, Any], told: Mapping[str, Any], now: datetime) -> None:
    """The basket may be paid when the server is gone."""
    said = asked.get("member") or {}
    shown = said.get("value", "") if said.get("kind") == RefKind.CODE else ""
    before = till.memory.holds.get(basket)
    hold = Hold(
        member_number(told.get("member") or ""),
        told.get("points", 0),
        tuple(quoting.spellings(code)[-1] for code in told.get("coupons", ())),
        datetime.fromisoformat(told["ends_at"]),
        code=shown or (before.code if before else ""),
        shown_at=now if shown else (before.shown_at if before else None),
    )
    till.keep("hold", {"basket": basket}, told, noted(basket, hold, None), now)


def note_release(till: Till, basket: str, now: datetime) -> None:
    """What it held is free for other baskets, when the server is gone."""
    found = till.memory.holds.get(basket)
    if found is not None and found.state == "open":
        till.keep("release", {"basket": basket}, {}, {"basket": basket}, now)


def note_sale(till: Till, shop: Shop | None, body: Mapping[str, Any], told: Mapping[str, Any], now: datetime) -> None:
    """Its goods may come back; its points and coupons are spent, and so is what it took of limits and quotas."""
    name: Name = ("sale", body["till"], told["business_date"], body["number"])
    if body["store"] != till.store or name in till.memory.sold or name in till.memory.known:
        return
    member = member_number(told.get("member") or "")
    notes = {
        "name": name,
        "digest": digest_of(body),
        "member": member,
        "points": told.get("points_used", 0) if member is not None else 0,
        "coupons": [quoting.spellings(code)[-1] for code in told.get("coupons_used") or ()],
        "hold": body.get("hold"),
        "uses": [] if shop is None else uses_passed(till, shop, body, told, member, now),
        # Beside what can be reckoned here: what the server says that the month's quota has given, whoever else took it.
        "quotas": [[one["offer"], _fen(one["quota"]) - _fen(one["left"])] for one in told.get("quotas") or ()],
        "lines": noted_lines(body),
    }
    till.keep("passed_sale", body, told, notes, now)


def note_return(till: Till, body: Mapping[str, Any], now: datetime) -> None:
    """Of a sale of this till: more of it may come back."""
    named = body["sale"]
    of: Name = ("sale", named["till"], named["business_date"], named["number"])
    name = (body["till"], body["number"], body["at"])
    if named["store"] != till.store or of not in till.memory.sold or name in till.memory.server_returns:
        return
    lines = [[one["sale_line"], _fen(one["quantity"]), _fen(one["amount"])] for one in body["lines"]]
    notes = {"of": of, "lines": lines, "name": name}
    till.keep("server_return", {"tenders": body.get("tenders") or []}, {}, notes, now)


def _fen(text: str) -> int:
    """Fen of an amount, thousandths of a quantity."""
    return int(text.replace(".", "", 1))
