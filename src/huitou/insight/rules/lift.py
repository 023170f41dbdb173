"""How much more often a segment has a trait than everybody, with an interval.

The lift is the share of those in the segment who have the trait, over the share of all members who have it. Its
interval comes from the ratio r = p1 / p2 of the segment's share to that of everybody else. Each share has Wilson's
interval l to u with a correction for continuity (method 4 of Newcombe 1998, Statistics in Medicine 17, 857-872), and
theirs make that of the logarithm of r: from ln r - sqrt(ln(p1 / l1)^2 + ln(u2 / p2)^2) to ln r + sqrt(ln(u1 / p1)^2 +
ln(p2 / l2)^2) (Zou and Donner 2008, Statistics in Medicine 27, 1693-1702). Where all have it, 5 of 5, that still says
how little five are: a variance reckoned from the share alone would be 0. With w = n1 / (n1 + n2) the lift is 1 / (w +
(1 - w) / r), which rises with r, so that the ends of the interval go over into ends. It says how far chance in who
happened to buy would move the figure; the members themselves are all there are, and no sample.

Visits are another matter: somebody's visits are alike, and whoever comes often has many. Of visits the share is a ratio
of sums over members, p = sum(y) / sum(n), whose variance by linearisation is v = sum((y - p n)^2) / sum(n)^2 · m /
(m - 1) over the m members (Cochran 1977, Sampling Techniques, 3rd ed., 6.10 and 9A.5): each member is one draw. They
tell as much as p (1 - p) / v independent draws, and as m where nothing differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot, log, sqrt

from huitou.insight.rules.analysis import Side

Z_95 = 1.959964
FEWEST = 5
"""With fewer who have the trait, on either side, nothing is said."""


@dataclass(frozen=True, slots=True)
class Lift:
    """`here` and `all` are the shares (0 to 1), `at` the lift, `low` to `high` its 95 % interval."""

    here: float
    all: float
    at: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves 1 out."""
        return self.low > 1 or self.high < 1

    @property
    def sure(self) -> float:
        """How many times more or less often, at the least: the end of the interval that is nearer to 1."""
        if not self.clear:
            return 1.0
        return self.low if self.low > 1 else 1 / self.high


def lift_of(having_here: int, here: int, having_all: int, everybody: int, *, z: float = Z_95) -> Lift | None:
    """None where too few tell: of those in the segment or of the others fewer than FEWEST have the trait, or nobody is
    outside. `z`: how many standard errors the interval reaches; more where many are looked at together."""
    others, having_others = everybody - here, having_all - having_here
    if min(having_here, having_others) < FEWEST or not here or not others:
        return None
    share, share_others = having_here / here, having_others / others
    ends = _ratio(share, here, share_others, others, z)
    return _over_everybody(share, having_all / everybody, share / share_others, ends, here / everybody)


def lift_of_visits(here: Side, everybody: Side, *, z: float = Z_95) -> Lift | None:
    """The same of visits, by members. None where on either side fewer than FEWEST members bought it, or nobody is
    outside."""
    others = everybody.without(here)
    if min(here.buyers, others.buyers) < FEWEST:
        return None
    share, share_others = here.bought / here.visits, others.bought / others.visits
    ends = _ratio(share, _draws(here, share), share_others, _draws(others, share_others), z)
    weight = here.visits / everybody.visits
    return _over_everybody(share, everybody.bought / everybody.visits, share / share_others, ends, weight)


def _draws(side: Side, share: float) -> float:
    """How many independent visits would tell as much."""
    squares = side.bought_squares - 2 * share * side.products + share**2 * side.visit_squares
    variance = squares / side.visits**2 * side.members / (side.members - 1)
    return share * (1 - share) / variance if share < 1 and variance > 0 else side.members


def _ratio(share: float, draws: float, other: float, other_draws: float, z: float) -> tuple[float, float]:
    """The interval of one share over another; neither is 0."""
    (low, high), (other_low, other_high) = _wilson(share, draws, z), _wilson(other, other_draws, z)
    down, up = hypot(log(share / low), log(other_high / other)), hypot(log(high / share), log(other / other_low))
    return share / other * exp(-down), share / other * exp(up)


def _wilson(share: float, draws: float, z: float) -> tuple[float, float]:
    """The interval of a share above 0, corrected for continuity."""
    square, against, of = z * z, draws * (1 - share), 2 * (draws + z * z)
    middle, out = 2 * draws * share + square, 1 / draws
    low = (middle - 1 - z * sqrt(square - 2 - out + 4 * share * (against + 1))) / of
    high = (middle + 1 + z * sqrt(max(0.0, square + 2 - out + 4 * share * (against - 1)))) / of
    return low, 1.0 if against < 1e-9 else min(high, 1.0)


def _over_everybody(share: float, share_all: float, ratio: float, ends: tuple[float, float], weight: float) -> Lift:
    """From the ratio to the others and its interval to the lift over all; `weight` is the part of all that is here."""

    def lifted(one: float) -> float:
        return 1 / (weight + (1 - weight) / one)

    return Lift(share, share_all, lifted(ratio), *map(lifted, ends))
