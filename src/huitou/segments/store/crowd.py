"""Everybody at once: a tree is asked leaf by leaf, each answer one bit a member, and put together bit by bit.

The session has the views that the rules' SQL speaks of: `people` (a row a member, numbered by `position` from 0),
`lines`, `products` (sku, brand), `events` and `tagged`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from huitou.kernel.errors import HuitouError
from huitou.segments.terms import All, Leaf, Moment, Node, Not, OfDays, Selection

Bits = int
"""A bit for each member, that of the first position the highest."""
MOST_KEPT = 500
"""Answers of 100 kB, at 800,000 members."""
MOST_COUNTED = 12
"""Numbers of each member, 6 to 12 MB each at 800,000 members."""
SPARSE = 50
"""Where of so many numbers one is a member's, no bit is kept for each."""
DAYS_OF_A_TABLE = 10
"""To go on from the numbers of a window nearby is as much work as to count the lines of so many days."""


class Counted(NamedTuple):
    """A table (position, counted), and of which days it tells."""

    table: str
    of_days: OfDays | None


class Days(NamedTuple):
    """Days that one window has and the other has not; sign: 1 where the later one has them, -1 where it lost them."""

    sign: int
    first: date
    last: date

    @property
    def many(self) -> int:
        return (self.last - self.first).days + 1


def days_between(kept: tuple[date, date], asked: tuple[date, date]) -> list[Days]:
    """What leads from the days of one window to those of another, both with their last day."""
    day = timedelta(days=1)
    if kept[0] > asked[1] or asked[0] > kept[1]:  # none in common
        return [Days(-1, *kept), Days(1, *asked)]
    found = [
        Days(1, asked[0], kept[0] - day),
        Days(-1, kept[0], asked[0] - day),
        Days(1, kept[1] + day, asked[1]),
        Days(-1, asked[1] + day, kept[1]),
    ]
    return [one for one in found if one.many > 0]


class Crowd:
    """All members at one moment. What was answered is kept by what was asked, which is SQL with the days in it: a leaf
    that would be asked the same a second later is not asked again."""

    def __init__(self, session: duckdb.DuckDBPyConnection, moment: Moment) -> None:
        self.session = session
        self.moment = moment
        self._stopped_by: HuitouError | None = None
        self._kept: dict[Selection, Bits] = {}
        self._has: dict[str, bool] = {}
        self.rows_seconds = 0.0
        """What was asked of rows took so long, since they last changed."""
        self._numbers = count()
        self._lines: int | None = None
        self._counted: dict[str, Counted] = {}
        """By the query that they answer, what was of no use for the longest time first."""
        self.members, self._ids = self._look()

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
        members, self._ids = self._look()
        if members != self.members:
            self._kept.clear()
        if rows or members != self.members:
            self._forget_counted()
            self._lines = None
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
        self._has = {
            query: found
            for query, found in self._has.items()
            if not is_stale(Selection(query="" if "FROM people " in query else query))
        }
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
        self._has.clear()
        self._forget_counted()

    def has(self, query: str) -> bool:
        """Whether a query finds anything."""
        if query not in self._has:
            self._has[query] = bool(self.rows(query))
        return self._has[query]

    def lines(self) -> int:
        """How many lines there are."""
        if self._lines is None:
            self._lines = int(self.number("SELECT count(*) FROM lines"))
        return self._lines

    def stop(self, refusal: HuitouError) -> None:
        """From another thread: whatever is asked, or asked next, is refused with this."""
        self._stopped_by = refusal
        self.session.interrupt()

    def _look(self) -> tuple[int, range]:
        """How many members there are, and the numbers that they may have."""
        ((many, first, last),) = self.rows("SELECT count(*), min(member_id), max(member_id) FROM people")
        return many, range(first, last + 1) if many else range(0)

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
            return self._bits_of(f"{self._table_of(selection)} WHERE {selection.having}")
        who = "people" if not selection.query else self._named(selection.query)
        return self._bits_of(who + (f" WHERE {selection.condition}" if selection.condition else ""))

    def _named(self, query: str) -> str:
        """SQL of the people whom a query names, each once or often."""
        ids = self._ids
        if len(ids) > SPARSE * self.members:
            return f"people SEMI JOIN ({query}) USING (member_id)"
        # A bit for each number there may be: nobody has to be told apart, and no number is looked up.
        within = f"member_id BETWEEN {ids.start} AND {ids.stop - 1}"
        named = f"SELECT bitstring_agg(member_id, {ids.start}, {ids.stop - 1}) FROM ({query}) WHERE {within}"
        return f"(FROM people WHERE get_bit(({named}), (member_id - {ids.start})::INTEGER) = 1)"

    def _bits_of(self, who: str) -> Bits:
        found = self.number(f"SELECT bitstring_agg(position, 0, {self.members - 1})::VARCHAR FROM {who}")
        return int(found, 2) if found else 0

    def _table_of(self, selection: Selection) -> str:
        query = selection.query
        if query not in self._counted:
            counted = Counted(f"counted_{next(self._numbers)}", selection.of_days)
            answer = self._from_other_days(counted.of_days) or _of_each(query, "counted")
            self.rows(f"CREATE TEMP TABLE {counted.table} AS {answer}")
            while len(self._counted) >= MOST_COUNTED:
                self._drop(next(iter(self._counted)))
        else:
            counted = self._counted.pop(query)
        self._counted[query] = counted
        return counted.table

    def _from_other_days(self, asked: OfDays | None) -> str:
        """SQL of what was counted for a window nearby, and of the days that this one has more or fewer; nothing where
        to count all of its days is less work."""
        near: list[tuple[int, str, list[Days]]] = []
        for kept in self._counted.values() if asked else ():
            if kept.of_days and kept.of_days.query == asked.query:
                differ = days_between((kept.of_days.first, kept.of_days.last), (asked.first, asked.last))
                near.append((sum(one.many for one in differ), kept.table, differ))
        if not near:
            return ""
        many, table, differ = min(near, key=lambda one: one[0])
        if many + DAYS_OF_A_TABLE > (asked.last - asked.first).days:
            return ""
        parts = (_of_each(asked.between(one.first, one.last), f"{one.sign} * counted") for one in differ)
        every = " UNION ALL ".join((f"SELECT position, counted FROM {table}", *parts))
        return f"SELECT position, sum(counted)::BIGINT AS counted FROM ({every}) GROUP BY 1"

    def _forget_counted(self, of: str = "") -> None:
        for query in [query for query in self._counted if of in query]:
            self._drop(query)

    def _drop(self, query: str) -> None:
        self.session.execute(f"DROP TABLE {self._counted.pop(query).table}")


def _of_each(query: str, counted: str) -> str:
    """A query of members as one of their positions."""
    return f"SELECT position, {counted} AS counted FROM people JOIN ({query}) USING (member_id)"
