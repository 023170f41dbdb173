"""What the framework itself will not read, as a refusal like any other; the API answers in its own form."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from huitou.doors.console.gate import wants_json
from huitou.doors.console.refusals import refusal_json, refusal_page
from huitou.kernel.errors import N_, HuitouError


class RequestUnreadable(HuitouError):
    code = "request_unreadable"
    message = N_("The server cannot read what the browser sent.")
    next_step = N_(
        "Nothing was changed. Go back, reload the page and do it once more; if it stays, tell an administrator."
    )


class TooManyFields(HuitouError):
    code = "too_many_fields"
    message = N_("The browser sent more than {most} fields at once.")
    next_step = N_("Nothing was changed. Go back and send less at once; what is long goes in as a file, by Imports.")


class TooMuchSent(HuitouError):
    code = "too_much_sent"
    message = N_("The browser sent more than {most_mb} MB at once.")
    next_step = N_("Nothing was changed. Go back and send less at once; what is long goes in as a file, by Imports.")
    status = 413


class NotOurHost(HuitouError):
    code = "not_our_host"
    message = N_("The site does not answer to this host name.")
    next_step = N_("Use the site's own name, or add this one to HUITOU_HOSTS.")


def answer(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a bad request, or its JSON for a script of ours."""
    refusal = _refusal_of(exception)
    response = refusal_json(refusal) if wants_json(request) else refusal_page(request, refusal)
    if transaction.get_connection().in_atomic_block:  # a host is refused before anything is opened
        transaction.set_rollback(True)
    return response


def _refusal_of(exception: Exception) -> HuitouError:
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return TooManyFields(most=f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,}")
    if isinstance(exception, RequestDataTooBig):
        return TooMuchSent(most_mb=f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 2**20:g}")
    return NotOurHost() if isinstance(exception, DisallowedHost) else RequestUnreadable()
