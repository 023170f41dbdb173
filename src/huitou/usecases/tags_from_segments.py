"""Tags that come from a segment: whoever is in it bears them. From a live one at once, from another each night."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from huitou.segments import service as segments
from huitou.segments.service import live, tags


def follow_segment(name: str, day: date, *, of: Sequence[int] | None = None) -> int:
    """Let the tags that come from a live segment be borne by who is in it now, of those asked (None: everybody); how
    many rows were written. In the turn that moved them."""
    written = 0
    for seen in tags.coming_from(name):
        inside = live.members_of(name, of)
        came, left = tags.renew(seen, tags.from_segment(name, segments.find(name).version, inside), day, of=of)
        written += came + left
    return written
