"""What uses a segment, in words: `segment:NAME`, `offer:CODE`, `tag:NAME`, or its live membership."""

from __future__ import annotations

from collections.abc import Iterable

from huitou.kernel.errors import N_, Phrase

LIVE = "live"
"""The user of a segment that is live."""
_KINDS = {
    "segment": N_("segment {name}"),
    "offer": N_("offer {name}"),
    "campaign": N_("campaign {name}"),
    "tag": N_("tag {name}"),
}


def in_words(user: str) -> Phrase:
    kind, _, name = user.partition(":")
    if user == LIVE:
        return Phrase(N_("live membership"))
    return Phrase(_KINDS[kind], {"name": name}) if kind in _KINDS else Phrase("{name}", {"name": user})


def all_in_words(users: Iterable[str]) -> list[Phrase]:
    return list(map(in_words, users))
