"""A coupon that a till honoured although it could not be used: which one, of what, and why; beside its conflict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.kernel.errors import N_
from huitou.offers.errors import CouponUnknown
from huitou.offers.service import coupons, programmes
from huitou.receipts.terms.conflicts import ConflictKind, ConflictSeen

WHY = {
    "coupon_unknown": N_("there is no such coupon"),
    "coupon_used": N_("it had been used already"),
    "coupon_void": N_("it had been made void"),
    "coupon_not_yet": N_("it was not good yet"),
    "coupon_ended": N_("its last day was over"),
    "coupon_wrong_store": N_("it is not taken in this store"),
    "coupon_of_another": N_("it belongs to another member"),
    "coupon_held": N_("another basket held it"),
}
"""By the code of the refusal that the till would have been given."""
LAST = 4
"""So much of a code whose coupon the reader may not see: enough to compare, too little to spend it."""


@dataclass(frozen=True, slots=True)
class Honoured:
    """`spelled` is the code to look it up by; empty where the reader may not see the coupon."""

    code: str
    spelled: str
    kind: str
    offers: str
    why: str


def honoured(request: HttpRequest, found: Iterable[ConflictSeen]) -> dict[int, Honoured]:
    """By conflict. Read within the reader's scope: a coupon that they may not see stays masked."""
    listed = [one for one in found if one.kind in (ConflictKind.COUPON_HONOURED, ConflictKind.BROUGHT_COUPON_USED)]
    if not listed:
        return {}
    may_see = access.may(request.user, Right.SEE_OFFERS)
    by_kind = _offers_by_kind() if may_see else {}
    return {one.id: _shown(one, by_kind if may_see else None) for one in listed}


def why(code: object) -> str:
    """Why a coupon could not be used, in a few words; empty for a reason that nobody knows."""
    return gettext(WHY[str(code)]) if str(code) in WHY else ""


def _shown(one: ConflictSeen, by_kind: dict[str, list[str]] | None) -> Honoured:
    typed, reason = str(one.body.get("coupon") or ""), one.body.get("code")
    if by_kind is not None:
        try:
            seen, _, _ = coupons.coupon(typed)
            offers = gettext(", ").join(by_kind.get(seen.kind, ()))
            return Honoured(coupons.shown_code(seen.code), seen.code, seen.title, offers, why(reason))
        except CouponUnknown:
            pass
    # What is no coupon is worth nothing, and whoever looks for the mistyped one needs all of it.
    masked = typed if reason == CouponUnknown.code else f"…{typed[-LAST:]}" if len(typed) > 2 * LAST else "…"
    return Honoured(masked, "", "", "", why(reason))


def _offers_by_kind() -> dict[str, list[str]]:
    """The names of the offers that ask for a coupon, by its kind."""
    found: dict[str, list[str]] = {}
    for seen in programmes.offers(timezone.now()):
        engine = programmes.engine_offer(programmes.shown_version(seen))
        if engine.valid.coupon is not None:
            found.setdefault(engine.valid.coupon, []).append(seen.name or seen.code)
    return found
