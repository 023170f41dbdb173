"""What `huitou analyse` answers, as a table that cuts nothing or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import typer

from huitou.doors.cli.choosing import tell_chosen
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_
from huitou.kernel.money import Money

if TYPE_CHECKING:
    from huitou.usecases.analyse import Asked, Span

MOST_SHOWN = 40
WORDS_WIDE = 8
"""So many columns of the screen text has at least."""
BESIDE = 3
"""A border and a space on either side."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Rows of a span of days. A table shows the columns in `shown` (None: all), or says `nothing`; JSON adds `more`."""

    span: Span
    rows: Sequence[Mapping[str, Any]]
    more: Mapping[str, Any] = field(default_factory=dict)
    shown: Sequence[str] | None = None
    nothing: str = N_("Nothing tells more than chance would.")


def tell(asked: Asked, answered: Answered, *, as_json: bool) -> None:
    """On standard output."""
    span, rows = answered.span, answered.rows
    if as_json:
        told = {"from": span.first.isoformat(), "to": span.last.isoformat(), **answered.more, "rows": rows}
        if asked.chosen is not None:
            told["segment"] = asked.chosen.as_json()
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    _print_table(asked, answered)
    if len(rows) > MOST_SHOWN:
        say(N_("The first {shown} of {count}; --json gives all."), shown=MOST_SHOWN, count=len(rows))
    if asked.chosen is not None:
        tell_chosen(asked.chosen)


def _print_table(asked: Asked, answered: Answered) -> None:
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table

    rows = answered.rows
    if not rows:
        say(answered.nothing)
        return
    table = Table(title=f"{answered.span.first} – {answered.span.last}")
    some = [name for name in answered.shown or rows[0] if any(row[name] is not None for row in rows)]
    shown = [name for name in some if asked.chosen or name not in _OTHERS]
    for name in shown:
        cells = [_cell(name, row[name]) for row in rows[:MOST_SHOWN]]
        # A number is whole; text, and what stands above a number, goes on in the next line.
        words = isinstance(rows[0][name], str)
        width = max(map(cell_len, [*_heading(name).split(), *((" " * WORDS_WIDE,) if words else cells)]))
        fixed = None if words else width
        table.add_column(
            _heading(name), justify="left" if words else "right", width=fixed, min_width=width, overflow="fold"
        )
    for row in rows[:MOST_SHOWN]:
        table.add_row(*(_cell(name, row[name]) for name in shown))
    screen = Console()
    least = sum((column.min_width or 0) + BESIDE for column in table.columns) + 1
    Console(width=max(screen.width, least)).print(table)


def _cell(name: str, value: Any) -> str:
    return "–" if value is None else _SHOWN.get(name, str)(value)


def _heading(name: str) -> str:
    own = translate(_HEADINGS[name.removeprefix(_EVERYBODY)])
    return f"{translate(N_('Everybody'))}\n{own}" if name.startswith(_EVERYBODY) else own


_EVERYBODY = "everybody_"
_OTHERS = frozenset(
    f"{_EVERYBODY}{one}" for one in ("visits", "receipts", "fen", "members", "buyers", "bought", "came")
)
"""Left out of a table of everybody, which would say each figure twice."""
_SHOWN: dict[str, Callable[[Any], str]] = {
    "fen": lambda fen: str(Money(fen)),
    "everybody_fen": lambda fen: str(Money(fen)),
    "support": lambda share: f"{share:.2%}",
    "confidence": lambda share: f"{share:.1%}",
    **dict.fromkeys(("lift", "low", "high"), "{:.2f}".format),
    **dict.fromkeys(("basket_share", "basket_paid_share", "paid_share"), "{:.1%}".format),
}
_HEADINGS = {
    "weekday": N_("Weekday"),
    "hour": N_("Hour"),
    "month": N_("Month"),
    "after": N_("Months after"),
    "store": N_("Store"),
    "category": N_("Category"),
    "visits": N_("Visits"),
    "receipts": N_("Receipts"),
    "fen": N_("Sales"),
    "members": N_("Members"),
    "buyers": N_("Buyers"),
    "bought": N_("Bought it"),
    "came": N_("Came"),
    "one": N_("One"),
    "other": N_("The other"),
    "together": N_("Together"),
    "support": N_("Support"),
    "confidence": N_("Confidence"),
    "lift": N_("Lift"),
    "channel": N_("Channel"),
    "looked": N_("Looked"),
    "baskets": N_("Into the basket"),
    "basket_share": N_("of the looks"),
    "baskets_paid": N_("Basket paid"),
    "basket_paid_share": N_("of the baskets"),
    "paid": N_("Paid in all"),
    "paid_share": N_("of the looks"),
    "low": N_("at least"),
    "high": N_("at most"),
}
