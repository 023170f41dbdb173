"""What was just done, said once on the next page, with the way back where there is one."""

from __future__ import annotations

from django.http import HttpRequest

KEY = "toast"


def say(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """`undo` is an address that takes it back when it is posted to."""
    request.session[KEY] = {"text": text, "undo": undo}


def heard(request: HttpRequest) -> dict[str, str] | None:
    """What is to be said, and no longer kept. Only what reads it spends it: a page in the background does not."""
    if request.headers.get("HX-Request") == "true" or KEY not in getattr(request, "session", {}):
        return None
    said: dict[str, str] = request.session.pop(KEY)
    return said
