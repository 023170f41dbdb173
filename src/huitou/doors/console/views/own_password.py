"""One's own password: the old one is asked for, and wherever else one is logged in, one is logged out."""

from __future__ import annotations

from django.contrib.auth import authenticate, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from huitou.access import service as access
from huitou.access.errors import OldPasswordWrong
from huitou.access.terms import PASSWORD_LENGTH
from huitou.doors.console import toasts
from huitou.doors.console.gate import needs_log_in
from huitou.doors.console.refusals import said
from huitou.kernel.errors import HuitouError


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@needs_log_in
def own_password(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request)
    old, new, again = (request.POST.get(name, "") for name in ("old", "new", "again"))
    # As a log-in does, so that whoever guesses at an open page is locked out as at the door: the answer is then the
    # middleware's. A refusal is shown and not raised: raised, it would take the count back with everything else.
    if authenticate(request, username=request.user.username, password=old) is None:
        return _form(request, OldPasswordWrong())
    try:
        access.change_own_password(request.user, old=old, new=new, again=again)
    except HuitouError as refusal:
        return _form(request, refusal)
    request.user.refresh_from_db(fields=["password"])
    update_session_auth_hash(request, request.user)
    toasts.say(request, gettext("Your password is changed; wherever else you were logged in, you are logged out."))
    return redirect("console:own_password")


def _form(request: HttpRequest, refusal: HuitouError | None = None) -> HttpResponse:
    facts: dict[str, object] = {"least": PASSWORD_LENGTH}
    if refusal is not None:
        message, next_step = said(refusal)
        facts["refusal"] = {"message": message, "next_step": next_step, "code": refusal.code}
        facts["old_wrong"] = isinstance(refusal, OldPasswordWrong)
    response = render(request, "console/own_password.html", facts, status=refusal.status if refusal else 200)
    response["Cache-Control"] = "no-store"
    return response
