"""One member: who they are, how they come, what they hold, every receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.catalogue import service as catalogue
from huitou.catalogue.terms import StoreSeen
from huitou.doors.console import figures, loyalty_said
from huitou.doors.console import person as told
from huitou.doors.console.findings import member_finding
from huitou.doors.console.gate import every_store, is_fragment, last_refresh, needs, seen_stores
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.parts import Chart, Column, Table
from huitou.doors.console.periods import asked_day
from huitou.doors.console.person_said import expected_said
from huitou.doors.console.stages import STAGES
from huitou.doors.console.views import consents, desk, duplicates, household
from huitou.doors.console.views.offers.coupons import offer_named
from huitou.doors.console.views.tags import of_member
from huitou.doors.console.year import Year, year_of
from huitou.insight import service as insight
from huitou.kernel.channels import CHANNEL_NAMES
from huitou.kernel.errors import N_
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import LotSeen
from huitou.members import service as rooms_members
from huitou.members.terms import MemberSeen, stage_of
from huitou.offers import service as offers
from huitou.offers.service.coupons import shown_code
from huitou.receipts import service as receipts
from huitou.usecases.member_picture import member_picture
from huitou.usecases.member_timeline import place_read

RECEIPTS_A_PAGE = 10
"""With all their lines, folded."""
POSTINGS_A_PAGE = 8
LOTS_SHOWN = 6
SPANS_SHOWN = 8

POSTING_NAMES = {
    "earn": N_("Earned on a purchase"),
    "burn": N_("Spent on a purchase"),
    "reverse": N_("Taken back after a return"),
    "restore": N_("Given back after a return"),
    "expire": N_("Expired"),
    "opening": N_("Brought from the old programme"),
    "unopening": N_("Brought balance taken back"),
    "undo": N_("Corrected: an import was undone"),
    "merge": N_("Came with a member who was merged"),
    "unmerge": N_("Went back: a merge was undone"),
}
COUPON_STATES = {
    "live": N_("can be used"),
    "held": N_("held by a till"),
    "used": N_("used"),
    "expired": N_("expired"),
    "void": N_("void"),
}
RULE_NAMES = {
    "one_point_per_yuan": N_("one point per whole unit of money"),
    "soonest_expiry_first": N_("what expires first goes first"),
    "expiry": N_("the lot's last day is over"),
    "carried_over": N_("as the old programme had it"),
    "restore_to_own_lots": N_("back to the lots that they came from"),
    "undo": N_("as if the file had never come"),
    "lots_go_with_their_member": N_("Lots go over whole with their member"),
}
TAKEN_BACK = N_("what the goods that came back had earned")
"""A return mirrors its sale, whatever of it a rule and whatever an offer brought."""
NAMES = {"postings": POSTING_NAMES, "channels": CHANNEL_NAMES}
"""The words that the timeline needs."""


@needs(Right.SEE_MEMBERS)
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    """A number that has become part of another member leads to that one."""
    now = rooms_members.survivors([member_id]).get(member_id, member_id) if member_id < 2**63 else member_id
    if now != member_id:
        return redirect("console:member", now)
    page = render(request, "console/member.html", _whole_page(request, rooms_members.member(member_id)))
    desk.looked_at(request, member_id)
    return page


def _whole_page(request: HttpRequest, person: MemberSeen) -> dict[str, object]:
    member_id = person.id
    refreshed = last_refresh(request)
    today = refreshed.as_of if refreshed else timezone.localdate()
    year = year_of(member_id, today)
    pinned = asked_day(request.GET)
    calendar = year_of(member_id, pinned) if pinned is not None and pinned < today else year
    whole_chain = access.scope_of(request.user).everything
    stores = every_store(request)
    lots, lot_count = loyalty.lots_of(member_id, LOTS_SHOWN)
    rows = _receipt_rows(request, member_id, _before(request, "receipts_before"))
    last = _last_purchase(person, year, rows["receipt_rows"], whole_chain)
    tiers, spans = loyalty.tiers_of(member_id), insight.layers_of(member_id)
    seen = seen_stores(request)
    picture = member_picture(
        member_id,
        visits=[day.on for day in year.visits],
        as_of=today,
        layer=person.facts.layer if person.facts else "",
        store_id=None if whole_chain else next(iter(seen), None),
    )
    points = _points(member_id, lots, lot_count)
    habits = told.habits_said(picture)
    facts = {
        **_of_others(request, person),
        "person": person,
        "layer_name": LAYERS.get(person.facts.layer, "") if person.facts else "",
        "home_store": stores.get(person.home_store_id),
        "initial": person.name[:1] or "#",
        "finding": member_finding(
            year.rhythm,
            last,
            today,
            today=timezone.localdate(),
            whole_chain=whole_chain,
            more=[expected_said(picture.expected), *habits[:1]],
        ),
        "last": last,
        "strip": [*told.strip(year, last, picture, last_ago=_ago(last)), points],
        # The first stands in the finding.
        "changes": habits[1:],
        "basket": told.basket(picture),
        "basket_fen": picture.basket_fen,
        "prices": told.prices(picture),
        "profile": _profile(request, person, stores),
        "year": year,
        "balance": points["figure"],
        "lots": _lots(lots, timezone.localdate()),
        "lot_count": min(lot_count, loyalty.MOST_LOTS_COUNTED),
        "more_lots": lot_count > loyalty.MOST_LOTS_COUNTED,
        "identities": [
            (identity, duplicates.IDENTITIES.get(identity.kind, identity.kind))
            for identity in rooms_members.identities_of(member_id)
        ],
        "tiers": tiers,
        "tier": next((one.tier for one in tiers if one.holds_on(timezone.localdate())), ""),
        "coupons": _coupons(member_id),
        "may_unmask": access.may(request.user, Right.UNMASK_PHONES),
        "may_trail": access.may(request.user, Right.SEE_TRAIL),
        **_reckoned(person, today, with_values=whole_chain),
        "spans": [(span, LAYERS.get(span.layer, span.layer)) for span in spans[:SPANS_SHOWN]],
        "calendar": _calendar(member_id, calendar) if calendar.visits else None,
        "whole_chain": whole_chain,
        "seen_names": [store.name for store in seen.values()],
        "refreshed": refreshed,
    }
    after = place_read(request.GET.get("timeline_after", ""))
    facts |= told.timeline(person, NAMES, stores, after, spans=spans, tiers=tiers)
    return facts | rows | _posting_rows(member_id, _before(request, "postings_before"))


def _ago(last: date | None) -> str:
    """Beside its day, which is not said again."""
    ago = figures.days_ago(last, timezone.localdate()) if last else ""
    return figures.weekday(last.isoweekday()) if last and ago == figures.day(last) else ago


def _profile(request: HttpRequest, person: MemberSeen, stores: Mapping[int, StoreSeen]) -> list[tuple[str, str]]:
    """Who may not read a phone in clear is not told how far away somebody lives, either."""
    said = rooms_members.profile_of(person.id)
    home = stores.get(person.home_store_id) if person.home_store_id is not None else None
    return told.profile(said, told.lives(said, home) if access.may(request.user, Right.UNMASK_PHONES) else "")


def _of_others(request: HttpRequest, person: MemberSeen) -> dict[str, object]:
    """Who may be the same person, who lives with them, their tags, and which messages they agree to."""
    tags = of_member.of_member(request, person)
    said = consents.of_member(request, person.id)
    return {**duplicates.of_member(request, person.id), **household.of_member(request, person.id), **tags, **said}


@needs(Right.SEE_MEMBERS)
def older_events(request: HttpRequest, member_id: int) -> HttpResponse:
    person = rooms_members.member(member_id)
    after = place_read(request.GET.get("timeline_after", ""))
    spans, tiers = insight.layers_of(member_id), loyalty.tiers_of(member_id)
    facts = {"person": person} | told.timeline(person, NAMES, every_store(request), after, spans=spans, tiers=tiers)
    return render(request, "console/_timeline.html", facts)


@needs(Right.SEE_MEMBERS)
def older_receipts(request: HttpRequest, member_id: int) -> HttpResponse:
    person = rooms_members.member(member_id)
    facts = {"person": person} | _receipt_rows(request, member_id, _before(request, "receipts_before"))
    return render(request, "console/_receipts.html", facts)


@needs(Right.SEE_MEMBERS)
def older_postings(request: HttpRequest, member_id: int) -> HttpResponse:
    person = rooms_members.member(member_id)
    facts = {"person": person} | _posting_rows(member_id, _before(request, "postings_before"))
    return render(request, "console/_postings.html", facts)


@require_POST
@needs(Right.UNMASK_PHONES)
def reveal_phone(request: HttpRequest, member_id: int, identity_id: int) -> HttpResponse:
    """The phone in clear, once; the audit row is written in the same transaction, before it is shown (M5)."""
    person = rooms_members.member(member_id)
    phone = rooms_members.reveal_phone(member_id, identity_id)
    access.note(request.user, "phone_revealed", f"member:{member_id}", identity=identity_id)
    shown = {"phone": phone, "revealed": identity_id}
    if is_fragment(request):
        response = render(request, "console/_phone.html", shown)
    else:
        response = render(request, "console/member.html", _whole_page(request, person) | shown)
    response["Cache-Control"] = "no-store"
    return response


def _reckoned(person: MemberSeen, as_of: date, *, with_values: bool) -> dict[str, object]:
    """What the refresh reckoned of them."""
    return {
        "scores": _scores(person, with_values=with_values),
        "loyalty": loyalty_said.of_member(person.facts, as_of, with_values=with_values),
        "likes": _likes(person),
        "stage": _stage(person, as_of),
    }


def _stage(person: MemberSeen, as_of: date) -> str:
    """Where they stand on their way, as of the day of the refresh; '' before the first purchase."""
    if (facts := person.facts) is None:
        return ""
    stage = stage_of(
        facts.first_purchase_on,
        facts.last_purchase_on,
        facts.came_back_on,
        as_of=as_of,
        dormant_months=insight.cut_offs().cut_offs.dormant_after_months,
    )
    return gettext(STAGES[stage])


def _before(request: HttpRequest, name: str) -> int | None:
    """The id that a page of older rows starts below."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _receipt_rows(request: HttpRequest, member_id: int, before: int | None) -> dict[str, object]:
    """One page of receipts with their lines, in three trips whatever their number."""
    page = receipts.receipts_of(member_id, before=before, limit=RECEIPTS_A_PAGE + 1)
    more = len(page) > RECEIPTS_A_PAGE
    page = page[:RECEIPTS_A_PAGE]
    lines = receipts.lines_of([receipt.id for receipt in page])
    goods = catalogue.products(line.product_id for rows in lines.values() for line in rows)
    stores = every_store(request)
    rows = [
        {
            "receipt": receipt,
            "store": stores[receipt.store_id].name if receipt.store_id in stores else "",
            "channel": CHANNEL_NAMES.get(receipt.channel, receipt.channel),
            "lines": [(line, goods.get(line.product_id)) for line in lines[receipt.id]],
        }
        for receipt in page
    ]
    return {"receipt_rows": rows, "receipts_before": page[-1].id if more else None}


