"""The ledger once more, by another design: every point is a token that lies somewhere. Nothing is summed.

A token knows the sale that earned it and where it is: free, held by a basket, spent by a sale, expired, taken back, or
gone into a debt. A balance is a count of tokens. Written from the promises, with nothing of the ledger's own rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction

FREE, HELD, SPENT, EXPIRED, TAKEN, REPAID = "free", "held", "spent", "expired", "taken", "repaid"


class Refused(Exception):
    """What the ledger must refuse, with its code."""


@dataclass(eq=False)
class Token:
    """One point. `by`: the basket that holds it, or the sale that it paid."""

    sale: int
    place: str = FREE
    by: str | int | None = None


@dataclass
class Batch:
    """The tokens that a sale earned, until which day they live, and how many are owed of them."""

    sale: int
    earned_at: datetime
    expires_on: date | None
    tokens: list[Token]
    owed: list[int] = field(default_factory=list)
    """The moments (a count of all debts) at which a point of this batch was owed."""

    def lying(self, place: str, by: str | int | None = None) -> list[Token]:
        return [token for token in self.tokens if token.place == place and (by is None or token.by == by)]


@dataclass
class Basket:
    member: int
    points: int
    ends_at: datetime
    state: str = "open"


@dataclass
class Sale:
    member: int
    lines: dict[int, tuple[int, int]]
    """Quantity (thousandths) and amount (fen) of each line."""
    returned: dict[int, int] = field(default_factory=dict)
    honoured: int = 0
    spent: int = 0
    earned: int = 0
    brought: dict[int, int] = field(default_factory=dict)
    """Of what was earned the points that an offer put on a line."""
    paid_by: list[int] = field(default_factory=list)
    """The sales whose batches paid for this one, in the order in which they were spent."""


class Model:
    def __init__(self) -> None:
        self.batches: dict[int, list[Batch]] = {}
        self.baskets: dict[str, Basket] = {}
        self.sales: dict[int, Sale] = {}
        self.honoured = 0
        self._debts = 0

    # What is seen

    def tokens(self, member: int, place: str) -> int:
        return sum(len(batch.lying(place)) for batch in self.batches.get(member, ()))

    def debt(self, member: int) -> int:
        return sum(len(batch.owed) for batch in self.batches.get(member, ()))

    def available(self, member: int) -> int:
        return self.tokens(member, FREE) - self.debt(member)

    def balance(self, member: int) -> int:
        return self.available(member) + self.tokens(member, HELD)

    def all_in(self, place: str) -> int:
        return sum(self.tokens(member, place) for member in self.batches)

    # What happens

    def settle(self, member: int, now: datetime) -> None:
        """Baskets whose time is over let go; batches whose last day is over expire, unless a basket holds some."""
        for key, basket in self.baskets.items():
            if basket.member == member and basket.state == "open" and basket.ends_at <= now:
                self._let_go(key, "timed_out")
        for batch in self.batches.get(member, ()):
            if batch.expires_on and batch.expires_on < now.date() and not batch.lying(HELD):
                for token in batch.lying(FREE):
                    token.place = EXPIRED

    def earn(
        self, sale_id: int, points: int, earned_at: datetime, expires_on: date | None, brought: dict[int, int]
    ) -> None:
        sale = self.sales[sale_id]
        sale.earned, sale.brought = points, brought
        batch = Batch(sale_id, earned_at, expires_on, [Token(sale_id) for _ in range(points)])
        owed = sorted((moment, other) for other in self._of(sale.member) for moment in other.owed)
        for token, (moment, other) in zip(batch.tokens, owed, strict=False):
            token.place = REPAID
            other.owed.remove(moment)
        self.batches.setdefault(sale.member, []).append(batch)

    def burn(self, sale_id: int, points: int, *, basket: str | None = None, honour: bool = False) -> int:
        """Returns what was honoured."""
        sale = self.sales[sale_id]
        held = self.baskets.get(basket or "")
        promised: list[Token] = []
        if held and held.member == sale.member and held.state == "open":
            promised = [token for batch in self._in_order(sale.member) for token in batch.lying(HELD, basket)]
        paying = promised[:points]
        missing = points - len(paying)
        afford = min(missing, max(0, self.available(sale.member)))
        if afford < missing and not honour:
            raise Refused("not_enough_points")
        free = [token for batch in self._in_order(sale.member) for token in batch.lying(FREE)]
        paying += free[:afford]
        if promised:
            self._let_go(basket or "", "posted")
        for token in paying:
            token.place, token.by = SPENT, sale_id
        sale.spent, sale.honoured = points, missing - afford
        sale.paid_by = list(dict.fromkeys(token.sale for token in paying))
        self.honoured += sale.honoured
        return sale.honoured

    def hold(self, key: str, member: int, points: int, ends_at: datetime) -> None:
        if known := self.baskets.get(key):
            if (known.member, known.points) != (member, points):
                raise Refused("hold_differs")
            if known.state != "open":
                raise Refused("hold_ended")
            return
        if points > max(0, self.available(member)):
            raise Refused("not_enough_points")
        free = [token for batch in self._in_order(member) for token in batch.lying(FREE)]
        for token in free[:points]:
            token.place, token.by = HELD, key
        self.baskets[key] = Basket(member, points, ends_at)

    def release(self, key: str, member: int) -> None:
        known = self.baskets.get(key)
        if known is None or known.member != member:
            raise Refused("hold_unknown")
        if known.state == "posted":
            raise Refused("hold_ended")
        if known.state == "open":
            self._let_go(key, "released")

    def give_back(self, sale_id: int, goods: dict[int, int], returned_on: date) -> tuple[int, int, int]:
        """Part of a sale comes back (thousandths by line). Returns points taken back, given back, and owed now."""
        sale = self.sales[sale_id]
        before = dict(sale.returned)
        for line, quantity in goods.items():
            sale.returned[line] = sale.returned.get(line, 0) + quantity
        given = self._share(sale, sale.spent, sale.returned) - self._share(sale, sale.spent, before)
        taken = self._earned(sale, sale.returned) - self._earned(sale, before)
        restored = self._restore(sale_id, given, returned_on)
        return taken, restored, self._take_back(sale_id, taken)

    # How

    def _of(self, member: int) -> list[Batch]:
        return self.batches.get(member, [])

    def _in_order(self, member: int) -> list[Batch]:
        return sorted(self._of(member), key=lambda batch: (batch.expires_on or date.max, batch.earned_at))

    def _let_go(self, key: str, state: str) -> None:
        basket = self.baskets[key]
        basket.state = state
        for batch in self._of(basket.member):
            for token in batch.lying(HELD, key):
                token.place, token.by = FREE, None

    def _earned(self, sale: Sale, returned: dict[int, int]) -> int:
        """Of what it earned what lies on the goods that came back: the whole of a line's points, whole points only."""
        weights = {line: max(0, fen) for line, (_, fen) in sale.lines.items()}
        if not any(weights.values()):
            weights = {line: quantity for line, (quantity, _) in sale.lines.items()}
        on_line = _divide(sale.earned - sum(sale.brought.values()), weights)
        return sum(
            (on_line[line] + sale.brought.get(line, 0)) * returned.get(line, 0) // quantity
            for line, (quantity, _) in sale.lines.items()
        )

    def _share(self, sale: Sale, points: int, returned: dict[int, int]) -> int:
        """Of `points` what lies on the goods that came back: line by line, whole points only."""
        weights = {line: max(0, fen) for line, (_, fen) in sale.lines.items()}
        if not any(weights.values()):
            weights = {line: quantity for line, (quantity, _) in sale.lines.items()}
        on_line = _divide(points, weights)
        return sum(on_line[line] * returned.get(line, 0) // quantity for line, (quantity, _) in sale.lines.items())

    def _restore(self, sale_id: int, points: int, returned_on: date) -> int:
        """Points go back where they came from, evenly; returns how many the member got."""
        sale = self.sales[sale_id]
        batches = {batch.sale: batch for batch in self._of(sale.member)}
        spent = {key: batches[key].lying(SPENT, sale_id) for key in sale.paid_by}
        shares = _divide(points, {**{key: len(tokens) for key, tokens in spent.items()}, None: sale.honoured})
        honoured = shares.pop(None)
        sale.honoured -= honoured
        self.honoured -= honoured
        for batch in self._of(sale.member):
            coming = spent.get(batch.sale, [])[: shares.get(batch.sale, 0)]
            if coming and batch.expires_on and batch.expires_on < returned_on:
                batch.expires_on = returned_on + timedelta(days=7)
            for token in coming:
                token.place, token.by = (REPAID if batch.owed else FREE), None
                if batch.owed:
                    batch.owed.remove(min(batch.owed))
        return points - honoured

    def _take_back(self, sale_id: int, points: int) -> int:
        """From the sale's own batch: what is free, then what has expired; the rest is owed: so many."""
        for batch in self._of(self.sales[sale_id].member):
            if batch.sale == sale_id:
                gone = [*batch.lying(FREE), *batch.lying(EXPIRED)][:points]
                for token in gone:
                    token.place = TAKEN
                for _ in range(points - len(gone)):
                    self._debts += 1
                    batch.owed.append(self._debts)
                return points - len(gone)
        return 0


def _divide(whole: int, weights: dict) -> dict:
    """Largest remainder, ties to whoever comes first."""
    total = sum(weights.values())
    if not total:
        return dict.fromkeys(weights, 0)
    exact = {key: Fraction(whole * weight, total) for key, weight in weights.items()}
    parts = {key: int(share) for key, share in exact.items()}
    for key in sorted(weights, key=lambda key: parts[key] - exact[key])[: whole - sum(parts.values())]:
        parts[key] += 1
    return parts
