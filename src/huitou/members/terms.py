"""The nouns of members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from huitou.kernel.ids import member_code


class Layer(StrEnum):
    """Worth by habit; dormant is whoever bought nothing for three months (E1)."""

    DIAMOND = "diamond"
    GOLD = "gold"
    SILVER = "silver"
    DORMANT = "dormant"


@dataclass(frozen=True, slots=True)
class FactsSeen:
    """What the last refresh wrote down about a member. The year is the 12 months that end on its day."""

    layer: str
    recency_score: int
    frequency_score: int
    monetary_score: int
    first_purchase_on: date
    last_purchase_on: date
    receipts_year: int
    spend_year_fen: int
    categories: Sequence[str] = ()
    """What they like best, the strongest first."""
    category_shares: Sequence[int] = ()
    """In thousandths of all they like, one for each of `categories`."""
    came_back_on: date | None = None
    """Of late, after having been dormant or lost; see `Stage.WON_BACK`."""
    months_bought: int = 0
    """Of the newest 12 calendar months, the running one included."""
    categories_bought: int = 0
    """Of the first level, in these months."""


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """A member as lists and pages show them. No phone in clear; `facts` is None until a refresh ran."""

    id: int
    name: str
    home_store_id: int | None
    joined_on: date
    birthday: date | None
    facts: FactsSeen | None
    masked_phone: str = ""

    @property
    def code(self) -> str:
        return member_code(self.id)


@dataclass(frozen=True, slots=True)
class IdentitySeen:
    """One way of knowing a member; a phone is masked (`138****1234`)."""

    id: int
    kind: str
    value: str
    verified: bool
    shared_by: int = 0
    """How many members have this phone, where it is shared; else 0."""


@dataclass(frozen=True, slots=True)
class ProfileSeen:
    """What a member told about themselves, as pages show it: that an e-mail or address is kept, and not which."""

    sex: str
    birthday_month_day: int | None
    """MMDD where the year is not known."""
    household_size: int | None
    preferences: Mapping[str, str]
    consents_noted: Mapping[str, Any]
    source: str
    told_at: datetime | None
    has_email: bool
    has_address: bool
    lives_at: str | None
    """About where they live: `30.251,120.168`."""


@dataclass(frozen=True, slots=True)
class EventSeen:
    """Something that a member did without buying."""

    id: int
    kind: str
    store_id: int | None
    at: datetime
    source: str
    day: date
    """By the clock of the chain."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search. `by_layer` counts every hit by layer, whatever layer was chosen; '' has no facts."""

    rows: tuple[MemberSeen, ...]
    total: int
    by_layer: dict[str, int]

    @property
    def of_any_layer(self) -> int:
        return sum(self.by_layer.values())


@dataclass(frozen=True, slots=True)
class NewMember:
    """A member as a chain's list brings them."""

    card: str
    name: str
    joined_on: date
    phone: str | None = None
    birthday: date | None = None
    home_store: int | None = None


@dataclass(frozen=True, slots=True)
class NewProfile:
    """What the member with this card told about themselves; what was not told is empty."""

    card: str
    sex: str = ""
    household_size: int | None = None
    address: str | None = None
    consents_noted: Mapping[str, bool] = field(default_factory=dict)
    lives_at: tuple[Decimal, Decimal] | None = None
    """Latitude and longitude, of which a thousandth of a degree is kept."""


class IdentityKind(StrEnum):
    """The ways of knowing a member that are kept. A phone is sealed, all others are readable."""

    CARD = "card"
    PHONE = "phone"
    EXTERNAL = "external"
    """The member's id in another system of the chain."""
    OPENID = "openid"
    UNIONID = "unionid"
    """Of WeChat: one for each mini-program, and one for the company."""
    WECOM = "wecom"
    MEITUAN = "meituan"
    ELEME = "eleme"
    JD = "jd"
    TAOBAO = "taobao"
    DOUYIN = "douyin"


OUTSIDE_KINDS = tuple(kind for kind in IdentityKind if kind not in (IdentityKind.CARD, IdentityKind.PHONE))
READABLE_KINDS = (IdentityKind.CARD, *OUTSIDE_KINDS)


@dataclass(frozen=True, slots=True)
class SharedPhone:
    """A phone that so many members have, with so many cards: it names none of them. `tail` is its last four digits."""

    tail: str
    members: int
    cards: int
    since: datetime


