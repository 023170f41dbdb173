"""What the frame around every page shows: who is here, where they may go, how fresh the figures are."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from huitou.access import service as access
from huitou.access.terms import Right, Role
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import every_store, last_refresh
from huitou.kernel.errors import N_

ROLE_NAMES = {
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.MARKETER: N_("Marketer"),
    Role.STORE_MANAGER: N_("Store manager"),
    Role.CASHIER: N_("Cashier"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the navigation. `group` is the heading it stands under, if it has one."""

    name: str
    title: str
    icon: str
    right: Right
    group: str = ""
    key: str = ""
    """The letter that opens it after a g."""


# Only pages that exist. A new page adds its line here and is in the sidebar and on the phone's tab bar.
PLACES = (
    Place("overview", N_("Overview"), "overview", Right.SEE_OVERVIEW, key="o"),
    Place("kpis", N_("Figures"), "quality", Right.SEE_OVERVIEW, key="f"),
    Place("members", N_("Members"), "users", Right.SEE_MEMBERS, N_("People"), key="m"),
    Place("crowd", N_("All members"), "layers", Right.SEE_OVERVIEW, N_("People"), key="a"),
    Place("cut_offs", N_("Cut-offs"), "pencil", Right.SET_CUT_OFFS, N_("People"), key="c"),
    Place("stores", N_("Stores"), "store", Right.SEE_OVERVIEW, N_("Business"), key="s"),
    Place("products", N_("Products"), "basket", Right.SEE_OVERVIEW, N_("Business"), key="p"),
    Place("targets", N_("Targets"), "target", Right.SET_TARGETS, N_("Operations"), key="g"),
    Place("conflicts", N_("Conflicts"), "warning", Right.SETTLE_CONFLICTS, N_("Operations"), key="t"),
    Place("imports", N_("Imports"), "import", Right.SEE_IMPORTS, N_("Operations"), key="i"),
    Place("mappings", N_("Mappings and drops"), "drops", Right.SEE_IMPORTS, N_("Operations"), key="d"),
    Place("quality", N_("Data quality"), "check", Right.SEE_IMPORTS, N_("Operations"), key="q"),
    Place("cutover", N_("Cut-over"), "coins", Right.SEE_IMPORTS, N_("Operations")),
    Place("refresh", N_("Refresh"), "refresh", Right.RUN_REFRESH, N_("Operations"), key="r"),
)
# Pages that belong to a place of the navigation.
INSIDE = {"member": "members", "kpi": "kpis", "store": "stores", "product": "products"} | dict.fromkeys(
    ("import", "import_new", "import_trip", "import_rows", "import_afterwards"), "imports"
)
TABS = 4
"""How many places the tab bar of a phone has room for; the others open from its last tab, beside the person."""


def shell(request: HttpRequest) -> dict[str, object]:
    frame: dict[str, object] = {
        "chain_name": settings.CHAIN_NAME,
        "html_lang": "zh-Hans-CN" if figures.chinese() else "en",
        "languages": settings.LANGUAGES,
        "other_language": ("en", "EN", "English") if figures.chinese() else ("zh-hans", "中", "简体中文"),
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        frame["navigation"] = _navigation(request)
        frame["tabs"], frame["more_places"] = _tabs(frame["navigation"])
        frame["role_name"] = gettext(ROLE_NAMES[Role(user.role)]) if user.role in ROLE_NAMES else user.role
        frame["seen_stores"] = SimpleLazyObject(lambda: _seen_stores(request))
        frame["refreshed"] = SimpleLazyObject(lambda: last_refresh(request))
        frame["toast"] = SimpleLazyObject(lambda: toasts.heard(request))
        frame["may_see_design"] = access.may(user, Right.SEE_OVERVIEW)
        frame["may_search"] = access.may(user, Right.SEE_MEMBERS)
    return frame


def _navigation(request: HttpRequest) -> list[dict[str, object]]:
    here = request.resolver_match.url_name if request.resolver_match else ""
    here = INSIDE.get(here, here)
    return [
        {
            "title": gettext(place.title),
            "icon": place.icon,
            "group": gettext(place.group) if place.group else "",
            "address": reverse(f"console:{place.name}"),
            "current": place.name == here,
            "key": place.key,
        }
        for place in PLACES
        if access.may(request.user, place.right)
    ]


def _tabs(navigation: list[dict[str, object]]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """What a phone shows at its foot, and what opens from there. The page that is open is always to be seen."""
    tabs = navigation[:TABS]
    here = next((place for place in navigation[TABS:] if place["current"]), None)
    if here:
        tabs = [*tabs[:-1], here]
    return tabs, [place for place in navigation if place not in tabs]


def _seen_stores(request: HttpRequest) -> str:
    stores = every_store(request)
    scope = access.scope_of(request.user)
    if scope.everything:
        return gettext("all {count} stores").format(count=len(stores))
    names = [stores[store].name for store in scope.store_ids if store in stores]
    return ("、" if figures.chinese() else ", ").join(names)
