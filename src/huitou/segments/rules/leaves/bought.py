"""How often somebody bought: receipts, lines, pieces or days of sales. Who bought nothing bought 0 times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from huitou.kernel.errors import N_
from huitou.segments.rules.goods import goods_said, lines_meant, lines_sql, place_said, purchase_troubles, rows_for
from huitou.segments.rules.ranges import lies, lies_sql, range_said, range_troubles
from huitou.segments.rules.windows import days_troubles, of_days, window_said, window_troubles
from huitou.segments.terms import (
    ANYTHING,
    FOR_EVER,
    Bought,
    Count,
    Known,
    Leaf,
    Moment,
    OfDays,
    Person,
    Purchases,
    Said,
    Selection,
    Trouble,
    Window,
)

_SAID = {
    "receipts": (N_("{range} time"), N_("{range} times")),
    "lines": (N_("on {range} line"), N_("on {range} lines")),
    "days": (N_("on {range} day"), N_("on {range} different days")),
    "pieces": (N_("({range} piece)"), N_("({range} pieces)")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HasBought(Leaf):
    """Receipts, lines, pieces or different days of sales, from at_least to at_most. Returns count nothing here; weighed
    goods are one piece a line."""

    name: ClassVar[str] = "bought"

    count: Literal["receipts", "lines", "days", "pieces"] = "receipts"
    at_least: Count | None = None
    at_most: Count | None = None
    of: Purchases = ANYTHING
    window: Window = FOR_EVER

    def troubles(self, known: Known) -> Sequence[Trouble]:
        return [
            *range_troubles(self.at_least, self.at_most),
            *purchase_troubles("of", self.of, known),
            *window_troubles("window", self.window),
            *(days_troubles(self.at_least, self.window) if self.count == "days" else ()),
        ]

    def holds(self, person: Person, moment: Moment) -> bool:
        sold = [line for line in lines_meant(person, self.of, self.window, moment) if line.kind == "sale"]
        return lies(self._counted(sold), self.at_least, self.at_most)

    def _counted(self, sold: Sequence[Bought]) -> int:
        if self.count == "receipts":
            return len({line.receipt_id for line in sold})
        if self.count == "days":
            return len({line.business_date for line in sold})
        return len(sold) if self.count == "lines" else sum(map(pieces_of, sold))

    def sql(self, moment: Moment) -> Selection:
        rows = rows_for(self.of, by_line=self.count == "lines")
        asked = f"kind = 'sale' AND {lines_sql(self.of, self.window, moment, rows)}"
        if self.count != "pieces" and (self.at_least, self.at_most) in ((1, None), (None, 0), (0, 0)):
            # That there is any need not be counted. A line may hold no piece.
            return Selection(query=f"SELECT member_id FROM {rows.table} WHERE {asked}", absent=not self.at_least)
        query = counted_sql(rows.table, asked, getattr(rows, self.count))
        return in_range(query, self.at_least, self.at_most, of_days(query, self.window, moment, day="business_date"))

    def said(self) -> Said:
        facts = {"goods": goods_said(self.of), "place": place_said(self.of), "when": window_said(self.window)}
        if self.at_most == 0:
            return Said(N_("did not buy {goods}{place} {when}"), {**facts, "goods": goods_said(self.of, none=True)})
        if self.count == "receipts" and self.at_least == 1 and self.at_most is None:
            return Said(N_("bought {goods}{place} {when}"), facts)
        times = counted_said(_SAID[self.count], self.at_least, self.at_most)
        return Said(N_("bought {goods}{place} {times} {when}"), {**facts, "times": times})


def pieces_of(line: Bought) -> int:
    if line.quantity_milli <= 0:
        return 0
    return 1 if line.quantity_milli % 1000 else line.quantity_milli // 1000


def counted_sql(table: str, asked: str, counted: str) -> str:
    """What is counted of each member over the rows asked for; of no row it is 0."""
    return f"SELECT member_id, {counted} AS counted FROM {table} WHERE {asked} GROUP BY member_id"


def in_range(query: str, at_least: int | None, at_most: int | None, of: OfDays | None) -> Selection:
    """Those for whom what the query counts lies in the range."""
    having = lies_sql("counted", at_least, at_most)
    if not lies(0, at_least, at_most):
        return Selection(query=query, having=having, of_days=of)
    return Selection(query=query, having=f"NOT {having}", absent=True, of_days=of)


def counted_said(words: tuple[str, str], at_least: int | None, at_most: int | None) -> Said:
    last = at_most if at_most is not None else at_least
    return Said(words[0 if last == 1 else 1], {"range": range_said(at_least, at_most)})
