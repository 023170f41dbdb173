"""Lay the sample chain into an empty installation, month by month, through the rooms' own doors for many rows.

Whatever is killed on the way, the next run finishes it: seed, size and the chain's "today" are noted before anything is
written, everything follows from them, and each month is one transaction and one commit of the lake.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import connection

from huitou.catalogue import service as catalogue
from huitou.kernel.ids import ImportId
from huitou.lake import service as lake
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.receipts import service as receipts
from huitou.receipts.service import for_the_lake
from huitou.usecases.duplicates import find_duplicates
from huitou.usecases.quality import keep_quality
from huitou.usecases.refresh import refresh
from huitou.usecases.sample_chain.clearing import finish_clearing
from huitou.usecases.sample_chain.disk import refuse_without_room
from huitou.usecases.sample_chain.drawing import campaign_of, draw_month, draw_whom
from huitou.usecases.sample_chain.errors import MembersHere, OtherDataHere
from huitou.usecases.sample_chain.goals import lay_goals
from huitou.usecases.sample_chain.looks import lay_looks
from huitou.usecases.sample_chain.month_rows import SOURCE, MonthSums, lake_query, name_rows
from huitou.usecases.sample_chain.note import DRAWING, chain_in, keep_note
from huitou.usecases.sample_chain.places import PLACES, places_of
from huitou.usecases.sample_chain.promotions import lay_offers
from huitou.usecases.sample_chain.prompts import lay_prompts
from huitou.usecases.sample_chain.segments import lay_segments
from huitou.usecases.sample_chain.tags import lay_tags
from huitou.usecases.sample_chain.taking_in import find_ids, take_month, take_people_in, take_shop_in
from huitou.usecases.sample_chain.terms import BOOK_MONTHS, SampleChain
from huitou.usecases.sample_chain.truth import write_campaign, write_members, write_promotions
from huitou.usecases.sample_chain.turn import one_at_a_time

Progress = Callable[[str, int, int], None]
"""Hears the step that begins (`people`, `months`, `refresh`, `done`), and how many months of how many are there."""

MEMORY_MB = 2_200
_Found = TypeVar("_Found")


def lay_sample_chain(
    folder: Path, *, seed: int, members: int, months: int, now: datetime, begin: Progress
) -> SampleChain:
    """Lay the chain, or finish one that was begun; one that is there is left as it is.

    `folder` keeps the note and the truth; `now` has the shop's zone. Raises OtherDataHere, MembersHere,
    SampleNoteUnreadable, NotEnoughRoom and SampleChainBusy.
    """
    with one_at_a_time():
        return _lay(folder, SampleChain(seed, members, months, now.date()), now, begin)


def _lay(folder: Path, wanted: SampleChain, now: datetime, begin: Progress) -> SampleChain:
    chain = chain_in(folder)
    if chain is not None and chain.laid and catalogue.stores():
        return chain
    if chain is not None and chain.clearing:  # whoever began to clear it was killed
        finish_clearing(folder, chain)
        chain = None
    refuse_other_data(begun=chain is not None)
    if chain is None:
        chain = wanted
        refuse_without_room(folder, chain)
    chain = replace(chain, laid=False)
    keep_note(folder, chain)
    total = len(chain.month_spans())
    begin("people", 0, total)
    with closing(_open_drawing(folder)) as session:
        draw_whom(session, chain)
        write_members(session, chain, folder)
        places = places_of(chain.members)
        take_shop_in(places)
        take_people_in(session, places)
        find_ids(session, places)
        _lay_months(session, chain, folder, lambda done: begin("months", done, total))
    begin("refresh", total, total)
    refresh()
    lay_goals()
    lay_looks(chain)
    lay_offers(now)
    lay_prompts(now)
    lay_segments(now)
    lay_tags(lambda: now)
    if settings.FIND_DUPLICATES:
        find_duplicates()
    keep_quality(now)
    loyalty.seal_books()
    laid = replace(chain, laid=True)
    keep_note(folder, laid)
    begin("done", total, total)
    return laid


@dataclass(frozen=True, slots=True)
class _Month:
    """A month that the lake does not hold yet. `batch`: its import, where the books have it already."""

    number: int
    first: date
    last: date
    batch: ImportId | None

    @property
    def name(self) -> str:
        return f"{SOURCE} {self.first:%Y-%m}"


def _lay_months(
    session: duckdb.DuckDBPyConnection, chain: SampleChain, folder: Path, done: Callable[[int], None]
) -> None:
    """While the books take a month, the one before is sealed and goes into the lake, and the next one is drawn."""
    todo = _missing_months(chain)
    books_from, products = _months_back(chain, BOOK_MONTHS), catalogue.product_table()
    points_from = _months_back(chain, chain.point_months)
    with ThreadPoolExecutor(1, "sample-chain") as beside, ThreadPoolExecutor(1, "seal") as sealer:
        drawing = [beside.submit(_draw_apart, session, chain, folder, month) for month in todo[:1]]
        after_it: list[Future[Any]] = []
        for place, month in enumerate(todo):
            done(month.number)
            drawn, sums = drawing.pop().result()
            drawing = [beside.submit(_draw_apart, session, chain, folder, after) for after in todo[place + 1 :][:1]]
            batch = take_month(
                drawn,
                month.name,
                month.first,
                sums,
                batch=month.batch,
                in_books=month.first >= books_from,
                with_points=month.first >= points_from,
            )
            for earlier in after_it:
                earlier.result()
            after_it = [
                beside.submit(_on_its_own_line, partial(_into_lake, drawn, month, batch, products)),
                sealer.submit(_on_its_own_line, loyalty.seal_books),
            ]
        for last in after_it:
            last.result()


def _on_its_own_line(work: Callable[[], _Found]) -> _Found:
    """On a line to the database of this thread's own, which ends with the work."""
    try:
        return work()
    finally:
        connection.close()


