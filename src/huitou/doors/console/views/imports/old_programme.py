"""What a file of an old programme needs beside its columns: the first day here, how long points hold, who is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from huitou.doors.console.views.imports.answers import Answers

KINDS = ("balances", "tiers", "coupons")
NEVER = "never"


def said(request: HttpRequest, kept: Answers) -> dict[str, Any]:
    """What the form says; where it does not ask yet, what was said before."""
    if "first_day" not in request.POST:
        return dict(kept.more)
    expires = NEVER if request.POST.get("expires_never") else _day(request.POST.get("expires", ""))
    return {
        "first_day": _day(request.POST["first_day"]),
        "expires": expires,
        "make_members": bool(request.POST.get("make_members")),
        "post_difference": bool(request.POST.get("post_difference")),
    }


def missing(kept: Answers) -> list[str]:
    """What nobody has said yet, as people call it."""
    if kept.kind not in KINDS or kept.more.get("first_day"):
        return []
    return [gettext("The first business day here")]


def facts(kept: Answers) -> Mapping[str, Any]:
    """What the form shows."""
    expires = kept.more.get("expires") or ""
    return {
        "first_day": kept.more.get("first_day") or "",
        "expires": "" if expires == NEVER else expires,
        "never": expires == NEVER,
        "make_members": bool(kept.more.get("make_members")),
        "post_difference": bool(kept.more.get("post_difference")),
        "of_balances": kept.kind == "balances",
    }


def _day(text: str) -> str:
    """A day as ISO 8601; empty where it is none."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return ""
