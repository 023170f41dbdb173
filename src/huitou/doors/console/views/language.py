"""Switch the language."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from huitou.access import service as access

CHOSEN = "language_chosen"
_A_YEAR_SECONDS = 365 * 24 * 3600


def remember(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_A_YEAR_SECONDS,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Keep the language on the person and in a cookie, and go back to where they were."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise BadRequest("no language of ours")
    if request.user.is_authenticated:
        access.set_language(request.user.pk, language)
    else:
        request.session[CHOSEN] = language
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    return remember(HttpResponseRedirect(back), language)
