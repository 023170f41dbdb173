"""A file on its way in: one address from the first byte to the end of the import, whatever is reloaded."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from huitou.access.terms import Right
from huitou.doors.console.gate import needs
from huitou.doors.console.views.imports import answers, looking, matching, sending, trying
from huitou.uploads import service as uploads


@require_safe
@needs(Right.READ_FILES_IN)
def new(request: HttpRequest) -> HttpResponse:
    return sending.page(request, None)


@require_safe
@needs(Right.READ_FILES_IN)
def trip(request: HttpRequest, upload_id: int) -> HttpResponse:
    """The page of the step that the file has reached; `step` goes back to an earlier one."""
    upload = uploads.one(upload_id, request.user.pk)
    kept = answers.of(upload)
    back = request.GET.get("step", "")
    if not upload.whole:
        return sending.page(request, upload)
    if kept.taking is not None or (kept.trial is not None and not back):
        return trying.page(request, upload, kept)
    if not kept.look or kept.look["asked"] or back == "look":
        return looking.page(request, upload, kept)
    return matching.page(request, upload, kept)
