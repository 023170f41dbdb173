"""What a till says that sold by a bundle: is it that till's word, and did the bundle vouch for people then?

Nothing that happened is refused for it: what is not proven is listed for a person.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from huitou.kernel.errors import N_
from huitou.members.terms import MemberRef, RefKind
from huitou.offline import service as offline
from huitou.offline.terms import CLOCK_SLACK
from huitou.privacy import service as privacy
from huitou.receipts.terms.conflicts import ConflictKind
from huitou.usecases.recording.placing import Placed, Proven
from huitou.usecases.till_terms import Sale, SoldAlone

TICKET_UNKNOWN = N_("The ticket is not ours.")
OF_ANOTHER = N_("The ticket is of another store or another key.")
WRONGLY_SIGNED = N_("The signature is not over what was sent.")
IN_THE_FUTURE = N_("It says that it was sold at a moment that has not come.")
BEFORE_ITS_BUNDLE = N_("It says that it was sold before its bundle was made.")
AFTER_ITS_BUNDLE = N_("Its bundle was more than 48 hours old.")


class Judged(NamedTuple):
    """What is proven, and of what is not the kind of conflict and the reason."""

    proven: Proven | None
    conflict: ConflictKind | None = None
    why: str = ""
    version: str = ""
    """Of the bundle, where the ticket says it."""


def judge(placed: Placed, said: SoldAlone, now: datetime) -> Judged:
    """Whether a receipt that was sold by a bundle is that till's word."""
    ticket = offline.read_ticket(said.mark["ticket"], privacy.signing_key())
    if ticket is None:
        return Judged(None, ConflictKind.OFFLINE_UNPROVEN, TICKET_UNKNOWN)
    reason = ""
    if (ticket.store, ticket.source) != (placed.store.code, placed.key.source):
        reason = OF_ANOTHER
    elif not offline.is_receipt_signed(ticket, said.body, said.mark, said.signature):
        reason = WRONGLY_SIGNED
    elif said.sold_at > now + CLOCK_SLACK:
        reason = IN_THE_FUTURE
    elif said.sold_at < ticket.made_at - CLOCK_SLACK:
        reason = BEFORE_ITS_BUNDLE
    if reason:
        return Judged(None, ConflictKind.OFFLINE_UNPROVEN, reason, ticket.version)
    shown = MemberRef(RefKind.CODE, said.shown) if said.shown else None
    proven = Proven(said.sold_at, shown, said.shown_at or said.sold_at, said.promised)
    if said.sold_at > ticket.ends_at + CLOCK_SLACK and _asks_people(placed):
        return Judged(proven, ConflictKind.BUNDLE_ENDED, AFTER_ITS_BUNDLE, ticket.version)
    return Judged(proven, version=ticket.version)


def _asks_people(placed: Placed) -> bool:
    said = placed.said
    return isinstance(said, Sale) and bool(said.points_used or said.coupons)
