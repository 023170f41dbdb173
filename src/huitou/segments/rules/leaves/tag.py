"""Tags of the registry: those that members bear, and tastes, whose strength is reckoned from what they like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from huitou.kernel.errors import N_
from huitou.segments.rules.fading import days_at_least
from huitou.segments.rules.goods import is_beneath, quoted
from huitou.segments.rules.troubles import unknown
from huitou.segments.terms import Known, Leaf, Moment, Percent, Person, Said, Selection, TagKnown, Trouble, Word

NOBODY = Selection(condition="false")


@dataclass(frozen=True, slots=True, kw_only=True)
class HasTag(Leaf):
    """They bear the tag on the day, with at least the strength that the tag or this condition asks for."""

    name: ClassVar[str] = "tag"

    tag: Word
    at_least: Percent | None = None

    def troubles(self, known: Known) -> Sequence[Trouble]:
        found = unknown("tag", "unknown_tag", [self.tag], known.tags)
        return [Trouble("tag", one.code, one.facts) for one in found]

    def lasts(self, known: TagKnown) -> tuple[int, ...]:
        """By strength, for how many days it holds."""
        return days_at_least(max(known.least, self.at_least or 0), known.half_life_days)

    def holds(self, person: Person, moment: Moment) -> bool:
        known = moment.tags.get(self.tag)
        if known is None:
            return False
        lasts = self.lasts(known)
        if known.category:
            strength, last = taste_of(person.likes, known.category), person.last_purchase_on
            return strength is not None and last is not None and max(0, (moment.today - last).days) <= lasts[strength]
        return any(
            one.tag == self.tag
            and one.since <= moment.today
            and (one.until is None or one.until >= moment.today)
            and (0 if one.ongoing else max(0, (moment.today - one.as_of).days)) <= lasts[one.strength]
            for one in person.tags
        )

    def sql(self, moment: Moment) -> Selection:
        known = moment.tags.get(self.tag)
        if known is None:
            return NOBODY
        day, lasts = f"DATE '{moment.today}'", self.lasts(known)
        if known.category:
            faded = _lasting(taste_sql(known.category), f"{day} - last_purchase_on", lasts)
            return Selection(condition=f"(last_purchase_on IS NOT NULL AND coalesce({faded}, false))")
        held = _lasting("strength", f"if(ongoing, 0, {day} - as_of)", lasts)
        asked = f"tag = {quoted(self.tag)} AND since <= {day} AND (until IS NULL OR until >= {day}) AND {held}"
        return Selection(query=f"SELECT DISTINCT member_id FROM tagged WHERE {asked}")

    def said(self) -> Said:
        if self.at_least is None:
            return Said(N_("bear the tag {tag}"), {"tag": self.tag})
        facts = {"tag": self.tag, "percent": str(self.at_least)}
        return Said(N_("bear the tag {tag} with a strength of at least {percent}"), facts)


def taste_of(likes: Mapping[str, int], category: str) -> int | None:
    """The strength of a taste: so many percent of what they like is this category or beneath it; None: nothing is."""
    shares = [share for path, share in likes.items() if is_beneath(path, category)]
    return min(100, sum(shares) // 10) if shares else None


def taste_sql(category: str) -> str:
    """The same of a row of `people`."""
    path = quoted(category)
    beneath = f"one.category = {path} OR starts_with(one.category, {quoted(category + '/')})"
    shares = f"list_sum([one.share FOR one IN likes IF {beneath}])"
    # `least` passes by what is not known.
    return f"if({shares} IS NULL, NULL, least(100, {shares} // 10))::INTEGER"


def last_day_sql(strength: str, since: str, lasts: Sequence[int]) -> str:
    """SQL of the last day on which it holds, where that is not for ever; else NULL."""
    bounded = [days if 0 <= days < 100_000 else None for days in lasts]
    spelled = ", ".join("NULL" if days is None else str(days) for days in bounded)
    return f"{since} + ([{spelled}]::INTEGER[])[{strength} + 1]"


def _lasting(strength: str, days: str, lasts: Sequence[int]) -> str:
    return f"greatest(0, {days}) <= ({list(lasts)}::INTEGER[])[{strength} + 1]"
