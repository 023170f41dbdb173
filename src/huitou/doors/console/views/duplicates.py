"""Members who may be one person: listed with the evidence, side by side, made one by a person, and two again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import every_store, needs
from huitou.doors.console.person import CONSENTS
from huitou.kernel.errors import N_
from huitou.kernel.ids import member_code
from huitou.members import service as members
from huitou.members.terms import Candidate, FieldMerged, IdentitySeen, MemberSeen
from huitou.usecases import duplicates as found
from huitou.usecases.merge_members import Preview, Side, merge_members, part_members, preview_part

PAGE_SIZE = 30
FIELDS = {
    "name": N_("Name"),
    "birthday": N_("Birthday"),
    "birthday_month_day": N_("Birthday"),
    "phone": N_("Phone"),
    "address": N_("Address"),
    "lives_at": N_("Where they live"),
    "email": N_("E-mail"),
    "sex": N_("Sex"),
    "home_store": N_("Home store"),
    "home_store_id": N_("Home store"),
    "household_size": N_("Household"),
    "household_id": N_("Lives with"),
    "joined_on": N_("Joined"),
    "preferences": N_("Preferences"),
    "consents_noted": N_("Consents as noted"),
}
DAYS = ("birthday", "joined_on")
IDENTITIES = {
    "card": N_("Card"),
    "phone": N_("Phone"),
    "external": N_("Outside id"),
    "wechat": N_("WeChat"),
    "openid": N_("WeChat openid"),
    "unionid": N_("WeChat unionid"),
    "wecom": N_("WeCom"),
    "meituan": N_("Meituan"),
    "eleme": N_("Eleme"),
    "jd": N_("JD"),
    "taobao": N_("Taobao"),
    "douyin": N_("Douyin"),
}
SEXES = {"male": N_("male"), "female": N_("female")}
STATES = ("open", "rejected", "merged")


@require_safe
@needs(Right.MERGE_MEMBERS)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs that wait, or `?state=` rejected or merged; further ones behind `?page=`."""
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    text = request.GET.get("page", "1")
    page = max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    shown = list(members.candidates(state=state, page=page, page_size=PAGE_SIZE))
    people = {one.id: one for one in members.at_the_till(sorted({m for c in shown for m in (c.member, c.other)}))}
    counts = members.candidate_counts()
    rows = [
        {
            "pair": one,
            "likely": found.likely_percent(one),
            "sides": [(people[number], member_code(number)) for number in (one.member, one.other)],
            "evidence": _strongest(one),
        }
        for one in shown
    ]
    facts = {
        "rows": rows,
        "state": state,
        "tabs": [(name, title, counts.get(name, 0)) for name, title in _TABS],
        "newer": page - 1 if page > 1 else None,
        "older": page + 1 if page * PAGE_SIZE < counts.get(state, 0) else None,
        "shared": members.shared_phones(12) if state == "open" and page == 1 else [],
    }
    return render(request, "console/duplicates.html", facts)


_TABS = (("open", N_("Waiting")), ("merged", N_("Merged")), ("rejected", N_("Two people")))


@require_safe
@needs(Right.MERGE_MEMBERS)
def duplicate(request: HttpRequest, number: int) -> HttpResponse:
    """A pair side by side: the evidence, what would come together, and which value would stay. `?swap=1`: the later
    member remains."""
    pair, preview = found.candidate_with_preview(number)
    if request.GET.get("swap") == "1":
        preview = found.preview_merge(preview.other.member, preview.member.member)
    seen = {one: members.member(one) for one in (preview.member.member, preview.other.member)}
    facts = {
        "pair": pair,
        "likely": found.likely_percent(pair),
        "swapped": request.GET.get("swap") == "1",
        "people": [_side(request, seen[side.member], side) for side in (preview.member, preview.other)],
        "evidence": _evidence(request, pair, preview, seen),
        "fields": [_field(request, one) for one in preview.fields],
        "parts": [member_code(part) for part in preview.parts],
    }
    return render(request, "console/duplicate.html", facts)


