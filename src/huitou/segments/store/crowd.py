"""Everybody at once: a tree is asked leaf by leaf, each answer one bit a member, and put together bit by bit.

The session has the views that the rules' SQL speaks of: `people` (a row a member, numbered by `position` from 0 in the
order of their ids), `lines`, `products` (sku, brand), `events` and `tagged`.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from itertools import compress
from typing import Any

import duckdb

from huitou.kernel.errors import HuitouError
from huitou.segments.terms import All, Leaf, Moment, Node, Not, Selection

Bits = int
"""A bit for each member, the first member's the highest."""


class Crowd:
    """All members at one moment. Answers of leaves are kept: `kept` may be handed from one crowd to the next that says
    the same."""

    def __init__(
        self, session: duckdb.DuckDBPyConnection, moment: Moment, kept: MutableMapping[Leaf, Bits] | None = None
    ) -> None:
        self.session = session
        self.moment = moment
        self._stopped_by: HuitouError | None = None
        self.members = self.number("SELECT count(*) FROM people")
        self._kept = {} if kept is None else kept

    def bits(self, node: Node) -> Bits:
        """Who is in the tree, whose references are resolved."""
        if isinstance(node, Leaf):
            if node not in self._kept:
                self._kept[node] = self._asked(node.sql(self.moment))
            return self._kept[node]
        if isinstance(node, Not):
            return self.everybody ^ self.bits(node.of)
        found = [self.bits(part) for part in node.of]  # type: ignore[attr-defined]
        whole = found[0]
        for more in found[1:]:
            whole = whole & more if isinstance(node, All) else whole | more
        return whole

    @property
    def everybody(self) -> Bits:
        return (1 << self.members) - 1

    def count(self, node: Node) -> int:
        return self.bits(node).bit_count()

    def forget(self) -> None:
        """Ask everything anew from here on."""
        self._kept.clear()

    def lines(self) -> int:
        """How many lines there are; the files say it."""
        return int(self.number("SELECT count(*) FROM lines"))

    def stop(self, refusal: HuitouError) -> None:
        """From another thread: whatever is asked, or asked next, is refused with this."""
        self._stopped_by = refusal
        self.session.interrupt()

    def number(self, query: str) -> Any:
        if self._stopped_by is not None:
            raise self._stopped_by
        try:
            return self.session.sql(query).fetchall()[0][0]
        except duckdb.InterruptException:
            if self._stopped_by is not None:
                raise self._stopped_by from None
            raise  # Ctrl-C

    def ids(self, bits: Bits) -> Iterator[int]:
        """The members of these bits, by rising id."""
        every = self.session.sql("SELECT member_id FROM people ORDER BY member_id").to_arrow_table()["member_id"]
        return compress(every.to_pylist(), map(int, f"{bits:0{self.members}b}" if self.members else ""))

    def everybody_who(self, condition: str) -> Bits:
        """Those whose row of `people` meets a condition in SQL."""
        return self._asked(Selection(condition=condition))

    def _asked(self, selection: Selection) -> Bits:
        if not self.members:
            return 0
        who = "people" if not selection.query else f"people SEMI JOIN ({selection.query}) USING (member_id)"
        asked = f" WHERE {selection.condition}" if selection.condition else ""
        found = self.number(f"SELECT bitstring_agg(position, 0, {self.members - 1})::VARCHAR FROM {who}{asked}")
        bits = int(found, 2) if found else 0
        return self.everybody ^ bits if selection.absent else bits
