"""The registry of tags for whoever keeps it: each with how many bear it and what uses it; and tags given by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from huitou.access import service as access
from huitou.kernel.errors import N_
from huitou.members import service as members
from huitou.members.terms import ConsentAbout, MemberSeen
from huitou.offers.service import programmes
from huitou.segments import service as segments
from huitou.segments.service import tags
from huitou.segments.terms.tags import BearerSeen, Tag, TagSeen, TagSource, TagUse
from huitou.usecases.segments import known


@dataclass(frozen=True, slots=True)
class TagListed:
    """A tag with what uses it: segments that name it, and offers that ask for these segments."""

    seen: TagSeen
    segments: tuple[str, ...]
    offers: tuple[str, ...]
    last_used: datetime | None
    """When a segment named it last; None: none ever did."""
    unused: bool
    """No segment has named it for 90 days."""


def listed_tags(now: datetime, *, archived: bool = False) -> list[TagListed]:
    """Every tag, by name, with how many bear it on the day."""
    return _with_uses(tags.listed(_day(now), archived=archived), now)


def find_tag(tag_id: int, now: datetime) -> TagListed:
    """Raises TagUnknown."""
    return _with_uses(tags.counted([tags.find_by_id(tag_id)], _day(now)), now)[0]


def _day(now: datetime) -> date:
    """By the chain's clock."""
    return timezone.localtime(now).date()


def _with_uses(every: Sequence[TagSeen], now: datetime) -> list[TagListed]:
    uses, asked, trees = tags.uses(), programmes.asking_for_segments(now), segments.trees()
    within = {name: tags.tags_within(name, trees) for name in {one for some in asked.values() for one in some}}
    return [_listed(seen, uses, asked, within, now) for seen in every]


def _listed(
    seen: TagSeen,
    uses: Sequence[TagUse],
    asked: Mapping[str, Sequence[str]],
    within: Mapping[str, set[str]],
    now: datetime,
) -> TagListed:
    name = seen.tag.name
    last = tags.last_used(name, uses, now)
    through = sorted(code for code, some in asked.items() if any(name in within[one] for one in some))
    return TagListed(
        seen, tuple(tags.used_by(name, uses)), tuple(through), last, tags.is_unused(seen, seen.first_made_at, last, now)
    )


# ---- kept


def define_tag(tag: Tag, *, made_by: str, on_top_of: int | None = None) -> int:
    """Keep the tag; returns its version. Its source is asked within the minute. Raises what `tags.define` raises."""
    tag = replace(tag, name=tag.name.strip(), owner=tag.owner.strip(), purpose=tag.purpose.strip(),
                  evidence=tag.evidence.strip())  # fmt: skip
    with transaction.atomic():
        version = tags.define(tag, known(), segments.trees(), made_by=made_by, on_top_of=on_top_of)
        access.note_by(made_by, "tag.define", f"tag:{tag.name}", version=version)
        return version


def archive_tag(name: str, *, actor: str) -> None:
    """Raises TagUnknown or TagInUse."""
    with transaction.atomic():
        tags.archive(name)
        access.note_by(actor, "tag.archive", f"tag:{name}")


def restore_tag(name: str, *, actor: str) -> None:
    """Raises TagUnknown, TagUnfit or TagsCircular."""
    with transaction.atomic():
        tags.restore(name, known(), segments.trees())
        access.note_by(actor, "tag.restore", f"tag:{name}")


_USED_FOR: Mapping[str, str] = {
    "homemaker": N_("Fresh offers on weekday mornings; baskets for several days."),
    "office_worker": N_("Ready meals and pick-up after work."),
    "senior": N_("Early market, delivery to the door, large print."),
    "young_parent": N_("Formula and nappies before they run out."),
}


def begin_with_tags(say: Callable[[str], str], *, actor: str) -> list[str]:
    """The four scene tags and a taste for each category of the first level, in the words of `say`, where no tag of that
    name is there yet; which are new."""
    there = {one.tag.name for one in [*tags.standing(), *tags.standing(archived=True)]}
    made = []
    for tag in _usual(say):
        if tag.name not in there:
            define_tag(tag, made_by=actor, on_top_of=0)
            made.append(tag.name)
    return made


