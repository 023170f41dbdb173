"""What a return gives back of what its sale was priced by: uses, what they cost, and coupons, each once (C8, C5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huitou.offers.rules.giving import is_gone
from huitou.offers.terms.settling import Given, LineBack, Took


@dataclass(frozen=True, slots=True)
class DueBack:
    """By the offer's row: applications and fen; and the coupons."""

    uses: Mapping[int, int]
    fen: Mapping[int, int]
    coupons: tuple[str, ...]


def gone_now(given: Sequence[Given], lines: Sequence[LineBack]) -> list[Given]:
    """The benefits that the goods that come back now bring to an end."""
    return [one for one in given if is_gone(one, lines) and not is_gone(one, lines, before=True)]


def fen_of_given(given: Sequence[Given], lines: Sequence[LineBack]) -> dict[int, int]:
    """By offer what goes back to its budget of what its points were worth, by the share of each line's goods."""
    of_line = {line.line: line for line in lines}
    fen: dict[int, int] = {}
    for one in given:
        for number, part in one.fen:
            if (line := of_line.get(number)) is not None:
                due = _share(part, line.back_milli, line.sold_milli) - _share(part, line.before_milli, line.sold_milli)
                fen[one.offer_id] = fen.get(one.offer_id, 0) + due
    return {offer: due for offer, due in fen.items() if due}


def due_back(took: Sequence[Took], coupons: Sequence[str], lines: Sequence[LineBack]) -> DueBack:
    """What is due with the goods that come back now.

    Fen go by the share of each line's goods, so that they sum to the whole when all of them are back. An application,
    or a coupon, is given back with the last of the goods that it took something off; a coupon that took nothing off any
    of them with the last of the sale.
    """
    of_line = {line.line: line for line in lines}
    everything = set(of_line)
    fen: dict[int, int] = {}
    on_lines: dict[tuple[int, str, int], set[int]] = {}
    for one in took:
        line = of_line.get(one.line)
        if line is None:
            continue
        due = _share(one.fen, line.back_milli, line.sold_milli) - _share(one.fen, line.before_milli, line.sold_milli)
        fen[one.offer_id] = fen.get(one.offer_id, 0) + due
        on_lines.setdefault((one.offer_id, one.coupon, one.application), set()).add(one.line)
    uses: dict[int, int] = {}
    for (offer_id, _, _), held in on_lines.items():
        if _completed(held, of_line):
            uses[offer_id] = uses.get(offer_id, 0) + 1
    back = []
    for coupon in coupons:
        held = {one.line for one in took if one.coupon == coupon and one.line in of_line} or everything
        if _completed(held, of_line):
            back.append(coupon)
    return DueBack(uses, {offer: due for offer, due in fen.items() if due}, tuple(back))


def _completed(lines: set[int], of_line: Mapping[int, LineBack]) -> bool:
    """The goods of all these lines are back now, and were not before."""
    now = all(of_line[line].back_milli >= of_line[line].sold_milli for line in lines)
    before = all(of_line[line].before_milli >= of_line[line].sold_milli for line in lines)
    return bool(lines) and now and not before


def _share(fen: int, milli: int, of_milli: int) -> int:
    """The share of `fen`, half a fen away from zero; all of it for all of the goods."""
    return (2 * fen * min(milli, of_milli) + of_milli) // (2 * of_milli)