@dataclass(frozen=True, slots=True)
class FieldMerged:
    """What two members say in one field, what remains of it, and why (a key of rules.merging.BECAUSE)."""

    field: str
    survivor: Any
    other: Any
    kept: Any
    because: str

    @property
    def differs(self) -> bool:
        return self.because not in ("same", "only_one", "together")


@dataclass(frozen=True, slots=True)
class MergeSeen:
    """`other` became a part of `member`; until `undone_at`, if that is."""

    id: int
    member: int
    other: int
    merged_at: datetime
    merged_by: str
    why: str
    moved: Mapping[str, Sequence[int]]
    undone_at: datetime | None
    undone_by: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two members who may be one person. `likely` is the probability in millionths; `evidence` is of each field how the
    two agree (a key of rules.likeness.LEVELS) and what that weighs, in thousandths of a bit. `state`: open, merged or
    rejected."""

    id: int
    member: int
    other: int
    likely: int
    evidence: tuple[tuple[str, str, int], ...]
    state: str
    found_at: datetime
    decided_at: datetime | None
    decided_by: str


class RefKind(StrEnum):
    """The ways in which a till names a member."""

    CARD = "card"
    PHONE = "phone"
    CODE = "code"
    """The dynamic code that the member's phone shows."""
    EXTERNAL = "external"
    """The member's id in another system of the chain."""
    MEMBER = "member"
    """Our own member code: `M00000042`."""


