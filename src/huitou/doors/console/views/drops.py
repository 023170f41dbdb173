"""Folders where a till system leaves its files: added, tried, paused and removed by an administrator.

A page that could name any folder could move any file: so folders lie within those that the server names
(settings.DROP_FOLDERS), and the command line alone may name others. Keys of SFTP are made here, or pasted once, and
never shown again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.refusals import said
from huitou.doors.console.views import mappings
from huitou.doors.console.views.imports import words
from huitou.inbox import service as inbox
from huitou.kernel.errors import HuitouError
from huitou.usecases import take_drops

_LONGEST, _LONGEST_KEY = 200, 20_000
_TEXTS = ("name", "source", "kind", "pattern", "marker", "where", "folder", "host", "port", "user", "path")
_USUAL = {"kind": "receipts", "pattern": "*.csv", "where": "here", "port": "22"}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SET_DROPS)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a drop; one by SFTP twice, so that somebody compares the host's key before it is trusted."""
    typed = {name: request.POST.get(name, _USUAL.get(name, ""))[:_LONGEST].strip() for name in _TEXTS}
    if request.method != "POST":
        return _form(request, typed)
    host_key = request.POST.get("host_key", "")[:_LONGEST_KEY].strip()
    by_sftp = typed["where"] == "sftp"
    try:
        if by_sftp and not host_key:
            host_key, _ = inbox.key_of_host(_place(typed))
            return _form(request, typed, host_key=host_key)
        if by_sftp and not request.POST.get("same_key"):
            return _form(request, typed, host_key=host_key, unsure=True)
        private_key = request.POST.get("private_key", "")[:_LONGEST_KEY].strip() if by_sftp else ""
        take_drops.add_drop_of_page(
            typed["name"],
            place=_place(typed),
            **{name: typed[name] for name in ("pattern", "kind", "source", "marker")},
            private_key=private_key,
            make_key=by_sftp and not private_key,
            host_key=host_key,
            actor=request.user.username,
        )
    except HuitouError as refused:
        return _form(request, typed, refused, host_key=host_key)
    access.note(request.user, "drop_added", f"drop:{typed['name']}", place=_place(typed))
    toasts.say(request, gettext("The drop is watched from now on."))
    return redirect(reverse("console:mappings") + "#drops")


def _place(typed: Mapping[str, str]) -> str:
    if typed["where"] == "sftp":
        return f"sftp://{typed['user']}@{typed['host']}:{typed['port'] or 22}/{typed['path'].lstrip('/')}"
    folder = typed["folder"]
    return folder if folder.startswith("/") or not folder else f"{settings.DROP_FOLDERS[0].resolve()}/{folder}"


def _form(
    request: HttpRequest,
    typed: Mapping[str, str],
    refused: HuitouError | None = None,
    *,
    host_key: str = "",
    unsure: bool = False,
) -> HttpResponse:
    facts: dict[str, Any] = {
        "typed": typed,
        "kinds": [(kind, gettext(words.KINDS[kind])) for kind in take_drops.KINDS],
        "sources": sorted({saved.source for saved in inbox.saved_mappings()}),
        "folders": [str(folder.resolve()) for folder in settings.DROP_FOLDERS],
        "unsure": unsure,
    }
    if host_key:
        facts |= {"host_key": host_key, "fingerprint": inbox.fingerprint(host_key)}
    if refused is not None:
        message, next_step = said(refused)
        facts["refused"] = {"title": message, "text": next_step, "code": refused.code}
    return render(request, "console/imports/drop_new.html", facts, status=refused.status if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SET_DROPS)
def check(request: HttpRequest) -> HttpResponse:
    """Look into a drop and read its first file; nothing is taken or moved."""
    if request.method != "POST":  # who reloads, or takes another language
        return redirect(reverse("console:mappings") + "#drops")
    name = request.POST.get("name", "")
    try:
        found: Mapping[str, Any] = {"name": name, "checked": take_drops.check_drop(name)}
    except HuitouError as refused:
        message, next_step = said(refused)
        found = {"name": name, "refused": {"title": message, "text": next_step, "code": refused.code}}
    return mappings.page(request, found)


@require_POST
@needs(Right.SET_DROPS)
def pause(request: HttpRequest) -> HttpResponse:
    """Pause a drop, or let it go on."""
    name, paused = request.POST.get("name", ""), request.POST.get("paused") == "1"
    inbox.pause_drop(name, paused=paused)
    access.note(request.user, "drop_paused" if paused else "drop_resumed", f"drop:{name}")
    toasts.say(request, gettext("The drop is paused.") if paused else gettext("The drop is watched from now on."))
    return redirect(reverse("console:mappings") + "#drops")


@require_POST
@needs(Right.SET_DROPS)
def remove(request: HttpRequest) -> HttpResponse:
    name = request.POST.get("name", "")
    inbox.remove_drop(name)
    access.note(request.user, "drop_removed", f"drop:{name}")
    toasts.say(request, gettext("The drop is removed; its files stay where they lie."))
    return redirect(reverse("console:mappings") + "#drops")
