"""Tags in the words of the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from huitou.doors.console import figures
from huitou.doors.console.by_day import members_by_day
from huitou.doors.console.parts import Chart
from huitou.kernel.errors import N_
from huitou.members.terms import ConsentAbout
from huitou.segments.service import tags
from huitou.segments.terms.tags import Tag, TagSeen, TagSource

SOURCES: Mapping[TagSource, str] = {
    TagSource.HAND: N_("by hand"),
    TagSource.SEGMENT: N_("by a segment"),
    TagSource.RULE: N_("by a rule of baskets and hours"),
    TagSource.TASTE: N_("by what they like"),
}
ABOUT: Mapping[ConsentAbout, str] = {
    ConsentAbout.PREGNANCY: N_("pregnancy"),
    ConsentAbout.HEALTH: N_("health"),
    ConsentAbout.MINORS: N_("minors"),
}


def of_said(tag: Tag) -> str:
    """What it goes by: a scene in words of ours, a segment or a category as the chain calls it."""
    return gettext(tags.SCENES[tag.of].title) if tag.source is TagSource.RULE and tag.of in tags.SCENES else tag.of


def source_said(tag: Tag) -> str:
    """How members come to bear it."""
    if tag.source is TagSource.SEGMENT:
        return gettext("who is in the segment {name}").format(name=tag.of)
    if tag.source is TagSource.RULE:
        return gettext(tags.SCENES[tag.of].goes_by) if tag.of in tags.SCENES else tag.of
    if tag.source is TagSource.TASTE:
        return gettext("who spends on {category}, weighed by how long ago").format(category=tag.of)
    return gettext("whoever somebody gives it to")


def evidence_said(tag: Tag) -> str:
    """What shows it; nothing where it is the rule's own sentence, in whatever language it was kept: that one stands
    under how members come to it."""
    if tag.source is not TagSource.RULE or tag.of not in tags.SCENES:
        return tag.evidence
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            if tag.evidence == gettext(tags.SCENES[tag.of].goes_by):
                return ""
    return tag.evidence


def why_open_said(tag: Tag) -> str:
    """Why nobody has to agree to it, where one may ask and it is not marked as sensitive."""
    if tag.source is not TagSource.RULE or tag.sensitive or tag.of not in tags.SCENES:
        return ""
    why = tags.SCENES[tag.of].why_open
    return gettext(why) if why else ""


def lasts_said(tag: Tag) -> str:
    """How it is lost."""
    parts = []
    if tag.half_life_days:
        half = ngettext(
            "half of the strength is gone after {days} day",
            "half of the strength is gone after {days} days",
            tag.half_life_days,
        )
        parts.append(half.format(days=tag.half_life_days))
    if tag.expires_days:
        lost = ngettext("it is lost after {days} day", "it is lost after {days} days", tag.expires_days)
        parts.append(lost.format(days=tag.expires_days))
    return gettext("; ").join(parts) if parts else gettext("it stays until it is taken off, or its source ends it")


def strengths_bars(counts: Sequence[int]) -> list[dict[str, str]]:
    """How many bear it with each strength, the strongest first; nothing where nobody does."""
    most = max(counts, default=0)
    if not most:
        return []
    return [
        {
            "label": figures.between(str(10 * place + 1), str(10 * place + 10), short=True),
            "count": figures.rounded(count, 0),
            "width": figures.rounded(Fraction(100 * count, most), 1),
        }
        for place, count in reversed(list(enumerate(counts)))
    ]


def growth_chart(seen: TagSeen) -> Chart | None:
    """How many bore it on each day that was counted; None where there are fewer than two."""
    return members_by_day(
        "growth",
        gettext("Growth"),
        [(day, [count]) for day, count in tags.growth(seen.id)],
        [gettext("Members")],
        gettext("Each night it is written down how many bear the tag."),
    )
