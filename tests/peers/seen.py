"""Our answers to one case of a peer."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from huitou.kernel.errors import HuitouError
from tests.peers.reading import Case
from tests.peers.rewards import SCANNED
from tests.peers.translation import Json, translate

Price = Callable[[Json], Json]


class Seen:
    """Our answers to one case: under all of its promotions, and under the first few where the peer asserts steps."""

    def __init__(self, case: Case, price: Price) -> None:
        self.case, self._price = case, price

    @cached_property
    def request(self) -> Json:
        return translate(self.case)

    @cached_property
    def answer(self) -> Json:
        return self._price(self.request)

    @property
    def due(self) -> Decimal:
        """What is left to pay."""
        return self.money(self.answer["due"])

    def varied(self, **changes: Any) -> Seen:
        """Our answer to the same case with other promotions or lines."""
        return Seen(replace(self.case, **changes), self._price)

    FINER = 3
    """Digits behind the minor unit in which `exact` reckons."""

    def exact(self) -> Seen | None:
        """Our answer reckoned in thousandths of the minor unit; None where the amounts are too large for that."""
        other = self.varied(minor_digits=self.case.minor_digits + self.FINER)
        try:
            _ = other.answer
        except HuitouError:
            return None
        return other

    def rounded(self, per: str) -> Seen:
        """Our answer with every percent rounded over each `unit`, each `line` or the `lot`."""
        other = Seen(self.case, self._price)
        other.request = copy.deepcopy(self.request)
        for get in (offer["get"] for offer in other.request["offers"]):
            if get["kind"] == "percent_off":
                get["per"] = per
        return other

    def under(self, keep: Callable[[int, Mapping[str, Any]], bool]) -> Seen:
        """Our answer under those promotions alone that `keep` says."""
        return self.varied(promotions=tuple(one for at, one in enumerate(self.case.promotions) if keep(at, one)))

    def has_stage(self, stage: str) -> bool:
        return any(offer.get("stage") == stage for offer in self.request["offers"])

    def money(self, amount: str) -> Decimal:
        return self.case.read_back(amount)

    @property
    def ids(self) -> list[str]:
        return [str(one["id"]) for one in self.case.promotions]

    @property
    def given(self) -> list[str]:
        """Every promotion that gave something: money off, a gift, points, a coupon."""
        gave = [one["offer"].removesuffix(SCANNED) for one in (*self.answer["applied"], *self.answer["benefits"])]
        return list(dict.fromkeys(gave))

    def off_by_row(self, offer: str | None = None) -> list[Decimal]:
        """What was taken off each row of the request, by all offers or by one."""
        offs = [Decimal(0)] * len(self.request["basket"])
        for unit in self.answer["units"]:
            taken = sum(Decimal(one["off"]) for one in unit["takings"] if offer in (None, one["offer"]))
            offs[unit["line"] - 1] += taken * unit["pieces"]
        return [self.money(str(off)) for off in offs]

    def by_line(self, by_row: list[Decimal]) -> list[Decimal]:
        """Rows of the request as lines of the file; a line that was not chosen has 0."""
        lines = [Decimal(0)] * self.case.all_lines
        for position, amount in zip(self.positions, by_row, strict=False):
            lines[position] += amount
        return lines

    @cached_property
    def positions(self) -> list[int]:
        """The line of the file that each row of the request came from, without the delivery fee."""
        rows, positions = iter(self.request["basket"]), []
        for line in self.case.lines:
            left = line.pieces
            while left:
                left -= next(rows)["quantity"]
                positions.append(line.position)
        return positions
