"""The nouns of segments: the tree of conditions, and the history of one member that they are asked about.

Every noun of the tree is what the published JSON holds; `rules/exchange.py` reads and writes it by these very fields.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Literal, NewType

LANGUAGE = 1
"""The version of the language; a later one reads this one."""

Count = NewType("Count", int)
"""How many: 0 to a thousand million."""
Days = NewType("Days", int)
"""A number of days, 1 to 3,660: ten years."""
Offset = NewType("Offset", int)
"""Days from today, before it below zero; at most a year."""
Fen = NewType("Fen", int)
"""Hundredths of the currency's unit; in JSON a decimal string: `"12.80"`."""
Percent = NewType("Percent", int)
"""Whole percent, 0 to 100."""
Score = NewType("Score", int)
"""1 to 5."""
Month = NewType("Month", int)
Weekday = NewType("Weekday", int)
"""1 is Monday, 7 is Sunday."""
Clock = NewType("Clock", int)
"""Minutes after midnight by the store's clock; in JSON `"08:30"`, and `"24:00"` is the end of the day."""
Degrees = NewType("Degrees", int)
"""Millionths of a degree of WGS 84; in JSON a decimal string: `"31.230400"`."""
Metres = NewType("Metres", int)
HomeMetres = NewType("HomeMetres", int)
"""500 to 50,000: closer would tell where somebody lives, and further the map is not flat."""
Word = NewType("Word", str)
"""A name that is not blank."""
Words = tuple[Word, ...]

Channel = Literal["sms", "email", "wechat", "phone"]
"""The ways to reach somebody."""


# ---- the tree


class Node:
    """A condition on a member: a group of conditions, or a leaf."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class All(Node):
    """Every one of them is met."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """At least one of them is met."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """It is not met: everybody else."""

    of: Node


class Leaf(Node, ABC):
    """One condition. `rules/leaves` has a file for each family."""

    __slots__ = ()
    name: ClassVar[str]

    def troubles(self, known: Known) -> Sequence[Trouble]:
        """What cannot be, as far as the values and what the chain knows tell."""
        return ()

    @abstractmethod
    def holds(self, person: Person, moment: Moment) -> bool:
        """Whether it is met by this person at that moment."""

    @abstractmethod
    def sql(self, moment: Moment) -> Selection:
        """The same for everybody at once."""

    @abstractmethod
    def said(self) -> Said:
        """In plain words."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A tree with the version of its language."""

    language: int
    where: Node


@dataclass(frozen=True, slots=True)
class Trouble:
    """A value that cannot be: where in the leaf, a code of `rules.troubles`, and what fills its sentence."""

    at: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """A clause: an English template, marked for the translators, and what fills it: texts, or clauses in their turn."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfDays:
    """A query whose number is the sum of those of its days: what it counts from `first` to `last`, both included, and
    `query` for other days, where FIRST and LAST stand for them."""

    FIRST: ClassVar[str] = "DATE '0001-01-01'"
    LAST: ClassVar[str] = "DATE '9999-12-31'"

    query: str
    first: date
    last: date

    def between(self, first: date, last: date) -> str:
        return self.query.replace(self.FIRST, f"DATE '{first}'").replace(self.LAST, f"DATE '{last}'")


@dataclass(frozen=True, slots=True)
class Selection:
    """SQL of those who meet a leaf, over the views of `rules.views`.

    Either a condition on a row of `people`, or a query of the members (member_id) who meet it, each once or often.
    `absent`: whoever the query does not name meets it, and the query names those who do not. `having`: a condition on
    `counted`, which the query then tells of each member it names, once; who asks for 4 times after 3 is answered from
    what was counted, and with `of_days` also who asks for 91 days after 90.
    """

    condition: str = ""
    query: str = ""
    absent: bool = False
    having: str = ""
    of_days: OfDays | None = None


# ---- windows and goods


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Business days: the last so many, which end today or `ago_days` before; or fixed ones, both included."""

    last_days: Days | None = None
    ago_days: Days | None = None
    since: date | None = None
    until: date | None = None

    def days_on(self, today: date) -> tuple[date | None, date]:
        """The first day (None: from the beginning on) and the last, of a store whose business day is `today`."""
        if self.last_days is not None:
            last = today - timedelta(days=self.ago_days or 0)
            return last - timedelta(days=self.last_days - 1), last
        if self.ago_days is not None:
            return None, today - timedelta(days=self.ago_days)
        return self.since, min(self.until or today, today)


FOR_EVER = Window()


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchases:
    """Which lines of receipts are meant; what is left out asks nothing, and all that is named has to fit.

    A category means all beneath it. Hours are those of the store's clock, from the first minute to the one that is
    too late, and may go past midnight.
    """

    stores: Words = ()
    channels: Words = ()
    categories: Words = ()
    brands: Words = ()
    skus: Words = ()
    weekdays: tuple[Weekday, ...] = ()
    from_clock: Clock | None = None
    to_clock: Clock | None = None


