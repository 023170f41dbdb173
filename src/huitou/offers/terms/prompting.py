"""What a cashier may say when certain goods are in the basket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from huitou.offers.terms import Goods

USUAL_REST_DAYS = 30


@dataclass(frozen=True, slots=True)
class Prompt:
    """One sentence for the cashier, and the goods that set it off."""

    code: str
    """What its outcomes are recorded under, for ever."""
    say_zh: str
    say_en: str
    """Empty: said in Chinese in every language."""
    goods: Goods
    segment: str = ""
    """The live segment that the member has to be in; empty: anybody."""
    members_only: bool = False
    """Said to nobody unknown. A segment asks for a member all the same."""
    starts: date | None = None
    ends: date | None = None
    """The last day, included; by the store's business days."""
    rest_days: int = USUAL_REST_DAYS
    """So many days it is not said again to a member who answered, the day of the answer counted; 0: it never rests."""

    @property
    def needs_member(self) -> bool:
        return self.members_only or self.segment != ""


class PromptState(StrEnum):
    ON = "on"
    SCHEDULED = "scheduled"
    """Switched on, and its first day has not come."""
    OFF = "off"
    ENDED = "ended"
    """Switched on, and its last day is over."""


@dataclass(frozen=True, slots=True)
class PromptSeen:
    """A prompt as pages show it."""

    prompt: Prompt
    on: bool
    revision: int
    """Counts its changes from 1: whoever changes it says which one they have seen."""
    made_by: str
    made_at: datetime
    changed_by: str
    changed_at: datetime

    def state(self, day: date) -> PromptState:
        if not self.on:
            return PromptState.OFF
        if self.prompt.starts is not None and day < self.prompt.starts:
            return PromptState.SCHEDULED
        if self.prompt.ends is not None and day > self.prompt.ends:
            return PromptState.ENDED
        return PromptState.ON
