"""How the files of each system are read, kept since the last one; and the folders where such files arrive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import needs
from huitou.doors.console.views.imports import jobs, words
from huitou.inbox import service as inbox
from huitou.inbox.terms import DropSeen, SavedMapping
from huitou.lake import service as lake


@require_safe
@needs(Right.SEE_IMPORTS)
def mappings(request: HttpRequest) -> HttpResponse:
    return page(request)


def page(request: HttpRequest, tried: Mapping[str, Any] | None = None) -> HttpResponse:
    """`tried`: the drop of this `name` has just been looked at, and what was `checked`, or `refused`."""
    facts = {
        "mappings": [_shown(saved) for saved in inbox.saved_mappings()],
        "drops": [
            {**_drop(drop), "tried": tried if tried and tried["name"] == drop.name else None}
            for drop in inbox.all_drops()
        ],
        "may_change": access.may(request.user, Right.READ_FILES_IN),
        "may_set": access.may(request.user, Right.SET_DROPS),
    }
    return render(request, "console/imports/mappings.html", facts)


def _shown(saved: SavedMapping) -> dict[str, object]:
    name = words.KINDS.get(saved.kind, saved.kind)
    member_kind = words.MEMBER_KINDS.get(str(saved.reading.get("member_kind", "")), "")
    return {
        "saved": saved,
        "kind": gettext(name),
        "columns": [
            (words.field_name(saved.kind, known.name), saved.columns[known.name])
            for known in lake.KINDS[saved.kind].fields
            if known.name in saved.columns
        ],
        "member_kind": gettext(member_kind) if member_kind and "member" in saved.columns else "",
        "date_format": saved.reading.get("date_format") or "",
    }


def _drop(drop: DropSeen) -> dict[str, object]:
    """A drop with what was in the way when the worker looked last, and its newest files with what became of them."""
    kind = words.KINDS.get(drop.kind, drop.kind)
    return {
        "seen": drop,
        "kind": gettext(kind),
        "failed": jobs.told(drop.failure) if drop.failure else None,
        "mapping_kept": inbox.mapping_of(drop.source, drop.kind) is not None,
        "files": [
            {"seen": file, "failed": jobs.told(file.failure, path=file.name) if file.failure else None}
            for file in inbox.latest_files(drop.id)
        ],
    }


@require_POST
@needs(Right.READ_FILES_IN)
def forget(request: HttpRequest) -> HttpResponse:
    """The next file of that source is guessed anew."""
    source, kind = request.POST.get("source", ""), request.POST.get("kind", "")
    inbox.forget_mapping(source, kind)
    access.note(request.user, "mapping_forgotten", f"mapping:{source}", kind=kind)
    return redirect("console:mappings")