def _posting_rows(member_id: int, before: int | None) -> dict[str, object]:
    page = loyalty.postings_of(member_id, POSTINGS_A_PAGE + 1, before)
    more = len(page) > POSTINGS_A_PAGE
    page = page[:POSTINGS_A_PAGE]
    numbers = receipts.numbers_of(posting.receipt_id for posting in page if posting.receipt_id is not None)
    rows = [
        {
            "posting": posting,
            "name": POSTING_NAMES.get(posting.kind, posting.kind),
            "rule": TAKEN_BACK if posting.kind == "reverse" else RULE_NAMES.get(posting.rule, posting.rule),
            "number": numbers.get(posting.receipt_id),
        }
        for posting in page
    ]
    return {"posting_rows": rows, "postings_before": page[-1].id if more else None}


def _last_purchase(person: MemberSeen, year: Year, rows: Sequence[dict[str, object]], whole_chain: bool) -> date | None:
    """Of the stores that the reader sees; one older than the year is looked for among the newest receipts."""
    if year.visits:
        return year.visits[-1].on
    if whole_chain and person.facts:
        return person.facts.last_purchase_on
    return next((row["receipt"].business_date for row in rows if row["receipt"].kind == "sale"), None)


def _scores(person: MemberSeen, *, with_values: bool) -> list[dict[str, object]]:
    """Each score out of 5. What it is made of is the whole chain's, so only whoever sees the chain sees it."""
    if person.facts is None:
        return []
    facts = person.facts
    spent = f"{figures.money_in_whole(facts.spend_year_fen)} {figures.currency()}"
    rows = (
        ("R", N_("Recency"), facts.recency_score, figures.day(facts.last_purchase_on)),
        (
            "F",
            N_("Frequency"),
            facts.frequency_score,
            gettext("{count} receipts").format(count=figures.rounded(facts.receipts_year, 0)),
        ),
        ("M", N_("Money"), facts.monetary_score, spent),
    )
    return [
        {
            "letter": letter,
            "name": name,
            "score": score,
            "value": value if with_values else "",
            "pips": [n <= score for n in range(1, 6)],
        }
        for letter, name, score, value in rows
    ]