ANYTHING = Purchases()


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Which events are meant: of these kinds, in these stores."""

    kinds: Words
    stores: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that somebody does: a purchase or an event."""

    bought: Purchases | None = None
    did: Events | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on the map."""

    latitude: Degrees
    longitude: Degrees


# ---- what the conditions are asked about


@dataclass(frozen=True, slots=True)
class StoreKnown:
    """A store as conditions know it: its code, its place if told, and its business day at the moment asked about."""

    id: int
    code: str
    today: date
    place: Point | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the chain knows, against which a tree is checked."""

    stores: frozenset[str] = frozenset()
    placed_stores: frozenset[str] = frozenset()
    """Those whose place was told."""
    categories: frozenset[str] = frozenset()
    """Whole paths, with every path above them."""
    brands: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is asked: `at` in UTC without a zone, as the lake keeps moments, and the days that this is."""

    at: datetime
    today: date
    """By the clock of the chain."""
    stores: Mapping[int, StoreKnown] = field(default_factory=dict)
    dormant_months: int = 3
    """After how many months without a purchase somebody is dormant, by the cut-offs in force."""
    segments: Mapping[str, Node] = field(default_factory=dict)
    """The trees of the segments that are named."""
    tags: Mapping[str, TagKnown] = field(default_factory=dict)
    """The tags of the registry that are not archived, by name."""

    def store_ids(self, codes: Sequence[str]) -> tuple[int, ...]:
        """The stores of these codes that there are."""
        wanted = set(codes)
        return tuple(sorted(store.id for store in self.stores.values() if store.code in wanted))


@dataclass(frozen=True, slots=True)
class Bought:
    """A line of a receipt in a member's history."""

    receipt_id: int
    kind: str
    """`sale` or `return`."""
    store_id: int
    channel: str
    at_utc: datetime
    at_local: datetime
    business_date: date
    sku: str
    category: str
    brand: str
    quantity_milli: int
    net_fen: int


@dataclass(frozen=True, slots=True)
class Did:
    """An event in a member's history; `day` by the clock of the store, or of the chain where it has none."""

    kind: str
    store_id: int | None
    at_utc: datetime
    day: date


@dataclass(frozen=True, slots=True)
class TagKnown:
    """What of a tag conditions ask: from which strength on it is borne, and after how many days half of it is gone.

    `category`: it is a taste, and its strength is what members.facts say of this category; others are in `tagged`.
    """

    least: int = 1
    half_life_days: int | None = None
    category: str = ""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag that a member bears from a day on, up to and with another; None: until it is taken off.

    `strength` is 0 to 100. While it is `ongoing`, its source finds it again and again and it does not fade; else it has
    faded since `as_of`.
    """

    tag: str
    since: date
    until: date | None
    strength: int
    as_of: date
    ongoing: bool


@dataclass(frozen=True, slots=True)
class Person:
    """One member as conditions see them. None and the empty text are what nobody knows."""

    member_id: int
    joined_on: date
    home_store_id: int | None = None
    birthday: date | None = None
    month_day: int | None = None
    """MMDD of the birthday, also where its year is unknown."""
    sex: str = ""
    household_size: int | None = None
    household_members: int | None = None
    """How many members are linked as their household, themselves included; None: they are linked to none."""
    latitude_milli: int | None = None
    longitude_milli: int | None = None
    """About where they live, in thousandths of a degree; None: nobody knows."""
    layer: str = ""
    recency: int | None = None
    frequency: int | None = None
    monetary: int | None = None
    loyalty: int | None = None
    """The loyalty index, 0 to 100."""
    first_purchase_on: date | None = None
    last_purchase_on: date | None = None
    came_back_on: date | None = None
    likes: Mapping[str, int] = field(default_factory=dict)
    """Thousandths of all they like, by category."""
    tier: str = ""
    tier_since: date | None = None
    tier_until: date | None = None
    staff_since: date | None = None
    staff_until: date | None = None
    """The last day on which they work for the chain, included; None: no end is known."""
    noted: Mapping[str, bool] = field(default_factory=dict)
    """What they said of messages, here or else to another system, by channel."""
    addresses: frozenset[str] = frozenset()
    """The channels for which there is a number or address."""
    tags: tuple[Tagged, ...] = ()
    bought: tuple[Bought, ...] = ()
    did: tuple[Did, ...] = ()


# ---- what is kept


@dataclass(frozen=True, slots=True)
class SegmentSeen:
    """A version of a named segment. `body` is its JSON, `names` the segments that it names."""

    name: str
    version: int
    body: Mapping[str, Any]
    names: tuple[str, ...]
    made_by: str
    made_at: datetime
    version_id: int
    segment_id: int
    owner: str
    """Whoever defined it first."""
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to count a snapshot, until it runs out or somebody else has it."""

    snapshot: int
    version_id: int
    name: str


@dataclass(frozen=True, slots=True)
class SnapshotSeen:
    """A snapshot: waiting, running, done, failed or cancelled. Only of one that is done anybody is a member."""

    id: int
    segment: str
    version: int
    state: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    as_of: datetime | None
    members: int | None
    reach: Mapping[str, Mapping[str, int]]
    """By channel, how many there are of each reason."""
    problem: str
    attempts: int
    silent: bool
    """Whoever counted it has not been heard of for longer than their lease; the next who looks takes it over."""
    stopping: bool
    """Its end was asked for, and whoever counts it has not ended it yet."""


@dataclass(frozen=True, slots=True)
class LiveSeen:
    """A segment whose members are kept; `found_by` is empty until everybody was asked for the first time."""

    id: int
    name: str
    since: datetime
    found_by: str
    counted_at: datetime | None
    restated: int
    members: int


@dataclass(frozen=True, slots=True)
class DayMoved:
    """A day of a live segment: how many came, how many left, and how many were in it in the end."""

    day: date
    came: int
    left: int
    members: int


@dataclass(frozen=True, slots=True)
class TurnSeen:
    """Up to where the log of changes was followed, and when; the number rises with each turn."""

    number: int
    mark: Mapping[str, Any] | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class MoveSeen:
    """A member entered a live segment, or left it: because of an event or of time; `first` when it was switched on,
    `counted` when everybody was asked again."""

    id: int
    member_id: int
    entered: bool
    at: datetime
    because: str
