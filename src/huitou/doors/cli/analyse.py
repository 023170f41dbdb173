"""`huitou analyse`: when customers come, what and where they buy, what a segment asks for by hour, what lies in one
basket, who goes on from looking to paying."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huitou.doors.cli.choosing import OfSegment, OfSnapshot, chosen_members, tell_chosen
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_, HuitouError
from huitou.kernel.money import Money

if TYPE_CHECKING:
    from huitou.insight.service import Lift, Part
    from huitou.usecases.analyse import Asked, Span

Stores = Annotated[list[str] | None, typer.Option("--store", help="Only in this store, by its code; may be repeated.")]
Weeks = Annotated[int, typer.Option(min=1, max=520, help="So many weeks that end on the last day.")]
Until = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; otherwise the newest receipt's.")
]
Seconds = Annotated[int, typer.Option(min=1, max=3600, help="Stop after so many seconds.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]
Within = Annotated[str, typer.Option(help="One level beneath this category, such as 生鲜 or 生鲜/水果.")]
MOST_SHOWN = 40
WORDS_WIDE = 8
"""So many columns of the screen text has at least."""
BESIDE = 3
"""A border and a space on either side."""


class LevelUnknown(HuitouError):
    """Pairs are asked for at a level that does not exist."""

    code = "level_unknown"
    message = N_("Pairs cannot be looked for by {level}.")
    next_step = N_("Choose one of: {levels}.")


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Of a span of days, of everybody or of a segment beside everybody: when, what, where, together.",
        no_args_is_help=True,
    )
    app.add_typer(group, name="analyse")
    _add_when_and_where(group, runtime)
    _add_cohorts(group, runtime)
    _add_goods(group, runtime)
    _add_together(group, runtime)
    _add_funnel(group, runtime)


def _add_when_and_where(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def hours(
        segment: OfSegment = None,
        snapshot: OfSnapshot = None,
        store: Stores = None,
        weeks: Weeks = 13,
        until: Until = None,
        seconds: Seconds = 60,
        as_json: AsJson = False,
    ) -> None:
        """When they come: sales by weekday and hour of the store's clock, beside everybody's."""
        with runtime.open_database():
            from huitou.usecases.analyse import hours_of

            asked = _asked(segment, snapshot, store, weeks, until, seconds)
            span, found = hours_of(asked)
        rows = [
            {"weekday": one.weekday, "hour": one.hour, "visits": one.visits, "fen": one.net_fen,
             "everybody_visits": one.all_visits, "everybody_fen": one.all_fen}
            for one in found
        ]  # fmt: skip
        _answer(asked, span, rows, as_json)

    @group.command()
    def stores(
        segment: OfSegment = None,
        snapshot: OfSnapshot = None,
        store: Stores = None,
        weeks: Weeks = 13,
        until: Until = None,
        seconds: Seconds = 60,
        as_json: AsJson = False,
    ) -> None:
        """Where they buy: each store's receipts, money and members, beside everybody's."""
        with runtime.open_database():
            from huitou.catalogue.service import stores as every_store
            from huitou.usecases.analyse import stores_of

            asked = _asked(segment, snapshot, store, weeks, until, seconds)
            span, found = stores_of(asked)
            codes = {number: one.code for number, one in every_store().items()}
        rows = [
            {"store": codes[one.store_id], "receipts": one.receipts, "fen": one.net_fen, "members": one.members,
             "everybody_receipts": one.all_receipts, "everybody_fen": one.all_fen,
             "everybody_members": one.all_members}
            for one in found
        ]  # fmt: skip
        _answer(asked, span, rows, as_json)


def _add_cohorts(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def cohorts(
        segment: OfSegment = None,
        snapshot: OfSnapshot = None,
        until: Until = None,
        seconds: Seconds = 60,
        as_json: AsJson = False,
    ) -> None:
        """Who came back: of those who bought first in a month, how many bought in the nth month after."""
        with runtime.open_database():
            from huitou.usecases.analyse import cohorts_of

            asked = _asked(segment, snapshot, None, 13, until, seconds)
            span, found = cohorts_of(asked)
            span = replace(span, first=min((one.month_on for one in found), default=span.first))
        rows = [{"month": f"{one.month_on:%Y-%m}", "after": one.after, "members": one.members} for one in found]
        _answer(asked, span, rows, as_json)


def _add_goods(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def categories(
        within: Within = "",
        segment: OfSegment = None,
        snapshot: OfSnapshot = None,
        store: Stores = None,
        weeks: Weeks = 13,
        until: Until = None,
        seconds: Seconds = 60,
        as_json: AsJson = False,
    ) -> None:
        """What they buy, one level of the tree of categories, beside everybody, with lift and its 95 % interval."""
        with runtime.open_database():
            from huitou.usecases.analyse import categories_of

            asked = _asked(segment, snapshot, store, weeks, until, seconds)
            found = categories_of(asked, within)
        rows = [
            {"category": one.category, "fen": one.net_fen, "buyers": one.buyers, "everybody_fen": one.all_fen,
             "everybody_buyers": one.all_buyers, **_lift(found.sure.get(one.category))}
            for one in found.rows
        ]  # fmt: skip
        _answer(asked, found.span, rows, as_json, buyers=found.buyers, everybody_buyers=found.all_buyers)

    @group.command()
    def demand(
        within: Within = "",
        segment: OfSegment = None,
        snapshot: OfSnapshot = None,
        store: Stores = None,
        weeks: Weeks = 13,
        until: Until = None,
        seconds: Seconds = 60,
        as_json: AsJson = False,
    ) -> None:
        """What a segment asks for at which hour in which store, as far as chance is ruled out for all comparisons."""
        with runtime.open_database():
            from huitou.catalogue.service import stores as every_store
            from huitou.usecases.analyse import demand_of

            asked = _asked(segment, snapshot, store, weeks, until, seconds)
            found = demand_of(asked, within)
            codes = {number: one.code for number, one in every_store().items()}
        rows = [
            {"store": codes[one.seen.store_id or 0], "hour": one.seen.hour, "category": one.seen.category,
             "bought": one.seen.here.bought, "came": one.seen.here.visits, "everybody_bought": one.seen.all.bought,
             "everybody_came": one.seen.all.visits, "buyers": one.seen.here.buyers, **_lift(one.lift)}
            for one in found.wanted
        ]  # fmt: skip
        _answer(asked, found.span, rows, as_json, comparisons=found.comparisons)


def _add_together(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def together(
        level: Annotated[str, typer.Option(help="1, 2 or 3 of the tree of categories, or product.")] = "2",
        segment: OfSegment = None,
        snapshot: OfSnapshot = None,
        store: Stores = None,
        weeks: Weeks = 13,
        until: Until = None,
        seconds: Seconds = 60,
        as_json: AsJson = False,
    ) -> None:
        """What lies in one basket more often than by chance, and what less: support, confidence, lift, interval."""
        with runtime.open_database():
            from huitou.insight.service import PAIR_LEVELS
            from huitou.usecases.analyse import together_of

            if level not in PAIR_LEVELS:
                raise LevelUnknown(level=level, levels=", ".join(PAIR_LEVELS))
            asked = _asked(segment, snapshot, store, weeks, until, seconds)
            found = together_of(asked, level)
        rows = [
            {"one": found.names.get(pair.seen.one, pair.seen.one),
             "other": found.names.get(pair.seen.other, pair.seen.other), "together": pair.seen.together,
             "support": round(pair.seen.together / pair.seen.baskets, 6), "confidence": round(pair.lift.here, 6),
             **_lift(pair.lift)}
            for pair in (*found.together, *found.apart)
        ]  # fmt: skip
        _answer(asked, found.span, rows, as_json, baskets=found.baskets, pairs=found.pairs)


def _add_funnel(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def funnel(
        segment: OfSegment = None,
        snapshot: OfSnapshot = None,
        store: Stores = None,
        weeks: Weeks = 13,
        until: Until = None,
        seconds: Seconds = 60,
        as_json: AsJson = False,
    ) -> None:
        """From looking to the basket to payment, by channel of the events, with each share and its 95 % interval."""
        with runtime.open_database():
            from huitou.usecases.analyse import funnel_of

            asked = _asked(segment, snapshot, store, weeks, until, seconds)
            span, found = funnel_of(asked)
        rows = [
            {"channel": one.channel or "", "looked": one.here.looked, "baskets": one.here.basket.part,
             **_share("basket_share", one.here.basket), "baskets_paid": one.here.basket_paid.part,
             **_share("basket_paid_share", one.here.basket_paid), "paid": one.here.paid.part,
             **_share("paid_share", one.here.paid), "everybody_looked": one.all.looked,
             "everybody_baskets": one.all.basket.part, "everybody_baskets_paid": one.all.basket_paid.part,
             "everybody_paid": one.all.paid.part}
            for one in found.channels
        ]  # fmt: skip
        if not as_json:
            kept = ("channel", "looked", "baskets", "basket_share", "baskets_paid", "basket_paid_share", "paid",
                    "paid_share")  # fmt: skip
            rows = [{name: row[name] for name in kept} for row in rows]
        _answer(
            asked, span, rows, as_json, N_("No event tells of a look; docs/analysis.md says what to send."),
            paid_in=[asdict(one) for one in found.paid_in], left_for=[asdict(one) for one in found.left_for],
            without_look=found.without_look,
        )  # fmt: skip


def _share(name: str, part: Part) -> dict[str, Any]:
    between = part.between()
    if between is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {
        name: round(part.part / part.whole, 4),
        f"{name}_low": round(between[0], 4),
        f"{name}_high": round(between[1], 4),
    }


def _asked(
    segment: str | None,
    snapshot: int | None,
    codes: Sequence[str] | None,
    weeks: int,
    until: datetime | None,
    seconds: int,
) -> Asked:
    from huitou.catalogue.errors import StoreUnknown
    from huitou.catalogue.service import stores as every_store
    from huitou.usecases.analyse import Asked

    ids = {one.code: number for number, one in every_store().items()}
    for code in codes or ():
        if code not in ids:
            raise StoreUnknown(store=code)
    stores = [ids[code] for code in codes] if codes else None
    chosen = chosen_members(segment, snapshot, seconds)
    return Asked(chosen, stores, weeks, until.date() if until else None, seconds)


def _lift(lift: Lift | None) -> dict[str, float | None]:
    told = (None, None, None) if lift is None else (round(lift.at, 4), round(lift.low, 4), round(lift.high, 4))
    return dict(zip(("lift", "low", "high"), told, strict=True))


def _answer(
    asked: Asked,
    span: Span,
    rows: Sequence[dict[str, Any]],
    as_json: bool,
    nothing: str = N_("Nothing tells more than chance would."),
    **more: Any,
) -> None:
    if as_json:
        told = {"from": span.first.isoformat(), "to": span.last.isoformat(), **more, "rows": rows}
        if asked.chosen is not None:
            told["segment"] = asked.chosen.as_json()
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{span.first} – {span.last}")
    some = [name for name in (rows[0] if rows else ()) if any(row[name] is not None for row in rows)]
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
    if rows:
        screen = Console()
        least = sum((column.min_width or 0) + BESIDE for column in table.columns) + 1
        Console(width=max(screen.width, least)).print(table)
    else:
        say(nothing)
    if len(rows) > MOST_SHOWN:
        say(N_("The first {shown} of {count}; --json gives all."), shown=MOST_SHOWN, count=len(rows))
    if asked.chosen is not None:
        tell_chosen(asked.chosen)


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
