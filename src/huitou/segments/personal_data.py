"""What segments knows about a person: their snapshots, their live segments, and the tags that they bear."""

from __future__ import annotations

from typing import Any

from huitou.segments.store import bearers, live, snapshots

TABLES = ("segments_snapshot", "segments_membership", "segments_move", "segments_look", "segments_bearer")


def export(member_id: int) -> dict[str, Any]:
    """Each snapshot with the person in it (segment, version and moment), each live segment, and each move."""
    return {
        "segments_snapshot": snapshots.snapshots_with(member_id),
        "segments_membership": live.of_member(member_id),
        "segments_move": live.moves_of_member(member_id),
        "segments_look": live.looks_of_member(member_id),
        "segments_bearer": bearers.every_row(member_id),
    }


def erase(member_id: int) -> dict[str, int]:
    """Take the person out of every snapshot, whose count stays what it was, and out of what is kept live."""
    return {
        "segments_snapshot": snapshots.forget_member(member_id),
        **live.forget_member(member_id),
        "segments_bearer": bearers.forget_member(member_id),
    }
