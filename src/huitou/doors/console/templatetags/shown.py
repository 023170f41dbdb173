"""Filters and tags for every template: figures, days, icons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.access import service as access
from huitou.doors.console import figures
from huitou.kernel.errors import N_

register = template.Library()


@register.filter
def money(fen: int | None) -> str:
    """To the fen, without unit: `11,284.60`."""
    return "—" if fen is None else figures.money(fen)


@register.filter
def money_in_whole(fen: int | None) -> str:
    return "—" if fen is None else figures.money_in_whole(fen)


@register.filter
def points(value: int | None) -> str:
    """Whole numbers with thousands apart: points, people, receipts."""
    return "—" if value is None else figures.rounded(value, 0)


@register.filter
def signed(value: int) -> str:
    """With its sign, also when it's a plus."""
    return ("+" if value > 0 else "") + figures.rounded(value, 0)


@register.filter
def quantity(quantity_milli: int) -> str:
    return figures.quantity(quantity_milli)


@register.filter
def percent(ratio: Any) -> str:
    return "—" if ratio is None else figures.rate(ratio) + "%"


# What writes without a person: its name in the audit trail is a word of ours, and nobody's log-in.
MACHINES = {
    "command line": N_("command line"),
    "huitou demo": N_("the sample chain itself"),
    access.TILL_SOURCE: N_("the till page"),
}


@register.filter
def actor(name: str) -> str:
    """Who did it: a log-in as it is, the command line in the reader's language."""
    return gettext(MACHINES[name]) if name in MACHINES else name


@register.filter(name="date")
def day(on: date | None) -> str:
    """A day, or the day of a moment, as DESIGN writes it. Django's own `date` wants a format; pages here have one."""
    if on is None:
        return "—"
    return figures.moment(on) if isinstance(on, datetime) else figures.day(on)


@register.filter
def day_and_weekday(on: date) -> str:
    return figures.day_and_weekday(on)


@register.filter
def clock(at: datetime) -> str:
    return figures.clock(at)


@register.filter
def said(text: str | None) -> str:
    """A word that a room gives in English, in the language of the request."""
    return gettext(text) if text else ""


@register.filter(name="bytes")
def bytes_(count: int) -> str:
    """The size of a file: `73 KB`, `12.4 MB`."""
    return figures.file_size(count)


# A hyphen is no place to break a word or a day at; only of a longer name the days alone are kept whole.
_KEPT_WHOLE = re.compile(r"((?<!\S)(?=\S*-)[!-~]{3,16}(?!\S)|\d{4}-\d\d(?:-\d\d)?)")


@register.filter
def name_of_file(name: str) -> SafeString:
    """Whose lines end between its words."""
    parts = _KEPT_WHOLE.split(name)  # at every second place what is kept whole
    whole = (format_html('<span class="nw">{}</span>' if place % 2 else "{}", part) for place, part in enumerate(parts))
    return format_html_join("", "{}", ((part,) for part in whole))


@register.simple_tag
def currency() -> str:
    return figures.currency()


@register.filter
def listed(names: Iterable[object]) -> str:
    """One after the other, as each language parts them."""
    return ("、" if figures.chinese() else ", ").join(str(name) for name in names)


@register.simple_tag
def colon() -> str:
    """Between what something is called and what it is."""
    return "：" if figures.chinese() else ": "


@register.simple_tag
def gap() -> str:
    """Between two sentences that end with their own full stops."""
    return "" if figures.chinese() else " "


@register.simple_tag
def until() -> str:
    """Between the first and the last of a range."""
    return "～" if figures.chinese() else " to "


@register.simple_tag
def full_stop() -> str:
    """Between two sentences that a template puts together."""
    return "。" if figures.chinese() else ". "


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A drawing of the sprite; it says nothing to a screen reader."""
    return _drawn(static("console/icons.svg"), name, extra)


@lru_cache(maxsize=500)
def _drawn(sprite: str, name: str, extra: str) -> SafeString:
    """A page has about a hundred; putting each together anew was a sixth of a member's page."""
    return format_html('<svg class="ti {}" aria-hidden="true"><use href="{}#{}"></use></svg>', extra, sprite, name)


@register.simple_tag(takes_context=True)
def address_with(context: dict[str, Any], **changes: Any) -> str:
    """This page's query with some values changed; an empty value goes away. `asked` is what a form asked for."""
    query: QueryDict = (context["asked"] if "asked" in context else context["request"].GET).copy()
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + query.urlencode()


@register.filter
def day_of(at: datetime) -> str:
    """The day of a moment, by the clock of the chain."""
    return figures.day(timezone.localtime(at).date())


@register.filter
def weekday_name(on: date) -> str:
    return figures.weekday(on.isoweekday())


@register.filter
def birthday(on: date) -> str:
    return figures.birthday(on)


@register.filter
def price(amount: Decimal | None) -> str:
    """A unit price, as fine as it is and at least to the fen."""
    if amount is None:
        return "—"
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return figures.rounded(amount, places)
