"""A refusal as a page, or as JSON: both sentences in the person's language, and the stable code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from huitou.kernel.errors import N_, HuitouError, filled


class SessionEnded(HuitouError):
    code = "session_ended"
    message = N_("You are logged out.")
    next_step = N_("Log in again in another window; what was done so far is kept.")
    status = 401


def said(error: HuitouError) -> tuple[str, str]:
    """What happened and what to do next, translated, with the facts filled in."""
    return filled(error.message, error.facts, gettext), filled(error.next_step, error.facts, gettext)


def refusal_page(request: HttpRequest, error: HuitouError) -> HttpResponse:
    message, next_step = said(error)
    facts = {"message": message, "next_step": next_step, "code": error.code}
    return render(request, "console/refused.html", facts, status=error.status)


def refusal_json(error: HuitouError) -> HttpResponse:
    """For a script of ours that asked; `wants_json` tells."""
    message, next_step = said(error)
    return JsonResponse({"message": message, "next_step": next_step, "code": error.code}, status=error.status)
