"""A refusal as a page: both sentences in the person's language, and the stable code in small."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from huitou.kernel.errors import HuitouError


def said(error: HuitouError) -> tuple[str, str]:
    """What happened and what to do next, translated, with the facts filled in."""
    return gettext(error.message).format(**error.facts), gettext(error.next_step).format(**error.facts)


def refusal_page(request: HttpRequest, error: HuitouError) -> HttpResponse:
    message, next_step = said(error)
    facts = {"message": message, "next_step": next_step, "code": error.code}
    return render(request, "console/refused.html", facts, status=error.status)
