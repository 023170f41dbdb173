"""`huitou analyse`: when customers come, what and where they buy, what a segment asks for by hour, what lies in one
basket, who goes on from looking to paying.

Each question is a function of what was asked; the options that all of them have are added in one place.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huitou.doors.cli.analysed import Answered, tell
from huitou.doors.cli.choosing import OfSegment, OfSnapshot, chosen_members
from huitou.doors.cli.runtime import Runtime
from huitou.kernel.errors import N_, HuitouError

if TYPE_CHECKING:
    from huitou.insight.service import Lift, Part
    from huitou.usecases.analyse import Asked

Question = Callable[..., Answered]
"""Of what was asked, and of options of its own, if it has any."""
Within = Annotated[str, typer.Option(help="One level beneath this category, such as 生鲜 or 生鲜/水果.")]
Level = Annotated[str, typer.Option(help="1, 2 or 3 of the tree of categories, or product.")]
Options = Mapping[str, tuple[Any, Any]]
"""By its name what typer has to know of an option, and what it is where nobody says."""
_OF_ALL: Options = {
    "segment": (OfSegment, None),
    "snapshot": (OfSnapshot, None),
    "store": (
        Annotated[list[str] | None, typer.Option("--store", help="Only in this store, by its code; may be repeated.")],
        None,
    ),
    "weeks": (
        Annotated[int, typer.Option(min=1, max=520, help="So many weeks that end on the last day.")],
        13,
    ),
    "until": (
        Annotated[
            datetime | None,
            typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; otherwise the newest receipt's."),
        ],
        None,
    ),
    "seconds": (Annotated[int, typer.Option(min=1, max=3600, help="Stop after so many seconds.")], 60),
    "as_json": (Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")], False),
}
"""The options of every question."""


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
    everywhen = {name: option for name, option in _OF_ALL.items() if name not in ("store", "weeks")}
    for question, options in (
        (hours, _OF_ALL),
        (stores, _OF_ALL),
        (cohorts, everywhen),
        (categories, {"within": (Within, ""), **_OF_ALL}),
        (demand, {"within": (Within, ""), **_OF_ALL}),
        (together, {"level": (Level, "2"), **_OF_ALL}),
        (funnel, _OF_ALL),
    ):
        _add(group, runtime, question, options)


def _add(group: typer.Typer, runtime: Runtime, question: Question, options: Options) -> None:
    """The command of a question, with these options: those of all tell what is asked, the others are its own."""

    def command(**said: Any) -> None:
        own = {name: said.pop(name) for name in list(said) if name not in _OF_ALL}
        as_json = said.pop("as_json")
        with runtime.open_database():
            asked = _asked(**said)
            answered = question(asked, **own)
        tell(asked, answered, as_json=as_json)

    # What typer reads a command's options from.
    command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for name, (kind, default) in options.items()
        ]
    )
    command.__annotations__ = {name: kind for name, (kind, _) in options.items()}
    group.command(question.__name__, help=inspect.getdoc(question))(command)


def _asked(
    *,
    segment: str | None,
    snapshot: int | None,
    until: datetime | None,
    seconds: int,
    store: Sequence[str] | None = None,
    weeks: int = 13,
) -> Asked:
    from huitou.catalogue.errors import StoreUnknown
    from huitou.catalogue.service import stores as every_store
    from huitou.usecases.analyse import Asked

    ids = {one.code: number for number, one in every_store().items()}
    for code in store or ():
        if code not in ids:
            raise StoreUnknown(store=code)
    chosen = chosen_members(segment, snapshot, seconds)
    where = [ids[code] for code in store] if store else None
    return Asked(chosen, where, weeks, until.date() if until else None, seconds)


# ---- the questions


def hours(asked: Asked) -> Answered:
    """When they come: sales by weekday and hour of the store's clock, beside everybody's."""
    from huitou.usecases.analyse import hours_of

    span, found = hours_of(asked)
    rows = [
        {"weekday": one.weekday, "hour": one.hour, "visits": one.visits, "fen": one.net_fen,
         "everybody_visits": one.all_visits, "everybody_fen": one.all_fen}
        for one in found
    ]  # fmt: skip
    return Answered(span, rows)


def stores(asked: Asked) -> Answered:
    """Where they buy: each store's receipts, money and members, beside everybody's."""
    from huitou.catalogue.service import stores as every_store
    from huitou.usecases.analyse import stores_of

    span, found = stores_of(asked)
    codes = {number: one.code for number, one in every_store().items()}
    rows = [
        {"store": codes[one.store_id], "receipts": one.receipts, "fen": one.net_fen, "members": one.members,
         "everybody_receipts": one.all_receipts, "everybody_fen": one.all_fen, "everybody_members": one.all_members}
        for one in found
    ]  # fmt: skip
    return Answered(span, rows)


def cohorts(asked: Asked) -> Answered:
    """Who came back: of those who bought first in a month, how many bought in the nth month after."""
    from huitou.usecases.analyse import cohorts_of

    span, found = cohorts_of(asked)
    span = replace(span, first=min((one.month_on for one in found), default=span.first))
    return Answered(
        span, [{"month": f"{one.month_on:%Y-%m}", "after": one.after, "members": one.members} for one in found]
    )


def categories(asked: Asked, within: str) -> Answered:
    """What they buy, one level of the tree of categories, beside everybody, with lift and its 95 % interval."""
    from huitou.usecases.analyse import categories_of

    found = categories_of(asked, within)
    rows = [
        {"category": one.category, "fen": one.net_fen, "buyers": one.buyers, "everybody_fen": one.all_fen,
         "everybody_buyers": one.all_buyers, **_lift(found.sure.get(one.category))}
        for one in found.rows
    ]  # fmt: skip
    return Answered(found.span, rows, {"buyers": found.buyers, "everybody_buyers": found.all_buyers})


def demand(asked: Asked, within: str) -> Answered:
    """What a segment asks for at which hour in which store, as far as chance is ruled out for all comparisons."""
    from huitou.catalogue.service import stores as every_store
    from huitou.usecases.analyse import demand_of

    found = demand_of(asked, within)
    codes = {number: one.code for number, one in every_store().items()}
    rows = [
        {"store": codes[one.seen.store_id or 0], "hour": one.seen.hour, "category": one.seen.category,
         "bought": one.seen.here.bought, "came": one.seen.here.visits, "everybody_bought": one.seen.all.bought,
         "everybody_came": one.seen.all.visits, "buyers": one.seen.here.buyers, **_lift(one.lift)}
        for one in found.wanted
    ]  # fmt: skip
    return Answered(found.span, rows, {"comparisons": found.comparisons})


def together(asked: Asked, level: str) -> Answered:
    """What lies in one basket more often than by chance, and what less: support, confidence, lift, interval."""
    from huitou.insight.service import PAIR_LEVELS
    from huitou.usecases.analyse import together_of

    if level not in PAIR_LEVELS:
        raise LevelUnknown(level=level, levels=", ".join(PAIR_LEVELS))
    found = together_of(asked, level)
    rows = [
        {"one": found.names.get(pair.seen.one, pair.seen.one),
         "other": found.names.get(pair.seen.other, pair.seen.other), "together": pair.seen.together,
         "support": round(pair.seen.together / pair.seen.baskets, 6), "confidence": round(pair.lift.here, 6),
         **_lift(pair.lift)}
        for pair in (*found.together, *found.apart)
    ]  # fmt: skip
    return Answered(found.span, rows, {"baskets": found.baskets, "pairs": found.pairs})


def funnel(asked: Asked) -> Answered:
    """From looking to the basket to payment, by channel of the events, with each share and its 95 % interval."""
    from huitou.usecases.analyse import funnel_of

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
    return Answered(
        span,
        rows,
        {"paid_in": [asdict(one) for one in found.paid_in], "left_for": [asdict(one) for one in found.left_for],
         "without_look": found.without_look},
        shown=("channel", "looked", "baskets", "basket_share", "baskets_paid", "basket_paid_share", "paid",
               "paid_share"),
        nothing=N_("No event tells of a look; docs/analysis.md says what to send."),
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


def _lift(lift: Lift | None) -> dict[str, float | None]:
    told = (None, None, None) if lift is None else (round(lift.at, 4), round(lift.low, 4), round(lift.high, 4))
    return dict(zip(("lift", "low", "high"), told, strict=True))
