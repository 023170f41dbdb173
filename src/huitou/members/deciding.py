"""Pairs of members who look like one person, as they are kept: found in bulk, decided one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from huitou.members.errors import CandidateDecided, CandidateNotAside, CandidateUnknown
from huitou.members.rules.likeness import LEVELS
from huitou.members.store import resembling
from huitou.members.terms import Candidate

AGREEMENTS = LEVELS


def keep_candidates(pairs: pa.Table) -> tuple[int, int]:
    """Keep what was found; what a person decided stays decided. (new pairs, pairs that wait for a person)."""
    return resembling.keep(pairs)


def candidates(*, state: str = "open", page: int = 1, page_size: int = 50) -> Sequence[Candidate]:
    """The likeliest first; `state` is open, merged or rejected. `page` counts from 1."""
    return resembling.candidates(state, page_size, (page - 1) * page_size)


def candidate_counts() -> dict[str, int]:
    return resembling.counts()


def candidates_of(member: int) -> Sequence[Candidate]:
    """Open pairs of a member, the likeliest five."""
    return resembling.of_member(member)


def candidate(number: int) -> Candidate:
    """Raises CandidateUnknown."""
    seen = resembling.candidate(number) if 0 < number < 2**63 else None
    if seen is None:
        raise CandidateUnknown(number=number)
    return seen


def reject_candidate(number: int, *, by: str, now: datetime) -> Candidate:
    """They are two people, for ever. Raises CandidateUnknown, CandidateDecided."""
    seen = candidate(number)
    if not resembling.decide(number, "rejected", by, now):
        seen = candidate(number)
        raise CandidateDecided(number=number, by=seen.decided_by, state=seen.state)
    return candidate(number)


def reopen_candidate(number: int) -> Candidate:
    """Somebody was wrong: the pair waits for a person again. Raises CandidateUnknown, CandidateNotAside."""
    seen = candidate(number)
    if not resembling.reopen(number):
        raise CandidateNotAside(number=number, state=seen.state)
    return candidate(number)


def note_merged(member: int, other: int, *, by: str, now: datetime) -> None:
    resembling.note_merged(member, other, by, now)


def note_parted(member: int, other: int, *, by: str, now: datetime) -> None:
    """They are two, said a person: the pair never comes again."""
    resembling.note_parted(member, other, by, now)
