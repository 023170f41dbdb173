"""The page that sends a file; of one that is half here, it is chosen again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from huitou.doors.console.views.imports.steps import steps
from huitou.uploads import service as uploads
from huitou.uploads.terms import CHUNK_BYTES, KEPT_HOURS, UploadSeen

ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".ndjson", ".jsonl", ".parquet", ".pq")


def page(request: HttpRequest, upload: UploadSeen | None) -> HttpResponse:
    waiting = [other for other in uploads.of_owner(request.user.pk) if upload is None or other.id != upload.id]
    facts = {
        "steps": steps("send"),
        "upload": upload,
        "waiting": waiting,
        "piece_bytes": CHUNK_BYTES,
        "most_mb": uploads.largest_bytes() >> 20,
        "kept_hours": KEPT_HOURS,
        "endings": ",".join(ENDINGS),
        "words": _words(),
    }
    return render(request, "console/imports/send.html", facts)


def _words() -> dict[str, object]:
    """What the script says while it sends."""
    return {
        "amount": gettext("{received} of {size}"),
        "spoken": gettext("{share} per cent are here."),
        "lost": gettext("The connection is gone. It goes on by itself as soon as it is back."),
        "unknown": {
            "message": gettext("The file did not get through."),
            "next_step": gettext("Choose it again: it goes on where it was. If it stays so, tell an administrator."),
            "code": "upload_failed",
        },
        "unreadable": {
            "message": gettext("The file cannot be read on this machine."),
            "next_step": gettext("It was changed, moved or is open elsewhere. Close it there and choose it again."),
            "code": "file_unreadable_here",
        },
    }
