"""The short way of machines: a call carries a key, so sessions, cookies, log-ins and page languages are not asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from huitou.doors.api.errors import BodyTooLarge, HostUnknown, LengthMissing, NoSuchCall
from huitou.doors.api.problems import LOG, method_unfit, problem_response, refusal_of

BEGINNING = "/api/"
# The pages that describe the calls are for people.
PAGES = frozenset({"/api/v1/docs", "/api/v1/openapi.json"})
MOST_BYTES = 1_000_000
MOST_BYTES_OF_BATCHES = 64_000_000
BATCHES = frozenset({"/api/v1/receipts/batch"})

TRUSTED_SECONDS = 1.0
"""How long a connection that worked counts as working. Asking it costs a fifth of a short call."""
_last = threading.local()

Answer = Callable[[HttpRequest], HttpResponse]


class ApiCalls:
    """Answers every address below /api/ itself; whatever goes wrong is problem+json."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not path.startswith(BEGINNING) or path in PAGES:
            return self.get_response(request)
        if time.monotonic() - getattr(_last, "success", 0.0) < TRUSTED_SECONDS:
            connection.health_check_done = True
        try:
            response = _answer(request, path)
        except Exception as error:  # the last net: nothing leaves without a problem's form
            response = problem_response(request, refusal_of(error))
        _last.success = time.monotonic() if response.status_code < 500 else 0.0
        if not response.streaming:
            response["Content-Length"] = str(len(response.content))
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        if response.status_code >= 400:
            _read_to_the_end(request)
            caller = getattr(request, "auth", None)
            who = caller.name if caller else "-"
            LOG.info("%s %s %s: %s", who, request.method, ascii(path), response.status_code)
            response._has_been_logged = True  # by Django's convention: it need not tell it as a page that failed
        return response


def _answer(request: HttpRequest, path: str) -> HttpResponseBase:
    try:
        request.get_host()
    except DisallowedHost as error:
        raise HostUnknown() from error
    most = MOST_BYTES_OF_BATCHES if path in BATCHES else MOST_BYTES
    if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
        raise LengthMissing()
    if _length(request) > most:
        raise BodyTooLarge(most_bytes=most)
    try:
        match = _call_at(path)
    except Resolver404 as error:
        raise NoSuchCall() from error
    request.resolver_match = match
    response = match.func(request, *match.args, **match.kwargs)
    return method_unfit(request, response["Allow"]) if response.status_code == 405 else response


@lru_cache(maxsize=100)
def _call_at(path: str) -> ResolverMatch:
    """The call at this address. Raises Resolver404. Most ask for the same few, and looking one up is slow."""
    return resolve(path)


def _read_to_the_end(request: HttpRequest) -> None:
    """What the caller is still sending: a connection that is closed before would lose them the answer."""
    if not hasattr(request, "_body") and _length(request) <= MOST_BYTES:
        with suppress(OSError, RawPostDataException):
            _ = request.body


def _length(request: HttpRequest) -> int:
    """Of the body in bytes, as announced; what is no number is more than anything."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text[:20]) if text.isascii() and text.isdigit() else 10**20
