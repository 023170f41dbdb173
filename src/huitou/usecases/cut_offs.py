"""The cut-offs of scores and layers: what a change would do, and making it."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from huitou.access import service as access
from huitou.insight import service as insight
from huitou.insight.errors import NothingToReckon
from huitou.insight.service import runs
from huitou.insight.terms import CutOffs, Moves
from huitou.lake import service as lake


def preview_cut_offs(changed: CutOffs) -> Moves:
    """How many members would be in another layer, had the last refresh gone by these; changes nothing.

    Raises CutOffsUnfit, or NothingToReckon before the first refresh.
    """
    seen = runs.last()
    if seen is None:
        raise NothingToReckon(day="-")
    with lake.open_session() as session:
        return insight.preview(session, changed, seen.as_of)


@transaction.atomic
def change_cut_offs(changed: CutOffs, *, note: str, actor: str) -> int:
    """Make these the next version, by which the next refresh goes; the audit trail says who did. Returns its number.

    Raises CutOffsUnfit or NoChange.
    """
    before = insight.cut_offs()
    version = insight.set_cut_offs(changed, note=note, made_by=actor)
    was, now = asdict(before.cut_offs), asdict(changed)
    moved = {name: [was[name], now[name]] for name in now if was[name] != now[name]}
    access.note_by(actor, "cut_offs.change", f"cut_offs:{version}", changed=moved, note=note)
    return version
