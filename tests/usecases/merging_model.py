"""What merging and parting members must do, said another way: each point, coupon and receipt has the person whom it
came with, and lies with whoever that person is a part of. Nothing is ever moved here; where a thing lies is asked."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Lot:
    sale: int
    person: str
    original: int
    left: int


@dataclass(slots=True)
class Owed:
    lot: Lot
    left: int


@dataclass(slots=True)
class Bought:
    """A sale: under whose card, what of which lots paid for it, and whether it came back."""

    receipt: int
    person: str
    lot: Lot
    paid: list[tuple[Lot, int]]
    came_back: bool = False


@dataclass
class Model:
    people: tuple[str, ...]
    into: dict[str, str] = field(default_factory=dict)
    """Who was merged into whom, by merges that stand."""
    lots: list[Lot] = field(default_factory=list)
    owed: list[Owed] = field(default_factory=list)
    bought: dict[int, Bought] = field(default_factory=dict)
    returns: dict[int, str] = field(default_factory=dict)
    words: list[tuple[str, bool]] = field(default_factory=list)
    """Whose number each word on messages was said under, and whether it was a yes; in their order."""

    def now(self, person: str) -> str:
        while person in self.into:
            person = self.into[person]
        return person

    def _lots(self, who: str) -> list[Lot]:
        return [lot for lot in self.lots if self.now(lot.person) == who]

    def _owed(self, who: str) -> list[Owed]:
        return [debt for debt in self.owed if self.now(debt.lot.person) == who and debt.left]

    def balance(self, person: str) -> int:
        if self.now(person) != person:
            return 0
        return sum(lot.left for lot in self._lots(person)) - sum(debt.left for debt in self._owed(person))

    def agrees(self, who: str) -> bool | None:
        """The newest word of all who are this person now; None: nobody said any."""
        said = [given for person, given in self.words if self.now(person) == who]
        return said[-1] if said else None

    def sold(self, receipt: int, person: str, points: int, spent: int) -> None:
        who = self.now(person)
        paid, rest = [], spent
        for lot in self._lots(who):
            take = min(rest, lot.left)
            if take:
                lot.left -= take
                rest -= take
                paid.append((lot, take))
        assert rest == 0, "the till spends what is there"
        lot = Lot(receipt, person, points, points)
        for debt in self._owed(who):
            part = min(lot.left, debt.left)
            debt.left -= part
            lot.left -= part
        self.lots.append(lot)
        self.bought[receipt] = Bought(receipt, person, lot, paid)

    def gave_back(self, receipt: int, sale: int) -> None:
        bought = self.bought[sale]
        bought.came_back = True
        self.returns[receipt] = bought.person
        for lot, points in bought.paid:
            for debt in [debt for debt in self.owed if debt.lot is lot]:
                part = min(points, debt.left)
                debt.left -= part
                points -= part
            lot.left += points
        taken = min(bought.lot.left, bought.lot.original)
        bought.lot.left -= taken
        if bought.lot.original > taken:
            self.owed.append(Owed(bought.lot, bought.lot.original - taken))
