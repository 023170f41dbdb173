"""What segments knows about a person: in which snapshots they were."""

from __future__ import annotations

from typing import Any

from huitou.segments.store import snapshots

TABLES = ("segments_snapshot",)


def export(member_id: int) -> dict[str, Any]:
    """Each snapshot with the person in it: segment, version and moment."""
    return {"segments_snapshot": snapshots.snapshots_with(member_id)}


def erase(member_id: int) -> dict[str, int]:
    """Take the person out of every snapshot; its count stays what it was."""
    return {"segments_snapshot": snapshots.forget_member(member_id)}
