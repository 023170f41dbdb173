"""Reading a file of peers' cases: every field of the schema is known here, and an unknown one is said, never skipped.

The schema is explained by the file itself in `meta.how_to_read`. Amounts are kept as exact decimals in the file's own
unit (`major` units, or minor ones where the currency ends in `_fen`); nothing here knows our engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}
"""Digits behind the point by ISO 4217, where they are not two."""

MINOR_SUFFIXES = ("_fen", "_cents", "_minor")
OPEN_PRICE = Decimal(100)
"""A price or a rate that the peer left open (`null`): its assertion holds for any, so this one is taken."""
OPEN_PERCENT = Decimal(10)
OPEN_AMOUNT = Decimal(1)


class NotReadable(Exception):
    """The case says something that this reader, or the engine, has no words for; the text is the reason."""


class Fields:
    """A mapping that remembers which of its fields were read, so that none is overlooked."""

    def __init__(self, raw: Mapping[str, Any], where: str) -> None:
        self._left = {name: value for name, value in raw.items() if value is not None}
        self._where = where

    def take(self, name: str, default: Any = None) -> Any:
        return self._left.pop(name, default)

    def number(self, name: str) -> Decimal | None:
        value = self.take(name)
        return None if value is None else Decimal(value)

    def fields(self, name: str) -> Fields:
        return Fields(self.take(name, {}), f"{self._where}.{name}")

    def finish(self) -> None:
        """Every field was read, or the case is not."""
        if self._left:
            raise NotReadable(f"unknown field {self._where}.{sorted(self._left)[0]}")


@dataclass(frozen=True, slots=True)
class Tax:
    """A share of the price (`percent`), inside it or on top of it, or a fixed levy on each unit."""

    percent: Decimal
    included: bool
    compound: bool = False
    levy: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands in the file; `position` is its place there, the answer is read back by it."""

    position: int
    sku: str
    category: str | None
    unit_price: Decimal
    pieces: int
    weight: Decimal | None
    """Kilograms of a weighed piece; `unit_price` is then of the whole piece."""
    taxes: tuple[Tax, ...]
    takes_offers: bool
    bonus_points: int


@dataclass(frozen=True, slots=True)
class Goods:
    """Which goods are meant: all, or those of these skus or categories; `delivery` is the fee for bringing them."""

    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    delivery: bool = False
    goods: bool = True

    @property
    def everything(self) -> bool:
        return not self.skus and not self.categories

    def hold(self, line: Line) -> bool:
        named = self.everything or line.sku in self.skus or line.category in self.categories
        return self.goods and named


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be bought. Amounts in the file's unit; `net` measures without tax."""

    goods: Goods
    least_pieces: int = 0
    most_pieces: int | None = None
    least_amount: Decimal = Decimal(0)
    above_amount: Decimal | None = None
    net: bool = False
    tiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what is bought by whom, under which promotions, and what the peer asserted."""

    id: str
    system: str
    origin: str
    reliability: str
    currency: str
    minor_digits: int
    lines: tuple[Line, ...]
    all_lines: int
    delivery: Decimal
    member: Mapping[str, Any]
    promotions: tuple[Mapping[str, Any], ...]
    expected: Mapping[str, Any]

    def minor(self, amount: Decimal) -> Decimal:
        """`amount` of the file in minor units, not rounded."""
        return amount.scaleb(self.minor_digits)

    def money(self, amount: Decimal) -> str:
        """`amount` of the file as our JSON has it: hundredths, whatever the currency.

        The engine reckons in whole minor units, so a yen, a fen and a cent are one of them each.
        """
        return str(self.minor(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP).scaleb(-2))

    def read_back(self, money: str) -> Decimal:
        """An amount of our JSON in the file's unit."""
        return Decimal(money).scaleb(2 - self.minor_digits)


def read_cases(path: Path) -> Iterator[tuple[Mapping[str, Any], Case | NotReadable]]:
    """Each case of the file as it stands there, and as read (or the reason why it could not be)."""
    document = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    for raw in document["cases"]:
        try:
            yield raw, read_case(raw)
        except NotReadable as refusal:
            yield raw, refusal