def _likes(person: MemberSeen) -> list[dict[str, str]]:
    """The strongest categories with their shares in per cent."""
    if person.facts is None:
        return []
    pairs = zip(person.facts.categories, person.facts.category_shares, strict=True)
    return [{"name": name.replace("/", " / "), "share": figures.rate_of(share, 1000)} for name, share in pairs]


def _lots(lots: Sequence[object], today: date) -> list[dict[str, object]]:
    """Widths for the bars: the frame by the largest lot, the fill by what is left of it; in hundredths."""
    largest = max((lot.original for lot in lots), default=1)
    return [
        {
            "lot": lot,
            "name": POSTING_NAMES.get(lot.kind, lot.kind),
            "frame": max(4, lot.original * 100 // largest),
            "fill": max(1, lot.remaining * 100 // largest),
            "days_left": (lot.expires_on - today).days if lot.expires_on else None,
        }
        for lot in lots
    ]


def _points(member_id: int, lots: Sequence[LotSeen], lot_count: int) -> dict[str, Any]:
    return told.points(
        loyalty.balance_of(member_id),
        next(iter(lots), None),
        loyalty.rate_now(timezone.now()),
        lots=_in_lots(lot_count),
        today=timezone.localdate(),
    )


def _coupons(member_id: int) -> list[tuple[Any, str, str, str]]:
    """Each with its code as it is printed, the offer that gave it as people call it, and its state."""
    seen = offers.coupons_of(member_id)
    names = {code: offer_named(code) for code in {one.offer for one in seen if one.offer}}
    return [(one, shown_code(one.code), names.get(one.offer, ""), COUPON_STATES[one.state]) for one in seen]


def _in_lots(count: int) -> str:
    if count > loyalty.MOST_LOTS_COUNTED:
        return gettext("in more than {count} lots").format(count=loyalty.MOST_LOTS_COUNTED)
    return ngettext("in {count} lot", "in {count} lots", count).format(count=count)


def _calendar(member_id: int, year: Year) -> Chart:
    """Whole currency units, because colour needs no fen."""
    order = [7, 1, 2, 3, 4, 5, 6]  # the chart counts from Sunday
    unit = figures.currency()
    visits = year.visits
    spent = [max(0, visit.net_fen) // 100 for visit in visits]
    days = gettext("{count} days with a purchase in 12 months").format(count=len(visits))
    return Chart(
        key="visits",
        builder="visits",
        title=gettext("Visits"),
        about=gettext("{days}; the stronger the colour, the more was spent").format(days=days),
        link=f"{reverse('console:member', args=[member_id])}?ends={year.last_day}",
        options={
            "from": year.first_day.isoformat(),
            "to": year.last_day.isoformat(),
            "cells": [[visit.on.isoformat(), yuan] for visit, yuan in zip(visits, spent, strict=True)],
            "tips": {
                visit.on.isoformat(): [
                    figures.day_and_weekday(visit.on),
                    gettext("{count} receipts").format(count=visit.visits),
                    f"{figures.money(visit.net_fen)} {unit}",
                ]
                for visit in visits
            },
            "high": max(1, *spent) if spent else 1,
            "weekdays": [name[-1] if figures.chinese() else name for name in map(figures.weekday, order)],
        },
        height="cal",
        finding=days,
        definition=gettext(
            "Each business day of 12 months with a receipt of a sale: how many, and what was paid less what came back."
        ),
        table=Table(
            (
                Column(gettext("Day")),
                Column(gettext("Receipts"), number=True),
                Column(f"{gettext('Spend')} ({unit})", number=True),
            ),
            [
                (visit.on.isoformat(), figures.rounded(visit.visits, 0), figures.money(visit.net_fen))
                for visit in reversed(visits)
            ],
        ),
    )
