"""The currencies that a chain counts in, as people write them: 元 and yuan, 英镑 and pounds."""

from __future__ import annotations

from dataclasses import dataclass

WHOLE = 100
"""Minor units of a unit, in each of these."""


@dataclass(frozen=True, slots=True)
class Currency:
    """`one`: English of exactly one. `sign`: before an amount where there is little room."""

    chinese: str
    english: str
    one: str
    sign: str


CURRENCIES = {
    "CNY": Currency("元", "yuan", "yuan", "¥"),
    "GBP": Currency("英镑", "pounds", "pound", "£"),
    "USD": Currency("美元", "dollars", "dollar", "$"),
    "EUR": Currency("欧元", "euros", "euro", "€"),
}
"""Those with words of their own; of any other its code is written."""


def currency_of(code: str) -> Currency:
    """How the currency of this code (ISO 4217) is written."""
    return CURRENCIES.get(code, Currency(code, code, code, f"{code} "))
