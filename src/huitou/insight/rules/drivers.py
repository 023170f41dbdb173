"""What drove a change: a KPI's change split over the parts of the chain, so that what is said sums to the whole.

A sum (sales) moves by what each part moved. A ratio R = N/D with parts r_i of weight w_i = D_i / sum(D) moves by
    rate of a part:  (w_i + w_i') / 2 * (r_i - r_i')
    mix:             sum (w_i - w_i') * (r_i + r_i') / 2
which sum exactly to the change of sum(w_i * r_i) (the midpoint form of the Oaxaca-Blinder decomposition, Oaxaca 1973,
International Economic Review 14(3)). Where parts overlap (a member buys in two stores) that is not quite the chain's
own change; what is left is said as a part of its own, `overlap`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from huitou.insight.terms import DrivenBy, KpiFigure, Part

Pair = tuple[KpiFigure | None, KpiFigure | None]


def drivers(parts: Mapping[str, Pair], now: KpiFigure, before: KpiFigure) -> DrivenBy | None:
    """Each part's share of the change from `before` to `now`; None where either has no value, or no part is known."""
    if now.value is None or before.value is None or not parts:
        return None
    total = now.value - before.value
    if now.denominator is None:
        moved = {key: Fraction(_above(one) - _above(other)) for key, (one, other) in parts.items()}
        mix = Fraction(0)
    else:
        moved, mix = _of_ratio(parts)
    said = tuple(Part(key, *parts[key], share) for key, share in moved.items())
    return DrivenBy(said, mix, total - mix - sum(moved.values(), Fraction(0)), total)


def _of_ratio(parts: Mapping[str, Pair]) -> tuple[dict[str, Fraction], Fraction]:
    wholes = [sum(_below(pair[side]) for pair in parts.values()) for side in (0, 1)]
    moved, mix = {}, Fraction(0)
    for key, pair in parts.items():
        weights = [Fraction(_below(pair[side]), wholes[side]) if wholes[side] else Fraction(0) for side in (0, 1)]
        # A part that is there on one side only has no rate on the other: all of it is a change of who there is.
        known = [one.value for one in pair if one is not None and one.value is not None] or [Fraction(0)]
        moved[key] = (weights[0] + weights[1]) / 2 * (known[0] - known[-1])
        mix += (weights[0] - weights[1]) * (known[0] + known[-1]) / 2
    return moved, mix


def _above(figure: KpiFigure | None) -> int:
    return figure.numerator if figure is not None else 0


def _below(figure: KpiFigure | None) -> int:
    return figure.denominator or 0 if figure is not None else 0


def rounded_to_sum(parts: Sequence[Fraction], total: int) -> list[int]:
    """Each part rounded to a whole number, so that they sum to `total`: what is printed adds up.

    The parts' own sum may differ from `total` by less than their number. Largest remainder; ties to the earlier part.
    """
    floors = [part.numerator // part.denominator for part in parts]
    left = total - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda place: (floors[place] - parts[place], place))
    for place in by_remainder[: max(0, left)]:
        floors[place] += 1
    assert sum(floors) == total, "the parts do not sum to the total"
    return floors
