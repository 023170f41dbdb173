"""Members who look like one person: found among all of them, listed with the evidence, decided by a person (A5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from huitou.access import service as access
from huitou.kernel.ids import member_code
from huitou.members import service as members
from huitou.members.terms import Candidate, MergeSeen
from huitou.usecases.merge_members import Preview, preview_merge

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a search among all members found: pairs that wait for a person, those of them that are new, and phones that
    many members share."""

    waiting: int
    new: int
    shared_phones: int


def find_duplicates(progress: Progress = lambda step: None) -> Looked:
    """Compare everybody whom something lets look alike, and keep the likely pairs; decided ones stay decided."""
    progress("phones")
    shared = members.mark_shared_phones()
    pairs = members.likely_pairs(spill=settings.LAKE_PATH, memory_mb=settings.LAKE_MEMORY_MB, progress=progress)
    progress("keep")
    with transaction.atomic():
        new, waiting = members.keep_candidates(pairs)
    progress("done")
    return Looked(waiting, new, shared)


def list_candidates(*, state: str = "open", page: int = 1, page_size: int = 50) -> list[dict[str, Any]]:
    """As plain values, the likeliest first: who, how likely, and what speaks for it most."""
    found = members.candidates(state=state, page=page, page_size=page_size)
    shown = {one.id: one for one in members.at_the_till(sorted({m for c in found for m in (c.member, c.other)}))}
    return [
        {
            "pair": one.id,
            "member": member_code(one.member),
            "other": member_code(one.other),
            "name": shown[one.member].name,
            "other_name": shown[one.other].name,
            "likely": likely_percent(one),
            "evidence": [
                {"field": field, "agrees": level, "bits": bits(weight)} for field, level, weight in one.evidence
            ],
            "decided_by": one.decided_by,
        }
        for one in found
    ]


def likely_percent(candidate: Candidate) -> str:
    """`99.8`, never rounded up to certainty."""
    return f"{min(candidate.likely // 1000, 999) / 10:.1f}"


def bits(weight: int) -> str:
    """Thousandths of a bit as `+7.2` or `-3.0`."""
    return f"{weight / 1000:+.1f}"


def candidate_with_preview(number: int) -> tuple[Candidate, Preview]:
    """A pair, and what would become one: the earlier member remains. Raises CandidateUnknown and MemberNotFound."""
    seen = members.candidate(number)
    return seen, preview_merge(*in_order(seen))


def in_order(candidate: Candidate) -> tuple[int, int]:
    """Who remains, and who becomes a part: the member who joined first."""
    one, other = members.member(candidate.member), members.member(candidate.other)
    first, second = sorted((one, other), key=lambda member: (member.joined_on, member.id))
    return first.id, second.id


@transaction.atomic
def reject_pair(number: int, *, now: datetime, actor: str) -> Candidate:
    """They are two people; the pair never comes again. Raises CandidateUnknown, CandidateDecided."""
    seen = members.reject_candidate(number, by=actor, now=now)
    access.note_by(actor, "member.not_same", f"member:{seen.member}", other=member_code(seen.other), pair=number)
    return seen


@transaction.atomic
def reopen_pair(number: int, *, actor: str) -> Candidate:
    """Whoever said that they are two people was not sure. Raises CandidateUnknown, CandidateNotAside."""
    seen = members.reopen_candidate(number)
    access.note_by(actor, "member.maybe_same", f"member:{seen.member}", other=member_code(seen.other), pair=number)
    return seen


def list_merges(limit: int = 50) -> list[dict[str, Any]]:
    """Newest first, as plain values."""
    return [_told(one) for one in members.merges(limit)]


def _told(one: MergeSeen) -> dict[str, Any]:
    return {
        "merge": one.id,
        "member": member_code(one.member),
        "other": member_code(one.other),
        "merged_at": one.merged_at.isoformat(timespec="seconds"),
        "merged_by": one.merged_by,
        "undone_at": one.undone_at.isoformat(timespec="seconds") if one.undone_at else None,
        "undone_by": one.undone_by,
    }
