"""Every file that was read in, newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import needs
from huitou.uploads import service as uploads
from huitou.uploads.terms import KEPT_HOURS


@require_safe
@needs(Right.SEE_IMPORTS)
def imports(request: HttpRequest) -> HttpResponse:
    may_read_in = access.may(request.user, Right.READ_FILES_IN)
    facts = {
        "may_read_in": may_read_in,
        "waiting": uploads.of_owner(request.user.pk) if may_read_in else [],
        "rows": [],
        "kept_hours": KEPT_HOURS,
    }
    return render(request, "console/imports/list.html", facts)
