"""Every refusal and every failure as problem+json (RFC 9457), in the caller's language and in both."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext, override
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja.errors import HttpError, ValidationError

from huitou.doors.api.errors import BodyUnfit, ComeAgain, FailedInside, Finding, JsonUnreadable, MethodUnfit
from huitou.doors.api.findings import ENDED_EARLY, differing, found_by_pydantic
from huitou.kernel.errors import HuitouError, filled
from huitou.receipts.errors import ReceiptDiffers

LANGUAGES = ("zh-hans", "en")
LOG = logging.getLogger("huitou.api")

RETRY_AFTER_SECONDS = {ComeAgain.status: "2", 429: "60"}
"""By status. Wrong codes are counted by the minute."""


def language_of(request: HttpRequest) -> str:
    """Chinese unless the caller prefers English."""
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if wanted.startswith("en"):
            return "en"
        if wanted.startswith("zh") or wanted == "*":
            break
    return "zh-hans"


def problem(error: HuitouError, language: str) -> dict[str, Any]:
    """The refusal as plain values: what problem+json carries, and a line of a batch's answer."""
    said = {}
    for each in LANGUAGES:
        with override(each):
            said[each] = {
                "message": filled(error.message, error.facts, gettext),
                "next_step": filled(error.next_step, error.facts, gettext),
            }
            if isinstance(error, JsonUnreadable):
                said[each]["errors"] = [_finding(finding) for finding in error.findings]
            if isinstance(error, ReceiptDiffers):
                said[each]["errors"] = [_finding(finding) for finding in differing(error)]
    return {"code": error.code, **said[language], "translations": said}


def _finding(finding: Finding) -> dict[str, str]:
    return {"where": finding.where, "what": gettext(finding.what).format(**finding.facts)}


def problem_response(request: HttpRequest, error: HuitouError) -> HttpResponse:
    language = language_of(request)
    said = problem(error, language)
    body = {"type": f"urn:huitou:problem:{error.code}", "title": said["message"], "status": error.status, **said}
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str),
        status=error.status,
        content_type="application/problem+json",
        headers={"Content-Language": "en" if language == "en" else "zh-Hans", "Vary": "Accept-Language"},
    )
    if error.status in RETRY_AFTER_SECONDS:
        response["Retry-After"] = RETRY_AFTER_SECONDS[error.status]
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="huitou"'
    return response


def refusal_of(error: Exception) -> HuitouError:
    """What is said of an exception. Whatever nobody foresaw is logged, and told without details."""
    if isinstance(error, HuitouError):
        return error
    if isinstance(error, HttpError) and isinstance(error.__cause__, HuitouError):
        return error.__cause__
    if isinstance(error, ValidationError):
        return BodyUnfit(*found_by_pydantic(error.errors))
    if isinstance(error, UnreadablePostError):
        return JsonUnreadable(Finding("", ENDED_EARLY))
    if isinstance(error, OperationalError | InterfaceError) and _passes(error):
        LOG.warning("the database did not do it this time: %s", error)
        return ComeAgain()
    LOG.error("an API call failed", exc_info=error)
    return FailedInside()


_PASSES = ("08", "57", "40", "53", "55P03")
"""By SQLSTATE: no connection, cancelled or shut down, taken back for another's sake, out of room, a lock not free."""


def _passes(error: DatabaseError | InterfaceError) -> bool:
    """Whether the same may well pass in a moment: nothing of it stands, and nothing is wrong with what was asked."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_PASSES)


def method_unfit(request: HttpRequest, allowed: str) -> HttpResponse:
    response = problem_response(request, MethodUnfit(method=request.method))
    response["Allow"] = allowed
    return response
