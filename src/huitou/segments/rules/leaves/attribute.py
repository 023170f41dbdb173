"""What is known of the person: sex, age, household, home store, since when a member. What nobody told is in no range
and among no words; `known` asks whether it was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from huitou.kernel.errors import N_, Phrase
from huitou.segments.rules.days import birthday_bound
from huitou.segments.rules.fields import field_words
from huitou.segments.rules.goods import among, numbers_among
from huitou.segments.rules.ranges import lies, lies_sql, range_said, range_troubles
from huitou.segments.rules.troubles import unknown_stores
from huitou.segments.rules.windows import in_window, window_said, window_troubles
from huitou.segments.terms import Count, Known, Leaf, Moment, Person, Said, Selection, Trouble, Window, Words

NAMES = {
    "sex": N_("sex"),
    "home_store": N_("home store"),
    "age": N_("age"),
    "household_size": N_("household size"),
    "joined_on": N_("day of joining"),
    "place": N_("place of home"),
}
# By which fields each of them is compared.
COMPARED: dict[str, tuple[str, ...]] = {
    "sex": ("is_one_of", "known"),
    "home_store": ("is_one_of", "known"),
    "age": ("at_least", "at_most", "known"),
    "household_size": ("at_least", "at_most", "known"),
    "joined_on": ("window", "known"),
    "place": ("known",),
}
_KNOWN_SQL = {
    "sex": "sex <> ''",
    "home_store": "home_store_id IS NOT NULL",
    "age": "birthday IS NOT NULL",
    "household_size": "household_size IS NOT NULL",
    "joined_on": "true",
    "place": "latitude_milli IS NOT NULL",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(Leaf):
    """sex and home_store are one of some words, age (years) and household_size lie in a range, joined_on in a window,
    which goes by the chain's day; of the place of home it is only asked whether it was told."""

    name: ClassVar[str] = "attribute"

    of: Literal["sex", "home_store", "age", "household_size", "joined_on", "place"]
    is_one_of: Words = ()
    at_least: Count | None = None
    at_most: Count | None = None
    window: Window | None = None
    known: bool | None = None

    def troubles(self, known: Known) -> Sequence[Trouble]:
        compared = COMPARED[self.of]
        asked = [name for name in ("is_one_of", "at_least", "at_most", "window", "known") if self._asks(name)]
        wrong = [name for name in asked if name not in compared]
        if wrong:
            facts = {"field": field_words(wrong[0]), "of": Phrase(NAMES[self.of], raw=self.of)}
            facts["fields"] = field_words(*compared)
            return [Trouble(wrong[0], "does_not_compare", facts)]
        if not asked:
            return [Trouble(compared[0], "asks_nothing", {"fields": field_words(*compared)})]
        if "known" in asked and len(asked) > 1:
            return [Trouble("known", "two_ways", {"fields": field_words(*compared)})]
        return [
            *range_troubles(self.at_least, self.at_most, asked=False),
            *(unknown_stores("is_one_of", self.is_one_of, known) if self.of == "home_store" else ()),
            *(window_troubles("window", self.window) if self.window else ()),
        ]

    def _asks(self, name: str) -> bool:
        return getattr(self, name) not in (None, ())

    def holds(self, person: Person, moment: Moment) -> bool:
        if self.known is not None:
            return self._is_known(person) == self.known
        if self.of == "sex":
            return person.sex in self.is_one_of
        if self.of == "home_store":
            return person.home_store_id in moment.store_ids(self.is_one_of)
        if self.of == "joined_on":
            assert self.window is not None, "a leaf that was checked"
            return in_window(self.window, person.joined_on, moment.today)
        number = person.household_size if self.of == "household_size" else age_of(person.birthday, moment.today)
        return number is not None and lies(number, self.at_least, self.at_most)

    def _is_known(self, person: Person) -> bool:
        value = {
            "sex": person.sex or None,
            "home_store": person.home_store_id,
            "age": person.birthday,
            "household_size": person.household_size,
            "joined_on": person.joined_on,
            "place": person.latitude_milli,
        }[self.of]
        return value is not None

    def sql(self, moment: Moment) -> Selection:
        if self.known is not None:
            return Selection(condition=f"{'' if self.known else 'NOT '}({_KNOWN_SQL[self.of]})")
        if self.of == "sex":
            return Selection(condition=among("sex", self.is_one_of))
        if self.of == "home_store":
            return Selection(condition=numbers_among("home_store_id", moment.store_ids(self.is_one_of)))
        if self.of == "joined_on":
            assert self.window is not None, "a leaf that was checked"
            first, last = self.window.days_on(moment.today)
            since = f" AND joined_on >= DATE '{first}'" if first else ""
            return Selection(condition=f"joined_on <= DATE '{last}'{since}")
        number = "household_size" if self.of == "household_size" else age_sql(moment.today)
        return Selection(condition=lies_sql(number, self.at_least, self.at_most))

    def said(self) -> Said:
        facts = {"what": Said(NAMES[self.of])}
        if self.known is not None:
            return Said(N_("told their {what}") if self.known else N_("did not tell their {what}"), facts)
        if self.of == "joined_on":
            assert self.window is not None, "a leaf that was checked"
            return Said(N_("became members {when}"), {"when": window_said(self.window)})
        if self.of == "sex":
            return Said(N_("are {sexes}"), {"sexes": tuple(Said(_SEXES.get(word, word)) for word in self.is_one_of)})
        if self.is_one_of:
            return Said(N_("have the {what} {values}"), {**facts, "values": self.is_one_of})
        values = {"values": range_said(self.at_least, self.at_most)}
        return Said(N_("are {values} years old") if self.of == "age" else N_("have a household of {values}"), values)


_SEXES = {"male": N_("male"), "female": N_("female")}


def age_of(birthday: date | None, today: date) -> int | None:
    """Whole years; who was born on 29 February grows older on the 28th where there is no 29th."""
    if birthday is None:
        return None
    return today.year - birthday.year - (birthday.month * 100 + birthday.day > birthday_bound(today))


def age_sql(today: date) -> str:
    later = f"(month(birthday) * 100 + day(birthday) > {birthday_bound(today)})::INTEGER"
    return f"({today.year} - year(birthday) - {later})"
