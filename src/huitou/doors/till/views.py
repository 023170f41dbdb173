"""The page, the pass that it shows the API, and the script that keeps it when the server is away."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from huitou.access import service as access
from huitou.access.errors import RightMissing
from huitou.access.terms import Right
from huitou.catalogue import service as catalogue
from huitou.catalogue.terms import StoreSeen
from huitou.doors.till.errors import LoggedOut
from huitou.doors.till.words import words
from huitou.kernel.currencies import currency_of
from huitou.kernel.errors import HuitouError

SCRIPTS = (
    "vendor/qrcode", "words", "amounts", "kept", "line", "shelf", "basket", "prompts", "member", "lines", "points",
    "side", "queue", "paying", "slip", "held", "goods-back", "keys", "start",
)  # fmt: skip
"""In the order in which they need each other; they share `window.till`, and nothing else."""
LOOKS = ("vendor/tabler.min.css", "tokens.css", "huitou.css", "favicon.svg", "icons.svg", "theme.js")
OWN_MACHINE = "http://127.0.0.1:*"
"""Where the store's own process listens; browsers take this address as safe also on a page of HTTPS."""
FONT = "console/vendor/ibm-plex-sans-latin-wght-normal.woff2"


@login_required
@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The whole till. What it needs to begin without the server stands in it."""
    access.require(request.user, Right.SELL)
    answer = render(request, "till/page.html", {"scripts": _scripts(), "begin": _begin(request), "words": words()})
    answer.connects_to = OWN_MACHINE  # type: ignore[attr-defined] # the middleware writes it into the page's policy
    return answer


def _begin(request: HttpRequest) -> dict[str, Any]:
    written = currency_of(settings.CURRENCY)
    return {
        "cashier": request.user.name,
        "stores": [{"code": store.code, "name": store.name} for store in _stores(request).values()],
        "chain": settings.CHAIN_NAME,
        "currency": written.chinese if (get_language() or "").startswith("zh") else written.english,
        "sign": written.sign,
        "zone": settings.TIME_ZONE,
        "language": get_language(),
        "api": "/api/v1",
        "pass": reverse("till:pass"),
        "worker": reverse("till:worker"),
        "login": f"{reverse('console:login')}?next={reverse('till:page')}",
        "icons": static("console/icons.svg"),
    }


@never_cache
@require_GET
def new_pass(request: HttpRequest) -> JsonResponse:
    """A pass for the store that `store` names, while its person is logged in; a refusal as JSON else."""
    try:
        if not request.user.is_authenticated:
            raise LoggedOut()
        store = next((one for one in _stores(request).values() if one.code == request.GET.get("store")), None)
        if store is None:
            raise RightMissing(right=Right.SELL)
        return JsonResponse({"key": access.issue_pass(request.user, store.id), "hours": access.PASS_HOURS})
    except HuitouError as refusal:
        told = {"code": refusal.code, "message": gettext(refusal.message), "next_step": gettext(refusal.next_step)}
        return JsonResponse(told, status=refusal.status)


@never_cache
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, which may keep what lies under /till/ alone; with the addresses of this release in it."""
    keeps = [reverse("till:page"), *_scripts(), *(static(f"console/{name}") for name in LOOKS)]
    keeps += [static(FONT), static("till/till.css")]
    release = hashlib.sha256(" ".join(keeps).encode()).hexdigest()[:16]
    text = (Path(__file__).parent / "static/till/worker.js").read_text(encoding="utf-8")
    text = text.replace('"KEEPS"', json.dumps(keeps)).replace('"RELEASE"', json.dumps(release))
    return HttpResponse(text, content_type="text/javascript")


def _scripts() -> list[str]:
    return [static(f"till/{name}.js") for name in SCRIPTS]


def _stores(request: HttpRequest) -> dict[int, StoreSeen]:
    """Where this person may sell."""
    scope, every = access.scope_of(request.user), catalogue.stores()
    return every if scope.everything else {id_: every[id_] for id_ in scope.store_ids if id_ in every}
