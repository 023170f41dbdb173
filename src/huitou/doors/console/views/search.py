"""Search over everything a person may see: members, receipts, products, categories, stores, figures, segments, tags,
offers, pages, help.

It is asked by POST: a phone in an address would lie in the browser's history and in the logs of every proxy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.catalogue import service as catalogue
from huitou.doors.console import figures
from huitou.doors.console.asked_words import holds, likeness, words_of
from huitou.doors.console.gate import every_store, is_fragment, needs, seen_stores
from huitou.doors.console.help_said import HELP, Help
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.navigation import open_to
from huitou.doors.console.offering import said
from huitou.insight import service as insight
from huitou.kernel.ids import member_code
from huitou.members import service as members
from huitou.offers.service import coupons, programmes
from huitou.receipts import service as receipts
from huitou.segments import service as segments
from huitou.segments.service import tags

LONGEST, SHORTEST = 80, 2
MEMBERS, RECEIPTS, PRODUCTS, OTHERS = 6, 5, 6, 5


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. Without an address it is only told of."""

    name: str
    address: str
    detail: str = ""
    layer: str = ""
    data: bool = True
    """A name of the shop's, which is the same in every language; else a word of ours."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SEE_MEMBERS)
def search(request: HttpRequest) -> HttpResponse:
    query = request.POST.get("q", "").replace("\x00", "").strip()[:LONGEST]
    too_short = len(query) < SHORTEST and not query.isdigit()  # a till may count its receipts from 1
    groups = [] if too_short else [group for group in _groups(request, query) if group[2]]
    whole = not is_fragment(request)
    if whole and not query:  # who comes without a question is shown those that others have
        groups = [(gettext("Questions and answers"), "help", _every_help(request))]
    facts = {"query": query, "groups": groups, "too_short": query and too_short, "whole": whole}
    response = render(request, "console/search.html" if whole else "console/_hits.html", facts)
    response["Cache-Control"] = "no-store"
    return response


def _groups(request: HttpRequest, query: str) -> Iterator[tuple[str, str, list[Hit]]]:
    yield gettext("Members"), "users", _members(query)
    yield gettext("Receipts"), "receipt", list(_receipts(request, query))
    yield gettext("Products"), "basket", list(_products(request, query))
    if access.may(request.user, Right.SEE_OVERVIEW):
        yield gettext("Categories"), "basket", list(_categories(query))[:OTHERS]
        yield gettext("Stores"), "store", list(_stores(request, query))[:OTHERS]
        yield gettext("Figures"), "quality", list(_figures(query))[:OTHERS]
    if access.may(request.user, Right.SEE_SEGMENTS):
        yield gettext("Segments"), "filter", list(_segments(query))[:OTHERS]
        yield gettext("Tags"), "tag", list(_tags(request, query))[:OTHERS]
    if access.may(request.user, Right.SEE_OFFERS):
        yield gettext("Offers"), "offer", list(_offers(query))[:OTHERS]
        yield gettext("Coupons"), "coupon", list(_coupons(query))[:OTHERS]
    yield gettext("Places to go"), "overview", list(_pages(request, query))[:OTHERS]
    yield gettext("Help"), "help", _help(request, query)[:OTHERS]


def _members(query: str) -> list[Hit]:
    return [
        Hit(
            one.name or member_code(one.id),
            reverse("console:member", args=[one.id]),
            " · ".join(filter(None, (member_code(one.id) if one.name else "", one.masked_phone))),
            one.layer if one.layer in LAYERS else "",
        )
        for one in members.at_the_till(members.search(query, MEMBERS))
    ]


def _receipts(request: HttpRequest, query: str) -> Iterator[Hit]:
    stores = every_store(request)
    for receipt, _ in receipts.by_number(query, RECEIPTS):
        store = stores[receipt.store_id].name if receipt.store_id in stores else ""
        when = f"{figures.day(receipt.business_date)} {figures.clock(receipt.at)}"
        detail = f"{store} · {when} · {figures.money(receipt.net_fen)} {figures.currency()}"
        yield Hit(receipt.number, reverse("console:receipt", args=[receipt.id]), detail)


def _products(request: HttpRequest, query: str) -> Iterator[Hit]:
    """A cashier is told of a product; who sees figures also goes to its page."""
    opens = access.may(request.user, Right.SEE_OVERVIEW)
    for product in catalogue.search_products(query, PRODUCTS):
        address = reverse("console:product", args=[product.id]) if opens else ""
        yield Hit(product.name, address, f"{product.sku} · {product.category}".strip(" ·"))


def _categories(query: str) -> Iterator[Hit]:
    """By their own name, not that of what they lie in: 蔬菜 is one hit, and not also each kind of it. The highest
    first."""
    words = words_of(query)
    parts = [path.split("/") for path in catalogue.category_paths()]  # of those alone that goods lie in
    every = {"/".join(names[: depth + 1]) for names in parts for depth in range(len(names))}
    for path in sorted(every, key=lambda path: (path.count("/"), path)):
        above, _, name = path.rpartition("/")
        if holds(words, [name]):
            address = f"{reverse('console:products')}?{urlencode({'category': path})}"
            yield Hit(name, address, above.replace("/", " / "))


def _stores(request: HttpRequest, query: str) -> Iterator[Hit]:
    asked = query.casefold()
    for store in seen_stores(request).values():
        if asked in store.name.casefold() or asked == store.code.casefold() or asked in store.district.casefold():
            yield Hit(
                store.name, reverse("console:store", args=[store.id]), f"{store.code} · {store.district}".strip(" ·")
            )


def _figures(query: str) -> Iterator[Hit]:
    for kpi in insight.kpis():
        if _said(query, kpi.title, kpi.question, kpi.name):
            yield Hit(gettext(kpi.title), reverse("console:kpi", args=[kpi.name]), gettext(kpi.question), data=False)


def _segments(query: str) -> Iterator[Hit]:
    for one in segments.listed():
        if query.casefold() in one.name.casefold():
            yield Hit(one.name, reverse("console:segment", args=[one.segment_id]))


def _tags(request: HttpRequest, query: str) -> Iterator[Hit]:
    """By name and purpose; sensitive ones for whoever may see them."""
    asked, sensitive = query.casefold(), access.may(request.user, Right.SEE_SENSITIVE_TAGS)
    for one in tags.standing():
        told = asked in one.tag.name.casefold() or asked in one.tag.purpose.casefold()
        if told and (sensitive or not one.tag.sensitive):
            yield Hit(one.tag.name, reverse("console:tag", args=[one.id]), one.tag.purpose)


def _offers(query: str) -> Iterator[Hit]:
    asked = query.casefold()
    for one in programmes.offers(timezone.now()):
        if asked in one.name.casefold() or asked in one.code.casefold():
            state, _ = said.STATES[one.state]
            yield Hit(one.name or one.code, reverse("console:offer", args=[one.code]), f"{one.code} · {gettext(state)}")


def _coupons(query: str) -> Iterator[Hit]:
    asked = query.casefold()
    for code, title in coupons.titles().items():
        if asked in title.casefold() or asked in code.casefold():
            yield Hit(title, reverse("console:coupon_kind", args=[code]), code)


def _pages(request: HttpRequest, query: str) -> Iterator[Hit]:
    for section, places in open_to(request.user):
        for place in places:
            if _said(query, place.title, section.title, place.name):
                yield Hit(gettext(place.title), place.address, data=False)


def _help(request: HttpRequest, query: str) -> list[Hit]:
    """The likest first: a question is asked in many ways, so that its words need not all be ours."""
    words = words_of(query)
    liked = [(likeness(words, _in_both(one.question, one.answer, one.words)), one) for one in _open_help(request)]
    liked.sort(key=lambda pair: -pair[0])
    return [_answered(one) for like, one in liked if like]


def _every_help(request: HttpRequest) -> list[Hit]:
    return [_answered(one) for one in _open_help(request)]


def _open_help(request: HttpRequest) -> list[Help]:
    return [one for one in HELP if access.may(request.user, one.right)]


def _answered(one: Help) -> Hit:
    return Hit(gettext(one.question), reverse(f"console:{one.page}"), gettext(one.answer), data=False)


def _said(query: str, *texts: str) -> bool:
    """Whether these hold every word, in English or in the person's language."""
    return holds(words_of(query), _in_both(*texts))


def _in_both(*texts: str) -> list[str]:
    return [said for text in texts if text for said in (text, gettext(text))]
