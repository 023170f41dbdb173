"""Is every promise kept, at this moment? Each that is not is named with its first broken row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from huitou.access import service as access
from huitou.kernel.errors import N_
from huitou.kernel.ids import ImportId
from huitou.kernel.promise import Verdict
from huitou.lake import service as lake
from huitou.lake.terms import Sums
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.offers import service as offers
from huitou.outbox import service as outbox
from huitou.receipts import service as receipts
from huitou.receipts.service import for_the_lake, import_life
from huitou.receipts.terms.conflicts import ConflictKind
from huitou.usecases.left_by_undos import left_behind

Progress = Callable[[str], None]


def audit(progress: Progress = lambda step: None) -> list[Verdict]:
    """The verdict on every promise that exists, from one snapshot of the database; imports may land meanwhile."""
    verdicts: list[Verdict] = []
    with _one_snapshot():
        for name, room in (
            ("loyalty", loyalty.verdicts),
            ("receipts", receipts.verdicts),
            ("offers", offers.verdicts),
            ("members", members.verdicts),
            ("access", access.verdicts),
            ("outbox", outbox.verdicts),
        ):
            progress(name)
            verdicts += room()
        verdicts.append(_honoured_is_listed())
        verdicts.append(_nobody_left_behind())
        progress("lake")
        differing, strange, newest = _compare_lake_with_books()
        rows_left = import_life.rows_left()
    verdicts.append(_lake_is_the_books(differing, strange, rows_left, newest))
    progress("done")
    return sorted(verdicts, key=lambda verdict: (verdict.name[0], int(verdict.name[1:])))


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Every query inside sees the database of one moment, and none writes.

    Inside a transaction that runs already, such as a test's, it is that transaction's view.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _honoured_is_listed() -> Verdict:
    """L2: points that were given though they were not there are the chain's loss, and a person sees each."""
    receipt = receipts.first_unlisted(loyalty.honoured_receipts(), ConflictKind.POINTS_HONOURED)
    says = N_("Each sale whose points were honoured is listed for a person.")
    return Verdict("L2", says, None if receipt is None else f"receipt {receipt} spent points that were not there")


def _nobody_left_behind() -> Verdict:
    """S4: an undo leaves nobody and nothing behind."""
    says = N_("No member, product or store stands here whom only undone imports brought.")
    found = left_behind()
    return Verdict("S4", says, None if found is None else f"{found[0]} {found[1]}: only undone imports brought it")


Differing = list[tuple[int | None, str]]
"""What the lake holds otherwise than the books: (import or None for the API, in words)."""


def _compare_lake_with_books() -> tuple[Differing, set[int], int]:
    """The imports, bundles and months of the snapshot that the lake holds otherwise, the imports that only the lake
    holds, and the lake's newest bundle (0: none)."""
    # The snapshot is older than this reading of the lake: what the books had told the lake by then is in it.
    still_to_come = {body["batch"] for body in outbox.waiting("receipts_taken")}
    to_be_loaded = {body["bundle"] for body in outbox.waiting(for_the_lake.BUNDLED)}
    newest = lake.bundles_held()
    held = min(newest, max(for_the_lake.bundles(after=0), default=0))
    if forgotten := set(for_the_lake.bundles(after=held)) - to_be_loaded:
        return [(None, f"bundle {min(forgotten)}: not in the lake, and nobody will bring it there")], set(), newest
    books = {key: Sums(*sums) for key, sums in for_the_lake.totals(bundles_held=held).items()}
    in_lake = lake.totals(bundles_up_to=held)
    leaving = {batch for body in outbox.waiting(import_life.UNDONE) for batch in body["owners"]}
    strange = {batch for batch, _ in in_lake if batch is not None} - {batch for batch, _ in books} - leaving
    differing: Differing = []
    for batch, month in sorted(books.keys() | in_lake.keys(), key=lambda key: (key[0] or 0, key[1])):
        expected, found = books.get((batch, month)), in_lake.get((batch, month))
        if found == expected or batch in strange | leaving or (found is None and batch in still_to_come):
            continue
        where = "what came by the API" if batch is None else f"import {batch}"
        differing.append((batch, f"{where}, {month:%Y-%m}: books {_told(expected)}, lake {_told(found)}"))
    return differing, strange, newest


def _lake_is_the_books(differing: Differing, strange: set[int], rows_left: dict[ImportId, int], newest: int) -> Verdict:
    """S5: what reports count from is what stands in the books."""
    says = N_("The lake's lines are the books' lines, by import and month, as soon as the outbox was heard.")
    # Asked anew, after the snapshot: an undo since then has left the lake by now, an import is in the books.
    left_now = import_life.rows_left() if differing else {}
    still = [text for batch, text in differing if batch is None or left_now.get(batch) == rows_left.get(batch)]
    first_broken = still[0] if still else None
    if first_broken is None and strange:
        unknown = strange - set(for_the_lake.imports())
        first_broken = f"import {min(unknown)}: in the lake and not in the books" if unknown else None
    if first_broken is None and newest and newest not in for_the_lake.bundles(after=newest - 1):
        first_broken = f"bundle {newest}: in the lake and not in the books"
    return Verdict("S5", says, first_broken)


def _told(sums: Sums | None) -> str:
    return f"{sums.rows} lines of {sums.net_fen} fen" if sums else "nothing"
