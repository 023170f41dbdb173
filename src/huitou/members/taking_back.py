"""What an import of members made and changed, taken back; and members who leave because nobody needs them."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.bulk import service as bulk
from huitou.members.store import leaving, person_file, sharing


def unused(members: Sequence[int], *, undone: Sequence[int] = (), besides: Sequence[str] = ()) -> list[int]:
    """Which of these members, who came with an import, nobody has named since, given another card or phone, or uses.
    What the imports `undone` said of them is said no more.

    The database's own foreign keys say who uses a member; `besides` are tables that the caller asks itself.
    """
    return leaving.unused(members, undone, besides)


def made_by_files(batches: Sequence[int]) -> tuple[list[int], list[int]]:
    """The members whom imports of members made: (as they made them, changed or given more since)."""
    return bulk.told.made(person_file.LOG, batches, person_file.MEMBERS)


def unreferenced(members: Sequence[int], *, besides: Sequence[str] = ()) -> list[int]:
    """Which of these nothing names but what files said of them; `besides` are tables that the caller asks itself."""
    return leaving.unreferenced(members, besides)


def take_back_file(batch: int, undone: Sequence[int]) -> tuple[int, list[tuple[str, int, list[str]]]]:
    """Put back what an import of members changed where nobody changed it since: how many rows, and what stays as
    (place, member, columns). Whom the import made, and who can leave, has left before. What imports `undone` before
    could not put back because this one had changed it again follows."""
    return leaving.take_back(batch, undone)


def remembers_file(batch: int) -> bool:
    """Whether what an import of members did can still be taken back."""
    return bulk.told.has_log(person_file.LOG, batch)


def forget_files(batches: Sequence[int], undone: Sequence[int]) -> int:
    """What these imports did can be taken back no more; how many notes of it are gone. Of those `undone` it is kept
    whom they made, and as what."""
    return bulk.told.forget(person_file.LOG, batches, undone)


def let_leave(members: Sequence[int]) -> None:
    """Delete these members, their cards and what was derived of them; the database refuses where somebody uses one."""
    phones = sharing.indexes_of(members)
    leaving.delete(members)
    if phones:
        sharing.mark(phones)
