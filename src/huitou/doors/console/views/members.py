"""Find members."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huitou.access.terms import Right
from huitou.doors.console.gate import asked_store, every_store, last_refresh, needs, seen_stores
from huitou.doors.console.layers import LAYERS
from huitou.kernel.errors import N_
from huitou.members import service as rooms_members
from huitou.members.terms import Found

PAGE_SIZE = 50
LONGEST_QUERY = 80
SORT_NAMES = {
    "spend": N_("Spend, highest first"),
    "receipts": N_("Receipts, most first"),
    "last": N_("Last purchase, newest first"),
    "joined": N_("Joined, newest first"),
    "name": N_("Name"),
}


@needs(Right.SEE_MEMBERS)
def members(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    layer = request.GET.get("layer", "")
    layer = layer if layer in LAYERS else ""
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORT_NAMES else "spend"
    stores = every_store(request)
    seen = seen_stores(request)
    store = asked_store(request, seen)
    page = _page_number(request.GET.get("page", "1"))
    found = rooms_members.find_members(
        query, layer=layer or None, store_id=store, sort=sort, page=page, page_size=PAGE_SIZE
    )
    pages = max(1, -(-found.total // PAGE_SIZE))
    facts = {
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
        "pages": pages,
        "first": (page - 1) * PAGE_SIZE + 1,
        "last": (page - 1) * PAGE_SIZE + len(found.rows),
        "without_facts": found.by_layer.get("", 0),
        "refreshed": last_refresh(request),
        "way_out": _way_out(found, query, layer, store),
    }
    return render(request, "console/members.html", facts)


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
