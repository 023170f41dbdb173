"""An import is undone, whatever its rows were; what it takes away is told first by a dry run (ADR 16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from huitou.receipts.service import import_life
from huitou.usecases.cut_over import undoing
from huitou.usecases.import_described import DESCRIBED
from huitou.usecases.undo_described import UndoneDescribed, undo_described
from huitou.usecases.undo_import import Undone, undo_import

Report = Undone | UndoneDescribed | undoing.Undone
Progress = Callable[[str], None]


def take_back(
    number: int,
    *,
    now: datetime,
    actor: str,
    dry_run: bool = False,
    progress: Progress = lambda step: None,
    then: Callable[[Any], None] = lambda report: None,
) -> Report:
    """Take back what import `number` brought: receipts, people, goods, places, or what an old programme left.

    All that can be, or nothing; a dry run goes the whole way and rolls back. `then` is called in the undo's own
    transaction. Raises ImportUnknown, ImportUndone, and what `undo_import` and `undo_described` do.
    """
    kind = import_life.import_seen(number).kind
    undo: Callable[..., Report] = undo_import
    if kind in undoing.KINDS:
        undo = undoing.undo_brought
    elif kind in DESCRIBED:
        undo = undo_described
    return undo(number, now=now, actor=actor, dry_run=dry_run, progress=progress, then=then)
