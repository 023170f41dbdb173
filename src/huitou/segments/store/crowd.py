"""Everybody at once: a tree is asked leaf by leaf, each answer one bit a member, and put together bit by bit.

The session has the views that the rules' SQL speaks of: `people` (a row a member, numbered by `position` from 0),
`lines`, `products` (sku, brand), `events` and `tagged`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import duckdb
import pyarrow as pa

from huitou.kernel.errors import HuitouError
from huitou.segments.terms import All, Leaf, Moment, Node, Not, Selection

Bits = int
"""A bit for each member, that of the first position the highest."""
MOST_KEPT = 500
"""Answers of 100 kB, at 800,000 members."""
MOST_COUNTED = 12
"""Numbers of each member, 6 to 12 MB each at 800,000 members."""


class Crowd:
    """All members at one moment. What was answered is kept by what was asked, which is SQL with the days in it: a leaf
    that would be asked the same a second later is not asked again."""

    def __init__(self, session: duckdb.DuckDBPyConnection, moment: Moment) -> None:
        self.session = session
        self.moment = moment
        self._stopped_by: HuitouError | None = None
        self._kept: dict[Selection, Bits] = {}
        self.rows_seconds = 0.0
        """What was asked of rows took so long, since they last changed."""
        self._numbers = count()
        self._counted: dict[str, str] = {}
        """Tables (position, counted) by the query that they answer, the oldest first."""
        self.members = self.number("SELECT count(*) FROM people")

    def bits(self, node: Node) -> Bits:
        """Who is in the tree, whose references are resolved."""
        if isinstance(node, Leaf):
            return self._asked(node.sql(self.moment))
        if isinstance(node, Not):
            return self.everybody ^ self.bits(node.of)
        found = [self.bits(part) for part in node.of]  # type: ignore[attr-defined]
        whole = found[0]
        for more in found[1:]:
            whole = whole & more if isinstance(node, All) else whole | more
        return whole

    def go_on(self, moment: Moment, *, people: bool, rows: bool, events: bool, tagged: bool) -> None:
        """From here on it is this moment. `people`: somebody's row changed; `rows`: what they bought; `events`: what
        they did; `tagged`: who bears which tag."""
        members = self.number("SELECT count(*) FROM people")
        if members != self.members:
            self._kept.clear()
        if rows or members != self.members:
            self._forget_counted()
            self.rows_seconds = 0.0
        elif events:
            self._forget_counted("FROM events ")

        def is_stale(asked: Selection) -> bool:
            if not asked.query:
                return people
            if "FROM tagged " in asked.query:
                return tagged
            return rows or (events and "FROM events " in asked.query)

        self._kept = {asked: bits for asked, bits in self._kept.items() if not is_stale(asked)}
        self.members, self.moment = members, moment

    def go_on_after_stop(self) -> None:
        """Whoever asks next is not stopped by what stopped another."""
        self._stopped_by = None

    @property
    def everybody(self) -> Bits:
        return (1 << self.members) - 1

    def count(self, node: Node) -> int:
        return self.bits(node).bit_count()

    def forget(self) -> None:
        """Ask everything anew from here on."""
        self._kept.clear()
        self._forget_counted()

    def lines(self) -> int:
        """How many lines there are; the files say it."""
        return int(self.number("SELECT count(*) FROM lines"))

    def stop(self, refusal: HuitouError) -> None:
        """From another thread: whatever is asked, or asked next, is refused with this."""
        self._stopped_by = refusal
        self.session.interrupt()

    def number(self, query: str) -> Any:
        return self.rows(query)[0][0]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        if self._stopped_by is not None:
            raise self._stopped_by
        try:
            return self.session.execute(query).fetchall()
        except duckdb.InterruptException:
            if self._stopped_by is not None:
                raise self._stopped_by from None
            raise  # Ctrl-C

    def ids(self, bits: Bits) -> Iterator[int]:
        """The members of these bits, by rising id."""
        if not self.members:
            return iter(())
        every = self.session.sql("SELECT member_id FROM people ORDER BY position").to_arrow_table()["member_id"]
        # Arrow's first bit is the lowest.
        turned = int(f"{bits:0{self.members}b}"[::-1], 2).to_bytes((self.members + 7) // 8, "little")
        mask = pa.Array.from_buffers(pa.bool_(), self.members, [None, pa.py_buffer(turned)])
        return iter(sorted(every.combine_chunks().filter(mask).to_pylist()))

    def everybody_who(self, condition: str) -> Bits:
        """Those whose row of `people` meets a condition in SQL."""
        return self._asked(Selection(condition=condition))

    def _asked(self, selection: Selection) -> Bits:
        if not self.members:
            return 0
        if selection not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[selection] = self._found(selection)
        bits = self._kept[selection]
        return self.everybody ^ bits if selection.absent else bits

    def _found(self, selection: Selection) -> Bits:
        began = time.perf_counter()
        found = self._ask(selection)
        if selection.query:
            self.rows_seconds += time.perf_counter() - began
        return found

    def _ask(self, selection: Selection) -> Bits:
        if selection.having:
            return self._bits_of(f"{self._table_of(selection.query)} WHERE {selection.having}")
        who = "people" if not selection.query else f"people SEMI JOIN ({selection.query}) USING (member_id)"
        return self._bits_of(who + (f" WHERE {selection.condition}" if selection.condition else ""))

    def _bits_of(self, who: str) -> Bits:
        found = self.number(f"SELECT bitstring_agg(position, 0, {self.members - 1})::VARCHAR FROM {who}")
        return int(found, 2) if found else 0

    def _table_of(self, query: str) -> str:
        if query not in self._counted:
            name = f"counted_{next(self._numbers)}"
            while len(self._counted) >= MOST_COUNTED:
                self._drop(next(iter(self._counted)))
            self.rows(
                f"CREATE TEMP TABLE {name} AS SELECT position, counted FROM people JOIN ({query}) USING (member_id)"
            )
            self._counted[query] = name
        return self._counted[query]

    def _forget_counted(self, of: str = "") -> None:
        for query in [query for query in self._counted if of in query]:
            self._drop(query)

    def _drop(self, query: str) -> None:
        self.session.execute(f"DROP TABLE {self._counted.pop(query)}")
