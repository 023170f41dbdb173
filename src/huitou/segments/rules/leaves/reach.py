"""Whether somebody can be reached by a channel, and what is known of their consent.

What they said here stands before what another system noted, which is a note and no consent: a message needs one that
the member gave here, which the gate before every send asks for. So what these leaves count is an expectation, and their
sentences say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal

from huitou.kernel.errors import N_
from huitou.segments.terms import Channel, Leaf, Moment, Person, Said, Selection

CHANNELS = {"sms": N_("SMS"), "email": N_("e-mail"), "wechat": N_("WeChat"), "phone": N_("phone call")}
_NOTED = {"yes": N_("agreed to"), "no": N_("refused"), "unknown": N_("neither agreed to nor refused")}


class Reach(StrEnum):
    """Why somebody can be reached, or not."""

    REACHABLE = "reachable"
    REFUSED = "refused"
    NO_CONSENT = "no_consent"
    NO_ADDRESS = "no_address"


def reach_of(person: Person, channel: str) -> Reach:
    if channel not in person.addresses:
        return Reach.NO_ADDRESS
    noted = person.noted.get(channel)
    if noted is None:
        return Reach.NO_CONSENT
    return Reach.REACHABLE if noted else Reach.REFUSED


def reach_sql(channel: str) -> str:
    """`reach_of` in SQL, of a row of `people`."""
    assert channel in CHANNELS, "a name of ours"
    return (
        f"CASE WHEN NOT has_{channel} THEN '{Reach.NO_ADDRESS}' WHEN noted_{channel} IS NULL THEN '{Reach.NO_CONSENT}' "
        f"WHEN noted_{channel} THEN '{Reach.REACHABLE}' ELSE '{Reach.REFUSED}' END"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Leaf):
    """What they said here of messages by this channel, or, where they said nothing, another system noted."""

    name: ClassVar[str] = "consent"

    channel: Channel
    noted: Literal["yes", "no", "unknown"]

    def holds(self, person: Person, moment: Moment) -> bool:
        return person.noted.get(self.channel) is {"yes": True, "no": False, "unknown": None}[self.noted]

    def sql(self, moment: Moment) -> Selection:
        words = {"yes": "IS TRUE", "no": "IS FALSE", "unknown": "IS NULL"}
        return Selection(condition=f"noted_{self.channel} {words[self.noted]}")

    def said(self) -> Said:
        facts = {"what": Said(_NOTED[self.noted]), "channel": Said(CHANNELS[self.channel])}
        return Said(N_("are noted as having {what} messages by {channel}"), facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable(Leaf):
    """There is a number or address for the channel, and a consent is noted."""

    name: ClassVar[str] = "reachable"

    channel: Channel

    def holds(self, person: Person, moment: Moment) -> bool:
        return reach_of(person, self.channel) is Reach.REACHABLE

    def sql(self, moment: Moment) -> Selection:
        return Selection(condition=f"({reach_sql(self.channel)}) = '{Reach.REACHABLE}'")

    def said(self) -> Said:
        return Said(N_("can be reached by {channel}"), {"channel": Said(CHANNELS[self.channel])})
