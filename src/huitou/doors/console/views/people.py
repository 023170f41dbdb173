"""Who may log in, in which role and for which stores. A new password is shown once, to whoever hands it over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huitou.access import service as access
from huitou.access.terms import LONGEST_NAME, Right, Role, UserSeen
from huitou.doors.console import toasts
from huitou.doors.console.context import ROLE_NAMES
from huitou.doors.console.gate import every_store, needs
from huitou.doors.console.refusals import said
from huitou.kernel.errors import N_, HuitouError
from huitou.usecases import people as desk

ROLE_MEANS = {
    Role.ADMINISTRATOR: N_("Everything, and who else may log in."),
    Role.MARKETER: N_("Figures, members, segments, offers and imports of the whole chain; phones stay masked."),
    Role.SERVICE_AGENT: N_(
        "Members of the whole chain, phones one by one and noted; what they agree to, who lives with them; "
        "offers and coupons to look at. No figures, no files."
    ),
    Role.STORE_MANAGER: N_("Figures, members and conflicts of their stores, and the till."),
    Role.CASHIER: N_("The till and the members of their stores."),
}
OF_STORES = (Role.STORE_MANAGER, Role.CASHIER)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form says of a person."""

    username: str = ""
    name: str = ""
    role: str = Role.CASHIER
    stores: tuple[str, ...] = field(default=())


@require_safe
@needs(Right.MANAGE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who can log in, and after them whoever could."""
    rows = sorted((_row(request, one) for one in access.users()), key=lambda row: not row["seen"].active)
    here = sum(row["seen"].active for row in rows)
    facts = {"rows": rows, "here": here, "away": len(rows) - here, "roles": _roles()}
    return render(request, "console/people.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_PEOPLE)
def new(request: HttpRequest) -> HttpResponse:
    """The form, and whoever it makes, with the password that they get."""
    if request.method != "POST":
        return _form(request, Typed())
    typed, password = _typed(request), access.new_password()
    try:
        with access.beyond_scope(request.user):
            desk.add_user(
                username=typed.username,
                name=typed.name or typed.username,
                role=typed.role,
                password=password,
                store_codes=typed.stores if typed.role in OF_STORES else (),
                actor=request.user.username,
            )
    except HuitouError as refusal:
        return _form(request, typed, refusal=refusal)
    return _password(request, typed.username, password)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_PEOPLE)
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: their name, role and stores to be changed; their password; whether they may log in."""
    seen = _seen(user_id)
    codes = {store.id: store.code for store in every_store(request).values()}
    if request.method != "POST":
        kept = Typed(seen.username, seen.name, seen.role, tuple(codes.get(one, "") for one in seen.store_ids))
        return _form(request, kept, seen=seen)
    typed = _typed(request, username=seen.username)
    try:
        with access.beyond_scope(request.user):
            desk.change_user(
                seen.username,
                name=typed.name or seen.username,
                role=typed.role,
                store_codes=typed.stores if typed.role in OF_STORES else (),
                actor=request.user.username,
            )
    except HuitouError as refusal:
        return _form(request, typed, seen=seen, refusal=refusal)
    toasts.say(request, gettext("{name} is changed; it holds with their next page.").format(name=typed.name))
    return redirect("console:people")


@require_POST
@needs(Right.MANAGE_PEOPLE)
def give_password(request: HttpRequest, user_id: int) -> HttpResponse:
    seen, password = _seen(user_id), access.new_password()
    with access.beyond_scope(request.user):
        desk.set_password(seen.username, password, actor=request.user.username)
    return _password(request, seen.username, password)


@require_POST
@needs(Right.MANAGE_PEOPLE)
def shut_out(request: HttpRequest, user_id: int) -> HttpResponse:
    seen = _seen(user_id)
    with access.beyond_scope(request.user):
        desk.shut_out(seen.username, actor=request.user.username)
    back = reverse("console:person_let_in", args=[user_id])
    toasts.say(request, gettext("{name} can no longer log in.").format(name=seen.name), undo=back)
    return redirect("console:people")


@require_POST
@needs(Right.MANAGE_PEOPLE)
def let_in(request: HttpRequest, user_id: int) -> HttpResponse:
    seen = _seen(user_id)
    with access.beyond_scope(request.user):
        desk.let_in(seen.username, actor=request.user.username)
    toasts.say(request, gettext("{name} can log in again.").format(name=seen.name))
    return redirect("console:people")


def _seen(user_id: int) -> UserSeen:
    for one in access.users():
        if one.id == user_id:
            return one
    raise Http404


def _typed(request: HttpRequest, *, username: str = "") -> Typed:
    post = request.POST
    return Typed(
        username or post.get("username", "").strip()[: LONGEST_NAME + 1],
        post.get("name", "").strip()[:LONGEST_NAME],
        post.get("role", "")[:20],
        tuple(code[:80] for code in post.getlist("store")[:2000]),
    )


def _form(
    request: HttpRequest, typed: Typed, *, seen: UserSeen | None = None, refusal: HuitouError | None = None
) -> HttpResponse:
    facts = {
        "typed": typed,
        "seen": seen,
        "oneself": seen is not None and seen.username == request.user.username,
        "may_trail": access.may(request.user, Right.SEE_TRAIL),
        "roles": _roles(),
        "of_stores": OF_STORES,
        "stores": sorted(every_store(request).values(), key=lambda store: store.code),
        "refusal": _said(refusal),
    }
    return render(request, "console/person.html", facts, status=refusal.status if refusal else 200)


def _password(request: HttpRequest, username: str, password: str) -> HttpResponse:
    response = render(request, "console/person_password.html", {"username": username, "password": password})
    response["Cache-Control"] = "no-store"
    return response


def _row(request: HttpRequest, one: UserSeen) -> dict[str, Any]:
    stores = every_store(request)
    names = [stores[id_].name for id_ in one.store_ids if id_ in stores]
    role = gettext(ROLE_NAMES[Role(one.role)]) if one.role in ROLE_NAMES else one.role
    return {"seen": one, "role": role, "stores": names, "oneself": one.username == request.user.username}


def _roles() -> list[tuple[str, str, str]]:
    return [(role, gettext(ROLE_NAMES[role]), gettext(means)) for role, means in ROLE_MEANS.items()]


def _said(refusal: HuitouError | None) -> dict[str, str] | None:
    if refusal is None:
        return None
    message, next_step = said(refusal)
    return {"message": message, "next_step": next_step, "code": refusal.code}
