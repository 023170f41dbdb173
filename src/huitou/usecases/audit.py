"""Is every promise kept, at this moment? Each that is not is named with its first broken row."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from huitou.access import service as access
from huitou.kernel.errors import N_
from huitou.kernel.promise import Verdict
from huitou.lake import service as lake
from huitou.lake.terms import Sums
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.outbox import service as outbox
from huitou.receipts import service as receipts

Progress = Callable[[str], None]


def audit(progress: Progress = lambda step: None) -> list[Verdict]:
    """The verdict on every promise that exists, from one snapshot of the database."""
    verdicts: list[Verdict] = []
    with transaction.atomic():
        for name, room in (
            ("loyalty", loyalty.verdicts),
            ("receipts", receipts.verdicts),
            ("members", members.verdicts),
            ("access", access.verdicts),
            ("outbox", outbox.verdicts),
            ("lake", lambda: [_lake_is_the_books()]),
        ):
            progress(name)
            verdicts += room()
    progress("done")
    return sorted(verdicts, key=lambda verdict: (verdict.name[0], int(verdict.name[1:])))


def _lake_is_the_books() -> Verdict:
    """S5: what reports count from is what stands in the books, import by import."""
    says = N_("The lake's lines are the books' lines, import by import, as soon as the outbox was heard.")
    in_lake = lake.totals_by_import()
    still_to_come = {body["batch"] for body in outbox.waiting("receipts_taken")}
    first_broken = None
    for batch, *sums in receipts.totals_by_batch():
        books, found = Sums(*sums), in_lake.pop(batch, None)
        if found != books and not (found is None and batch in still_to_come):
            first_broken = first_broken or f"import {batch}: books {_told(books)}, lake {_told(found)}"
    if strange := next(iter(sorted(in_lake)), None):
        first_broken = first_broken or f"import {strange}: in the lake and not in the books"
    return Verdict("S5", says, first_broken)


def _told(sums: Sums | None) -> str:
    return f"{sums.rows} lines of {sums.net_fen} fen" if sums else "nothing"
