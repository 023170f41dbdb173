"""What every request passes: strict headers, the person's own language, their stores, and refusals that help."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.encoding import escape_uri_path

from huitou.access import service as access
from huitou.access.terms import NOTHING
from huitou.catalogue import service as catalogue
from huitou.doors.console.gate import wants_json
from huitou.doors.console.refusals import refusal_json, refusal_page
from huitou.kernel.errors import HuitouError

Answer = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "object-src 'none'",
    )
)


FOLLOW_SECONDS = 5.0


class SecurityHeaders:
    """Every answer forbids inline scripts and styles, and any frame around it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        more = getattr(response, "connects_to", "")  # whom the page may call besides us
        policy = CONTENT_SECURITY_POLICY.replace("connect-src 'self'", f"connect-src 'self' {more}".rstrip())
        response.setdefault("Content-Security-Policy", policy)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


class SlashTooMany:
    """Whoever types a page's address with a slash behind it is sent to the page. Pages of the console alone: machines
    call each address as it is published, and what is sent by a form goes to an address of ours."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if request.method not in ("GET", "HEAD") or not path.endswith("/") or _app_of(path) is not None:
            return self.get_response(request)
        if _app_of(path.rstrip("/")) != "console":
            return self.get_response(request)
        asked = request.META.get("QUERY_STRING", "")
        address = escape_uri_path(request.path.rstrip("/"))
        return HttpResponsePermanentRedirect(f"{address}?{asked}" if asked else address)


def _app_of(path: str) -> str | None:
    """Whose page has this address: the console's, the till's, ...; None: nobody's."""
    try:
        return resolve(path).app_name
    except Resolver404:
        return None


class StoreScope:
    """A request sees the rows of its person's stores; one that nobody logged in for sees none (M6)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.followed = -FOLLOW_SECONDS

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._follow_chain()
        scope = NOTHING
        if request.user.is_authenticated:
            scope = access.scope_of(request.user)
            _speak(request, request.user.language)
        with access.scoped(scope):
            response = self.get_response(request)
            if response.status_code >= 500:  # the failure is already an answer: nothing half done stays
                transaction.set_rollback(True)
            return response

    def _follow_chain(self) -> None:
        """What another process was told in the first run is this one's too, some seconds later."""
        if monotonic() - self.followed > FOLLOW_SECONDS:
            self.followed = monotonic()
            catalogue.follow_chain()

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal becomes a page with what happened and what to do next; nothing of the request stays."""
        if not isinstance(error, HuitouError):
            return None
        response = refusal_json(error) if wants_json(request) else refusal_page(request, error)
        transaction.set_rollback(True)
        return response


def _speak(request: HttpRequest, language: str) -> None:
    """The language a person chose stays with them on every machine."""
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