@require_POST
@needs(Right.MERGE_MEMBERS)
def merge(request: HttpRequest, number: int) -> HttpResponse:
    """Make the two of a pair one; `remains` in the form says who remains. It is asked twice, with all that moves."""
    pair = members.candidate(number)
    text = request.POST.get("remains", "")
    remains, other = (pair.member, pair.other) if text == str(pair.member) else (pair.other, pair.member)
    if "sure" not in request.POST:
        return _asked_twice(request, pair, found.preview_merge(remains, other))
    now, by = timezone.now(), request.user.username
    with access.beyond_scope(request.user):
        done = merge_members(remains, other, now=now, actor=by, why=f"pair {number}")
    words = gettext("%(other)s is a part of %(member)s now.")
    toasts.say(request, words % {"other": member_code(other), "member": member_code(remains)})
    return redirect("console:merge", done.number)


def _asked_twice(request: HttpRequest, pair: Candidate, preview: Preview) -> HttpResponse:
    """What goes over, and what of the member that remains is another than before."""
    member, other = preview.member.member, preview.other.member
    said = {True: gettext("yes"), False: gettext("no"), None: "—"}
    facts = {
        "pair": pair,
        "member": {"id": member, "code": member_code(member), "name": members.member(member).name},
        "other": {"code": member_code(other), "name": members.member(other).name},
        "goes": _side(request, members.member(other), preview.other),
        "stays": _side(request, members.member(member), preview.member),
        "changes": [_field(request, one) for one in preview.fields if one.kept != one.survivor],
        "words": [
            (
                gettext(CONSENTS[one.channel]),
                said[one.member],
                said[one.other],
                said[one.holds],
                one.holds != one.member,
            )
            for one in preview.words
        ],
        "parts": [member_code(part) for part in preview.parts],
        "held": preview.member.held or preview.other.held,
    }
    return render(request, "console/merge_sure.html", facts)


def _listed(words: Iterable[str]) -> str:
    return ("、" if figures.chinese() else ", ").join(words)


@require_POST
@needs(Right.MERGE_MEMBERS)
def reject(request: HttpRequest, number: int) -> HttpResponse:
    with access.beyond_scope(request.user):
        found.reject_pair(number, now=timezone.now(), actor=request.user.username)
    back = reverse("console:duplicate_reopen", args=[number])
    toasts.say(request, gettext("Two people: the pair is never shown again."), undo=back)
    return redirect("console:duplicates")


@require_POST
@needs(Right.MERGE_MEMBERS)
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    with access.beyond_scope(request.user):
        found.reopen_pair(number, actor=request.user.username)
    toasts.say(request, gettext("The pair waits for a person again."))
    return redirect("console:duplicate", number)


@require_safe
@needs(Right.MERGE_MEMBERS)
def one_merge(request: HttpRequest, number: int) -> HttpResponse:
    """A merge: who became a part of whom, what they have together, and how to part them."""
    seen, side = preview_part(number)
    facts = {
        "merge": seen,
        "member": _side(request, members.member(seen.member), side),
        "code": member_code(seen.member),
        "other_code": member_code(seen.other),
        "coupons": sum(len(ids) for ids in seen.moved.values()),
    }
    return render(request, "console/merge.html", facts)


@require_POST
@needs(Right.MERGE_MEMBERS)
def part(request: HttpRequest, number: int) -> HttpResponse:
    with access.beyond_scope(request.user):
        done = part_members(number, now=timezone.now(), actor=request.user.username)
    words = gettext("%(other)s is a member again.")
    toasts.say(request, words % {"other": member_code(done.other)})
    return redirect("console:member", done.other)


def of_member(request: HttpRequest, member_id: int) -> dict[str, Any]:
    """What a member's page shows of it, for those who may merge: open pairs, and merges with their undo."""
    if not access.may(request.user, Right.MERGE_MEMBERS):
        return {"pairs": [], "merges": []}
    pairs = members.candidates_of(member_id)
    return {
        "pairs": [
            (one, found.likely_percent(one), member_code(one.other if one.member == member_id else one.member))
            for one in pairs
        ],
        "merges": [(one, member_code(one.member), member_code(one.other)) for one in members.merges_of(member_id)[:10]],
    }


def _strongest(pair: Candidate) -> list[dict[str, Any]]:
    """What speaks for the pair most, and the strongest that speaks against it."""
    known = sorted((one for one in pair.evidence if one[1] != "unknown"), key=lambda one: -one[2])
    shown = [one for one in known if one[2] > 0][:3] + [one for one in known if one[2] < 0][-1:]
    return [_agreed(*one) for one in shown]


