"""Words of segments for the pages: sentences in both languages, traits, reasons, what changed between versions."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.lifts import LiftShown, Named, lifts_shown
from huitou.kernel.channels import CHANNEL_NAMES
from huitou.kernel.errors import N_, HuitouError, filled
from huitou.segments import service as segments
from huitou.segments.terms import Segment, SegmentSeen
from huitou.usecases.segment_desk import MoreOf

CHANNELS = {"sms": N_("SMS"), "email": N_("e-mail"), "wechat": N_("WeChat"), "phone": N_("phone call")}
SHOWN_TRAITS = 12


def in_language(language: str) -> Callable[[str], str]:
    """`gettext` in one language, whatever the reader's."""

    def say(text: str) -> str:
        with translation.override(language):
            return gettext(text)

    return say


def both(segment: Segment) -> tuple[str, str, str]:
    """The sentence in the reader's language, in the other one, and which that is."""
    other = "en" if figures.chinese() else "zh-hans"
    return (
        segments.sentence(segment, gettext),
        segments.sentence(segment, in_language(other)),
        "en" if other == "en" else "zh-Hans-CN",
    )


def as_of_shown(iso: str) -> str:
    return figures.moment(datetime.fromisoformat(iso))


# ---- what is wrong, at which condition


_UNFINISHED = N_("Something is missing in {where}: choose or type it.")
# Words for whoever fills in a sentence, where the language's own name fields of its JSON.
_PLAINLY = {"asks_nothing": _UNFINISHED, "two_ways": _UNFINISHED}


def wrong_of(found: segments.Found, text: str) -> dict[str, str]:
    facts = dict(found.facts) | {"where": place_said(found.where, text)}
    return {"at": found.where, "says": filled(_PLAINLY.get(found.code, found.says), facts, gettext)}


def refused(error: HuitouError, text: str) -> dict[str, str]:
    """What a refusal says, at its place where it has one."""
    at = str(error.facts.get("where", "")) or _begins_circle(error, text)
    facts = error.facts | ({"where": place_said(at, text)} if at else {})
    empty = error.code == "segment_unreadable" and _is_empty(at, text)
    says = filled(_UNFINISHED if empty else error.message, facts, gettext)
    return {"at": at, "says": says, "next": filled(error.next_step, facts, gettext), "code": error.code}


def _is_empty(where: str, text: str) -> bool:
    """Whether nothing stands at this place of the JSON."""
    try:
        value = json.loads(text)
    except ValueError:
        return False
    for name in re.findall(r"[^.\[\]]+", where):
        if isinstance(value, list) and name.isdigit():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value in (None, "", [], {})


def _begins_circle(error: HuitouError, text: str) -> str:
    """The condition by which a segment comes to contain itself; '' where it is another refusal."""
    if error.code != "segments_circular":
        return ""
    path = f"{error.facts['path']} → "
    named = ((place, str(leaf.get("segment", ""))) for place, leaf in _leaves_of(text))
    return next((place for place, name in named if name and f" → {name} → " in path), "")


def place_said(where: str, text: str) -> str:
    """A place in the JSON as people count: condition 3."""
    for number, (place, _) in enumerate(_leaves_of(text), 1):
        if where == place or where.startswith(f"{place}."):
            return gettext("condition {number}").format(number=number)
    return gettext("the conditions")


def _leaves_of(text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each condition with its place, also of what cannot be read whole. Its depth was looked at before."""
    try:
        document = json.loads(text)
    except ValueError:
        return
    if isinstance(document, dict):
        yield from _leaves(document.get("where"), "where")


def _leaves(node: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(node, dict):
        return
    if "leaf" in node:
        yield place, node
    if "not" in node:
        yield from _leaves(node["not"], f"{place}.not")
    for name in ("all", "any"):
        entries = node.get(name)
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            yield from _leaves(entry, f"{place}.{name}[{number}]")


# ---- what they have in common

_TRAITS: Mapping[str, str] = {
    "bought": N_("bought {value} in 13 weeks"),
    "weekly": N_("buy {value} weekly"),
    "channel": N_("bought by {value} in 13 weeks"),
    "sex": N_("sex: {value}"),
    "age": N_("age: {value}"),
    "household": N_("household of {value}"),
    "layer": N_("layer: {value}"),
    "stage": N_("stage: {value}"),
}
_VALUES: Mapping[str, Mapping[str, str]] = {
    "channel": CHANNEL_NAMES,
    "sex": {"male": N_("male"), "female": N_("female")},
    "age": {"0-29": N_("under 30"), "30-44": N_("30 to 44"), "45-59": N_("45 to 59"), "60-200": N_("60 and older")},
    "household": {"5": N_("5 and more")},
    "layer": {"diamond": N_("diamond"), "gold": N_("gold"), "silver": N_("silver"), "dormant": N_("dormant")},
    "stage": {
        "new": N_("new"), "active": N_("active"), "at_risk": N_("at risk"), "dormant": N_("dormant"),
        "lost": N_("lost"), "won_back": N_("won back"),
    },
}  # fmt: skip


def traits_shown(found: Sequence[MoreOf]) -> list[LiftShown]:
    """The surest, on one axis."""
    return lifts_shown(
        [Named(gettext(_TRAITS[one.kind]).format(value=_value(one)), one.lift) for one in found[:SHOWN_TRAITS]]
    )


def _value(one: MoreOf) -> str:
    if one.kind in ("bought", "weekly"):
        return one.value.rpartition("/")[2]
    known = _VALUES.get(one.kind, {}).get(one.value)
    return gettext(known) if known else one.value


# ---- versions, uses


@dataclass(frozen=True, slots=True)
class VersionShown:
    number: int
    by: str
    at: datetime
    added: Sequence[str]
    gone: Sequence[str]
    regrouped: bool


def versions_shown(versions: Sequence[SegmentSeen]) -> list[VersionShown]:
    """Each with the conditions that it added to the one before and took out of it; the newest first."""
    clauses = [_clauses(one) for one in versions]
    return [
        VersionShown(
            one.version,
            one.made_by,
            one.made_at,
            list((mine - before).elements()),
            list((before - mine).elements()),
            mine == before,
        )
        for one, mine, before in zip(versions, clauses, [*clauses[1:], Counter()], strict=True)
    ]


def _clauses(seen: SegmentSeen) -> Counter[str]:
    tree = segments.read_segment(seen.body).where
    parts = [node for _, node in segments.nodes(tree)]
    return Counter(segments.clause(node, gettext) for node in parts if not segments.is_group(node))


def users_shown(users: Sequence[str]) -> list[str]:
    """`segment:NAME` and `campaign:42` in words."""
    return [filled(one.template, one.facts, gettext) for one in segments.users_in_words(users)]


def channel_of(body: str) -> str:
    """The channel that the segment itself asks for, else SMS."""
    found = re.search(r'"leaf":\s*"reachable",\s*"channel":\s*"(\w+)"', body)
    return found[1] if found and found[1] in CHANNELS else "sms"
