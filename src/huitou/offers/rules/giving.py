"""What offers give beside the price: which of it can be kept, on which lines of the till it lies, when it is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from huitou.kernel.shares import largest_remainder
from huitou.offers.terms import Answer, Benefit, Needed, NotApplied
from huitou.offers.terms.coupons import KindToGive
from huitou.offers.terms.settling import Given, LineBack, NeededGoods

_KEPT = frozenset({"points_bonus", "gift", "free_delivery", "next_coupon"})
"""Points stand in the ledger, coupons in the books, gifts and deliveries are handed out by who serves the customer.
Stamps have no account that tills write."""


def why_not_kept(benefit: Benefit, *, member: bool, kinds: Mapping[str, KindToGive], day: date) -> str | None:
    """Why nobody could keep it on this day, or None. `member`: the basket is somebody's."""
    if benefit.kind not in _KEPT:
        return "not_kept"
    if benefit.given.get("points") and not member:
        return "members_only"
    for asked in benefit.given.get("coupons", ()):
        kind = kinds.get(asked["kind"])
        if kind is None:
            return "coupon_kind_unknown"
        if kind.personal and not member:
            return "members_only"
        if kind.valid_until is not None and kind.valid_until < day:
            return "coupon_kind_ended"
    return None


def kept(answer: Answer, why_not: Callable[[Benefit], str | None]) -> Answer:
    """The answer without the benefits that nobody could keep, each with its reason among what was not applied."""
    refused = {benefit.offer: reason for benefit in answer.benefits if (reason := why_not(benefit)) is not None}
    if not refused:
        return answer
    gone = [benefit for benefit in answer.benefits if benefit.offer in refused]
    by_line = [benefit.points_by_line for benefit in gone if benefit.points_by_line]
    points = [here - sum(parts) for here, *parts in zip(answer.points_by_line, *by_line, strict=True)]
    return replace(
        answer,
        benefits=tuple(benefit for benefit in answer.benefits if benefit.offer not in refused),
        points=answer.points - sum(int(benefit.given.get("points", 0)) for benefit in gone),
        points_by_line=tuple(points),
        not_applied=(*answer.not_applied, *(NotApplied(one.offer, one.name, refused[one.offer]) for one in gone)),
    )


def given_of(benefit: Benefit, offer_id: int, line_of: Sequence[int]) -> Given:
    """A benefit on the lines of the till. `line_of`: the till's line of each basket line."""
    points: dict[int, int] = {}
    for place, part in enumerate(benefit.points_by_line):
        if part:
            points[line_of[place]] = points.get(line_of[place], 0) + part
    return Given(
        offer_id,
        benefit.offer,
        benefit.name,
        benefit.kind,
        benefit.given,
        tuple(sorted(points.items())),
        needed=tuple(_on_lines(need, line_of) for need in benefit.needed),
    )


def _on_lines(need: Needed, line_of: Sequence[int]) -> NeededGoods:
    sums: dict[int, tuple[int, int]] = {}
    for one in need.lines:
        line = line_of[one.line - 1]
        fen, pieces = sums.get(line, (0, 0))
        sums[line] = (fen + one.amount, pieces + one.pieces)
    return NeededGoods(
        need.least_amount, need.least_pieces, tuple((line, fen, pieces) for line, (fen, pieces) in sorted(sums.items()))
    )


def of_share(given: Given, part_fen: int, whole_fen: int) -> Given | None:
    """What of its points is earned where only a part of the sale earns; None where nothing is left of it."""
    if not given.points or part_fen >= whole_fen:
        return given
    earned = given.points_given * max(0, part_fen) // whole_fen
    if not earned:
        return None
    parts = largest_remainder(earned, [points for _, points in given.points])
    points = tuple((line, part) for (line, _), part in zip(given.points, parts, strict=True) if part)
    return replace(given, points=points, given={**given.given, "points": earned})


def worth(given: Given, fen: int) -> Given:
    """With what its points are worth, on the lines on which they lie."""
    if not given.points or not fen:
        return given
    parts = largest_remainder(fen, [points for _, points in given.points])
    return replace(given, fen=tuple((line, part) for (line, _), part in zip(given.points, parts, strict=True) if part))


def is_gone(given: Given, lines: Sequence[LineBack], *, before: bool = False) -> bool:
    """Whether what is left of the sale would no longer bring it; points stay as long as a line of theirs does.
    `before`: without the return that is at work."""
    back = {line.line: (line.sold_milli, line.before_milli if before else line.back_milli) for line in lines}
    if given.points:
        return all(_left(1, *back[line]) == 0 for line, _ in given.points if line in back)
    return any(_fails(need, back) for need in given.needed)


def _fails(need: NeededGoods, back: Mapping[int, tuple[int, int]]) -> bool:
    if not need.lines:  # nothing of the sale was asked: it stands while anything is left
        return all(_left(1, *parts) == 0 for parts in back.values())
    # What was given was enough, also where a tax was rounded another way: so no more is asked than there was.
    least_fen = min(need.least_fen, sum(fen for _, fen, _ in need.lines))
    least_pieces = min(need.least_pieces, sum(pieces for _, _, pieces in need.lines))
    lines = [one for one in need.lines if one[0] in back]
    left_fen = sum(fen - _share(fen, *back[line]) for line, fen, _ in lines)
    left_pieces = sum(_left(pieces, *back[line]) for line, _, pieces in lines)
    return left_fen < least_fen or left_pieces < least_pieces


def _share(fen: int, sold: int, back: int) -> int:
    return (2 * fen * min(back, sold) + sold) // (2 * sold)


def _left(pieces: int, sold: int, back: int) -> int:
    """A piece of which a part is left is one still."""
    return -(-pieces * (sold - min(back, sold)) // sold)
