"""What came of what cashiers said: events of the kind `prompt`, with the prompt's code and the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from huitou.bulk.trip import Answer, Trip
from huitou.members.store import outcomes
from huitou.members.terms import PromptOutcomes


def ask_answers(trip: Trip, member: int, prompts: Sequence[str], since: datetime) -> Answer:
    """When the member answered which of these prompts last, on a trip."""
    return outcomes.ask_answers(trip, member, prompts, since)


def read_answers(asked: Answer) -> dict[str, datetime]:
    """By the prompt's code."""
    return dict(asked.rows())


def prompt_outcomes(since: datetime) -> list[PromptOutcomes]:
    """How often each prompt was accepted and declined from this moment on, by store (None: the event named none), of
    the stores that the reader sees."""
    return [PromptOutcomes(*row) for row in outcomes.count(since)]