def _agreed(field: str, level: str, weight: int) -> dict[str, Any]:
    return {
        "field": gettext(FIELDS[field]),
        "agrees": gettext(members.AGREEMENTS[level]),
        "bits": found.bits(weight),
        "tone": "up" if weight > 0 else "down" if weight < 0 else "",
    }


def _side(request: HttpRequest, seen: MemberSeen, side: Side) -> dict[str, Any]:
    points, owed, lots = side.points.get("points", (0, 0, 0))
    return {
        "seen": seen,
        "identities": _once(side),
        "points": points,
        "owed": owed,
        "lots": lots,
        "held": side.held,
        "receipts": side.receipts,
        "receipts_fen": side.receipts_fen,
        "coupons": sum(side.coupons.values()),
        "live_coupons": side.coupons.get("live", 0),
        "events": side.events,
        "store": _store(request, seen.home_store_id),
    }


def _once(side: Side) -> list[tuple[IdentitySeen, str]]:
    """Each identity once, the verified one where two members had the same phone; with the name of its kind."""
    verified_last = sorted(side.identities, key=lambda one: (one.verified, -one.id))
    found = {(one.kind, one.value): one for one in verified_last}
    return [(one, IDENTITIES.get(one.kind, one.kind)) for one in sorted(found.values(), key=lambda one: one.id)]


def _store(request: HttpRequest, store_id: int | None) -> str:
    store = every_store(request).get(store_id) if store_id is not None else None
    return store.name if store is not None else ""


def _evidence(
    request: HttpRequest, pair: Candidate, preview: Preview, seen: dict[int, MemberSeen]
) -> list[dict[str, Any]]:
    """Field by field what the two say, how they agree, and what that weighs; phones masked, an address as whether."""
    sides = (preview.member, preview.other)
    rows = []
    for field, level, weight in pair.evidence:
        values = [_value(request, field, seen[side.member], side) for side in sides]
        rows.append(
            {**_agreed(field, level, weight), "mine": values[0], "theirs": values[1], "known": level != "unknown"}
        )
    return rows


def _value(request: HttpRequest, field: str, seen: MemberSeen, side: Side) -> str:
    profile = members.profile_of(seen.id)
    if field == "name":
        return seen.name
    if field == "birthday":
        return figures.day(seen.birthday) if seen.birthday else ""
    if field == "phone":
        return " ".join(dict.fromkeys(one.value for one in side.identities if one.kind == "phone"))
    if field == "home_store":
        return _store(request, seen.home_store_id)
    if profile is None:
        return ""
    if field == "sex":
        return gettext(SEXES[profile.sex]) if profile.sex else ""
    kept = profile.has_address if field == "address" else profile.has_email
    return gettext("kept, sealed") if kept else ""


def _field(request: HttpRequest, one: FieldMerged) -> dict[str, Any]:
    return {
        "name": gettext(FIELDS[one.field]),
        "mine": _said(request, one.field, one.survivor),
        "theirs": _said(request, one.field, one.other),
        "kept": _said(request, one.field, one.kept),
        "because": gettext(members.BECAUSE[one.because]),
        "differs": one.differs,
    }


def _words_said(words: Mapping[str, Any]) -> str:
    """Preferences and consents in the words of the page: 短信：是，邮箱：否."""
    yes, no, (between, after) = gettext("yes"), gettext("no"), ("：", "，") if figures.chinese() else (": ", ", ")
    told = {word: yes if said is True else no if said is False else said for word, said in words.items()}
    return after.join(f"{gettext(CONSENTS[word]) if word in CONSENTS else word}{between}{told[word]}" for word in told)


def _said(request: HttpRequest, field: str, value: Any) -> str:
    if value in (None, "", {}, (), False):
        return "—"
    if value is True:
        return gettext("the rough place is kept") if field == "lives_at" else gettext("kept, sealed")
    if field == "home_store_id":
        return _store(request, value)
    if field == "sex":
        return gettext(SEXES[value])
    if field in DAYS:
        return figures.day(date.fromisoformat(str(value)))
    if isinstance(value, dict):
        return _words_said(value)
    if isinstance(value, tuple):
        return _listed(value)
    return str(value)
