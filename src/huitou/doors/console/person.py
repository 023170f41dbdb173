"""What a member's page tells of one person: six figures that explain themselves, what they buy beside their layer, how
they look at prices, what changed, what they told, and everything that happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from huitou.catalogue.terms import StoreSeen
from huitou.doors.console import figures
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.parts import Event, Explained
from huitou.doors.console.person_said import STANDING
from huitou.doors.console.stages import STAGES
from huitou.doors.console.year import Year
from huitou.insight import service as insight
from huitou.insight.terms import LayerSpanSeen
from huitou.insight.terms.person import Expected
from huitou.kernel.errors import N_
from huitou.kernel.places import metres_between
from huitou.loyalty.terms import LotSeen, PointsAsMoney, TierSeen
from huitou.members import service as members
from huitou.members.terms import MemberSeen, ProfileSeen
from huitou.usecases.member_picture import MemberPicture
from huitou.usecases.member_timeline import Happened, Place, member_timeline

SOON_DAYS = 60
"""Points that expire within so many days are spoken of."""
SAMPLE_CHAIN = "sample-chain"
"""What the members of the sample chain name as their source: told in words."""
SEXES = {"male": N_("male"), "female": N_("female")}
TOLD = {
    "category": N_("Prefers"),
    "channel": N_("By channel"),
    "language": N_("Language"),
    "frequency": N_("How often"),
}
CONSENTS = {"sms": N_("SMS"), "email": N_("E-mail"), "phone": N_("Phone"), "wechat": N_("WeChat")}
EVENTS = {
    "view": N_("Looked at a product"),
    "scan": N_("Scanned a code"),
    "basket": N_("Put something into the basket"),
    "sign_in": N_("Signed in"),
    "rating": N_("Gave a rating"),
    "prompt": N_("Was told something at the till"),
}


def strip(year: Year, last: date | None, picture: MemberPicture, *, last_ago: str) -> list[dict[str, Any]]:
    """The figures at the head of the page that their receipts tell; `points` is the last one."""
    spend, unit = figures.money(year.spend_fen), figures.currency()
    source = (gettext("Source"), gettext("receipts, returns included"))
    period = (gettext("Period"), figures.span(year.first_day, year.last_day))
    average = figures.money(year.average_fen) if year.average_fen is not None else "—"
    return [
        {
            "why": Explained(
                "spend",
                gettext("Spend, 12 months"),
                f"{spend} {unit}",
                gettext("What they paid, what came back taken off."),
                (period, source),
            ),
            "figure": spend,
            "unit": unit,
            "note": gettext("up to {day}").format(day=figures.day(year.last_day)),
        },
        {
            "why": Explained(
                "visits",
                gettext("Receipts, 12 months"),
                figures.rounded(year.receipts, 0),
                gettext("Receipts of sales; several on one day are several."),
                (period, source),
            ),
            "figure": figures.rounded(year.receipts, 0),
            "unit": "",
            "note": gettext("usually {gap} days apart").format(gap=year.rhythm.gap_days)
            if year.rhythm
            else gettext("too few to tell a rhythm"),
        },
        {
            "why": Explained(
                "ticket",
                gettext("Average ticket"),
                f"{average} {unit}",
                gettext("Spend by receipts of sales."),
                (period, source),
            ),
            "figure": average,
            "unit": unit,
            "note": gettext("spend by receipts"),
        },
        {
            "why": Explained(
                "last",
                gettext("Last purchase"),
                figures.day(last) if last else "—",
                gettext("The business day of the newest receipt of a sale."),
                (source,),
            ),
            "figure": figures.day(last) if last else "—",
            "unit": "",
            "note": last_ago or gettext("no purchase on file"),
        },
        _next(year, picture),
    ]


def points(
    balance: int, first: LotSeen | None, rate: PointsAsMoney | None, *, lots: str, today: date
) -> dict[str, Any]:
    """What they can spend, what it is worth, and what of it is lost first. `lots`: in how many lots it lies."""
    said = []
    if rate is not None and balance > 0:
        worth = figures.money(rate.worth_of(balance))
        said.append(gettext("worth {amount} {unit}").format(amount=worth, unit=figures.currency()))
    if first is not None and first.expires_on is not None and (first.expires_on - today).days <= SOON_DAYS:
        count = figures.rounded(first.remaining, 0)
        said.append(gettext("{points} expire on {day}").format(points=count, day=figures.day(first.expires_on)))
    shown = figures.rounded(balance, 0)
    text = gettext("What all postings of their account sum to. What a till holds for a basket is among it until then.")
    facts = ((gettext("Lots"), lots), (gettext("Source"), gettext("the ledger of points, as of now")))
    return {
        "why": Explained("points", gettext("Points to spend"), shown, text, facts),
        "figure": shown,
        "unit": "",
        "note": ("；" if figures.chinese() else "; ").join(said) or lots,
    }


def _next(year: Year, picture: MemberPicture) -> dict[str, Any]:
    found = picture.expected
    if found is None:
        figure, note = gettext("too few"), gettext("needs {count} visits to tell").format(count=insight.FEWEST_VISITS)
    elif isinstance(found, Expected):
        figure = figures.day(found.on)
        note = gettext("{percent}% from {span}").format(
            percent=insight.EXPECTED_PERCENT, span=figures.span(found.earliest, found.latest)
        )
    else:
        figure, note = gettext("overdue"), gettext("by their ways before {day}").format(day=figures.day(found.by))
    facts = (
        (gettext("Rests on"), gettext("{count} gaps between visits").format(count=found.gaps if found else 0)),
        (gettext("Source"), gettext("receipts, returns included")),
        (
            gettext("Measured"),
            gettext("on two real shops {percent} of 100 next visits fell in").format(percent=insight.MEASURED_PERCENT),
        ),
        (gettext("Beware"), gettext("whoever has left for good is expected until they are overdue")),
    )
    text = gettext(
        "The likeliest next day by the gaps between their own visits, of which four are the fewest that tell."
    )
    return {
        "why": Explained("next", gettext("Next visit"), f"{figure} · {note}", text, facts),
        "figure": figure,
        "unit": figures.weekday(found.on.isoweekday()) if isinstance(found, Expected) else "",
        "note": note,
        "tone": "few" if found is None else "",
    }


def basket(picture: MemberPicture) -> list[dict[str, Any]]:
    """Each category's share, the layer's as a line on the bar, and how it moved since the months before."""
    before = sum(max(0, part.before_fen) for part in picture.basket)
    return [
        {
            "name": part.category,
            "share": figures.rate(part.share),
            "fen": part.net_fen,
            "of_layer": figures.rate(part.of_layer) if part.of_layer is not None else "",
            "change": figures.change(part.share, Fraction(max(0, part.before_fen), before), "rate", 1)
            if before
            else None,
        }
        for part in picture.basket
    ]


def prices(picture: MemberPicture) -> dict[str, Any]:
    """Empty where too little was bought to tell."""
    sense = picture.prices
    if sense is None:
        return {}
    usual = picture.promoted_usually
    return {
        "promoted": figures.rate(sense.promoted),
        "usually": figures.rate(usual) if usual is not None else "",
        "index": figures.rounded(sense.index * 100, 1) if sense.index is not None else "",
        "cheaper": sense.index is not None and sense.index < Fraction(97, 100),
        "dearer": sense.index is not None and sense.index > Fraction(103, 100),
        "lines": sense.lines,
        "priced": sense.priced_lines,
    }


def profile(told: ProfileSeen | None, lives: str = "") -> list[tuple[str, str]]:
    """(what, what they said) of each field that holds something; `lives`: about where, as far as it is shown."""
    if told is None:
        return []
    noted = ("、" if figures.chinese() else ", ").join(
        f"{gettext(CONSENTS.get(channel, channel))} {gettext('yes') if given else gettext('no')}"
        for channel, given in sorted(told.consents_noted.items())
    )
    month_day = told.birthday_month_day
    rows = [
        (gettext("Sex"), gettext(SEXES[told.sex]) if told.sex in SEXES else ""),
        (gettext("Birthday"), figures.birthday(date(2000, *divmod(month_day, 100))) if month_day else ""),
        (
            gettext("Household"),
            ngettext("{count} person", "{count} people", told.household_size).format(count=told.household_size)
            if told.household_size
            else "",
        ),
        (gettext("E-mail"), gettext("kept, sealed") if told.has_email else ""),
        (gettext("Address"), gettext("kept, sealed") if told.has_address else ""),
        (gettext("Where they live"), lives),
        *((gettext(name), str(told.preferences.get(key, ""))) for key, name in TOLD.items()),
        (gettext("Consents as noted"), noted),
        (gettext("Told by"), gettext("the sample chain itself") if told.source == SAMPLE_CHAIN else told.source),
        (gettext("Told on"), figures.moment(told.told_at) if told.told_at else ""),
    ]
    return [(name, value) for name, value in rows if value]


def lives(told: ProfileSeen | None, store: StoreSeen | None) -> str:
    """How far from the home store, and not where: the page shows no place on a map."""
    if told is None or told.lives_at is None:
        return ""
    if store is None or store.site is None:
        return gettext("the rough place is kept")
    shop = (int(store.site.latitude * 1_000_000), int(store.site.longitude * 1_000_000))
    tenths = (metres_between(members.home_of(told.lives_at), shop) + 50) // 100
    return gettext("about {distance} km from the home store").format(distance=f"{tenths // 10:,}.{tenths % 10}")


def timeline(
    person: MemberSeen,
    names: Mapping[str, Mapping[str, str]],
    stores: Mapping[int, Any],
    after: Place | None,
    *,
    spans: Sequence[LayerSpanSeen],
    tiers: Sequence[TierSeen],
) -> dict[str, Any]:
    """One page of everything, by day, and the place of the next. `names` are the words of postings and channels."""
    page, then = member_timeline(person.id, joined_on=person.joined_on, spans=spans, tiers=tiers, after=after)
    days: list[tuple[str, list[Event]]] = []
    last = None
    for one in page:
        if one.place.day != last:
            days.append((figures.day_and_weekday(one.place.day), []))
            last = one.place.day
        days[-1][1].append(_event(one, names, stores))
    return {"days": days, "timeline_after": str(then) if then else ""}


def _event(one: Happened, names: Mapping[str, Mapping[str, str]], stores: Mapping[int, Any]) -> Event:
    at = figures.clock(one.at) if one.at is not None and one.what != "posting" else ""
    it, unit = one.it, figures.currency()
    if one.what == "receipt":
        store = stores[it.store_id].name if it.store_id in stores else ""
        text = (
            gettext("Brought back at {store}: {amount}")
            if it.kind == "return"
            else gettext("Bought at {store}: {amount}")
        )
        detail = ngettext("%(count)s line", "%(count)s lines", it.line_count) % {"count": it.line_count}
        channel = names["channels"].get(it.channel, it.channel)
        if it.channel != "store":
            detail += f" · {gettext(channel)}"
        if it.discount_fen:
            detail += " · " + gettext("{off} off in all").format(off=f"{figures.money(it.discount_fen)} {unit}")
        said = text.format(store=store, amount=f"{figures.money(it.net_fen)} {unit}")
        address = reverse("console:receipt", args=[it.id])
        return Event(at, "undo" if it.kind == "return" else "receipt", said, detail, it.number, address)
    if one.what == "posting":
        word = names["postings"].get(it.kind, it.kind)
        name = gettext(word)
        moved = ("+" if it.points > 0 else "") + figures.rounded(it.points, 0)
        said = gettext("{name}: {points} points").format(name=name, points=moved)
        return Event(at, "coins", said, "", gettext("v{version}").format(version=it.rule_version))
    if one.what == "event":
        store = stores[it.store_id].name if it.store_id in stores else ""
        return Event(at, "eye", gettext(EVENTS.get(it.kind, it.kind)), store, it.source)
    if one.what == "layer":
        span, before = it
        now = gettext(LAYERS.get(span.layer, span.layer))
        if before is None:
            return Event("", "layers", gettext("First layer: {layer}").format(layer=now))
        said = gettext("Layer from {before} to {layer}").format(
            before=gettext(LAYERS.get(before.layer, before.layer)), layer=now
        )
        return Event("", "layers", said, gettext("cut-offs {version}").format(version=span.cut_offs))
    if one.what == "stage":
        now = gettext(STAGES.get(it.stage, it.stage))
        detail = gettext("at the end of the month")
        if not it.before:
            return Event("", "layers", gettext("Stage at the end of the month: {stage}").format(stage=now))
        said = gettext("Stage from {before} to {stage}").format(
            before=gettext(STAGES.get(it.before, it.before)), stage=now
        )
        return Event("", "layers", said, detail)
    if one.what == "tier":
        return Event("", "target", gettext("Tier {tier}").format(tier=it.tier), it.source)
    return Event("", "user", gettext("Became a member"))


def habits_said(picture: MemberPicture) -> Sequence[Any]:
    """What changed, sentence by sentence."""
    return [STANDING[change.kind](change) for change in picture.changes]
