"""The nouns of tags: what a tag is, who bears it, and what uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from huitou.members.terms import ConsentAbout


class TagSource(StrEnum):
    """How members come to bear a tag."""

    HAND = "hand"
    """Somebody gives it to them."""
    SEGMENT = "segment"
    """They are in a segment."""
    RULE = "rule"
    """A rule finds it in their baskets and hours."""
    TASTE = "taste"
    """They like a category: reckoned from what they bought, each time anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """What a tag is: for whom and for what it is there, how members come to it and lose it again.

    `of`: the segment, the rule or the category that it comes from. `evidence`: what shows that it is true of somebody.
    """

    name: str
    owner: str
    purpose: str
    source: TagSource
    of: str = ""
    evidence: str = ""
    least: int = 1
    """It is borne from this strength on, 1 to 100."""
    half_life_days: int | None = None
    """After so many days half of the strength is gone, where nothing renews it."""
    expires_days: int | None = None
    """After so many days it is lost, where nothing renews it."""
    sensitive: ConsentAbout | None = None
    """What its bearers have to have agreed to."""


@dataclass(frozen=True, slots=True)
class TagSeen:
    """The newest version of a tag, and its place in the registry."""

    id: int
    tag: Tag
    version: int
    made_by: str
    made_at: datetime
    archived_at: datetime | None
    reckoned_on: date | None
    """As of which day its source was last asked; None: it is asked within the minute."""
    first_made_at: datetime
    bearers: int | None
    """How many bear it; of a taste, whose bearers are reckoned from what members like, as of the last count."""


@dataclass(frozen=True, slots=True)
class BearerSeen:
    """A member with a tag: since when, how strong it was and is, and why."""

    id: int
    tag_id: int
    tag: str
    sensitive: str
    member_id: int
    since: date
    given_at: datetime
    given_by: str
    source: str
    because: Mapping[str, Any]
    strength: int
    as_of: date
    ongoing: bool
    until: date | None
    half_life_days: int | None
    least: int
    ended_at: datetime | None = None
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class TagUse:
    """A version of a segment names these tags, from one moment to another; None: it stands."""

    segment: str
    tags: frozenset[str]
    since: datetime
    until: datetime | None
