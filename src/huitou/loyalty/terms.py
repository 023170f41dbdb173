"""The nouns of loyalty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

POINTS = "points"
ASSETS = (POINTS, "growth", "stamps")
"""What an account can count. Tills earn and spend points; growth and stamps come by openings so far."""


@dataclass(frozen=True, slots=True)
class LotSeen:
    """Points earned together. `expires_on` is the last day they can be spent; None: never expires."""

    id: int
    kind: str
    original: int
    remaining: int
    earned_at: datetime
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class PostingSeen:
    """What one transaction did to a member's points; negative: they went away."""

    id: int
    kind: str
    points: int
    rule: str
    rule_version: int
    posted_at: datetime
    business_date: date
    receipt_id: int | None
    bonus: int = 0
    """Of what a sale earned, what offers brought beside the rule."""


@dataclass(frozen=True, slots=True)
class PointsAsMoney:
    """What points are worth as a payment: `points` of them are `worth_fen`. A version of the chain's setting."""

    points: int
    worth_fen: int
    least: int
    """Fewer do not pay."""
    step: int
    """They pay in multiples of it, each worth whole fen."""
    share_percent: int
    """The largest part of a basket that may be paid so, from 1 to 100."""
    earns: bool = True
    """Whether what points paid earns points, as what money paid does."""

    def worth_of(self, points: int) -> int:
        """Fen that so many points pay; of points between two steps the part of a fen is left out."""
        return points * self.worth_fen // self.points


@dataclass(frozen=True, slots=True)
class RateSeen:
    """A version of the setting as pages list it. `rate` None: from then on points did not pay."""

    id: int
    rate: PointsAsMoney | None
    set_at: datetime
    set_by: str


@dataclass(frozen=True, slots=True)
class PointsInHands:
    """What members hold of points."""

    members: int
    """Who have some."""
    points: int
    """All of them."""
    promised: int
    """Of them those that baskets hold at this moment."""


@dataclass(frozen=True, slots=True)
class PayingNow:
    """What members' points would pay by a rate: whole steps, from the least on."""

    able: int
    """Members who have enough."""
    worth_fen: int


@dataclass(frozen=True, slots=True)
class SoldQuantity:
    """A line of a sale: what was bought (thousandths) and paid (fen)."""

    line: int
    quantity_milli: int
    net_fen: int


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Part of a sold line that a return gives back (thousandths)."""

    sale_line: int
    return_receipt: int
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class Reversal:
    """Points that a return takes back from the lot of its sale."""

    return_receipt: int
    sale_receipt: int
    points: int


@dataclass(frozen=True, slots=True)
class Moment:
    """Server time (aware), and the chain's business date at that time."""

    now: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Account:
    """A member's account, as it is while it is locked. `debt` is owed, `held` is promised to open holds."""

    id: int
    member: int
    balance: int
    debt: int
    held: int
    earns_from: date | None = field(default=None, compare=False)
    """The first business date that earns here: what earlier days earned came with the opening. None: every day."""

    def earns_on(self, business_date: date) -> bool:
        return self.earns_from is None or business_date >= self.earns_from

    @property
    def available(self) -> int:
        """Points that can be spent or held now; below zero for who owes more than they have."""
        return self.balance - self.held


@dataclass(frozen=True, slots=True)
class Bonus:
    """Points that an offer brought, on one line of the sale. `offer`: its code."""

    offer: str
    line: int
    points: int


@dataclass(frozen=True, slots=True)
class Earning:
    """What a sale earns, with what offers brought of it. `expires_on` is the last day on which the points can be
    spent."""

    receipt_id: int
    member: int
    points: int
    earned_at: datetime
    business_date: date
    store_id: int | None
    source: str
    expires_on: date | None = None
    bonus: tuple[Bonus, ...] = ()


@dataclass(frozen=True, slots=True)
class Spending:
    """Points that a sale is paid with. `hold` names what was promised to its basket before.

    With `honour` the sale has happened already: what the member no longer has is given all the same, and stands on the
    account `honoured`.
    """

    receipt_id: int
    points: int
    business_date: date
    store_id: int | None
    source: str
    hold: str | None = None
    honour: bool = False


@dataclass(frozen=True, slots=True)
class Returning:
    """Which return gives back (part of) which sale."""

    return_receipt: int
    sale_receipt: int
    business_date: date
    store_id: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What an operation moved on a member's account; `replayed`: it had been posted before, and nothing moved now."""

    points: int
    honoured: int
    account: Account
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Returned:
    """What a return moved: points taken back, `debt` of them owed because they were spent, and points given back."""

    taken_back: int
    restored: int
    debt: int
    account: Account


@dataclass(frozen=True, slots=True)
class SpendableLot:
    """A lot as it stands: what remains, and how much of that is held."""

    id: int
    original: int
    remaining: int
    held: int
    earned_at: datetime
    expires_on: date | None

    @property
    def free(self) -> int:
        return self.remaining - self.held


@dataclass(frozen=True, slots=True)
class Share:
    """So many points of one lot, or of one debt."""

    id: int
    points: int


@dataclass(frozen=True, slots=True)
class OwedDebt:
    """What is still owed of a lot; without one, since an old programme."""

    id: int
    lot_id: int | None
    remaining: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What a sale took of one lot, and how much of it returns gave back. `lot_id` None: what was honoured."""

    lot_id: int | None
    points: int
    restored: int
    expires_on: date | None
    account_id: int | None = None
    """Where the lot lies now."""


@dataclass(frozen=True, slots=True)
class HoldSeen:
    """Points promised to a basket. `state`: open, posted, released or timed_out."""

    key: str
    member: int
    points: int
    state: str
    made_at: datetime
    ends_at: datetime
    account: Account


@dataclass(frozen=True, slots=True)
class BooksVerified:
    """What a reading of all sealed books found. `first_broken` names the first entry that is not what was sealed."""

    entries: int
    blocks: int
    waiting: int
    """Transactions that wait for their seal."""
    first_broken: str | None


@dataclass(frozen=True, slots=True)
class OpeningLot:
    """Points that an old programme says a member has. `expires_on`: the last day on which they can be spent."""

    points: int
    earned_at: datetime
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class OpenedLot:
    """A lot that an opening made, as it stands. `repaid`: how many of its points the opening itself took off again."""

    id: int
    original: int
    repaid: int
    free: int
    expired: int


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening balances did, in members and points."""

    posted: int
    """Members whose balance was opened."""
    points: int
    """What their accounts moved by, all together."""
    owing: int
    """Members who owe something afterwards."""
    before: int
    """What our own books held for the days before the cut-over, and the openings took off again."""


@dataclass(frozen=True, slots=True)
class TierSeen:
    """A tier that a member had; `until` is its last day, None: until another follows."""

    tier: str
    since: date
    until: date | None
    rule: str
    source: str

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class ReconciliationSeen:
    """Our books beside an old programme's totals, as somebody saw them."""

    id: int
    source: str
    first_day: date
    made_at: datetime
    differences: int
    signed_by: str | None
    signed_at: datetime | None
    note: str
    report: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unposted:
    """What an undo took back of members and gave back to them; `owed` of what it took had been spent already."""

    taken_back: int
    given_back: int
    owed: int
    members_owing: int
