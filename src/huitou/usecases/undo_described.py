"""An import of members, products or stores is undone: what it made and nobody uses leaves, what it changed is put back
where nobody changed it since. What stays is named with its reason, before anybody says yes (ADR 16)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from huitou.catalogue import service as catalogue
from huitou.insight import service as insight
from huitou.kernel.errors import N_
from huitou.kernel.ids import ImportId, member_code
from huitou.lake import service as lake
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.receipts.errors import ImportBuiltUpon, ImportForgotten
from huitou.receipts.service import import_life
from huitou.usecases.import_described import DESCRIBED
from huitou.usecases.undo_import import receipts_left_unheard

Progress = Callable[[str], None]

UNDO_DAYS = 30
STAYS = {
    "in_use": N_("receipts, points, consents or other data name it"),
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
    """What an undo took away, or, of a dry run, would take away. `removed` things were made by the import, `restored`
    rows are as they were before it; `stays` names the first of those that stay, `staying` counts all of them."""

    dry_run: bool
    import_id: int
    kind: str
    removed: int
    restored: int
    staying: int
    stays: Sequence[Stays]


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
    what = _PER_KIND[seen.kind]
    gone, held, changed = _leave(what, number)
    progress("rows")
    restored, kept = room.take_back_file(number)
    if seen.kind == "products":
        _leave_categories(number)
    stays = [
        *_named(what, held, "in_use"),
        *_named(what, changed, "changed_since"),
        *(_kept(what, place, row, columns) for place, row, columns in kept),
    ]
    report = UndoneDescribed(False, number, seen.kind, len(gone), restored, len(stays), stays[:LISTED])
    import_life.close_undo(ImportId(number), asdict(report), actor=actor)
    return report


def _leave(what: str, number: int) -> tuple[list[int], list[int], list[int]]:
    """(gone, still in use, changed since) of what the import made."""
    same, changed = members.made_by_file(number) if what == "member" else catalogue.made_by_file(number, what)
    free = import_life.unnamed(what, same)
    named = lake.named_besides(receipts_left_unheard(), what, free) if free else []
    free = sorted(set(free) - set(named))
    if what == "member":
        gone = loyalty.let_go(members.unreferenced(free, besides=("loyalty_account", "insight_layerspan")))
        insight.forget_layers(gone)
        members.let_leave(gone)
    else:
        gone = catalogue.unreferenced(what, free, besides=("receipts_identity", "insight_kpivalue"))
        if what == "store":
            insight.forget_stores(gone)
            import_life.forget_stores(gone)
        catalogue.let_leave(what, gone)
    return gone, sorted(set(same) - set(gone)), changed


def _leave_categories(number: int) -> None:
    made, _ = catalogue.made_by_file(number, "category")
    catalogue.let_leave("category", catalogue.unused("category", made))


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
    return members.forget_files(old) + catalogue.forget_files(old)
