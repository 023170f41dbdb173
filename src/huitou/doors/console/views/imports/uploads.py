"""A file comes in by pieces: begin, piece after piece, throw away. A script on the page speaks with this, in JSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from huitou.access.terms import Right
from huitou.doors.console.gate import needs
from huitou.uploads import service as uploads
from huitou.uploads.errors import PieceDamaged
from huitou.uploads.terms import UploadSeen

_LONGEST_MARK = 400


@require_POST
@needs(Right.READ_FILES_IN)
def begin(request: HttpRequest) -> HttpResponse:
    """`name`, `size` in bytes, and `mark`, which tells one choice of a file from another."""
    upload = uploads.begin(
        request.user.pk,
        file_name=request.POST.get("name", ""),
        size_bytes=_number(request.POST.get("size", "")),
        mark=request.POST.get("mark", "")[:_LONGEST_MARK],
    )
    return _answer(upload)


@require_http_methods(["GET", "POST"])
@needs(Right.READ_FILES_IN)
def piece(request: HttpRequest, upload_id: int) -> HttpResponse:
    """GET: how much is here. POST: the next piece as the body, with its offset and CRC-32 (hexadecimal) as headers."""
    if request.method == "GET":
        return _answer(uploads.one(upload_id, request.user.pk))
    try:
        crc32 = int(request.headers.get("X-Piece-Crc32", ""), 16)
    except ValueError as error:
        raise PieceDamaged() from error
    return _answer(
        uploads.append(
            upload_id,
            request.user.pk,
            offset=_number(request.headers.get("X-Piece-Offset", "")),
            piece=request.body,
            crc32=crc32,
            now=timezone.now(),
        )
    )


@require_POST
@needs(Right.READ_FILES_IN)
def throw_away(request: HttpRequest, upload_id: int) -> HttpResponse:
    """From a form on a page, or from the script where a file turned out to be another one."""
    uploads.drop(upload_id, request.user.pk)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({})
    return redirect("console:imports")


def _answer(upload: UploadSeen) -> JsonResponse:
    facts = {
        "received": upload.received_bytes,
        "size": upload.size_bytes,
        "crc32": f"{upload.crc32:08x}",
        "whole": upload.whole,
        "pieces": reverse("console:upload", args=[upload.id]),
        "away": reverse("console:upload_away", args=[upload.id]),
        "page": reverse("console:import_trip", args=[upload.id]),
    }
    response = JsonResponse(facts)
    response["Cache-Control"] = "no-store"
    return response


def _number(text: str) -> int:
    """A count of bytes as digits; −1, which is refused where it is used, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1
