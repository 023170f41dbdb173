"""Who may open a page: a log-in, and a right where the page needs one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.catalogue import service as catalogue
from huitou.catalogue.terms import StoreSeen
from huitou.doors.console.refusals import SessionEnded, refusal_json
from huitou.insight.service import runs
from huitou.insight.terms import RefreshSeen

View = Callable[..., HttpResponse]


def needs(right: Right) -> Callable[[View], View]:
    """Log in first; then the right, or a page that says who can help."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_log_in(request)
            access.require(request.user, right)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def needs_log_in(view: View) -> View:
    """For what is everybody's own, whatever their role."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return view(request, *args, **kwargs) if request.user.is_authenticated else _to_log_in(request)

    return guarded


def is_fragment(request: HttpRequest) -> bool:
    """Whether a script on a page asks for a part of it."""
    return request.headers.get("HX-Request") == "true"


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks, which reads answers and refusals as JSON."""
    return request.headers.get("Accept") == "application/json"


def _to_log_in(request: HttpRequest) -> HttpResponse:
    """To the log-in and back; a page whose session ended in the background goes there as a whole."""
    if wants_json(request):
        return refusal_json(SessionEnded())
    if not is_fragment(request):
        if request.path == "/":  # nobody asked for a page: after the log-in each role starts where it may
            return redirect("console:login")
        return redirect_to_login(request.get_full_path())
    back = urlsplit(request.headers.get("HX-Current-URL", "/")).path or "/"
    response = HttpResponse(status=204)
    response["HX-Redirect"] = f"{reverse('console:login')}?{urlencode({'next': back})}"
    return response


def every_store(request: HttpRequest) -> dict[int, StoreSeen]:
    """The chain's stores by id, read once a request."""
    if not hasattr(request, "huitou_stores"):
        request.huitou_stores = catalogue.stores()
    return request.huitou_stores


def last_refresh(request: HttpRequest) -> RefreshSeen | None:
    """How fresh the figures are, read once a request."""
    if not hasattr(request, "huitou_refreshed"):
        request.huitou_refreshed = runs.last()
    return request.huitou_refreshed


def seen_stores(request: HttpRequest) -> dict[int, StoreSeen]:
    """The stores of this person by id: all of the chain, or theirs."""
    scope = access.scope_of(request.user)
    stores = every_store(request)
    return stores if scope.everything else {id_: stores[id_] for id_ in scope.store_ids if id_ in stores}


def asked_store(asked: QueryDict, seen: dict[int, StoreSeen]) -> int | None:
    """The store that `store` names, if it is one of those; else None."""
    text = asked.get("store", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    return wanted if wanted in seen else None


def asked_place(request: HttpRequest) -> tuple[dict[int, StoreSeen], int | None]:
    """The stores of this person, and the one that they ask for: None is the whole chain, where they see it, and else
    their first store."""
    seen = seen_stores(request)
    store = asked_store(request.GET, seen)
    if store is None and not access.scope_of(request.user).everything:
        store = next(iter(seen), None)
    return seen, store
