"""A file on its way in: one address from the first byte to the end of the import, whatever is reloaded."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from huitou.access.terms import Right
from huitou.doors.console.gate import needs
from huitou.kernel.errors import N_
from huitou.uploads import service as uploads
from huitou.uploads.terms import CHUNK_BYTES, KEPT_HOURS, UploadSeen

STEPS = (
    ("send", N_("Send")),
    ("look", N_("Look")),
    ("match", N_("Match")),
    ("try", N_("Try")),
    ("take", N_("Take in")),
)
ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".ndjson", ".jsonl", ".parquet", ".pq")


@require_safe
@needs(Right.READ_FILES_IN)
def new(request: HttpRequest) -> HttpResponse:
    return _send_page(request, None)


@require_safe
@needs(Right.READ_FILES_IN)
def trip(request: HttpRequest, upload_id: int) -> HttpResponse:
    upload = uploads.one(upload_id, request.user.pk)
    if upload.whole:
        return render(request, "console/imports/look.html", {"steps": steps("look"), "upload": upload})
    return _send_page(request, upload)


def _send_page(request: HttpRequest, upload: UploadSeen | None) -> HttpResponse:
    """Choose a file; of one that is half here, choose it again."""
    waiting = [other for other in uploads.of_owner(request.user.pk) if upload is None or other.id != upload.id]
    facts = {
        "steps": steps("send"),
        "upload": upload,
        "waiting": waiting,
        "piece_bytes": CHUNK_BYTES,
        "most_mb": uploads.largest_bytes() >> 20,
        "kept_hours": KEPT_HOURS,
        "endings": ",".join(ENDINGS),
        "words": {
            "amount": gettext("{received} of {size}"),
            "spoken": gettext("{share} per cent are here."),
            "lost": gettext("The connection is gone. It goes on by itself as soon as it is back."),
            "unknown": {
                "message": gettext("The file did not get through."),
                "next_step": gettext(
                    "Choose it again: it goes on where it was. If it stays so, tell an administrator."
                ),
                "code": "upload_failed",
            },
            "unreadable": {
                "message": gettext("The file cannot be read on this machine."),
                "next_step": gettext("It was changed, moved or is open elsewhere. Close it there and choose it again."),
                "code": "file_unreadable_here",
            },
        },
    }
    return render(request, "console/imports/send.html", facts)


def steps(here: str) -> list[dict[str, object]]:
    """The way from the file to the books, and where we are on it."""
    place = [key for key, _ in STEPS].index(here)
    return [
        {"name": gettext(name), "state": "done" if at < place else "now" if at == place else ""}
        for at, (_, name) in enumerate(STEPS)
    ]
