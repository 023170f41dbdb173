"""How much more often something is met, with its interval, as tables draw it: the line stands at 1, equal steps are
equal ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.parts import Interval, interval
from huitou.insight.service import Lift


@dataclass(frozen=True, slots=True)
class LiftShown:
    """A row: shares here and of everybody, the lift and its ends, drawn on the axis that all rows share. `address`:
    where its name leads; `note`: what else stands with it."""

    name: str
    here: str
    all: str
    lift: str
    reach: str
    """From where to where it may be."""
    interval: Interval
    note: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A lift, and what it is of."""

    name: str
    lift: Lift
    note: str = ""
    address: str = ""


def lifts_shown(found: Sequence[Named]) -> list[LiftShown]:
    """All on one axis, which reaches as far as the longest interval."""
    most = max([2.0, *(max(one.lift.high, 1 / one.lift.low) for one in found)]) if found else 2.0
    return [_shown(one, most) for one in found]


def _shown(one: Named, most: float) -> LiftShown:
    told = one.lift
    lift, low, high = (f"{value:.2f}" for value in (told.at, told.low, told.high))
    said = gettext("{name}: lift {lift}, between {low} and {high}").format(name=one.name, lift=lift, low=low, high=high)
    low_at, at, high_at = (_on_axis(value, most) for value in (told.low, told.at, told.high))
    drawn = interval(low_at, at, high_at, (Fraction(-1), Fraction(1)), said)
    reach = figures.between(low, high, short=True)
    return LiftShown(one.name, share(told.here), share(told.all), lift, reach, drawn, one.note, one.address)


def _on_axis(value: float, most: float) -> Fraction:
    """-1 to 1, 0 where the ratio is 1."""
    return Fraction(log(value) / log(most)).limit_denominator(10_000)


def share(value: float) -> str:
    """A share (0 to 1) in per cent. One that rounds to nothing is not nothing: a pair lies in some baskets."""
    if 0 < value < 0.0005:
        return "<0.1%"
    return figures.rate(Fraction(value).limit_denominator(100_000)) + "%"
