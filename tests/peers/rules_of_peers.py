"""What a peer does otherwise, followed to its figure: how it rounds, where it puts the last fen, where an amount goes.

Amounts are in the file's unit. Each rule answers whether it gives what the peer asserts, or the figure itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from tests.peers.observations import observe
from tests.peers.reading import Case, Fields, NotReadable, read_goods
from tests.peers.seen import Seen


def amounts(value: Any) -> list[Decimal] | None:
    """The value where it is a list of amounts."""
    if isinstance(value, list) and all(isinstance(part, (int, Decimal)) for part in value):
        return [Decimal(part) for part in value]
    return None


def minor_unit(case: Case) -> Decimal:
    return Decimal(1).scaleb(-case.minor_digits)


# ---- rounding


def rounded(exact: Seen, name: str, rule: str) -> Any:
    """What we would say of an amount, had it been reckoned exactly and rounded by this rule at the end."""
    unit = minor_unit(exact.case).scaleb(Seen.FINER)

    def round_all(value: Any) -> Any:
        if isinstance(value, list):
            return [round_all(one) for one in value]
        return value.quantize(unit, rounding=rule) if isinstance(value, Decimal) else value

    try:
        return None if name.startswith("points") else round_all(observe(exact, name))
    except NotReadable:
        return None


def taxed_on_rounded_net(exact: Seen) -> Decimal:
    """The total where the net amount of every tax is rounded, and then the tax on it."""
    unit = minor_unit(exact.case).scaleb(Seen.FINER)

    def whole(amount: Decimal) -> Decimal:
        return amount.quantize(unit, rounding=ROUND_HALF_UP)

    taxed = total = Decimal(0)
    for one in exact.answer["taxes"]:
        net, tax = exact.money(one["net"]), exact.money(one["tax"])
        taxed += net + tax
        total += whole(net) + whole(whole(net) * tax / net if net else Decimal(0))
    return total + whole(exact.due - taxed)


# ---- spreading


def on_last_line(seen: Seen, name: str, theirs: Any) -> bool:
    """Each line's share of our discount is cut or rounded to the minor unit, and the last line takes what is over."""
    parts = amounts(theirs)
    if name != "per_line" or parts is None:
        return False
    ours = seen.by_line(seen.off_by_row())
    taken = [at for at, part in enumerate(ours) if part]
    if len(parts) != len(ours) or not taken:
        return False
    rows = [Decimal(row["price"]) * row["quantity"] for row in seen.request["basket"]]
    worth = seen.by_line([seen.money(str(row)) for row in rows])
    whole, over = sum(ours), sum(worth[at] for at in taken)
    for rule in (ROUND_DOWN, ROUND_HALF_UP):
        spread = [Decimal(0)] * len(ours)
        for at in taken[:-1]:
            spread[at] = (whole * worth[at] / over).quantize(minor_unit(seen.case), rounding=rule)
        spread[taken[-1]] = whole - sum(spread)
        if spread == parts:
            return True
    return False


def on_given_units(seen: Seen, name: str, theirs: Any) -> bool:
    """The whole discount of one deal lies on whole units of the goods that it gives, and is as much as ours."""
    deals = [offer["get"] for offer in seen.request["offers"] if offer.get("stage") == "deal"]
    parts = amounts(theirs)
    if name != "per_line" or parts is None or len(deals) != 1 or len(parts) != seen.case.all_lines:
        return False
    (deal,) = deals
    given = deal.get("get_goods", deal.get("goods"))
    if given is None or sum(parts) != sum(seen.by_line(seen.off_by_row())):
        return False
    share = Decimal(deal.get("percent", "100")) / 100
    lines = {line.position: line for line in seen.case.lines}
    for at, part in enumerate(parts):
        if part and not (at in lines and _holds(given, lines[at])):
            return False
        each = lines[at].unit_price * share if at in lines else Decimal(0)
        if part and (part % each or part > each * lines[at].pieces):
            return False
    return True


def _holds(goods: dict[str, Any], line: Any) -> bool:
    """Whether our selector of a deal holds a line of the file."""
    by_sku = "skus" not in goods or line.sku in goods["skus"]
    by_category = "categories" not in goods or line.category in goods["categories"]
    return by_sku and by_category


def moved_to_room(case: Case) -> Decimal | None:
    """The total where amounts off named goods are moved to those goods where the others leave most room.

    None where the case has anything else than such amounts, and percentages off the whole before or after them.
    """
    left = [line.unit_price * line.pieces for line in case.lines]
    waiting: list[tuple[Decimal, list[int]]] = []
    for raw in case.promotions:
        reward = Fields(raw.get("reward", {}), "reward")
        kind, scope, value = reward.take("type"), reward.take("scope"), reward.number("value")
        if any(line.taxes for line in case.lines) or value is None or "condition" in raw:
            return None
        if kind == "percent" and scope == "order":
            left, waiting = _without(left, waiting), []
            left = [amount * (100 - value) / 100 for amount in left]
        elif kind == "amount" and isinstance(scope, dict):
            goods = read_goods(scope)
            waiting.append((value, [at for at, line in enumerate(case.lines) if goods.hold(line)]))
        else:
            return None
    return sum(_without(left, waiting), Decimal(0))


def _without(left: Sequence[Decimal], waiting: Sequence[tuple[Decimal, list[int]]]) -> list[Decimal]:
    """What is left of the lines once as much as possible of the amounts is taken off: a flow of the most value."""
    left = list(left)
    took = [[Decimal(0)] * len(left) for _ in waiting]
    for number, (amount, _) in enumerate(waiting):
        while amount > 0 and (path := _path(number, left, waiting, took)):
            given_up = [(owner, at) for (_, at), (owner, _) in pairwise(path)]
            room = min([amount, left[path[-1][1]], *(took[owner][at] for owner, at in given_up)])
            amount -= room
            left[path[-1][1]] -= room
            for owner, at in path:
                took[owner][at] += room
            for owner, at in given_up:
                took[owner][at] -= room
    return left


def _path(
    start: int, left: Sequence[Decimal], waiting: Sequence[tuple[Decimal, list[int]]], took: list[list[Decimal]]
) -> list[tuple[int, int]]:
    """Steps (promotion, line): each takes a line, whose former taker goes on to the next; the last has room."""
    open_paths: list[list[tuple[int, int]]] = [[(start, at)] for at in waiting[start][1]]
    seen = {start}
    while open_paths:
        path = open_paths.pop(0)
        at = path[-1][1]
        if left[at] > 0:
            return path
        for other, (_, lines) in enumerate(waiting):
            if other not in seen and took[other][at] > 0:
                seen.add(other)
                open_paths += [[*path, (other, line)] for line in lines if line != at]
    return []
