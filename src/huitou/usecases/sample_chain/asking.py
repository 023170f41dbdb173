"""The sample chain as somebody asks for it in the console: the same that `huitou demo` lays, in the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from huitou.inbox import service as inbox
from huitou.inbox.terms import JobSeen
from huitou.usecases.sample_chain.clearing import clear_sample_chain
from huitou.usecases.sample_chain.disk import megabytes_needed, refuse_without_room
from huitou.usecases.sample_chain.errors import (
    MembersHere,
    NoSampleChain,
    OtherDataHere,
    SampleChainBusy,
    SampleChainWhole,
)
from huitou.usecases.sample_chain.laying import lay_sample_chain, refuse_other_data
from huitou.usecases.sample_chain.note import chain_in
from huitou.usecases.sample_chain.places import places_of
from huitou.usecases.sample_chain.terms import MEMBERS, MINUTES, MONTHS, SEED, SampleChain

WHAT, CLEAR = "sample", "clear"
"""What such a job is, and of which kind one is that clears."""
_JOBS_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """What would be laid, or was begun, and what that needs."""

    chain: SampleChain
    stores: int
    megabytes: int
    minutes: int
    begun: bool
    clearing: bool
    """Somebody began to clear it, and it is not cleared yet."""
    refused: bool
    """Whether other data is here, with which it would mix."""


def offer(*, now: datetime) -> Offer:
    """Raises SampleNoteUnreadable."""
    known = chain_in(settings.LAKE_PATH.parent)
    begun = known is not None and not known.laid
    chain = known or SampleChain(SEED, MEMBERS, MONTHS, now.date())
    refused = False
    try:
        refuse_other_data(begun=begun)
    except (OtherDataHere, MembersHere):
        refused = True
    return Offer(
        chain, len(places_of(chain.members)), megabytes_needed(chain), MINUTES, begun, begun and chain.clearing, refused
    )


def is_begun() -> bool:
    """Whether a sample chain is on its way here, or was left half way: whoever asks again finishes it."""
    known = chain_in(settings.LAKE_PATH.parent)
    return known is not None and not known.laid


def newest_job() -> JobSeen | None:
    """The job that lays it, or did the last time."""
    return next((job for job in inbox.jobs_without_import(_JOBS_LOOKED_AT) if job.what == WHAT), None)


def start_sample(*, now: datetime, actor: str, members: int = MEMBERS, months: int = MONTHS) -> int:
    """Ask for the sample chain, or for the rest of one that was begun. Two clicks are one job. Returns its number.
    Raises OtherDataHere, MembersHere, NotEnoughRoom or SampleNoteUnreadable."""
    inbox.hold_asking(0)
    going = newest_job()
    if going is not None and not going.ended:
        return going.id
    folder = settings.LAKE_PATH.parent
    known = chain_in(folder)
    begun = known is not None and not known.laid
    refuse_other_data(begun=begun)
    if not begun:
        refuse_without_room(folder, SampleChain(SEED, members, months, now.date()))
    return inbox.add_job(
        what=WHAT, kind="", source="", file_name="", reading={"members": members, "months": months}, actor=actor
    )


def start_clearing(*, actor: str) -> int:
    """Ask for a sample chain that is not whole to be taken away. Two clicks are one job. Returns its number. Raises
    NoSampleChain, SampleChainWhole, SampleNoteUnreadable, or SampleChainBusy where it is being laid."""
    inbox.hold_asking(0)
    going = newest_job()
    if going is not None and not going.ended:
        if going.kind != CLEAR:
            raise SampleChainBusy()
        return going.id
    known = chain_in(settings.LAKE_PATH.parent)
    if known is None:
        raise NoSampleChain()
    if known.laid:
        raise SampleChainWhole()
    return inbox.add_job(what=WHAT, kind=CLEAR, source="", file_name="", actor=actor)


def clear(job: JobSeen) -> SampleChain:
    """What the worker does."""
    return clear_sample_chain(settings.LAKE_PATH.parent, actor=job.actor)


def lay(job: JobSeen, step: Callable[[str], None], rows: Callable[[int, int], None], now: datetime) -> SampleChain:
    """What the worker does: `step` and `rows` hear how far it is."""
    said = ""

    def begin(name: str, done: int, total: int) -> None:
        nonlocal said
        if name != said:
            said = name
            step(name)
        rows(done, total)

    return lay_sample_chain(
        settings.LAKE_PATH.parent,
        seed=SEED,
        members=int(job.reading["members"]),
        months=int(job.reading["months"]),
        now=now,
        begin=begin,
    )
