"""The door of segments: read a tree and check it, say it in words, and ask it of one member or of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huitou.segments.errors import SegmentImpossible
from huitou.segments.rules import sentence as words
from huitou.segments.rules.bounds import LONGEST_TEXT
from huitou.segments.rules.document import parsed
from huitou.segments.rules.exchange import read_segment, write_segment
from huitou.segments.rules.membership import named_segments, resolved, troubles, why
from huitou.segments.rules.schema import schema
from huitou.segments.rules.troubles import TROUBLES
from huitou.segments.terms import Known, Node, Segment

__all__ = ["LONGEST_TEXT", "named_segments", "parsed", "read_segment", "resolved", "why", "write_segment"]


@dataclass(frozen=True, slots=True)
class Found:
    """Something in a segment that cannot be: its place in the JSON, a code, the English template and its facts."""

    where: str
    code: str
    says: str
    facts: Mapping[str, Any]


def look_over(segment: Segment, known: Known) -> list[Found]:
    """Everything in it that cannot be, for whoever is editing it."""
    return [
        Found(where, trouble.code, TROUBLES[trouble.code], {"where": where, **trouble.facts})
        for where, trouble in troubles(segment.where, known)
    ]


def check(segment: Segment, known: Known) -> None:
    """Raises SegmentImpossible for the first of them."""
    for one in look_over(segment, known):
        raise SegmentImpossible(
            one.where, one.says, **{name: fact for name, fact in one.facts.items() if name != "where"}
        )


def sentence(segment: Segment, say: words.Say) -> str:
    """It in plain words; `say` translates an English template."""
    return words.sentence(segment.where, say)


def clause(node: Node, say: words.Say) -> str:
    """A part of it, as it stands after "members who"."""
    return words.clause(node, say)


def schemas() -> dict[str, Any]:
    """The published JSON Schema by file name."""
    return {"segment.json": schema()}
