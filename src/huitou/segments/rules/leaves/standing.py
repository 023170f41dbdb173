"""What other rooms wrote down about a member: tier, layer, lifecycle, scores, what they like. Before it is written,
nobody has any of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from huitou.kernel.errors import N_
from huitou.members.terms import Stage, stage_of, staged_sql
from huitou.segments.rules.goods import among, is_beneath, quoted
from huitou.segments.rules.ranges import lies, lies_sql, range_said, range_troubles
from huitou.segments.rules.troubles import unknown
from huitou.segments.terms import Known, Leaf, Moment, Percent, Person, Said, Score, Selection, Trouble, Word, Words

LAYERS = {"diamond": N_("diamond"), "gold": N_("gold"), "silver": N_("silver"), "dormant": N_("dormant")}
STAGES = {
    Stage.NEW: N_("new"),
    Stage.ACTIVE: N_("active"),
    Stage.AT_RISK: N_("at risk"),
    Stage.DORMANT: N_("dormant"),
    Stage.LOST: N_("lost"),
    Stage.WON_BACK: N_("won back"),
}
SCORES = {"recency": N_("recency"), "frequency": N_("frequency"), "monetary": N_("monetary")}


@dataclass(frozen=True, slots=True, kw_only=True)
class HasTier(Leaf):
    """The tier of the loyalty programme that holds on the day."""

    name: ClassVar[str] = "tier"

    is_one_of: Words

    def holds(self, person: Person, moment: Moment) -> bool:
        holds = (
            person.tier_since is not None
            and person.tier_since <= moment.today
            and (person.tier_until is None or person.tier_until >= moment.today)
        )
        return holds and person.tier in self.is_one_of

    def sql(self, moment: Moment) -> Selection:
        day = f"DATE '{moment.today}'"
        holds = f"tier_since <= {day} AND (tier_until IS NULL OR tier_until >= {day})"
        return Selection(condition=f"({holds} AND {among('tier', self.is_one_of)})")

    def said(self) -> Said:
        return Said(N_("are in the tier {names}"), {"names": self.is_one_of})


@dataclass(frozen=True, slots=True, kw_only=True)
class IsStaff(Leaf):
    """They work for the chain on the day: figures of the customers alone leave them out."""

    name: ClassVar[str] = "staff"

    def holds(self, person: Person, moment: Moment) -> bool:
        since, until = person.staff_since, person.staff_until
        return since is not None and since <= moment.today and (until is None or until >= moment.today)

    def sql(self, moment: Moment) -> Selection:
        day = f"DATE '{moment.today}'"
        works = f"staff_since IS NOT NULL AND staff_since <= {day} AND (staff_until IS NULL OR staff_until >= {day})"
        return Selection(condition=f"({works})")

    def said(self) -> Said:
        return Said(N_("work for the chain"))


@dataclass(frozen=True, slots=True, kw_only=True)
class HasLayer(Leaf):
    """The layer that the last refresh found."""

    name: ClassVar[str] = "layer"

    is_one_of: tuple[Literal["diamond", "gold", "silver", "dormant"], ...]

    def holds(self, person: Person, moment: Moment) -> bool:
        return person.layer in self.is_one_of

    def sql(self, moment: Moment) -> Selection:
        return Selection(condition=among("layer", self.is_one_of))

    def said(self) -> Said:
        return Said(N_("are {layers} members"), {"layers": tuple(Said(LAYERS[one]) for one in self.is_one_of)})


@dataclass(frozen=True, slots=True, kw_only=True)
class HasStage(Leaf):
    """Where they stand on their way with the shop, by the first and last purchase that the last refresh knew, by the
    day on which they came back, and by the cut-offs in force."""

    name: ClassVar[str] = "stage"

    is_one_of: tuple[Literal["new", "active", "at_risk", "dormant", "lost", "won_back"], ...]

    def holds(self, person: Person, moment: Moment) -> bool:
        first, last = person.first_purchase_on, person.last_purchase_on
        if first is None or last is None:
            return False
        back, months = person.came_back_on, moment.dormant_months
        return stage_of(first, last, back, as_of=moment.today, dormant_months=months) in self.is_one_of

    def sql(self, moment: Moment) -> Selection:
        stage = staged_sql(moment.today, moment.dormant_months)
        return Selection(condition=f"(last_purchase_on IS NOT NULL AND {among(f'({stage})', self.is_one_of)})")

    def said(self) -> Said:
        return Said(N_("are {stages}"), {"stages": tuple(Said(STAGES[Stage(one)]) for one in self.is_one_of)})


@dataclass(frozen=True, slots=True, kw_only=True)
class HasScore(Leaf):
    """The score, 1 to 5, for how recently, how often or for how much they buy."""

    name: ClassVar[str] = "score"

    of: Literal["recency", "frequency", "monetary"]
    at_least: Score | None = None
    at_most: Score | None = None

    def troubles(self, known: Known) -> Sequence[Trouble]:
        return list(range_troubles(self.at_least, self.at_most))

    def holds(self, person: Person, moment: Moment) -> bool:
        score = {"recency": person.recency, "frequency": person.frequency, "monetary": person.monetary}[self.of]
        return score is not None and lies(score, self.at_least, self.at_most)

    def sql(self, moment: Moment) -> Selection:
        return Selection(condition=lies_sql(self.of, self.at_least, self.at_most))

    def said(self) -> Said:
        facts = {"what": Said(SCORES[self.of]), "range": range_said(self.at_least, self.at_most)}
        return Said(N_("have a {what} score of {range}"), facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class HasLoyalty(Leaf):
    """The loyalty index, 0 to 100, of the last refresh. Who never bought has none."""

    name: ClassVar[str] = "loyalty"

    at_least: Percent | None = None
    at_most: Percent | None = None

    def troubles(self, known: Known) -> Sequence[Trouble]:
        return list(range_troubles(self.at_least, self.at_most))

    def holds(self, person: Person, moment: Moment) -> bool:
        return person.loyalty is not None and lies(person.loyalty, self.at_least, self.at_most)

    def sql(self, moment: Moment) -> Selection:
        return Selection(condition=lies_sql("loyalty", self.at_least, self.at_most))

    def said(self) -> Said:
        return Said(N_("have a loyalty index of {range}"), {"range": range_said(self.at_least, self.at_most)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Likes(Leaf):
    """So much of what they like, by the money of 24 months, is this category or beneath it. Only the five strongest
    categories of a member are kept."""

    name: ClassVar[str] = "likes"

    category: Word
    at_least: Percent

    def troubles(self, known: Known) -> Sequence[Trouble]:
        found = unknown("category", "unknown_category", [self.category], known.categories)
        return [Trouble("category", one.code, one.facts) for one in found]

    def holds(self, person: Person, moment: Moment) -> bool:
        shares = [share for category, share in person.likes.items() if is_beneath(category, self.category)]
        return bool(shares) and sum(shares) >= self.at_least * 10

    def sql(self, moment: Moment) -> Selection:
        path = quoted(self.category)
        beneath = f"one.category = {path} OR starts_with(one.category, {quoted(self.category + '/')})"
        shares = f"list_sum([one.share FOR one IN likes IF {beneath}])"
        return Selection(condition=f"({shares} IS NOT NULL AND {shares} >= {self.at_least * 10})")

    def said(self) -> Said:
        facts = {"category": self.category, "percent": str(self.at_least)}
        return Said(N_("like {category}, for at least {percent} % of what they like"), facts)
