"""Find members."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import asked_store, every_store, is_fragment, last_refresh, needs, seen_stores
from huitou.doors.console.layers import LAYERS
from huitou.kernel.errors import N_
from huitou.members.terms import Found
from huitou.privacy import service as privacy
from huitou.usecases.list_members import find_page

PAGE_SIZE = 50
LONGEST_QUERY = 80
USUAL_SORT = "spend"
SCORES = {"r": "recency", "f": "frequency"}
"""By the letter in the address: a square of the map of all members."""
SORT_NAMES = {
    "spend": N_("Spend, highest first"),
    "receipts": N_("Receipts, most first"),
    "last": N_("Last purchase, newest first"),
    "joined": N_("Joined, newest first"),
    "name": N_("Name"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SEE_MEMBERS)
def members(request: HttpRequest) -> HttpResponse:
    """A search comes as a form and goes on as an address, unless a phone stands in it.

    An address lies in the browser's history and in the logs of every proxy; a phone in clear has no place there.
    """
    as_form = request.method == "POST"
    asked = _asked(request.POST if as_form else request.GET)
    in_address = asked.copy()
    secret = privacy.may_hold_phone(asked.get("q", ""))
    if secret:
        del in_address["q"]
    address = f"{reverse('console:members')}?{in_address.urlencode()}".rstrip("?")
    if secret != as_form and not is_fragment(request):
        return redirect(address)
    response = render(request, "console/members.html", _found(request, asked) | {"asked": in_address, "secret": secret})
    if is_fragment(request):
        response["HX-Push-Url"] = address
    if secret:
        response["Cache-Control"] = "no-store"
    return response


def _asked(given: QueryDict) -> QueryDict:
    """What was asked, without what is empty, usual or no part of the question."""
    asked = QueryDict(mutable=True)
    for name in ("q", "layer", "store", "r", "f", "sort", "page"):
        if value := given.get(name, "").strip()[:LONGEST_QUERY]:
            asked[name] = value
    if asked.get("sort") == USUAL_SORT:
        del asked["sort"]
    return asked


def _found(request: HttpRequest, asked: QueryDict) -> dict[str, object]:
    query, layer, sort = asked.get("q", ""), asked.get("layer", ""), asked.get("sort", "")
    layer = layer if layer in LAYERS else ""
    sort = sort if sort in SORT_NAMES else USUAL_SORT
    stores = every_store(request)
    seen = seen_stores(request)
    store = asked_store(asked, seen)
    page = _page_number(asked.get("page", "1"))
    scores = {name: int(asked[key]) for key, name in SCORES.items() if asked.get(key) in set("12345")}
    found = find_page(
        query, layer=layer or None, store_id=store, scores=scores, sort=sort, page=page, page_size=PAGE_SIZE
    )
    return {
        "query": query,
        "layer": layer,
        "layers": [(key, name, found.by_layer.get(key, 0)) for key, name in LAYERS.items()],
        "sort": sort,
        "sorts": SORT_NAMES.items(),
        "store": store,
        "stores": seen.values(),
        "found": found,
        "rows": [(row, stores.get(row.home_store_id)) for row in found.rows],
        "page": page,
        "pages": max(1, -(-found.total // PAGE_SIZE)),
        "first": (page - 1) * PAGE_SIZE + 1,
        "last": (page - 1) * PAGE_SIZE + len(found.rows),
        "without_facts": found.by_layer.get("", 0),
        "refreshed": last_refresh(request),
        "whole_chain": access.scope_of(request.user).everything,
        "scores": [(name[0].upper(), score) for name, score in scores.items()],
        "way_out": _way_out(found, query, layer, store),
    }


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _way_out(found: Found, query: str, layer: str, store: int | None) -> str:
    """With no hit: which condition to drop. Empty where nobody is there at all."""
    if found.total:
        return ""
    if layer and found.of_any_layer:
        return "layer"
    if store is not None:
        return "store"
    return "query" if query else ""
