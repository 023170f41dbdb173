"""At least and at most: both included, one of them may be left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from huitou.kernel.errors import N_
from huitou.segments.rules.fields import field_words
from huitou.segments.terms import Said, Trouble

MONEY = N_("{range} yuan")
"""A range of amounts, in the currency of most chains; `sentence.in_currency` says that of this one."""


def lies(value: int, at_least: int | None, at_most: int | None) -> bool:
    """Whether the value is in the range."""
    return (at_least is None or value >= at_least) and (at_most is None or value <= at_most)


def lies_sql(value: str, at_least: int | None, at_most: int | None) -> str:
    """`lies` in SQL."""
    said = [f"{value} {sign} {int(bound)}" for sign, bound in ((">=", at_least), ("<=", at_most)) if bound is not None]
    return f"({' AND '.join(said) or 'true'})"


def range_troubles(
    at_least: int | None, at_most: int | None, shown: Callable[[int], str] = str, *, asked: bool = True
) -> Iterator[Trouble]:
    """`asked`: a range without bounds asks for nothing."""
    if at_least is None and at_most is None:
        if asked:
            yield Trouble("at_least", "asks_nothing", {"fields": field_words("at_least", "at_most")})
    elif at_least is not None and at_most is not None and at_least > at_most:
        yield Trouble("at_most", "backwards", {"least": shown(at_least), "most": shown(at_most)})


def range_said(at_least: int | None, at_most: int | None, shown: Callable[[int], str] = str) -> Said:
    if at_least is not None and at_least == at_most:
        return Said(N_("exactly {number}"), {"number": shown(at_least)})
    if at_least is not None and at_most is not None:
        return Said(N_("{least} to {most}"), {"least": shown(at_least), "most": shown(at_most)})
    if at_most is not None:
        return Said(N_("at most {number}"), {"number": shown(at_most)})
    return Said(N_("at least {number}"), {"number": shown(at_least or 0)})
