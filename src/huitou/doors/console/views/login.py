"""Log in and out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.views.desk import begins_here
from huitou.doors.console.views.language import CHOSEN, remember


class LogIn(LoginView):
    template_name = "console/login.html"
    redirect_authenticated_user = True
    extra_context = {"username": ""}

    def get_default_redirect_url(self) -> str:
        """The first page that the person may open: a cashier starts at the till, who answers members at their desk."""
        if access.may(self.request.user, Right.SEE_OVERVIEW):
            return resolve_url("console:overview")
        if begins_here(self.request.user):
            return resolve_url("console:desk")
        return resolve_url("till:page" if access.may(self.request.user, Right.SELL) else "console:members")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(nobody_yet=not access.is_anybody_here(), **more)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """A language chosen on this page is the person's from now on; else theirs, if any, is taken up again."""
        chosen = self.request.session.get(CHOSEN)
        response = super().form_valid(form)
        user = form.get_user()
        if chosen:
            access.set_language(user.pk, chosen)
        if chosen or user.language:
            return remember(response, chosen or user.language)
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # the last person's at this machine
        return response


@require_POST
def log_out(request: HttpRequest) -> HttpResponseRedirect:
    logout(request)
    return redirect("console:login")


def locked_out(request: HttpRequest, response: object = None, credentials: object = None) -> HttpResponse:
    """Too many wrong passwords for one name from one address: say so, and until when."""
    minutes = round(timedelta(hours=settings.AXES_COOLOFF_TIME).total_seconds() / 60)
    facts = {"minutes": minutes, "username": request.POST.get("username", ""), "locked": True}
    return render(request, "console/login.html", facts, status=429)
