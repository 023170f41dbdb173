"""Business days: which of a member's history a window holds, exactly, by the clock of each store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from huitou.kernel.errors import N_
from huitou.segments.terms import Moment, OfDays, Said, StoreKnown, Trouble, Window


def window_troubles(field: str, window: Window) -> Iterator[Trouble]:
    fixed = window.since is not None or window.until is not None
    if fixed and (window.last_days is not None or window.ago_days is not None):
        yield Trouble(field, "window_two_ways")
    elif window.since is not None and window.until is not None and window.since > window.until:
        yield Trouble(field, "window_backwards", {"since": window.since, "until": window.until})


def days_troubles(at_least: int | None, window: Window) -> Iterator[Trouble]:
    """Of different days nobody can have more than the window holds."""
    most: int | None = window.last_days
    if window.since is not None and window.until is not None:
        most = (window.until - window.since).days + 1
    if at_least is not None and most is not None and at_least > most > 0:
        yield Trouble("at_least", "days_outside_window", {"days": at_least, "most": most})


def in_window(window: Window, day: date, today: date) -> bool:
    """Whether the window holds this business day of a store whose business day is `today`."""
    first, last = window.days_on(today)
    return (first is None or day >= first) and day <= last


def in_window_sql(window: Window, moment: Moment, *, day: str) -> str:
    """`in_window` in SQL, of rows with a store_id; whoever has no store goes by the chain's day."""
    todays = {store.today for store in moment.stores.values()} | {moment.today}
    spans = [window.days_on(today) for today in todays]
    if len(todays) == 1:
        ((first, last),) = spans
        return _between(day, None if first is None else _day(first), _day(last))
    # The widest span first: what lies outside it is never read.
    firsts = [first for first, _ in spans]
    outer = _between(
        day,
        None if None in firsts else _day(min(one for one in firsts if one is not None)),
        _day(max(last for _, last in spans)),
    )
    first_of, last_of = (_by_store(moment, window, place) for place in (0, 1))
    assert last_of is not None, "a window ends"
    return f"({outer} AND {_between(day, first_of, last_of)})"


def of_days(query: str, window: Window, moment: Moment, *, day: str) -> OfDays | None:
    """What a query asks of the days of a window, for any days; None where the window has no beginning, or is not the
    same in every store. `query` holds `in_window_sql` of the same."""
    spans = {window.days_on(today) for today in (moment.today, *(store.today for store in moment.stores.values()))}
    first, last = spans.pop()
    if spans or first is None:
        return None
    asked, any_days = in_window_sql(window, moment, day=day), _between(day, OfDays.FIRST, OfDays.LAST)
    assert query.count(asked) == 1, "a quote within a name is doubled, so that no name reads like this"
    return OfDays(query.replace(asked, any_days), first, last)


def _by_store(moment: Moment, window: Window, place: int) -> str | None:
    """SQL of the first or the last day of the window in the row's store; None: it has no first."""

    def of(today: date) -> date | None:
        return window.days_on(today)[place]

    usual = of(moment.today)
    if usual is None:
        return None
    others: Callable[[StoreKnown], bool] = lambda store: store.today != moment.today  # noqa: E731
    cases = [
        f"WHEN {store.id} THEN {_day(of(store.today) or usual)}" for store in filter(others, moment.stores.values())
    ]
    return f"CASE store_id {' '.join(cases)} ELSE {_day(usual)} END"


def _between(day: str, first: str | None, last: str) -> str:
    return f"{day} <= {last}" if first is None else f"({day} >= {first} AND {day} <= {last})"


def _day(day: date) -> str:
    return f"DATE '{day}'"


def window_said(window: Window) -> Said:
    days, ago = window.last_days, window.ago_days
    if ago == 1:
        return _until_yesterday_said(days)
    if days is not None and ago is not None:
        if days == 1:
            return Said(N_("on the day {ago} days ago"), {"ago": str(ago)})
        return Said(N_("in the {days} days up to {ago} days ago"), {"days": str(days), "ago": str(ago)})
    if days is not None:
        return Said(N_("in the last {days} days"), {"days": str(days)}) if days > 1 else Said(N_("today"))
    if ago is not None:
        return Said(N_("{ago} or more days ago"), {"ago": str(ago)})
    since, until = window.since, window.until
    if since is not None and until is not None:
        return Said(N_("from {since} to {until}"), {"since": str(since), "until": str(until)})
    if since is not None:
        return Said(N_("since {since}"), {"since": str(since)})
    return Said(N_("on or before {until}"), {"until": str(until)}) if until is not None else Said(N_("at any time"))


def _until_yesterday_said(days: int | None) -> Said:
    if days is None:
        return Said(N_("yesterday or before"))
    return Said(N_("in the {days} days up to yesterday"), {"days": str(days)}) if days > 1 else Said(N_("yesterday"))
