"""Who bears a tag, how strong it is and why; given and taken by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from huitou.kernel.ids import member_code
from huitou.members import service as members
from huitou.members.terms import ConsentAbout, MemberSeen
from huitou.segments.errors import TagArchived, TagIsReckoned, TagNeedsConsent, TagNotBorne, TagUnknown
from huitou.segments.rules import sentence as words
from huitou.segments.rules import tags as rules
from huitou.segments.rules.fading import days_at_least, strength_after
from huitou.segments.rules.leaves.tag import taste_of
from huitou.segments.store import bearers, tags
from huitou.segments.store.views import TAGGED
from huitou.segments.terms.tags import BearerSeen, TagSeen, TagSource

GIVEN_STRENGTH = 100


def everybody(only: int | None = None) -> Iterable[pa.Table]:
    """Rows of who bears what, of everybody or of one member."""
    return bearers.tagged("true" if only is None else f"{{member}} = {int(only) if 0 < only < 2**63 else 0}")


def of_some(ids: Sequence[int]) -> Iterable[pa.Table]:
    """The same of these members."""
    return bearers.tagged(members.among(ids))


def kept(folder: Path) -> members.Kept | None:
    """The same as of now, from the file in this folder, brought up to date; None where the database has to be asked."""
    return members.kept_rows(folder, "tagged", "tp", TAGGED, bearers.tagged_query, bearers.digest())


def of_members(ids: Sequence[int], day: date) -> list[BearerSeen]:
    """What these members bear on the day, the strongest first; sensitive tags for whom the database lets see them."""
    borne = [one for one in bearers.of_members(ids, day) if _strength(one, day) >= one.least]
    strongest: dict[tuple[int, int], BearerSeen] = {}
    for one in sorted(borne, key=lambda one: (-_strength(one, day), one.tag)):
        # Who is a part of them may bear it as well.
        strongest.setdefault((one.member_id, one.tag_id), one)
    return list(strongest.values())


def tastes_of(seen: MemberSeen, day: date, registry: Sequence[TagSeen]) -> list[tuple[str, int, dict[str, Any]]]:
    """(tag, strength, why) of the tastes of the registry that a member has on the day."""
    found: list[tuple[str, int, dict[str, Any]]] = []
    if seen.facts is None:
        return found
    likes = dict(zip(seen.facts.categories, seen.facts.category_shares, strict=True))
    days = (day - seen.facts.last_purchase_on).days
    for one in registry:
        share = taste_of(likes, one.tag.of) if one.tag.source is TagSource.TASTE else None
        if share is None:
            continue
        strength = strength_after(share, days, one.tag.half_life_days)
        if strength >= one.tag.least:
            why = {"says": "taste", "percent": share, "category": one.tag.of}
            found.append((one.tag.name, strength, why))
    return found


def strength_of(one: BearerSeen, day: date) -> int:
    """How strong it is on the day."""
    return _strength(one, day)


def _strength(one: BearerSeen, day: date) -> int:
    return one.strength if one.ongoing else strength_after(one.strength, (day - one.as_of).days, one.half_life_days)


def lost_by(member: int) -> list[BearerSeen]:
    """What persons took off a member and can be given back."""
    return bearers.lost_by(member)


def sample(seen: TagSeen, day: date, limit: int) -> list[BearerSeen]:
    """Some who bear it on the day."""
    lasts = days_at_least(seen.tag.least, seen.tag.half_life_days)
    return bearers.of_tag(seen.id, day, lasts, limit, sensitive=bool(seen.tag.sensitive))


def strengths(seen: TagSeen, day: date) -> list[int]:
    """How many bear it with a strength of 1 to 10, 11 to 20, ... 91 to 100."""
    found = [0] * 10
    for strength, as_of, ongoing, count in bearers.strengths(seen.id, day, sensitive=bool(seen.tag.sensitive)):
        days = 0 if ongoing else (day - as_of).days
        now = strength_after(strength, days, seen.tag.half_life_days)
        if now >= seen.tag.least:
            found[min(9, max(0, (now - 1) // 10))] += count
    return found


def because(why: Mapping[str, Any], say: Callable[[str], str]) -> str:
    """Why somebody bears a tag, in words."""
    return words.spoken(rules.because_said(why), say)


def give(name: str, member: int, *, by: str, day: date, strength: int, note: str) -> TagSeen:
    """By hand. Given again it is as new, and nothing else. Raises TagUnknown, TagArchived, TagIsReckoned,
    TagNeedsConsent."""
    seen = _givable(name)
    if seen.tag.sensitive and str(seen.tag.sensitive) not in members.agreed_to(member):
        raise TagNeedsConsent(name=name, member=member_code(member))
    until = None if seen.tag.expires_days is None else day + timedelta(days=seen.tag.expires_days)
    bearers.give(seen.id, member, by=by, day=day, strength=strength, until=until, note=note)
    return seen


def take(name: str, member: int, *, by: str) -> TagSeen:
    """Off a member. What a source finds stays off as well, until somebody gives it again. Raises TagUnknown,
    TagArchived, TagIsReckoned, TagNotBorne."""
    seen = _givable(name)
    if not bearers.take(seen.id, member, by):
        raise TagNotBorne(name=name, member=member_code(member))
    return seen


def give_back(name: str, member: int) -> TagSeen:
    """Undo `take`: they bear it as before. Raises TagUnknown, TagArchived, TagNotBorne, TagNeedsConsent."""
    seen = _givable(name)
    if seen.tag.sensitive and str(seen.tag.sensitive) not in members.agreed_to(member):
        raise TagNeedsConsent(name=name, member=member_code(member))
    if not bearers.give_back(seen.id, member):
        raise TagNotBorne(name=name, member=member_code(member))
    return seen


def _givable(name: str) -> TagSeen:
    seen = tags.one(name)
    if seen is None:
        raise TagUnknown(name=name)
    if seen.archived_at is not None:
        raise TagArchived(name=name)
    if seen.tag.source is TagSource.TASTE:
        raise TagIsReckoned(name=name)
    return seen


def forget_sensitive(member: int, about: ConsentAbout) -> int:
    """They do not agree any more: their rows of such tags are gone. How many."""
    return bearers.forget_sensitive(member, str(about))
