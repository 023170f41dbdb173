"""What a tag may be, when it is used, and why somebody bears it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from huitou.kernel.errors import N_
from huitou.segments.errors import TagsCircular, TagUnfit
from huitou.segments.rules.leaves.everyone import InSegment
from huitou.segments.rules.leaves.tag import HasTag
from huitou.segments.rules.membership import leaves
from huitou.segments.terms import Known, Node, Said
from huitou.segments.terms.tags import Tag, TagSource, TagUse

LONGEST_NAME, LONGEST_TEXT = 60, 500
MOST_DAYS = 3_660
UNUSED_DAYS = 90
"""A tag that no segment has named for so long is flagged."""


def require_fit(tag: Tag, known: Known, rules: Collection[str]) -> None:
    """Raises TagUnfit for the first field that cannot be."""
    for field, text, least, most in (
        ("name", tag.name, 1, LONGEST_NAME),
        ("owner", tag.owner, 1, LONGEST_NAME),
        ("purpose", tag.purpose, 1, LONGEST_TEXT),
        ("evidence", tag.evidence, 0, LONGEST_TEXT),
    ):
        if not least <= len(text.strip()) <= most or not text.isprintable():
            raise TagUnfit(field, N_("{field} has {least} to {most} characters, without control characters."),
                           least=least, most=most)  # fmt: skip
    if not 1 <= tag.least <= 100:
        raise TagUnfit("least", N_("{field} is a strength from 1 to 100."))
    for field, days in (("half_life_days", tag.half_life_days), ("expires_days", tag.expires_days)):
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise TagUnfit(field, N_("{field} is a number of days from 1 to {most}."), most=MOST_DAYS)
    names = {
        TagSource.HAND: {""},
        TagSource.SEGMENT: known.segments,
        TagSource.RULE: rules,
        TagSource.TASTE: known.categories,
    }[tag.source]
    if tag.of not in names:
        raise TagUnfit("of", N_("{field}: there is no {name} for a tag that comes by {source}."),
                       name=tag.of or "-", source=str(tag.source))  # fmt: skip
    if tag.source is TagSource.TASTE and tag.sensitive:
        raise TagUnfit("sensitive", N_("{field}: a taste is reckoned for everybody and cannot ask for a consent."))


def require_no_circle(trees: Mapping[str, Node], sources: Mapping[str, str]) -> None:
    """No tag comes from a segment that names it, itself or by others. `sources`: the segment by tag.

    Raises TagsCircular.
    """
    for tag in sources:
        _follow(tag, trees, sources, (tag,))


def require_nothing_let_out(sources: Mapping[str, str], sensitive: Collection[str], trees: Mapping[str, Node]) -> None:
    """A tag that everybody sees does not come from a segment that asks for a sensitive one. Raises TagUnfit."""
    for tag, segment in sources.items():
        if tags_within(segment, trees) & set(sensitive):
            raise TagUnfit("sensitive", N_("{field}: the tag {tag} comes from a segment that asks for a sensitive one, "
                                           "and has to be sensitive itself."), tag=tag)  # fmt: skip


def _follow(tag: str, trees: Mapping[str, Node], sources: Mapping[str, str], path: tuple[str, ...]) -> None:
    for name in tags_within(sources[tag], trees):
        if name in path:
            raise TagsCircular(tag=name, path=" → ".join((*path[path.index(name) :], name)))
        if name in sources:
            _follow(name, trees, sources, (*path, name))


def tags_within(segment: str, trees: Mapping[str, Node]) -> set[str]:
    """The tags that a segment names, itself or by the segments that it names."""
    found, waiting, seen = set(), [segment], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in trees:
            continue
        seen.add(name)
        found |= tags_of(trees[name])
        waiting += [leaf.segment for _, leaf in leaves(trees[name]) if isinstance(leaf, InSegment)]
    return found


def tags_of(tree: Node) -> set[str]:
    """The tags that a tree names itself."""
    return {str(leaf.tag) for _, leaf in leaves(tree) if isinstance(leaf, HasTag)}


def used_by(tag: str, uses: Iterable[TagUse]) -> list[str]:
    """The segments that name it now."""
    return sorted({use.segment for use in uses if use.until is None and tag in use.tags})


def last_used(tag: str, uses: Iterable[TagUse], now: datetime) -> datetime | None:
    """When a segment named it last: now, where one does; None: none ever did."""
    return max((use.until or now for use in uses if tag in use.tags), default=None)


def is_unused(made_at: datetime, last: datetime | None, now: datetime) -> bool:
    """Nothing has used it for UNUSED_DAYS, and it has been there for so long."""
    return (last or made_at) < now - timedelta(days=UNUSED_DAYS)


_BECAUSE: Mapping[str, str] = {
    "hand": N_("given by hand by {who}"),
    "noted": N_("given by hand by {who}: {note}"),
    "segment": N_("in the segment {segment}"),
    "taste": N_("{percent} % of what they spend, weighed by how long ago, is {category}"),
    "after_work": N_("{matching} of {of} shopping trips on working days between 17 and 21 o'clock, in {days} days"),
    "any_hour": N_("{matching} of {of} shopping trips on working days between 8 and 17 o'clock, in {days} days"),
    "early": N_("{matching} of {of} shopping trips on working days before 11 o'clock, in {days} days"),
    "age": N_("told a birthday: {matching} years old"),
    "for_babies": N_("bought nappies, formula or baby food on {matching} of {of} shopping trips in {days} days"),
}  # fmt: skip


def because_said(because: Mapping[str, Any]) -> Said:
    """Why somebody bears a tag, to be put into words."""
    facts = {name: str(value) for name, value in because.items() if name != "says"}
    template = _BECAUSE.get(str(because.get("says", "")))
    return Said(template, facts) if template is not None else Said("{says}", {"says": str(because.get("says", ""))})
