"""Threshold ladders: 满88减30, 满3件8折, 每满100减20."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from huitou.offers.rules.forms import Reduction, Trouble
from huitou.offers.rules.rounding import share
from huitou.offers.terms import HUNDRED_PERCENT, NO_FEN, Fen, Percent, Stage


@dataclass(frozen=True, slots=True)
class Step:
    """From this amount and these pieces on: so much off."""

    least_amount: Fen = NO_FEN
    least_pieces: int = 0
    amount: Fen | None = None
    percent: Percent | None = None

    def reached(self, amount: int, pieces: int) -> bool:
        return amount >= self.least_amount and pieces >= self.least_pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold(Reduction):
    """The highest step that the goods reach; with `every`, the first step for each full time."""

    kind: ClassVar[str] = "threshold"
    stages: ClassVar[tuple[Stage, ...]] = ("order", "coupon")

    steps: tuple[Step, ...]
    every: bool = False

    def usual_per(self, stage: Stage) -> Literal["unit", "line", "lot"]:
        return "lot"

    @property
    def slope(self) -> int:
        return max(step.percent or 0 for step in self.steps)

    @property
    def most_share(self) -> int:
        return max(map(_share_of, self.steps))

    @property
    def by_percent(self) -> bool:
        return all(step.percent is not None for step in self.steps)

    def off(self, amount: int, pieces: int) -> int:
        reached = [step for step in self.steps if step.reached(amount, pieces)]
        if not reached:
            return 0
        step = reached[-1]
        off = share(amount, step.percent) if step.percent is not None else step.amount or 0
        return min(off * self._times(step, amount, pieces), amount)

    def next_step(self, amount: int) -> int | None:
        if self.every and self.steps[0].least_amount:
            return amount - amount % self.steps[0].least_amount + self.steps[0].least_amount
        return min((step.least_amount for step in self.steps if step.least_amount > amount), default=None)

    def lacks(self, amount: int, pieces: int) -> tuple[int, int]:
        if self.off(amount, pieces) or not self.steps:
            return 0, 0
        first = self.steps[0]
        return max(0, first.least_amount - amount), max(0, first.least_pieces - pieces)

    def _times(self, step: Step, amount: int, pieces: int) -> int:
        if not self.every:
            return 1
        by_amount = [amount // step.least_amount] if step.least_amount else []
        by_pieces = [pieces // step.least_pieces] if step.least_pieces else []
        return min(by_amount + by_pieces, default=1)

    def troubles(self) -> Iterator[Trouble]:
        yield from Reduction.troubles(self)
        if not self.steps:
            yield "ladder_without_step", "get.steps"
        if self.per not in (None, "lot"):
            yield "threshold_is_over_the_lot", "get.per"
        if self.every and len(self.steps) != 1:
            yield "every_takes_one_step", "get.steps"
        if self.every and any(step.amount is None for step in self.steps):
            yield "every_takes_an_amount", "get.steps"
        for step in self.steps:
            yield from _step_troubles(step)
        for lower, higher in zip(self.steps, self.steps[1:], strict=False):
            if not _goes_up(lower, higher):
                yield "ladder_goes_down", "get.steps"


def _share_of(step: Step) -> int:
    if step.percent is not None or step.amount is None:
        return step.percent or 0
    return min(HUNDRED_PERCENT, -(-step.amount * HUNDRED_PERCENT // max(1, step.least_amount)))


def _step_troubles(step: Step) -> Iterator[Trouble]:
    if (step.amount is None) == (step.percent is None):
        yield "step_gives_one_thing", "get.steps"
    if step.percent is not None and not 0 < step.percent <= HUNDRED_PERCENT:
        yield "percent_out_of_range", "get.steps"
    if step.amount is not None and step.amount <= 0:
        yield "amount_below_one_fen", "get.steps"
    if step.least_amount == 0 and step.least_pieces == 0:
        yield "step_asks_nothing", "get.steps"
    if step.amount is not None and 0 < step.least_amount < step.amount:
        yield "gives_more_than_it_asks", "get.steps"


def _goes_up(lower: Step, higher: Step) -> bool:
    """Asks no less and more of something, and gives no less wherever both are reached."""
    asks_more = (
        higher.least_amount >= lower.least_amount
        and higher.least_pieces >= lower.least_pieces
        and (higher.least_amount, higher.least_pieces) != (lower.least_amount, lower.least_pieces)
    )
    if higher.amount is not None and lower.amount is not None:
        return asks_more and higher.amount >= lower.amount
    if higher.percent is not None and lower.percent is not None:
        return asks_more and higher.percent >= lower.percent
    # An amount beside a percentage: with a percentage first, the amount would have to win at every sum above.
    return (
        asks_more and higher.percent is not None and share(higher.least_amount, higher.percent) >= (lower.amount or 0)
    )
