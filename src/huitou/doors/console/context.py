"""What the frame around every page shows: who is here, where they may go, how fresh the figures are."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from huitou.access import service as access
from huitou.access.terms import Right, Role
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import every_store, last_refresh
from huitou.doors.console.navigation import navigation
from huitou.kernel.errors import N_, HuitouError
from huitou.usecases.sample_chain import asking

ROLE_NAMES = {
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.MARKETER: N_("Marketer"),
    Role.SERVICE_AGENT: N_("Service agent"),
    Role.STORE_MANAGER: N_("Store manager"),
    Role.CASHIER: N_("Cashier"),
}


def shell(request: HttpRequest) -> dict[str, object]:
    frame: dict[str, object] = {
        "chain_name": settings.CHAIN_NAME,
        "html_lang": "zh-Hans-CN" if figures.chinese() else "en",
        "languages": settings.LANGUAGES,
        "other_language": ("en", "EN", "English") if figures.chinese() else ("zh-hans", "中", "简体中文"),
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        frame["navigation"] = navigation(request)
        frame["role_name"] = gettext(ROLE_NAMES[Role(user.role)]) if user.role in ROLE_NAMES else user.role
        frame["seen_stores"] = SimpleLazyObject(lambda: _seen_stores(request))
        frame["refreshed"] = SimpleLazyObject(lambda: last_refresh(request))
        frame["toast"] = SimpleLazyObject(lambda: toasts.heard(request))
        frame["may_see_design"] = access.may(user, Right.SEE_OVERVIEW)
        frame["may_bring_in"] = access.may(user, Right.READ_FILES_IN)
        frame["may_refresh"] = access.may(user, Right.RUN_REFRESH)
        frame["half_sample"] = SimpleLazyObject(_half_sample)
        frame["may_set_up"] = access.may(user, Right.SET_TARGETS)
        frame["may_search"] = access.may(user, Right.SEE_MEMBERS)
    return frame


def _half_sample() -> bool:
    try:
        return asking.is_begun()
    except HuitouError:  # the page of the first questions says what is wrong with the note
        return False


def _seen_stores(request: HttpRequest) -> str:
    stores = every_store(request)
    scope = access.scope_of(request.user)
    if scope.everything:
        return gettext("all {count} stores").format(count=len(stores)) if stores else gettext("no store yet")
    names = [stores[store].name for store in scope.store_ids if store in stores]
    return ("、" if figures.chinese() else ", ").join(names)