def _missing_months(chain: SampleChain) -> list[_Month]:
    there = receipts.imports_of(SOURCE)
    months = [_Month(number, first, last, None) for number, (first, last) in enumerate(chain.month_spans())]
    known = [replace(month, batch=there.get(month.name)) for month in months]
    return [month for month in known if month.batch is None or not lake.holds(f"import/{month.batch}")]


def _draw_apart(
    session: duckdb.DuckDBPyConnection, chain: SampleChain, folder: Path, month: _Month
) -> tuple[duckdb.DuckDBPyConnection, MonthSums]:
    """The month's tables in a schema of their own, so that three months can be at hand; what all share is seen too."""
    apart = session.cursor()
    apart.execute(f"CREATE SCHEMA month_{month.number}")
    apart.execute(f"SET search_path = 'month_{month.number},main'")
    apart.execute("SET TimeZone = 'UTC'")
    sums = draw_month(apart, chain, month.first, month.last)
    ids = _on_its_own_line(lambda: receipts.new_ids(sums.receipts))
    name_rows(apart, ids, settings.TIME_ZONE)
    if campaign := campaign_of(chain, month.first, month.last):
        write_campaign(apart, folder, campaign)
    write_promotions(apart, folder, month.first, month.last)
    # What the books and the lake do not ask for makes room for the month that is drawn beside.
    apart.execute("DROP TABLE visits; DROP TABLE sales; DROP TABLE heads")
    return apart, sums


def _into_lake(drawn: duckdb.DuckDBPyConnection, month: _Month, batch: ImportId | None, products: pa.Table) -> None:
    """Append the month to the lake, unless the outbox has to (no batch), and let its tables go. A worker that runs
    meanwhile hears of the month as well: whoever comes second finds it there."""
    if batch is not None:
        query = lake_query(drawn, batch, products)
        with for_the_lake.one_loads_the_lake():
            lake.append_straight(f"import/{batch}", drawn, [month.first.replace(day=1)], lambda _: query)
    drawn.execute(f"SET search_path = 'main'; DROP SCHEMA month_{month.number} CASCADE")
    drawn.close()


def _months_back(chain: SampleChain, count: int) -> date:
    """The first day of the first of so many months, of which the present one is the last."""
    month = chain.today.replace(day=1)
    for _ in range(count - 1):
        month = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    return month


def _open_drawing(folder: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB session that keeps to its memory and spills into our own folder what does not fit."""
    session = duckdb.connect()
    session.execute("SET autoinstall_known_extensions = false")
    session.execute("SET temp_directory = '" + str(folder / DRAWING).replace("'", "''") + "'")
    session.execute(f"SET memory_limit = '{MEMORY_MB}MB'")
    session.execute("SET enable_progress_bar = false")
    session.execute("SET preserve_insertion_order = false")
    session.execute("SET TimeZone = 'UTC'")
    return session


def refuse_other_data(*, begun: bool) -> None:
    """Raises OtherDataHere or MembersHere. What a chain that was begun has laid already is its own."""
    ours = {place.code for place in PLACES}
    found = sorted(
        store.name or store.code for store in catalogue.stores().values() if not begun or store.code not in ours
    )
    if found:
        raise OtherDataHere(found=", ".join(found[:3]) + (" …" if len(found) > 3 else ""))
    if not begun and (goods := catalogue.product_table()).num_rows:
        raise OtherDataHere(found=", ".join(goods["sku"].to_pylist()[:3]))
    if not begun and (people := members.count_members()):
        raise MembersHere(count=people)
