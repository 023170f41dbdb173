"""Who changes, gives and takes a sensitive tag: whoever may see who bears it."""

from __future__ import annotations

from django.http import HttpRequest

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.segments.service import tags


def require_sight(request: HttpRequest, name: str) -> None:
    """Of a tag that is not sensitive, or not there, nothing is asked. Raises RightMissing."""
    if name in tags.sensitive_names():
        access.require(request.user, Right.SEE_SENSITIVE_TAGS)
