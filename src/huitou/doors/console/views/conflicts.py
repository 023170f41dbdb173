"""What happened at the tills and does not fit the books, and who has dealt with it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huitou.access.terms import Right
from huitou.doors.console.gate import every_store, needs
from huitou.doors.console.honoured import honoured
from huitou.kernel.ids import member_code
from huitou.receipts import service as receipts
from huitou.receipts.terms.conflicts import WHAT_HAPPENED, ConflictSeen
from huitou.usecases.conflicts import settle_conflict

PAGE_SIZE = 30


@require_safe
@needs(Right.SETTLE_CONFLICTS)
def conflicts(request: HttpRequest) -> HttpResponse:
    """Open ones, or with `?settled=1` those that somebody has settled; older ones behind `?before=`."""
    settled = request.GET.get("settled") == "1"
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    found = receipts.conflicts(before=before, limit=PAGE_SIZE + 1, settled=settled)
    shown = found[:PAGE_SIZE]
    facts = {
        "settled": settled,
        "open_count": receipts.count_conflicts(),
        "rows": _rows(request, shown),
        "older": shown[-1].id if len(found) > PAGE_SIZE else None,
        "first_page": before is None,
    }
    return render(request, "console/conflicts.html", facts)


@require_POST
@needs(Right.SETTLE_CONFLICTS)
def settle(request: HttpRequest, conflict_id: int) -> HttpResponse:
    settle_conflict(conflict_id, actor=request.user.username, note=request.POST.get("note", "")[:500])
    return redirect(f"{reverse('console:conflicts')}?settled=1#conflict-{conflict_id}")


def _rows(request: HttpRequest, found: list[ConflictSeen]) -> list[dict[str, object]]:
    stores = every_store(request)
    coupons = honoured(request, found)
    numbers = receipts.numbers_of(one.receipt_id for one in found if one.receipt_id is not None)
    return [
        {
            "it": one,
            "title": WHAT_HAPPENED[one.kind][0],
            "text": WHAT_HAPPENED[one.kind][1],
            "store": stores[one.store_id].name,
            "member": None if one.member_id is None else member_code(one.member_id),
            "number": one.body.get("number") or numbers.get(one.receipt_id or 0),
            "till": one.body.get("till"),
            "points": one.body.get("points_used"),
            "differs": one.body.get("differs"),
            "coupon": coupons.get(one.id),
            "sale": _sale(one.body.get("sale")),
            "off": one.body.get("off"),
        }
        for one in found
    ]


def _sale(said: object) -> str | None:
    """The number of the sale that a return names."""
    return str(said["number"]) if isinstance(said, dict) else None if said is None else str(said)