@dataclass(frozen=True, slots=True)
class MemberRef:
    """Who a till means. The value may be a phone, so it stays out of logs."""

    kind: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AtTheTill:
    """A member as the cashier sees them. `layer` is empty until a refresh ran."""

    id: int
    name: str
    birthday: date | None
    layer: str
    masked_phone: str = ""


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What offers may ask about a member on a day."""

    id: int
    birthday: date | None
    tier: str
    """Empty without one."""
    staff: bool = False
    """Works for the chain on that day."""


@dataclass(frozen=True, slots=True)
class StaffSeen:
    """A member who works for the chain, from the first day to the last, both included."""

    member: int
    number: str
    """Of the employee, as the chain's own system has it."""
    name: str
    home_store_id: int | None
    since: date
    until: date | None

    @property
    def code(self) -> str:
        return member_code(self.member)

    def works_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class Registered(StrEnum):
    """What a registration did."""

    MADE = "made"
    COMPLETED = "completed"
    """Somebody was known by one of the identities, and now has what was missing."""
    KNOWN = "known"
    """All of it was there."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A person who becomes a member, by at least one identity: a card, a phone, an id of another system."""

    name: str
    identities: tuple[MemberRef, ...]
    birthday: date | None
    joined_on: date
    home_store: int
    phone_proven: bool = False
    """Whether the person has shown that the phone is theirs: by a one-time code, or WeChat said the number."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened without a sale. (source, source id) names it for ever."""

    source: str
    source_id: str
    kind: str
    member: MemberRef | None
    store_id: int | None
    at: datetime
    detail: dict[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class PromptOutcomes:
    """How often cashiers were told yes and no to a prompt in a store (None: nobody said where)."""

    prompt: str
    store_id: int | None
    accepted: int
    declined: int


# ---- where a member stands on their way with the shop
#
# The cut-offs know when somebody is dormant; the rest follows from it. Who has just come is new; who has stayed away
# for half of the dormant months is at risk; who has been dormant for four times as long is lost; who came back from
# either is won back, for as many months as make somebody dormant. Insight and segments both ask this, and neither knows
# the other.

NEW_DAYS = 28
LOST_TIMES = 4
RISK_DAYS_A_MONTH = 15
"""Half a month for each month after which somebody is dormant."""


def months_before(day: date, months: int) -> date:
    """The same day of the month `months` earlier; the month's last day where there is no such day."""
    month_index = day.year * 12 + day.month - 1 - months
    year, month = divmod(month_index, 12)
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return date(year, month + 1, last)
            except ValueError:
                continue
    raise AssertionError("every month has 28 days")


class Stage(StrEnum):
    NEW = "new"
    ACTIVE = "active"
    AT_RISK = "at_risk"
    DORMANT = "dormant"
    LOST = "lost"
    WON_BACK = "won_back"


def came_back(purchases: Sequence[date], *, as_of: date, dormant_months: int) -> date | None:
    """The newest of these days, rising, up to `as_of` on which somebody bought who was dormant until then; None where
    there is none in the newest `dormant_months` months. A second such day cannot lie in them."""
    known = [day for day in purchases if day <= as_of]
    since = months_before(as_of, dormant_months)
    for before, day in pairwise(known):
        if day > since and before < months_before(day, dormant_months):
            return day
    return None


def came_back_sql(dormant_months: int) -> str:
    """`came_back` in SQL, an aggregate of `back_on` and `gone_on`: first purchases in the newest `dormant_months`
    months and last ones before them. No purchase after the first of these months follows so long a silence."""
    return f"CASE WHEN max(gone_on) < min(back_on) - INTERVAL {int(dormant_months)} MONTH THEN min(back_on) END"


def stage_of(
    first_purchase_on: date,
    last_purchase_on: date,
    came_back_on: date | None = None,
    *,
    as_of: date,
    dormant_months: int,
) -> Stage:
    """The stage on the day `as_of` of somebody who bought first and last on these days, and came back on that one."""
    if last_purchase_on < months_before(as_of, LOST_TIMES * dormant_months):
        return Stage.LOST
    if last_purchase_on < months_before(as_of, dormant_months):
        return Stage.DORMANT
    if last_purchase_on < as_of - timedelta(days=RISK_DAYS_A_MONTH * dormant_months):
        return Stage.AT_RISK
    if came_back_on is not None and came_back_on > months_before(as_of, dormant_months):
        return Stage.WON_BACK
    return Stage.NEW if first_purchase_on > as_of - timedelta(days=NEW_DAYS) else Stage.ACTIVE


def staged_sql(as_of: date, dormant_months: int) -> str:
    """`stage_of` in SQL, of a row with the three days."""
    day = f"DATE '{as_of}'"
    lost_months = LOST_TIMES * int(dormant_months)
    return f"""CASE WHEN last_purchase_on < {day} - INTERVAL {lost_months} MONTH THEN '{Stage.LOST}'
        WHEN last_purchase_on < {day} - INTERVAL {int(dormant_months)} MONTH THEN '{Stage.DORMANT}'
        WHEN last_purchase_on < {day} - {RISK_DAYS_A_MONTH * int(dormant_months)} THEN '{Stage.AT_RISK}'
        WHEN came_back_on > {day} - INTERVAL {int(dormant_months)} MONTH THEN '{Stage.WON_BACK}'
        WHEN first_purchase_on > {day} - {NEW_DAYS} THEN '{Stage.NEW}' ELSE '{Stage.ACTIVE}' END"""


class ConsentAbout(StrEnum):
    """What a member has to agree to before anybody may know them by it."""

    PREGNANCY = "pregnancy"
    HEALTH = "health"
    MINORS = "minors"


MESSAGES = "marketing"
"""The purpose of a consent to messages, which has a channel; the others are those of ConsentAbout, and have none."""
PURPOSES = (MESSAGES, *ConsentAbout)
MESSAGE_CHANNELS = ("sms", "email", "wechat", "phone")


@dataclass(frozen=True, slots=True)
class ConsentSeen:
    """A member agreed (`given`), or took it back; `how` is what proves it, `noted_by` whoever told it."""

    about: str
    """One of PURPOSES."""
    given: bool
    at: datetime
    noted_by: str
    how: str
    channel: str = ""
    """Of messages: one of MESSAGE_CHANNELS."""
    noted_at: datetime | None = None
    source_id: str = ""
    """What the source calls this word, for ever; empty where a person noted it here."""
    id: int = 0
    undone_at: datetime | None = None
    """It was noted by mistake and taken back then, by `undone_by`: it counts no more."""
    undone_by: str = ""


@dataclass(frozen=True, slots=True)
class ConsentSaid:
    """A word of a member as another system tells it. (source, source id) names it for ever."""

    source: str
    source_id: str
    about: str
    channel: str
    given: bool
    at: datetime
    how: str


# ---- who lives with whom


@dataclass(frozen=True, slots=True)
class Housemate:
    """Somebody who lives in a household, and remains a member of their own. The phone is masked."""

    member: int
    name: str
    home_store_id: int | None
    since: datetime
    noted_by: str
    masked_phone: str = ""

    @property
    def code(self) -> str:
        return member_code(self.member)


@dataclass(frozen=True, slots=True)
class HouseholdSeen:
    """People who live together, as far as the reader sees them."""

    id: int
    name: str
    """As somebody called it: empty mostly."""
    number: str
    """At the chain's other system; empty where it was made here."""
    people: tuple[Housemate, ...]