def _usual(say: Callable[[str], str]) -> list[Tag]:
    owner = say(N_("Marketing"))
    scenes = [
        Tag(name=say(tags.SCENES[rule].title), owner=owner, purpose=say(purpose), source=TagSource.RULE, of=rule,
            evidence=say(tags.SCENES[rule].goes_by), least=40, half_life_days=90, expires_days=180)
        for rule, purpose in _USED_FOR.items()
    ]  # fmt: skip
    first = sorted(path for path in known().categories if "/" not in path)
    tastes = [
        Tag(name=say(N_("likes {category}")).format(category=path), owner=owner,
            purpose=say(N_("Offers of what they like.")), source=TagSource.TASTE, of=path,
            evidence=say(N_("What they spent in 24 months, weighed by how long ago.")), least=30, half_life_days=90)
        for path in first
    ]  # fmt: skip
    return scenes + tastes


# ---- by hand


def give_tag(
    name: str, member_id: int, *, day: date, actor: str, note: str = "", strength: int = tags.GIVEN_STRENGTH
) -> None:
    """Raises MemberNotFound, TagUnknown, TagArchived, TagIsReckoned, TagNeedsConsent or TagUnfit."""
    with transaction.atomic():
        member = members.member(member_id)
        tags.give(name, member.id, by=actor, day=day, strength=strength, note=note)
        access.note_by(actor, "tag.give", f"member:{member.id}", tag=name, strength=strength, note=note)


def take_tag(name: str, member_id: int, *, actor: str) -> None:
    """Raises MemberNotFound, TagUnknown, TagArchived, TagIsReckoned or TagNotBorne."""
    with transaction.atomic():
        member = members.member(member_id)
        tags.take(name, member.id, by=actor)
        access.note_by(actor, "tag.take", f"member:{member.id}", tag=name)


def give_tag_back(name: str, member_id: int, *, actor: str) -> None:
    """Undo `take_tag`. Raises MemberNotFound, TagUnknown, TagArchived, TagIsReckoned, TagNotBorne, TagNeedsConsent."""
    with transaction.atomic():
        member = members.member(member_id)
        tags.give_back(name, member.id)
        access.note_by(actor, "tag.give_back", f"member:{member.id}", tag=name)


def note_consent(member_id: int, about: ConsentAbout, *, given: bool, actor: str, how: str) -> bool:
    """A member agrees to be known by something sensitive, or does not any more: then every such tag is gone at once.
    Said again it changes nothing, and is False. Raises MemberNotFound or ConsentWithoutProof."""
    with transaction.atomic():
        member = members.member(member_id)
        changed = members.note_consent(member.id, about, given=given, by=actor, how=how)
        gone = 0 if given else tags.forget_sensitive(member.id, about)
        if changed or gone:
            said = {"about": str(about), "given": given, "tags_gone": gone}
            access.note_by(actor, "consent.note", f"member:{member.id}", **said)
        return changed


@dataclass(frozen=True, slots=True)
class TagShown:
    """A tag on a member: how strong it is today, and why, in words."""

    bearer: BearerSeen | None
    """None: a taste, which nobody gives and nobody takes."""
    tag: str
    strength: int
    why: str
    sensitive: str = ""


def tags_of_member(
    seen: MemberSeen, day: date, say: Callable[[str], str], registry: Sequence[TagSeen] | None = None
) -> list[TagShown]:
    """What a member bears on the day, the strongest first: as many as whoever asks may see. `registry`: the tags that
    stand, where they have been read already."""
    borne = [
        TagShown(one, one.tag, tags.strength_of(one, day), tags.because(one.because, say), one.sensitive)
        for one in tags.of_members([seen.id], day)
    ]
    tastes = [
        TagShown(None, name, strength, tags.because(why, say))
        for name, strength, why in tags.tastes_of(seen, day, tags.standing() if registry is None else registry)
    ]
    return sorted([*borne, *tastes], key=lambda one: (-one.strength, one.tag))
