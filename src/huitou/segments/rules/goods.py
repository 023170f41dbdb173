"""Which lines of receipts, and which events, a condition means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from huitou.kernel.channels import CHANNEL_NAMES
from huitou.kernel.errors import N_
from huitou.kernel.happenings import EVENT_NAMES
from huitou.kernel.weekdays import WEEKDAYS
from huitou.segments.rules.forms import DAY_MINUTES, clock_text
from huitou.segments.rules.troubles import unknown, unknown_stores
from huitou.segments.rules.windows import in_window, in_window_sql
from huitou.segments.terms import Bought, Did, Events, Known, Moment, Person, Purchases, Said, Trouble, Window


def quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def among(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(map(quoted, values))})"


def numbers_among(column: str, values: Sequence[int]) -> str:
    """SQL; of no value nothing is true."""
    return f"{column} IN ({', '.join(str(int(value)) for value in values)})" if values else "false"


def at_sql(moment: Moment) -> str:
    return f"at_utc <= TIMESTAMP '{moment.at:%Y-%m-%d %H:%M:%S.%f}'"


# ---- lines


def lines_meant(person: Person, of: Purchases, window: Window, moment: Moment) -> list[Bought]:
    """The lines of sales and returns that had happened at the moment."""
    stores = moment.store_ids(of.stores)
    return [
        line
        for line in person.bought
        if line.at_utc <= moment.at
        and in_window(window, line.business_date, _today(moment, line.store_id))
        and (not of.stores or line.store_id in stores)
        and (not of.channels or line.channel in of.channels)
        and (not of.categories or any(is_beneath(line.category, path) for path in of.categories))
        and (not of.brands or line.brand in of.brands)
        and (not of.skus or line.sku in of.skus)
        and (not of.weekdays or line.business_date.isoweekday() in of.weekdays)
        and in_hours(of, line.at_local)
    ]


def _today(moment: Moment, store_id: int | None) -> date:
    store = moment.stores.get(store_id) if store_id is not None else None
    return store.today if store else moment.today


def is_beneath(category: str, path: str) -> bool:
    """Whether the category is this one or one beneath it."""
    return category == path or category.startswith(f"{path}/")


def in_hours(of: Purchases, at_local: datetime) -> bool:
    first, last = _hours(of)
    minute = at_local.hour * 60 + at_local.minute
    return first <= minute < last if first < last else minute >= first or minute < last


def _hours(of: Purchases) -> tuple[int, int]:
    return of.from_clock or 0, DAY_MINUTES if of.to_clock is None else of.to_clock


@dataclass(frozen=True, slots=True)
class Rows:
    """Where purchases stand, and how they are counted there."""

    table: str
    receipts: str
    lines: str
    pieces: str
    days: str = "count(DISTINCT business_date)"


_PIECES = """sum(CASE WHEN quantity_milli <= 0 THEN 0 WHEN quantity_milli % 1000 = 0 THEN quantity_milli // 1000
    ELSE 1 END)"""
LINES = Rows("lines", "count(DISTINCT receipt_id)", "count(*)", _PIECES)
BASKETS = Rows("baskets_until", "count(DISTINCT receipt_id)", "sum(lines)", "sum(items)")
VISITS = Rows("visits_until", "count(*)", "", "sum(items)")


def rows_for(of: Purchases, *, by_line: bool = False) -> Rows:
    """The fewest rows that can tell: whole receipts, what a receipt held of a category, or single lines. `by_line`:
    lines are to be counted."""
    if of.brands or of.skus or of.from_clock is not None or of.to_clock is not None:
        return LINES
    return BASKETS if of.categories or by_line else VISITS


def lines_sql(of: Purchases, window: Window, moment: Moment, rows: Rows = LINES) -> str:
    """`lines_meant` in SQL: a condition on these rows. Those by the day hold nothing later than the moment."""
    said = ["member_id IS NOT NULL", in_window_sql(window, moment, day="business_date")]
    if rows is LINES:
        said.append(at_sql(moment))
    if of.stores:
        said.append(numbers_among("store_id", moment.store_ids(of.stores)))
    if of.channels:
        said.append(among("channel", of.channels))
    if of.categories:
        said.append(_beneath_sql(of.categories))
    if of.brands:
        said.append(f"sku IN (SELECT sku FROM products WHERE {among('brand', of.brands)})")
    if of.skus:
        said.append(among("sku", of.skus))
    if of.weekdays:
        said.append(numbers_among("isodow(business_date)", of.weekdays))
    if of.from_clock is not None or of.to_clock is not None:
        first, last = _hours(of)
        minute = "(hour(at_local) * 60 + minute(at_local))"
        both = "AND" if first < last else "OR"
        said.append(f"({minute} >= {first} {both} {minute} < {last})")
    return " AND ".join(said)


def _beneath_sql(paths: Sequence[str]) -> str:
    beneath = (f"category = {quoted(path)} OR starts_with(category, {quoted(path + '/')})" for path in paths)
    # The bounds are for files whose rows lie by category: what lies outside them is not read. '0' comes after '/'.
    first, last = min(paths), max(f"{path}0" for path in paths)
    return f"category >= {quoted(first)} AND category < {quoted(last)} AND ({' OR '.join(beneath)})"


def purchase_troubles(field: str, of: Purchases, known: Known) -> Iterator[Trouble]:
    yield from unknown_stores(f"{field}.stores", of.stores, known)
    yield from unknown(f"{field}.categories", "unknown_category", of.categories, known.categories)
    yield from unknown(f"{field}.brands", "unknown_brand", of.brands, known.brands)
    yield from unknown(f"{field}.skus", "unknown_sku", of.skus, known.skus)
    first, last = _hours(of)
    if first in (last, DAY_MINUTES):
        hours = {"first": clock_text(first), "last": clock_text(last)}
        yield Trouble(f"{field}.from_clock", "hours_are_none", hours)


def names_goods(of: Purchases) -> bool:
    return bool(of.categories or of.brands or of.skus)


def goods_said(of: Purchases, *, none: bool = False) -> Said:
    """What was bought: categories, brands and products, all of which fit. `none`: none of it was."""
    parts = [
        Said(template, {"names": names})
        for template, names in (
            (N_("{names}"), of.categories),
            (N_("the brand {names}"), of.brands),
            (N_("the product {names}"), of.skus),
        )
        if names
    ]
    if not parts:
        return Said(N_("anything at all") if none else N_("anything"))
    said = parts[0]
    for part in parts[1:]:
        said = Said(N_("{goods} of {more}"), {"goods": said, "more": part})
    return said


def place_said(of: Purchases) -> list[Said]:
    """At what time, where and how it was bought; in order, each with the blank before it."""
    said = []
    if of.weekdays:
        said.append(Said(N_(" on {days}"), {"days": tuple(Said(WEEKDAYS[day - 1]) for day in of.weekdays)}))
    if of.from_clock is not None or of.to_clock is not None:
        first, last = map(clock_text, _hours(of))
        said.append(Said(N_(" between {first} and {last}"), {"first": first, "last": last}))
    if of.stores:
        said.append(Said(N_(" in the store {names}"), {"names": of.stores}))
    if of.channels:
        names = tuple(Said(CHANNEL_NAMES[one]) if one in CHANNEL_NAMES else one for one in of.channels)
        said.append(Said(N_(" by the channel {names}"), {"names": names}))
    return said


# ---- events


def events_meant(person: Person, of: Events, window: Window, moment: Moment) -> list[Did]:
    stores = moment.store_ids(of.stores)
    return [
        event
        for event in person.did
        if event.at_utc <= moment.at
        and event.kind in of.kinds
        and in_window(window, event.day, _today(moment, event.store_id))
        and (not of.stores or event.store_id in stores)
    ]


def events_sql(of: Events, window: Window, moment: Moment) -> str:
    """`events_meant` in SQL: a condition on rows of `events`."""
    said = [among("kind", of.kinds), in_window_sql(window, moment, day="day"), at_sql(moment)]
    if of.stores:
        said.append(numbers_among("store_id", moment.store_ids(of.stores)))
    return " AND ".join(said)


def events_said(of: Events) -> tuple[Said | str, ...]:
    """Their kinds as people call them."""
    return tuple(Said(EVENT_NAMES[one]) if one in EVENT_NAMES else one for one in of.kinds)


def events_place_said(of: Events) -> list[Said]:
    return [Said(N_(" in the store {names}"), {"names": of.stores})] if of.stores else []