def read_case(raw: Mapping[str, Any]) -> Case:
    fields = Fields(raw, "case")
    for told in ("expected_kind", "tags", "note", "derived_fields"):
        fields.take(told)
    source = fields.fields("source")
    currency, digits = _currency(fields.take("currency", "CNY"))
    basket = fields.take("basket", [])
    case = Case(
        id=fields.take("id"),
        system=source.take("system", ""),
        origin=f"{source.take('file', '')} {source.take('where', '')}",
        reliability=fields.take("reliability", "A"),
        currency=currency,
        minor_digits=digits,
        lines=tuple(line for at, row in enumerate(basket) if (line := _line(at, Fields(row, "basket")))),
        all_lines=len(basket),
        delivery=fields.number("delivery") or Decimal(0),
        member=fields.take("member", {}),
        promotions=tuple(_repeated(fields.take("promotions", ()))),
        expected=fields.take("expected", {}),
    )
    fields.finish()
    return case


def _repeated(promotions: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """A promotion that is used three times over stands there three times."""
    for one in promotions:
        times = one.get("repeat", 1)
        if isinstance(times, int):
            yield from ({name: value for name, value in one.items() if name != "repeat"} for _ in range(times))
        else:
            yield one


def _currency(name: str) -> tuple[str, int]:
    for suffix in MINOR_SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix), 0
    return name, MINOR_DIGITS.get(name, 2)


def _line(position: int, row: Fields) -> Line | None:
    """The line, or None where the customer did not choose it. A discount given by hand lowers its price."""
    chosen = row.take("selected", True)
    by_hand = row.number("line_discount_pct") or Decimal(0)
    price = row.number("unit_price")
    each = (OPEN_PRICE if price is None else price) * (100 - by_hand) / 100
    quantity = Decimal(row.take("qty", 1))
    weight = None if quantity == int(quantity) else quantity
    line = Line(
        position=position,
        sku=str(row.take("sku")),
        category=row.take("category"),
        unit_price=each if weight is None else each * weight,
        pieces=int(quantity) if weight is None else 1,
        weight=weight,
        taxes=tuple(_taxes(row.take("tax", []))),
        takes_offers=row.take("discountable", True),
        bonus_points=row.take("bonus_points", 0),
    )
    row.finish()
    return line if chosen and line.pieces else None


def _taxes(raw: Any) -> Iterator[Tax]:
    for one in raw if isinstance(raw, list) else [raw]:
        tax = Fields(one, "tax")
        yield Tax(
            percent=tax.number("rate") or Decimal(0),
            included=tax.take("incl", False),
            compound=tax.take("include_base", False),
            levy=tax.number("fixed") or Decimal(0),
        )
        tax.finish()


def read_goods(scope: Any) -> Goods:
    """Which goods a `scope` or a condition names: `order`, `items`, `{skus: [...]}`, `{category: ...}`, `delivery`."""
    if isinstance(scope, Mapping):
        fields = Fields(scope, "scope")
        goods = Goods(skus=texts(fields.take("skus")), categories=texts(fields.take("category")))
        fields.finish()
        return goods
    if scope in (None, "order", "items", "item", "basket"):
        return Goods()
    if scope in ("delivery", "shipping"):
        return Goods(delivery=True, goods=False)
    if scope in ("order+delivery", "order+shipping"):
        return Goods(delivery=True)
    raise NotReadable(f"unknown scope {scope!r}")


def texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def read_condition(raw: Mapping[str, Any], otherwise: Goods) -> Condition:
    """The condition of a promotion; it looks at `otherwise` where it names no goods itself."""
    fields = Fields(raw, "condition")
    named = Goods(skus=texts(fields.take("skus")), categories=texts(fields.take("category")))
    most = fields.take("max_qty")
    condition = Condition(
        goods=otherwise if named.everything else named,
        least_pieces=fields.take("min_qty", 0),
        most_pieces=most,
        least_amount=fields.number("min_amount") or Decimal(0),
        above_amount=fields.number("min_amount_exclusive"),
        net=fields.take("min_amount_tax", "incl") == "excl",
        tiers=texts(fields.take("tier")),
    )
    fields.finish()
    return condition
