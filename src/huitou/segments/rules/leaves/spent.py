"""How much somebody spent, net of returns: in all, or on average. Who bought nothing spent 0; an average of nothing is
no number, and lies in no range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

from huitou.kernel.errors import N_
from huitou.segments.rules.forms import decimal_text
from huitou.segments.rules.goods import (
    goods_said,
    lines_meant,
    lines_sql,
    names_goods,
    place_said,
    purchase_troubles,
    rows_for,
)
from huitou.segments.rules.leaves.bought import counted_sql, in_range
from huitou.segments.rules.ranges import MONEY, lies, range_said, range_troubles
from huitou.segments.rules.windows import of_days, window_said, window_troubles
from huitou.segments.terms import (
    ANYTHING,
    FOR_EVER,
    Bought,
    Fen,
    Known,
    Leaf,
    Moment,
    Person,
    Purchases,
    Said,
    Selection,
    Trouble,
    Window,
)

yuan_text = partial(decimal_text, places=2)
_ALL_SAID = {
    "": N_("spent {range}{place} {when}"),
    "receipt": N_("spent {range} per receipt{place} {when}"),
    "line": N_("spent {range} per line{place} {when}"),
    "day": N_("spent {range} per day with a purchase{place} {when}"),
}
_SAID = {
    "": N_("spent {range} on {goods}{place} {when}"),
    "receipt": N_("spent {range} per receipt on {goods}{place} {when}"),
    "line": N_("spent {range} per line on {goods}{place} {when}"),
    "day": N_("spent {range} per day with a purchase on {goods}{place} {when}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent(Leaf):
    """Net amount, returns taken off on the day they come, from at_least to at_most; `per` receipt, line or day of sale
    it is the average."""

    name: ClassVar[str] = "spent"

    per: Literal["receipt", "line", "day"] | None = None
    at_least: Fen | None = None
    at_most: Fen | None = None
    of: Purchases = ANYTHING
    window: Window = FOR_EVER

    def troubles(self, known: Known) -> Sequence[Trouble]:
        return [
            *range_troubles(self.at_least, self.at_most, yuan_text),
            *purchase_troubles("of", self.of, known),
            *window_troubles("window", self.window),
        ]

    def holds(self, person: Person, moment: Moment) -> bool:
        lines = lines_meant(person, self.of, self.window, moment)
        spent = sum(line.net_fen for line in lines)
        if self.per is None:
            return lies(spent, self.at_least, self.at_most)
        number = self._number([line for line in lines if line.kind == "sale"])
        # Compared without dividing, so that nothing is rounded.
        return number > 0 and lies(spent, _times(self.at_least, number), _times(self.at_most, number))

    def _number(self, sold: Sequence[Bought]) -> int:
        if self.per == "receipt":
            return len({line.receipt_id for line in sold})
        return len({line.business_date for line in sold}) if self.per == "day" else len(sold)

    def sql(self, moment: Moment) -> Selection:
        rows = rows_for(self.of, by_line=self.per == "line")
        asked = lines_sql(self.of, self.window, moment, rows)
        if self.per is None:
            query = counted_sql(rows.table, asked, "sum(net_fen)")
            return in_range(
                query, self.at_least, self.at_most, of_days(query, self.window, moment, day="business_date")
            )
        counted = {"receipt": rows.receipts, "line": rows.lines, "day": rows.days}[self.per]
        number = f"coalesce({counted} FILTER (kind = 'sale'), 0)::HUGEINT"
        bounds = ((">=", self.at_least), ("<=", self.at_most))
        said = [f"sum(net_fen) {sign} {int(bound)} * {number}" for sign, bound in bounds if bound is not None]
        having = " AND ".join([f"{number} > 0", *said])
        return Selection(query=f"SELECT member_id FROM {rows.table} WHERE {asked} GROUP BY member_id HAVING {having}")

    def said(self) -> Said:
        says = (_SAID if names_goods(self.of) else _ALL_SAID)[self.per or ""]
        facts = {"goods": goods_said(self.of), "place": place_said(self.of), "when": window_said(self.window)}
        spent = Said(MONEY, {"range": range_said(self.at_least, self.at_most, yuan_text)})
        return Said(says, {**facts, "range": spent})


def _times(bound: int | None, number: int) -> int | None:
    return None if bound is None else bound * number
