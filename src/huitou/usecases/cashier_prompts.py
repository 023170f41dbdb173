"""Prompts for cashiers in the hands of people, each change in the audit trail; and what a quote tells of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from huitou.access import service as access
from huitou.bulk.trip import Answer, Trip
from huitou.catalogue import service as catalogue
from huitou.catalogue.terms import StoreSeen
from huitou.members import service as members
from huitou.members.terms import PromptOutcomes
from huitou.offers.errors import PromptSegmentNotLive
from huitou.offers.service import prompts
from huitou.offers.terms import BasketLine
from huitou.offers.terms.prompting import Prompt
from huitou.segments import service as segments
from huitou.segments.service import live, tags
from huitou.usecases.segments import require_may_name

OUTCOME_DAYS = 30


@transaction.atomic
def make_prompt(one: Prompt, *, actor: str, person: access.Person | None = None) -> bool:
    """Write down a new prompt, off at first; whether it is new. `person` makes it; None: whoever is at the machine.

    Raises PromptUnfit, PromptExists, PromptSegmentNotLive and SensitiveTagAsked.
    """
    new = prompts.make_prompt(one, by=actor)
    _require_live(one, person)
    if new:
        access.note_by(actor, "prompt.make", f"prompt:{one.code}", says=one.say_zh)
    return new


@transaction.atomic
def change_prompt(one: Prompt, *, on_top_of: int, actor: str, person: access.Person | None = None) -> bool:
    """Whether anything changed. Raises as `make_prompt`, PromptUnknown and PromptChangedMeanwhile."""
    changed = prompts.change_prompt(one, on_top_of=on_top_of, by=actor)
    _require_live(one, person)
    if changed:
        access.note_by(actor, "prompt.change", f"prompt:{one.code}", says=one.say_zh, revision=on_top_of + 1)
    return changed


@transaction.atomic
def switch_prompt(code: str, *, on: bool, actor: str) -> bool:
    """Whether anything changed. Raises PromptUnknown."""
    changed = prompts.switch_prompt(code, on=on, by=actor)
    if changed:
        access.note_by(actor, "prompt.on" if on else "prompt.off", f"prompt:{code}")
    return changed


def _require_live(one: Prompt, person: access.Person | None) -> None:
    if not one.segment:
        return
    if one.segment not in live.ids():
        raise PromptSegmentNotLive(segment=one.segment[:80])
    require_may_name(tags.tags_within(one.segment, segments.trees()), person)


def outcomes(now: datetime) -> list[PromptOutcomes]:
    """Of the last OUTCOME_DAYS days, by prompt and store."""
    return members.prompt_outcomes(now - timedelta(days=OUTCOME_DAYS))


# ---- what a quote tells


def set_off(lines: Sequence[BasketLine], day: date) -> list[Prompt]:
    """What the goods of a basket set off. No question where no prompt is on, or none of its goods is there."""
    return prompts.set_off(prompts.prompts_now(), lines, day)


def ask_answers(trip: Trip, found: Sequence[Prompt], member: int | None, now: datetime) -> Answer | None:
    """When the member answered these last; None: nobody has to be asked."""
    days = prompts.rests_at_most(found)
    if member is None or not days:
        return None
    since = now - timedelta(days=days + 1)  # a day of the store may begin before
    return members.ask_answers(trip, member, [one.code for one in found], since)


def to_tell(
    found: Sequence[Prompt],
    answered: Mapping[str, datetime],
    *,
    member: int | None,
    segments: Collection[str],
    store: StoreSeen,
    day: date,
) -> list[Prompt]:
    """Of those that were set off the two at most that the cashier is told."""
    days = {code: catalogue.business_date(store, at) for code, at in answered.items()}
    return prompts.to_tell(found, member=member is not None, segments=segments, answered=days, day=day)
