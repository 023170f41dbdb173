"""What a cashier may say to the member who stands there: coupons and points that would be lost. Read when somebody is
identified; what came of it is recorded as an event of the kind `prompt`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from huitou.kernel.errors import N_
from huitou.loyalty import service as loyalty
from huitou.offers import service as offers

COUPON_DAYS, POINTS_DAYS = 7, 30
"""How soon something ends that is worth a word."""
MOST_PROMPTS = 2
LEAST_POINTS = 100
COUPON_ENDS = N_("“{coupon}” ends on {day}. Would you like to use it today?")
POINTS_END = N_("{points} of your points end on {day}.")


@dataclass(frozen=True, slots=True)
class Prompt:
    """`kind` is what its outcome is recorded under; `says` an English template of `facts`."""

    kind: str
    says: str
    facts: Mapping[str, str] = field(default_factory=dict)


def prompts_of(member_id: int, *, today: date) -> list[Prompt]:
    """At most MOST_PROMPTS, the one that ends first before the others."""
    found: list[tuple[date, Prompt]] = []
    for coupon in offers.coupons_of(member_id):
        starts = coupon.starts or today
        if coupon.state == "live" and coupon.ends and starts <= today <= coupon.ends <= today + _days(COUPON_DAYS):
            facts = {"coupon": coupon.title, "day": coupon.ends.isoformat()}
            found.append((coupon.ends, Prompt("coupon_ends", COUPON_ENDS, facts)))
    ending: dict[date, int] = {}
    for lot in loyalty.lots_of(member_id)[0]:
        if lot.expires_on and today <= lot.expires_on <= today + _days(POINTS_DAYS):
            ending[lot.expires_on] = ending.get(lot.expires_on, 0) + lot.remaining
    for day, points in sorted(ending.items()):
        if points >= LEAST_POINTS:
            found.append((day, Prompt("points_end", POINTS_END, {"points": str(points), "day": day.isoformat()})))
            break
    return [prompt for _, prompt in sorted(found, key=lambda one: one[0])[:MOST_PROMPTS]]


def _days(count: int) -> timedelta:
    return timedelta(days=count)
