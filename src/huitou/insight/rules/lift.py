"""How much more often a segment has a trait than everybody, with an interval.

The lift is the share of those in the segment who have the trait, over the share of all members who have it. Its
interval comes from the ratio r of the segment's share to that of everybody else, for which Katz's log method gives
ln r ± 1.96 · sqrt((1 - p1) / a + (1 - p2) / b), where a of n1 in the segment and b of n2 others have it (Katz,
Baptista, Azen and Pike 1978, Biometrics 34, 469-474). With w = n1 / (n1 + n2) the lift is 1 / (w + (1 - w) / r), which
rises with r, so that the ends of the interval go over into ends. It says how far chance in who happened to buy would
move the figure; the members themselves are all there are, and no sample.

Visits are another matter: somebody's visits are alike, and whoever comes often has many. Of visits the share is a ratio
of sums over members, p = sum(y) / sum(n), whose variance by linearisation is sum((y - p n)^2) / sum(n)^2 · m / (m - 1)
over the m members (Cochran 1977, Sampling Techniques, 3rd ed., 6.10 and 9A.5): each member is one draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

from huitou.insight.rules.analysis import Side

Z_95 = 1.959964
FEWEST = 5
"""With fewer who have the trait, or who have not, on either side, nothing is said."""


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
    ratio = share / share_others
    spread = z * sqrt((1 - share) / having_here + (1 - share_others) / having_others)
    return _over_everybody(share, having_all / everybody, ratio, spread, here / everybody)


def lift_of_visits(here: Side, everybody: Side, *, z: float = Z_95) -> Lift | None:
    """The same of visits, by members. None where on either side fewer than FEWEST members bought it, or nobody is
    outside."""
    others = everybody.without(here)
    if min(here.buyers, others.buyers) < FEWEST:
        return None
    share, share_others = here.bought / here.visits, others.bought / others.visits
    spread = z * sqrt(_variance(here, share) / share**2 + _variance(others, share_others) / share_others**2)
    weight = here.visits / everybody.visits
    return _over_everybody(share, everybody.bought / everybody.visits, share / share_others, spread, weight)


def _variance(side: Side, share: float) -> float:
    """Of a share of visits; each member is one draw."""
    squares = side.bought_squares - 2 * share * side.products + share**2 * side.visit_squares
    return max(0.0, squares) / side.visits**2 * side.members / (side.members - 1)


def _over_everybody(share: float, share_all: float, ratio: float, spread: float, weight: float) -> Lift:
    """From the ratio to the others and its spread on a log scale to the lift over all; `weight` is the part of all that
    is here."""

    def lifted(one: float) -> float:
        return 1 / (weight + (1 - weight) / one)

    ends = (lifted(exp(log(ratio) - spread)), lifted(exp(log(ratio) + spread)))
    return Lift(share, share_all, lifted(ratio), *ends)
