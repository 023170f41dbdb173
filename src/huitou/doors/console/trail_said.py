"""The audit trail in words: what was done, to what, and what else is noted of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from huitou.access.terms import Role
from huitou.doors.console import figures
from huitou.doors.console.context import ROLE_NAMES
from huitou.doors.console.trail_actions import ACTIONS, FIELDS, SUBJECTS
from huitou.kernel.channels import CHANNEL_NAMES
from huitou.kernel.errors import N_
from huitou.kernel.ids import member_code

WORDS = {
    **CHANNEL_NAMES,
    "sms": N_("SMS"),
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "wechat": N_("WeChat"),
    "messages": N_("messages"),
    "pregnancy": N_("pregnancy"),
    "health": N_("health"),
    "minors": N_("minors"),
    "draft": N_("a draft"),
    "waiting": N_("waits for a second person"),
    "approved": N_("stands"),
}
"""Values that are words of ours."""
HIDDEN = {"job", "identity", "pair", "word", "household"}
"""Numbers by which machines find things again, and nobody else."""
LONGEST = 300


def actions_of(what: str) -> tuple[str, ...]:
    """Of a kind all its actions, of an action itself; '' is all, and of what nobody knows nothing is found."""
    if what in ACTIONS:
        return tuple(ACTIONS[what][1])
    return (what,) if what else ()


def done(action: str) -> str:
    for _, actions in ACTIONS.values():
        if action in actions:
            return gettext(actions[action])
    return action


def choices() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Each kind with its title and its actions, for a list to choose from."""
    return [
        (kind, gettext(title), [(action, gettext(text)) for action, text in actions.items()])
        for kind, (title, actions) in ACTIONS.items()
    ]


def about(subject: str) -> tuple[str, str]:
    """What it was done to, and where that is looked at; '' where it has no page."""
    kind, _, name = subject.partition(":")
    if kind == "member" and name.isdigit():
        return member_code(int(name)), reverse("console:member", args=[int(name)])
    if kind == "import" and name.isdigit():
        return gettext("import {name}").format(name=name), reverse("console:import", args=[int(name)])
    if kind == "offer" and name:
        return gettext(SUBJECTS[kind]).format(name=name), reverse("console:offer", args=[name])
    if kind not in SUBJECTS:
        return subject, ""
    return gettext(SUBJECTS[kind]).format(name=name).strip(), ""


def details(detail: Mapping[str, Any], stores: Callable[[int], str]) -> list[tuple[str, str]]:
    """(what it is, what it says) of everything that says something to people. `stores` names a store by its id."""
    said = [
        (gettext(FIELDS[name]) if name in FIELDS else name, _value(name, value, stores))
        for name, value in detail.items()
        if name not in HIDDEN and value not in (None, "", [], {})
    ]
    return [(name, value) for name, value in said if value]


def _value(name: str, value: Any, stores: Callable[[int], str]) -> str:
    if name == "role":
        return gettext(ROLE_NAMES[Role(value)]) if value in ROLE_NAMES else str(value)
    if name == "store_ids":
        return _joined([stores(one) for one in value])
    if name.endswith("_fen") and isinstance(value, int):
        return figures.money(value)
    if name == "as_of":
        return figures.moment(datetime.fromisoformat(value))
    if name == "changed" and isinstance(value, dict):
        return _joined([f"{_named(one)} {_moved(moved)}" for one, moved in value.items()])
    return _plain(value, stores)[:LONGEST]


def _plain(value: Any, stores: Callable[[int], str]) -> str:
    if value is True or value is False:
        return gettext("yes") if value else gettext("no")
    if value is None:
        return "—"
    if isinstance(value, dict):
        between = "：" if figures.chinese() else ": "
        return _joined([f"{_named(name)}{between}{_value(name, one, stores)}" for name, one in value.items()])
    if isinstance(value, list):
        return _joined([_plain(one, stores) for one in value])
    return gettext(WORDS[value]) if value in WORDS else str(value)


def _moved(pair: Any) -> str:
    """What it was, and what it is."""
    if not isinstance(pair, list) or len(pair) != 2:
        return _plain(pair, str)
    was, now = (_plain(one, str) for one in pair)
    return f"{was or '—'} → {now or '—'}"


def _named(name: str) -> str:
    return gettext(FIELDS[name]) if name in FIELDS else name


def _joined(words: list[str]) -> str:
    return ("、" if figures.chinese() else ", ").join(words)
