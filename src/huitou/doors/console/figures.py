"""Figures, money, rates and days as people read them, in the language of the request.

Chinese writes 42.8 万 from 10,000 on in headlines, English 428k; tables keep every digit. A minus is U+2212.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext

from huitou.kernel import quantity as quantities
from huitou.kernel.currencies import currency_of
from huitou.kernel.errors import N_
from huitou.kernel.weekdays import WEEKDAYS

WEEKDAYS_IN_TABLES = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Number = int | Decimal | Fraction
LARGE_FEN = 1_000_000
"""From here on money is told without its decimals."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure and its unit, apart so that a page can set the unit smaller."""

    figure: str
    unit: str = ""

    def __str__(self) -> str:
        if self.unit.startswith("%"):
            return self.figure + self.unit
        return f"{self.figure} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved: an arrow and a sign say it, the tone (good, bad, flat) only colours it."""

    arrow: str
    text: str
    tone: str


def chinese() -> bool:
    return (get_language() or "").startswith("zh")


def currency(code: str = "") -> str:
    """In words, that of the chain where none is named: 元, pounds."""
    written = currency_of(code or settings.CURRENCY)
    return written.chinese if chinese() else written.english


def rounded(value: Number, places: int) -> str:
    """`value` with exactly `places` decimals, half away from zero, thousands apart: `−1,234.50`."""
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else Decimal(value)
    shown = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{abs(shown):,.{places}f}"
    return f"−{text}" if shown < 0 else text


def money(fen: Number) -> str:
    """Exact to the fen, without unit: `11,284.60`."""
    return rounded(Fraction(fen) / 100, 2)


def money_in_whole(fen: Number) -> str:
    return rounded(Fraction(fen) / 100, 0)


def money_headline(fen: Number) -> Shown:
    """`42.8 万元`, `428k yuan`; below 10,000 to the fen."""
    amount, unit = Fraction(fen) / 100, currency()
    if abs(amount) < 10_000:
        return Shown(rounded(amount, 2), unit)
    if chinese():
        short = amount / 10_000
        return Shown(rounded(short, 1), f"万{unit}")
    divisor, letter = (1_000_000, "M") if abs(amount) >= 1_000_000 else (1000, "k")
    return Shown(rounded(amount / divisor, 2 if letter == "M" else 1) + letter, unit)


def rate(value: Number) -> str:
    """A ratio as a percentage with one decimal, without its sign: `41.6`."""
    return rounded(Fraction(value) * 100, 1)


def figure(value: Fraction | None, unit: str) -> Shown:
    """The value of a KPI by its unit: money (fen), count or rate."""
    if value is None:
        return Shown("—")
    if unit == "money":
        return money_headline(value)
    if unit == "rate":
        return Shown(rate(value), "%")
    if unit == "days":
        return Shown(rounded(value, 1), gettext("days"))
    return Shown(rounded(value, 1 if unit == "number" else 0))


def in_full(value: Fraction | None, unit: str, among: Iterable[Fraction | None] = ()) -> str:
    """The same for tables and tooltips, with every digit that counts; among figures of which one is shown without
    decimals, without them too, so that digits stand under digits."""
    if value is None:
        return "—"
    if unit == "rate":
        return rate(value) + "%"
    if unit == "money":
        large = any(abs(one) >= LARGE_FEN for one in (value, *among) if one is not None)
        return money_in_whole(value) if large else money(value)
    return rounded(value, 1 if unit in ("number", "days") else 0)


def change(now: Fraction | None, before: Fraction | None, unit: str, good_direction: int) -> Change | None:
    """From `before` to `now`: rates in points, all else in per cent; None where there's nothing to compare with."""
    if now is None or before is None or (unit != "rate" and before <= 0):
        return None
    moved = (now - before) * 100 if unit == "rate" else (now - before) / before * 100
    amount = rounded(abs(moved), 1)
    if amount == "0.0":
        return Change("", gettext("unchanged"), "flat")
    text = gettext("{amount} pts").format(amount=amount) if unit == "rate" else f"{amount}%"
    tone = "good" if (moved > 0) == (good_direction > 0) else "bad"
    return Change("▲" if moved > 0 else "▼", text, tone)


def day(on: date) -> str:
    """`11月22日` within this year, `2025年11月22日` outside it; `22 Nov`, `22 Nov 2025`."""
    this_year = on.year == timezone.localdate().year
    if chinese():
        return f"{on.month}月{on.day}日" if this_year else f"{on.year}年{on.month}月{on.day}日"
    short = f"{on.day} {_MONTHS[on.month - 1]}"
    return short if this_year else f"{short} {on.year}"


def month(on: date) -> str:
    """`2026年9月`; `Sep 2026`."""
    return f"{on.year}年{on.month}月" if chinese() else f"{_MONTHS[on.month - 1]} {on.year}"


def weekday(number: int) -> str:
    """The name of an ISO weekday: 1 is Monday."""
    return gettext(WEEKDAYS_IN_TABLES[number - 1])


def weekday_in_full(number: int) -> str:
    """The same where a sentence says it: English shortens weekdays in tables alone."""
    return gettext(WEEKDAYS[number - 1])


def day_and_weekday(on: date) -> str:
    named = weekday(on.isoweekday())
    return f"{day(on)} ({named})" if chinese() else f"{named} {day(on)}"


def span(first: date, last: date) -> str:
    return f"{day(first)}～{day(last)}" if chinese() else f"{day(first)} to {day(last)}"


def closed_up(text: str) -> str:
    """Chinese stands close to Chinese, also where a unit comes before the next word: `从 110.98 元到 109.68 元`."""
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)


def sentences(*told: str) -> str:
    """What is told, one after the other: a Chinese full stop brings its own space."""
    return ("" if chinese() else " ").join(filter(None, told))


def between(low: str, high: str, *, short: bool = False) -> str:
    """`31.5～54.1`; `31.5 to 54.1`, which no line tears apart. `short`: as an axis has room for it."""
    return f"{low}～{high}" if chinese() else f"{low}–{high}" if short else f"{low}\xa0to\xa0{high}"


def clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M")


def moment(at: datetime) -> str:
    return f"{day(timezone.localtime(at).date())} {clock(at)}"


def days_ago(on: date, today: date) -> str:
    """Relative up to 7 days, and the date beyond."""
    days = (today - on).days
    if days < 0 or days > 7:
        return day(on)
    if days == 0:
        return gettext("today")
    return gettext("yesterday") if days == 1 else gettext("{days} days ago").format(days=days)


def quantity(quantity_milli: int) -> str:
    return quantities.shown(quantity_milli).replace("-", "−")


def rate_of(part: int, whole: int) -> str:
    """`part` of `whole` as a percentage with one decimal: `23.4`; nothing of nothing is `0.0`."""
    return rate(Fraction(part, whole)) if whole else "0.0"


def birthday(on: date) -> str:
    """Day and month; the year is nobody's business at a till."""
    return f"{on.month}月{on.day}日" if chinese() else f"{on.day} {_MONTHS[on.month - 1]}"


def file_size(count: int) -> str:
    """`73 KB`, `12.4 MB`, `1.3 GB`: as people's own machines show it."""
    if count < 1_000_000:
        return f"{max(1, -(-count // 1000))} KB"
    whole, unit = (1_000_000, "MB") if count < 1_000_000_000 else (1_000_000_000, "GB")
    return f"{rounded(Fraction(count, whole), 1)} {unit}"
