"""What a return takes back of the points that its sale earned, or gives back of those that paid for it (L10, L11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from huitou.kernel.shares import largest_remainder
from huitou.loyalty.terms import GivenBack, Reversal, SoldQuantity


def points_of_lines(points: int, lines: Sequence[SoldQuantity]) -> dict[int, int]:
    """The sale's points spread over its lines by what was paid for them (largest remainder, ties by line).

    Where points paid for everything no line was paid in money, and they lie on the lines by quantity.
    """
    ordered = sorted(lines, key=lambda line: line.line)
    if points == 0:
        return {line.line: 0 for line in ordered}
    paid = [max(0, line.net_fen) for line in ordered]
    if sum(paid) == 0:
        paid = [max(0, line.quantity_milli) for line in ordered]
    return {line.line: share for line, share in zip(ordered, largest_remainder(points, paid), strict=True)}


NO_BONUS: Mapping[int, int] = {}


def earned_by_lines(points: int, lines: Sequence[SoldQuantity], bonus: Mapping[int, int] = NO_BONUS) -> dict[int, int]:
    """What each line earned. `bonus`: of `points` those that offers brought, by the line that they lie on already; the
    rest is spread."""
    assert sum(bonus.values()) <= points, "offers brought more than was earned"
    base = points_of_lines(points - sum(bonus.values()), lines)
    return {line: share + bonus.get(line, 0) for line, share in base.items()}


def reversals(
    sale: int,
    points: int,
    lines: Sequence[SoldQuantity],
    given_back: Sequence[GivenBack],
    bonus: Mapping[int, int] = NO_BONUS,
) -> list[Reversal]:
    """What each return of this sale takes back, in order of arrival.

    A line's points come back in proportion to the quantity that came back so far, rounded down in the member's favour
    until the line is back whole; so a line never loses more than it earned, and everything back takes everything.
    """
    earned = earned_by_lines(points, lines, bonus)
    sold: Mapping[int, int] = {line.line: line.quantity_milli for line in lines}
    back = dict.fromkeys(sold, 0)
    taken: dict[int, int] = {}
    for part in given_back:
        before = earned[part.sale_line] * back[part.sale_line] // sold[part.sale_line]
        back[part.sale_line] += part.quantity_milli
        assert back[part.sale_line] <= sold[part.sale_line], "more came back than was sold"
        after = earned[part.sale_line] * back[part.sale_line] // sold[part.sale_line]
        taken[part.return_receipt] = taken.get(part.return_receipt, 0) + after - before
    return [Reversal(receipt, sale, lost) for receipt, lost in taken.items() if lost]


def sources(points: int, *, free: int, expired: int) -> tuple[int, int, int]:
    """Where the points that are taken back come from: the sale's lot, what expired of it, and what is owed from now on.

    What expired is gone already; only what was spent, or is held, is owed.
    """
    from_lot = min(points, free)
    of_expired = min(points - from_lot, expired)
    return from_lot, of_expired, points - from_lot - of_expired
