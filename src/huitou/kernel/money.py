"""Money is integer minor units (fen); a float never touches it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FEN_PER_YUAN = 100


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (fen for CNY) of one currency."""

    fen: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        assert type(self.fen) is int, "money is whole minor units"

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.fen + other.fen, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.fen - other.fen, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.fen, self.currency)

    def _same_currency(self, other: Money) -> None:
        assert self.currency == other.currency, f"{self.currency} and {other.currency} do not add up"

    def __str__(self) -> str:
        return str(Decimal(self.fen).scaleb(-2))


def yuan(amount: str | int | Decimal, currency: str = "CNY") -> Money:
    """Read an amount as people write it (`"12.80"`). Half a fen is rounded away from zero.

    >>> yuan("12.80").fen
    1280
    """
    exact = Decimal(amount) * FEN_PER_YUAN
    return Money(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)), currency)
