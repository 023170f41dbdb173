"""The sentence that opens a page: what is, what changed. Built from the figures below it, in both languages.

A template is a whole sentence, so a translator sees all of it; only figures and names are filled in. What a figure
says is marked up here, and everything filled in is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.insight.terms import RefreshSeen, RunState
from huitou.insight.terms.person import Rhythm
from huitou.kernel.errors import N_

_UP = N_("{name} rose to {value}, {change} above the 28 days before.")
_DOWN = N_("{name} fell to {value}, {change} below the 28 days before.")
_LEVEL = N_("{name} stands at {value}, as in the 28 days before.")
_ALONE = N_("{name} stands at {value}; there is no earlier period to compare with yet.")
_YEAR_UP = N_("That is {change} above a year ago.")
_YEAR_DOWN = N_("That is {change} below a year ago.")
_WATCH_UP = N_("Watch {name}: up {change} to {value}.")
_WATCH_DOWN = N_("Watch {name}: down {change} to {value}.")
_STORE_FELL = N_("{store} fell most, by {change}.")
_STORE_ROSE = N_("{store} grew most, by {change}.")

_EVERY_WEEKDAY = N_("Comes about every {gap} days, mostly on {weekday}.")
_EVERY = N_("Comes about every {gap} days.")
_DAILY = N_("Comes nearly every day.")
_RARE = N_("Has come too seldom in a year to tell a rhythm.")
_LAST = N_("Last bought {when}.")
_OVERDUE = N_("Last bought {when}: {days} days, where {gap} are usual.")
_NEVER = N_("No purchase on file yet.")
_NEVER_HERE = N_("No purchase in your stores yet.")

LONG_WEEKDAYS = (
    N_("Mondays"),
    N_("Tuesdays"),
    N_("Wednesdays"),
    N_("Thursdays"),
    N_("Fridays"),
    N_("Saturdays"),
    N_("Sundays"),
)


def say(template: str, **facts: object) -> SafeString:
    """A whole sentence in the language of the request, with its figures and names filled in."""
    return format_html(gettext(template), **facts) if facts else SafeString(escape(gettext(template)))


def joined(sentences: Sequence[SafeString]) -> SafeString:
    """One after the other; each stays whole where a line has room for it."""
    joint = "" if figures.chinese() else " "
    return SafeString(joint.join(format_html('<span class="s">{}</span>', sentence) for sentence in sentences))


def strong(text: object) -> SafeString:
    return format_html("<b>{}</b>", text)


def overview_finding(tiles: Sequence[Any], stores: Sequence[tuple[str, figures.Change, Any]]) -> SafeString:
    """The first KPI, the store behind it, and the one that worsened most.

    `stores`: each store's name, its change of the first KPI and how far it moved as a ratio; empty for one store.
    """
    lead = tiles[0]
    said = _moved(lead)
    if stores:
        down = lead.change is not None and lead.change.arrow == "▼"
        pick = (min if down else max)(stores, key=lambda store: store[2])
        if pick[1].arrow == ("▼" if down else "▲"):
            said.append(say(_STORE_FELL if down else _STORE_ROSE, store=pick[0], change=pick[1].text))
    worst = _worst(tiles[1:])
    if worst is not None:
        template = _WATCH_UP if worst.change.arrow == "▲" else _WATCH_DOWN
        watched = strong(gettext(worst.kpi.title))
        said.append(say(template, name=watched, change=worst.change.text, value=_tight(worst.shown)))
    return joined(said)


def _moved(lead: Any) -> list[SafeString]:
    """How a KPI moved, against the 28 days before and against the year before."""
    name, value = gettext(lead.kpi.title), format_html('<b class="u">{}</b>', _tight(lead.shown))
    if lead.change is None:
        said = [say(_ALONE, name=name, value=value)]
    elif not lead.change.arrow:
        said = [say(_LEVEL, name=name, value=value)]
    else:
        said = [say(_UP if lead.change.arrow == "▲" else _DOWN, name=name, value=value, change=lead.change.text)]
    if lead.year_change is not None and lead.year_change.arrow:
        template = _YEAR_UP if lead.year_change.arrow == "▲" else _YEAR_DOWN
        said.append(say(template, change=lead.year_change.text))
    return said


def _worst(tiles: Sequence[Any]) -> Any | None:
    """The KPI that moved furthest the wrong way, relative to where it was."""

    def moved(tile: Any) -> Any:
        return abs(tile.now.now.value - tile.now.previous.value) / tile.now.previous.value

    bad = [tile for tile in tiles if tile.change and tile.change.tone == "bad" and tile.now.previous.value > 0]
    return max(bad, key=moved, default=None)


def _tight(shown: figures.Shown) -> str:
    return f"{shown.figure} {shown.unit}".strip() if shown.unit != "%" else f"{shown.figure}%"


def kpi_finding(tile: Any) -> SafeString:
    """How one figure moved."""
    return joined(_moved(tile))


_REFRESHED = N_("Counted up to {day}: {days} days, in {seconds} s.")
_RESTATED = N_("{days} of them had been counted before and came out otherwise.")
_STOPPED = N_("The last run was stopped. The next one goes on where it was.")
_RUNNING = N_("It is running now, up to {day}.")


def refresh_finding(run: RefreshSeen) -> SafeString:
    """What the newest run did."""
    if run.state is RunState.STOPPED:
        return joined([say(_STOPPED)])
    if run.state is RunState.RUNNING:
        return joined([say(_RUNNING, day=figures.day(run.as_of))])
    days = sum(step.get("days", 0) for step in run.steps)
    seconds = figures.rounded(Fraction(str(run.seconds)), 1)
    said = [say(_REFRESHED, day=figures.day(run.as_of), days=figures.rounded(days, 0), seconds=seconds)]
    if run.restated:
        said.append(say(_RESTATED, days=figures.rounded(sum(run.restated.values()), 0)))
    return joined(said)


def member_finding(
    rhythm: Rhythm | None,
    last: date | None,
    counted_to: date,
    *,
    today: date | None = None,
    whole_chain: bool = True,
    more: Sequence[SafeString | None] = (),
) -> SafeString:
    """How often they come, and when they last came; overdue when twice the usual gap has gone by.

    Whether they are overdue is told by the last day that was counted: receipts that are not in yet make nobody late.
    "Yesterday" is told by the calendar. `more` are further sentences, such as when they are expected.
    """
    if last is None:
        return say(_NEVER if whole_chain else _NEVER_HERE)
    when = figures.days_ago(last, today or counted_to)
    if figures.chinese() and when[-1] != "日" and when[0].isdigit():
        when = f" {when}"  # a half space stands before a figure, none before a date or a word
    if rhythm is None:
        return joined([strong(say(_RARE)), say(_LAST, when=when), *filter(None, more)])
    if rhythm.gap_days <= 1:
        said = [strong(say(_DAILY))]
    elif rhythm.weekday is not None:
        weekday = gettext(LONG_WEEKDAYS[rhythm.weekday - 1])
        said = [strong(say(_EVERY_WEEKDAY, gap=rhythm.gap_days, weekday=weekday))]
    else:
        said = [strong(say(_EVERY, gap=rhythm.gap_days))]
    away = (counted_to - last).days
    if away > 2 * rhythm.gap_days and away > 7:
        days = format_html('<b class="u">{}</b>', away)
        said.append(say(_OVERDUE, when=when, days=days, gap=rhythm.gap_days))
    else:
        said.append(say(_LAST, when=when))
    return joined([*said, *filter(None, more)])
