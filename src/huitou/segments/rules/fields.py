"""What people call the fields of a segment's JSON: whoever builds one in the console never sees their names."""

from __future__ import annotations

from collections.abc import Mapping

from huitou.kernel.errors import N_, Phrase

FIELDS: Mapping[str, str] = {
    "ago_days": N_("so many days ago"),
    "at_least": N_("a least"),
    "at_most": N_("a most"),
    "bought": N_("a purchase"),
    "did": N_("an event"),
    "home_store": N_("their own home store"),
    "is_one_of": N_("one of some words"),
    "known": N_("whether it was told"),
    "last_days": N_("the last days"),
    "months": N_("some months"),
    "point": N_("a point on the map"),
    "since": N_("a first day"),
    "store": N_("a store"),
    "until": N_("a last day"),
    "window": N_("a time"),
}
AROUND_TODAY = Phrase(N_("days around today"), raw="from_days, to_days")


def field_words(*names: str) -> tuple[Phrase, ...]:
    return tuple(Phrase(FIELDS[name], raw=name) for name in names)
