"""The nouns of access: roles, what each may do, and how much of the chain it sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    MARKETER = "marketer"
    SERVICE_AGENT = "service_agent"
    STORE_MANAGER = "store_manager"
    CASHIER = "cashier"


class Right(StrEnum):
    SEE_OVERVIEW = "see_overview"
    SEE_MEMBERS = "see_members"
    UNMASK_PHONES = "unmask_phones"
    MERGE_MEMBERS = "merge_members"
    """See who may be one person, make two members one, and part them again."""
    RUN_REFRESH = "run_refresh"
    SET_CUT_OFFS = "set_cut_offs"
    SET_TARGETS = "set_targets"
    """Set the chain's baselines and targets, and answer the first questions of a new installation."""
    SEE_IMPORTS = "see_imports"
    """Every import with its refused rows, and the quality of the data: of the whole chain."""
    READ_FILES_IN = "read_files_in"
    """Upload a file, map it, take it in, mend refused rows."""
    UNDO_IMPORTS = "undo_imports"
    SETTLE_CONFLICTS = "settle_conflicts"
    """See what happened at the tills of one's stores and does not fit the books, and mark it as dealt with."""
    SET_DROPS = "set_drops"
    """Watched folders and SFTP servers, with their log-ins."""
    SEE_OFFERS = "see_offers"
    """Every offer with what it cost, and kinds of coupons with their batches; never the codes."""
    EDIT_OFFERS = "edit_offers"
    """Draft, switch on, pause and end offers; make kinds of coupons and issue batches."""
    APPROVE_OFFERS = "approve_offers"
    """Stand for what somebody else drafted, where its budget asks for a second person."""
    SET_APPROVAL = "set_approval"
    """Above which budget that is."""
    EXPORT_COUPONS = "export_coupons"
    """Read the codes of a batch: whoever has them can spend them."""
    SELL = "sell"
    """Sell and take back at the till page, in one's stores."""
    PRINT_LABELS = "print_labels"
    """Take the shelf labels of one's stores out as a file."""
    SET_STAFF = "set_staff"
    """Say which members work for the chain, and see what their discount gave them."""
    SET_POINTS = "set_points"
    """Say what points are worth as a payment."""
    SEE_SEGMENTS = "see_segments"
    """Every segment with its sentence, and how many of the members that one sees are in it."""
    EDIT_SEGMENTS = "edit_segments"
    """Define segments, archive them and bring them back, write down who is in one."""
    EXPORT_SEGMENTS = "export_segments"
    """Take the member numbers of a segment out as a file."""
    SEE_TRAIL = "see_trail"
    """See in the audit trail who did what to whom, and take it out as a file."""
    MANAGE_PEOPLE = "manage_people"
    """Say who may log in, in which role and for which stores; give new passwords."""
    EDIT_TAGS = "edit_tags"
    """Define tags, archive them and bring them back."""
    GIVE_TAGS = "give_tags"
    """Give members tags by hand and take them off."""
    TAKE_CONSENTS = "take_consents"
    """Note that a member of one's stores agrees to sensitive tags, or does not any more: without seeing what they said
    before, or what they bear."""
    SET_HOUSEHOLDS = "set_households"
    """Say who lives with a member of one's stores."""
    SEE_SENSITIVE_TAGS = "see_sensitive_tags"
    """See who bears tags about pregnancy, health and minors, and who agreed to them, and build segments of them."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The stores that a person sees: all of them, or these ids."""

    everything: bool
    store_ids: tuple[int, ...] = ()
    sensitive: bool = False
    """Also what members agreed to be known by and few may see."""

    @property
    def setting(self) -> str:
        """The value of `huitou.stores` that the database's policies read."""
        return "all" if self.everything else "{" + ",".join(str(store) for store in self.store_ids) + "}"


@dataclass(frozen=True, slots=True)
class UserSeen:
    """A person who can log in, as lists show them."""

    id: int
    username: str
    name: str
    role: str
    store_ids: tuple[int, ...]
    active: bool
    last_log_in: datetime | None


PASSWORD_LENGTH = 8
"""The shortest password, in characters."""
LONGEST_NAME = 80
"""Of a log-in and of the name that is shown, in characters."""

NOTHING = Scope(everything=False)
WHOLE_CHAIN = Scope(everything=True)


class Call(StrEnum):
    """What a machine may ask of the API."""

    RECEIPTS = "receipts"
    """Record sales, also in batches; claim them; hold points for a basket."""
    RETURNS = "returns"
    EVENTS = "events"
    MEMBERS = "members"
    """Register members."""
    IDENTIFY = "identify"
    OFFLINE = "offline"
    """Fetch the bundle by which a store sells without us."""
    HOUSEHOLDS = "households"
    """See and say who lives with whom."""
    CONSENTS = "consents"
    """Read consents to messages, and tell what members say of these and of what is sensitive."""
    SENSITIVE = "sensitive"
    """Read what they said of what is sensitive, too. A key has it only where it is named."""


TILL_CALLS = (Call.RECEIPTS, Call.RETURNS, Call.EVENTS, Call.MEMBERS, Call.IDENTIFY, Call.OFFLINE)
"""What a person at our own till page may ask."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the audit trail; `subject` is a kind and a name, as `member:42`."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TrailAsked:
    """Which of them: by whom, which actions (empty: all), from when until before when, about which subjects or, of two
    members, about the `others` by their codes; older than the entry `before`."""

    actor: str = ""
    actions: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    subjects: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry of the audit trail: who did something, when, and what it says of it."""

    actor: str
    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeySeen:
    """An API key as lists show it: never the key itself. No store means every store, no call every call but the
    sensitive one."""

    name: str
    """Also the source of everything that is recorded with the key."""
    prefix: str
    store_ids: tuple[int, ...]
    calls: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None
    last_used_day: date | None

    def may(self, call: Call) -> bool:
        return call in self.calls or (not self.calls and call is not Call.SENSITIVE)
