"""An import of members, products or stores is undone: what it made and nobody uses leaves, what it changed is put back
where nobody changed it since. What stays is named with its reason, before anybody says yes (ADR 16)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from huitou.catalogue import service as catalogue
from huitou.kernel.errors import N_
from huitou.kernel.ids import ImportId, member_code
from huitou.members import service as members
from huitou.receipts.errors import ImportBuiltUpon, ImportForgotten
from huitou.receipts.service import import_life
from huitou.usecases.import_described import DESCRIBED
from huitou.usecases.left_by_undos import Left, let_leave

Progress = Callable[[str], None]

UNDO_DAYS = 30
STAYS = {
    "in_use": N_("receipts, points, consents or other data name it"),
    "told_by_another": N_("another import tells of it too; it leaves with the last"),
    "changed_since": N_("somebody added to it or changed it since"),
    "field_changed_since": N_("these fields were changed again since: {fields}"),
}
"""Why something stays as the import left it."""
LISTED = 1000
_PER_KIND = {"members": "member", "products": "product", "stores": "store"}


@dataclass(frozen=True, slots=True)
class Stays:
    """Something that is not taken back: its code in the shop, why (a key of STAYS), and the fields that it is about."""

    name: str
    why: str
    fields: str = ""


@dataclass(frozen=True, slots=True)
class UndoneDescribed:
    """What an undo took away, or, of a dry run, would take away. `removed` things of its kind leave: it made them, or
    an import that was undone before it; `left_besides` are what those had made of other kinds. `restored` rows are as
    they were before it; `stays` names the first of those that stay, `staying` counts all of them."""

    dry_run: bool
    import_id: int
    kind: str
    removed: int
    restored: int
    staying: int
    stays: Sequence[Stays]
    left_besides: int = 0


def undo_described(
    number: int,
    *,
    now: datetime,
    actor: str,
    dry_run: bool = False,
    progress: Progress = lambda step: None,
    then: Callable[[UndoneDescribed], None] = lambda report: None,
) -> UndoneDescribed:
    """Take back what import `number` said of members, products or stores; all that can be, or nothing.

    A dry run goes the whole way and rolls back. `then` is called in the undo's own transaction. Raises ImportUnknown,
    ImportUndone, ImportForgotten after 30 days, ImportBuiltUpon.
    """
    try:
        with transaction.atomic():
            report = _undo(number, now, actor, progress)
            if dry_run:
                transaction.set_rollback(True)
                return replace(report, dry_run=True)
            then(report)
    except IntegrityError as error:
        raise ImportBuiltUpon(number=number) from error
    progress("done")
    return report


def _undo(number: int, now: datetime, actor: str, progress: Progress) -> UndoneDescribed:
    progress("receipts")
    seen = import_life.begin_undo_of_rows(number)
    assert seen.kind in DESCRIBED, f"{seen.kind} describes nothing"
    said_something = bool(seen.report.get("new") or seen.report.get("changed"))
    room = members if seen.kind == "members" else catalogue
    if now - seen.started_at > timedelta(days=UNDO_DAYS) or (said_something and not room.remembers_file(number)):
        raise ImportForgotten(number=number, days=UNDO_DAYS)
    progress("members")
    what, batch, undone = _PER_KIND[seen.kind], ImportId(number), import_life.undone_imports()
    left = let_leave(batch)
    progress("rows")
    restored, kept = room.take_back_file(number, undone)
    # What is as an undone import made it again may leave too.
    left += let_leave(batch) if restored or undone else Left()
    same, changed = _made(what, number)
    told = set(import_life.told_of(what, same, [batch, *undone]))
    stays = [
        *_named(what, [one for one in same if one in told], "told_by_another"),
        *_named(what, [one for one in same if one not in told], "in_use"),
        *_named(what, changed, "changed_since"),
        *(_kept(what, place, row, columns) for place, row, columns in kept),
    ]
    own = len(left.of(what))
    report = UndoneDescribed(
        False, number, seen.kind, own, restored, len(stays), stays[:LISTED], left_besides=len(left) - own
    )
    import_life.close_undo(batch, asdict(report), actor=actor)
    return report


def _made(what: str, number: int) -> tuple[list[int], list[int]]:
    """What the import made and is here: (as it made it, changed since)."""
    return members.made_by_files([number]) if what == "member" else catalogue.made_by_files([number], what)


def _named(what: str, ids: Sequence[int], why: str) -> Iterable[Stays]:
    if what == "member":
        return [Stays(member_code(one), why) for one in ids]
    names: Mapping[int, str] = catalogue.names_of(what, ids)
    return [Stays(names[one], why) for one in ids]


def _kept(what: str, place: str, row: int, columns: Sequence[str]) -> Stays:
    name = member_code(row) if what == "member" else catalogue.names_of(what, [row]).get(row, str(row))
    return Stays(name, "field_changed_since", ", ".join(columns))


def forget_old(now: datetime) -> int:
    """What imports of more than 30 days ago did can be taken back no more; how many notes of it are gone."""
    old = import_life.described_before(now - timedelta(days=UNDO_DAYS))
    undone = import_life.undone_imports()
    return members.forget_files(old, undone) + catalogue.forget_files(old, undone)
