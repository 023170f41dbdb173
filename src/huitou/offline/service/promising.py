"""Points and coupons that a till which is alone promises to a basket."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from huitou.loyalty.errors import HoldDiffers, HoldEnded, NotEnoughPoints
from huitou.members.errors import SpendingNeedsCode
from huitou.members.terms import MemberRef, RefKind
from huitou.members.without_database import CodeRead
from huitou.offers.service import quoting
from huitou.offline.rules.memory import Hold, is_open
from huitou.offline.service.at_work import Till
from huitou.offline.service.shop import Shop

HOLD_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Asked:
    """A basket that asks for a promise."""

    basket: str
    member: MemberRef | None
    points: int
    coupons: tuple[str, ...]


def hold(till: Till, shop: Shop, asked: Asked, now: datetime) -> dict[str, Any]:
    """Promise it, as the server would; again, the same answer.

    Raises SpendingNeedsCode, CodeSpent, HoldDiffers, HoldEnded, NotEnoughPoints and what refuses a coupon.
    """
    basket, member, points = asked.basket, asked.member, asked.points
    if points and (member is None or member.kind != RefKind.CODE):
        raise SpendingNeedsCode()
    before = till.memory.holds.get(basket)
    open_before = before if before is not None and is_open(before, now) else None
    who, proof = (None, None) if member is None else shop.find(member, now)
    if open_before and points and open_before.points and (open_before.member, open_before.points) != (who, points):
        raise HoldDiffers(key=basket)
    # A promise of points ends once; coupons are held anew, as at the server: of a basket that was put aside, or whose
    # cashier took one out and back.
    if points and before is not None and before.points and open_before is None:
        raise HoldEnded(key=basket, state=before.state if before.state != "open" else "timed_out")
    usable, refused = till.judged(shop, asked.coupons, who, basket, now)
    for refusal in refused.values():
        raise refusal
    shown = open_before is not None and open_before.member == who is not None and bool(open_before.code)
    shows = not shown and bool(points or any(quoting.needs_proof(one, basket, now) for one in usable))
    if shows:
        till.require_unspent(proof)
    if points and (open_before is None or not open_before.points):
        free = till.balance(shop, who) - till.memory.held_points(who, now) if who is not None else 0
        if points > free:
            raise NotEnoughPoints(asked=points, available=free)
    if open_before is not None and not points and who in (None, open_before.member):
        # Asked for coupons alone, the points that it holds stay with it, as at the server.
        who, points = open_before.member if open_before.points else who, open_before.points
    until = open_before.until if open_before is not None else now + timedelta(minutes=HOLD_MINUTES)
    promised = Hold(who, points, tuple(one.code for one in usable), until)
    if open_before is not None:
        promised = replace(promised, code=open_before.code, shown_at=open_before.shown_at)
    if shows and member is not None:
        promised = replace(promised, code=member.value, shown_at=now)
    told = _told(till, shop, basket, promised, now)
    till.keep("hold", {"basket": basket}, told, noted(basket, promised, proof if shows else None), now)
    return told


def release(till: Till, shop: Shop, basket: str, now: datetime) -> dict[str, Any]:
    """Give it free; again, the same answer. A basket that holds nothing is free already. Raises HoldEnded."""
    found = till.memory.holds.get(basket)
    if found is None:
        return {"basket": basket, "state": "released", "points": 0, "coupons": [], "ends_at": None,
                **till.account(shop, None, now)}  # fmt: skip
    if found.state not in ("open", "released"):
        raise HoldEnded(key=basket, state=found.state)
    if found.state == "open":
        till.keep("release", {"basket": basket}, {}, {"basket": basket}, now)
    return _told(till, shop, basket, replace(found, state="released", coupons=()), now)


def _told(till: Till, shop: Shop, basket: str, hold: Hold, now: datetime) -> dict[str, Any]:
    return {
        "basket": basket,
        "state": hold.state,
        "points": hold.points,
        "coupons": [quoting.shown(code) for code in hold.coupons],
        "ends_at": hold.until.isoformat(),
        **till.account(shop, hold.member, now, minus=hold.points if hold.state == "open" else 0, besides=basket),
    }


def noted(basket: str, hold: Hold, spent: CodeRead | None) -> dict[str, Any]:
    """What the journal keeps of a promise. `spent`: the code that it took."""
    return {
        "basket": basket,
        "member": hold.member,
        "points": hold.points,
        "coupons": list(hold.coupons),
        "until": hold.until.isoformat(),
        "shown": hold.code,
        "shown_at": hold.shown_at.isoformat() if hold.shown_at else None,
        "code": None if spent is None else [spent.member, spent.minute],
    }
