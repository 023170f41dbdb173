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
from huitou.kernel.errors import N_, HuitouError

LANGUAGES = ("zh-hans", "en")
LOG = logging.getLogger("huitou.api")

ENDED_EARLY = N_("it ended early")
MISSING = N_("is missing")
NOT_KNOWN = N_("is not known here")
WRONG_FORM = N_("is not of the form that the call asks for")
# By pydantic's kinds of errors; whatever is not here has the wrong form.
WHAT = {
    "missing": MISSING,
    "extra_forbidden": NOT_KNOWN,
    "string_type": N_("has to be a text in quotation marks"),
    "string_too_long": N_("is longer than {max_length} characters"),
    "string_too_short": N_("is shorter than {min_length} characters"),
    "int_type": N_("has to be a whole number without quotation marks"),
    "greater_than_equal": N_("is less than {ge}"),
    "less_than_equal": N_("is more than {le}"),
    "enum": N_("is none of {expected}"),
    "literal_error": N_("is none of {expected}"),
    "too_long": N_("has more than {max_length} parts"),
    "too_short": N_("has fewer than {min_length} parts"),
    "said_twice": N_("stands twice"),
    "tenders_differ": N_("has tenders that do not sum to what its lines cost"),
    "nothing_to_know_by": N_("names nobody: give a phone, a card, or an id of another system or platform"),
}
MOST_FINDINGS = 50
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
                "message": gettext(error.message).format(**error.facts),
                "next_step": gettext(error.next_step).format(**error.facts),
            }
            if isinstance(error, JsonUnreadable):
                said[each]["errors"] = [_finding(finding) for finding in error.findings]
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


def found_by_pydantic(errors: list[Any]) -> list[Finding]:
    """Its errors in our words; the first fifty: a body of nothing but mistakes is not answered by a larger one."""
    found = []
    for error in errors[:MOST_FINDINGS]:
        facts = {name: str(value) for name, value in (error.get("ctx") or {}).items()}
        what = WHAT.get(error["type"], WRONG_FORM)
        # The first two parts say `body` and the name of the view's argument.
        where = ".".join(str(part)[:80] for part in error["loc"] if part not in ("body", "said"))
        found.append(Finding(where, what, facts))
    return found


def method_unfit(request: HttpRequest, allowed: str) -> HttpResponse:
    response = problem_response(request, MethodUnfit(method=request.method))
    response["Allow"] = allowed
    return response
