"""One receipt: what was bought, where and when, and whose it is."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from huitou.access.terms import Right
from huitou.catalogue import service as catalogue
from huitou.doors.console.gate import every_store, needs
from huitou.doors.console.views.offers.coupons import STATES
from huitou.kernel.channels import CHANNEL_NAMES
from huitou.kernel.ids import member_code
from huitou.members import service as members
from huitou.offers.service import coupons
from huitou.offers.terms.coupons import BroughtSeen
from huitou.receipts import service as receipts
from huitou.receipts.terms import ReceiptSeen

LAST = 4
"""So much of a code that can still be spent: enough to compare with the one in somebody's hand."""
SPENT = ("used", "expired", "void")


@needs(Right.SEE_MEMBERS)
def receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """A receipt of another store is not there, as if nobody had ever written it."""
    found = receipts.receipt_of(receipt_id) if receipt_id < 2**63 else None
    if found is None:
        raise Http404
    lines = receipts.lines_of([receipt_id])[receipt_id]
    goods = catalogue.products(line.product_id for line in lines)
    owner = receipts.member_of(receipt_id)
    who = next(iter(members.at_the_till([owner])), None) if owner is not None else None
    store = every_store(request).get(found.store_id)
    facts = {
        "receipt": found,
        "store": store.name if store else "",
        "channel": CHANNEL_NAMES.get(found.channel, found.channel),
        "lines": [(line, goods.get(line.product_id)) for line in lines],
        "brought": _brought(found),
        "member": who,
        "member_name": (who.name or member_code(who.id)) if who else "",
    }
    return render(request, "console/receipt.html", facts)


def _brought(found: ReceiptSeen) -> list[tuple[str, str, str]]:
    """Of each coupon that the sale brought, or that the return brought to an end: what it is called, its code and what
    became of it. A return that waited for its sale could not tell the till; here it stands."""
    seen = coupons.brought_by(found.id) if found.kind == "sale" else coupons.ended_by(found.id)
    return [_coupon(one) for one in seen]


def _coupon(one: BroughtSeen) -> tuple[str, str, str]:
    code = coupons.shown_code(one.code) if one.state in SPENT else f"…{one.code[-LAST:]}"
    return one.title, code, gettext(STATES[one.state][0])
