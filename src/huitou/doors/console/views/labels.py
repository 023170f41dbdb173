"""The shelf labels of a store as a file, all of them or those that have changed."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.catalogue import service as catalogue
from huitou.catalogue.errors import StoreUnknown
from huitou.catalogue.terms import StoreSeen
from huitou.doors.console.gate import needs
from huitou.doors.console.labels_said import column_rows
from huitou.kernel.errors import N_, HuitouError
from huitou.usecases.label_file import KINDS, label_file
from huitou.usecases.shelf_labels import LabelsAsked, shelf_labels


class DayUnreadable(HuitouError):
    code = "labels_day_unreadable"
    message = N_("{words} is no day.")
    next_step = N_("Choose the day for which the labels hang, such as 2026-11-30.")
    status = 422


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.PRINT_LABELS)
def labels(request: HttpRequest) -> HttpResponse:
    """The question; and, posted, the file. What is handed out is kept, so that the next file can leave it out."""
    stores = _stores(request)
    if request.method != "POST":
        return _asking(request, stores)
    try:
        asked = _asked(request, stores)
        rows = shelf_labels(asked, now=timezone.now(), actor=request.user.username)
    except HuitouError as refusal:
        return _asking(request, stores, refusal)
    kind = request.POST.get("as", "csv")
    kind = kind if kind in KINDS else "csv"
    answer = HttpResponse(label_file(rows, kind), content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="labels-{asked.on.isoformat()}.{kind}"'
    return answer


def _asking(request: HttpRequest, stores: list[StoreSeen], refusal: HuitouError | None = None) -> HttpResponse:
    posted = request.POST
    facts = {
        "stores": [(one.code, one.name, one.code == posted.get("store")) for one in stores],
        "on": posted.get("on") or timezone.localdate().isoformat(),
        "changed": posted.get("changed") == "1",
        "refusal": refusal,
        "columns": column_rows(),
    }
    return render(request, "console/labels.html", facts, status=refusal.status if refusal else 200)


def _asked(request: HttpRequest, stores: list[StoreSeen]) -> LabelsAsked:
    """Raises StoreUnknown, also of a store of others, and DayUnreadable."""
    code, day = request.POST.get("store", ""), request.POST.get("on", "")
    if code not in {one.code for one in stores}:
        raise StoreUnknown(store=code[:40])
    try:
        return LabelsAsked(code, date.fromisoformat(day), changed=request.POST.get("changed") == "1")
    except ValueError as error:
        raise DayUnreadable(words=day[:40]) from error


def _stores(request: HttpRequest) -> list[StoreSeen]:
    scope, every = access.scope_of(request.user), catalogue.stores()
    found = every.values() if scope.everything else [every[one] for one in scope.store_ids if one in every]
    return sorted(found, key=lambda one: one.code)
