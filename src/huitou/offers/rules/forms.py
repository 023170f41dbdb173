"""The three forms that every kind of offer has: a reduction of goods, a deal that uses units up, a benefit."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from huitou.offers.terms import HUNDRED_PERCENT, Fen, Get, Goods, Offer, Stage

Values = Sequence[int]
"""Amounts in fen that entered the stage, one for each unit of a slot."""
Trouble = tuple[str, str]
"""A code of the linter and where it is: `("ladder_goes_down", "get.steps")`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction(Get):
    """Takes something off goods, unit by unit, line by line or over the lot; uses nothing up."""

    stages: ClassVar[tuple[Stage, ...]] = ("item", "price", "order", "coupon")

    goods: Goods | None = None
    """What it may take; left out: the goods of the first need, else everything."""
    per: Literal["unit", "line", "lot"] | None = None
    most: Fen | None = None
    """The whole discount on a receipt is at most this."""
    most_units: int | None = None
    pick: Literal["cheapest", "dearest"] = "cheapest"
    """Which units, where `most_units` lets it take only some."""
    most_units_of: Literal["basket", "line"] = "basket"
    spread: Literal["value", "pieces"] = "value"
    """By what the discount is spread over the units."""

    def usual_per(self, stage: Stage) -> Literal["unit", "line", "lot"]:
        return "unit" if stage in ("price", "item") else "lot"

    @abstractmethod
    def off(self, amount: int, pieces: int) -> int:
        """Fen off units that are `pieces` and worth `amount` together; never more than `amount`."""

    @property
    def strength(self) -> int | None:
        """Of two of this kind that work unit by unit, the stronger never takes less off a unit; None: who knows."""
        return None

    @property
    def slope(self) -> int:
        """Of one fen more it takes off at most so much, in hundredths of a percent; above 0 it is rounded."""
        return 0

    @property
    def growth(self) -> int:
        """Of one fen more that enters, what is taken off a unit grows by so much, in hundredths of a percent."""
        return self.slope

    @property
    def most_share(self) -> int:
        """Of no amount it takes off more than so much, in hundredths of a percent."""
        return HUNDRED_PERCENT

    @property
    def by_percent(self) -> bool:
        """What it takes off is a percentage, from step to step a higher one, and nothing else."""
        return False

    def next_step(self, amount: int) -> int | None:
        """From which larger amount on it gives by another step; None: between amounts it never jumps."""
        return None

    def lacks(self, amount: int, pieces: int) -> tuple[int, int]:
        """(fen, pieces) that are missing until it gives something; zeros: it does not ask for more."""
        return 0, 0

    def asked_price(self) -> int | None:
        """What a unit costs then; None: that depends on what it costs otherwise."""
        return None

    def troubles(self) -> Iterator[Trouble]:
        """What is wrong with these values."""
        if self.most is not None and self.most < 1:
            yield "amount_below_one_fen", "get.most"
        if self.most_units is not None and self.most_units < 1:
            yield "number_below_one", "get.most_units"


SHARE_SCALE = 1 << 12


@dataclass(frozen=True, slots=True)
class Slot:
    """So many pieces of these goods serve one application."""

    goods: Goods
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal(Get):
    """Uses units up: a unit serves at most one application of the stage, as bought or as given."""

    stages: ClassVar[tuple[Stage, ...]] = ("deal",)
    suggests: ClassVar[bool] = False
    """Where its goods were not scanned and its needs hold, the answer suggests them."""
    gives_cheapest: ClassVar[bool] = False
    """Of the units that could serve both slots, the cheapest are given."""
    by_cheapness: ClassVar[bool] = False
    """What it takes off depends on which of its units is the cheapest."""

    @abstractmethod
    def slots(self) -> tuple[Slot, ...]:
        """What one application takes."""

    @abstractmethod
    def off(self, values: Sequence[Values]) -> int:
        """Fen off one application, from the values of the units in each slot of `slots`, cheapest first."""

    def unit_share(self, value: int) -> int:
        """What a unit of this value bears of a discount, at most, in fen × SHARE_SCALE.

        Whichever units serve an application, their shares sum to no less than what it takes off.
        """
        return value * SHARE_SCALE

    def most_saved(self, groups: Sequence[Sequence[Values]]) -> int:
        """Fen; so many applications take no more off, however units like these are grouped.

        `groups`: the values of each slot in each application, when the dearest units are grouped first.
        """
        return len(groups) * max(0, self.off(groups[0])) if groups else 0

    def kept(self, worth: int) -> int:
        """Of what the units of an application are worth, at most `worth` fen, so much is paid at least, in hundredths
        of a percent."""
        return 0

    def price_together(self) -> int | None:
        """What the units of an application cost together, whichever they are; None: it depends on the units."""
        return None

    def asked_price(self) -> int | None:
        """What `priced` costs together, as the offer names it; None: it names no price."""
        return self.price_together()

    def priced(self) -> tuple[Slot, ...]:
        """What the named price is the price of."""
        return self.slots()

    def most_applications(self) -> int | None:
        """On one receipt, by the kind itself."""
        return None

    def troubles(self) -> Iterator[Trouble]:
        """What is wrong with these values."""
        if not self.slots():
            yield "bundle_without_group", "get"
        for slot in self.slots():
            if slot.pieces < 1:
                yield "number_below_one", "get"


@dataclass(frozen=True, slots=True)
class Won:
    """What a benefit may look at: the winning combination."""

    amount: int
    """Fen paid for the goods of the offer's first need (everything, without one)."""
    pieces: int
    base_points: int
    """Points of the earn rules for those goods."""
    scanned: Mapping[str, int]
    """Pieces in the basket by sku."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit(Get):
    """Something beside money: applies whenever its needs hold on the winning combination; uses nothing up."""

    @abstractmethod
    def give(self, offer: Offer, won: Won) -> dict[str, Any]:
        """What is given, by the words of `terms.Benefit.given`; empty: nothing."""

    def troubles(self) -> Iterator[Trouble]:
        """What is wrong with these values."""
        return iter(())
